"""Part of a lot as a lot of its own, so that it can be decided on alone."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.extensions import db
from app.models.warehouse.stock import Lot, move, take_in

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.record import Record


def letters(number: int) -> str:
    """The suffix of a part: A to Z, then AA, AB and on."""
    rest, last = divmod(number, 26)
    return (letters(rest - 1) if rest else "") + string.ascii_uppercase[last]


def part_number(lot: Lot, place: int = 0) -> str:
    """The lot's number with the letter of this place, or the next that is free."""
    like = Lot.lot_no.startswith(f"{lot.lot_no}-", autoescape=True)
    known = set(db.session.scalars(select(Lot.lot_no).where(like)))
    numbers = (f"{lot.lot_no}-{letters(n)}" for n in itertools.count(place))
    return next(n for n in numbers if n not in known)


def part_like(lot: Lot, status: str, place: int = 0) -> Lot:
    """A new lot of the same goods, with nothing in it yet."""
    return Lot(
        lot_no=part_number(lot, place),
        material=lot.material,
        product=lot.product,
        supplier=lot.supplier,
        supplier_lot=lot.supplier_lot,
        status=status,
        made_on=lot.made_on,
        expiry=lot.expiry,
        assay=lot.assay,
    )


def divide(
    lot: Lot, quantity: int, zone: str, status: str, *, by: User | None, record: Record
) -> Lot:
    """Take so much of a lot into a zone as a lot of its own."""
    part, known = part_like(lot, status), False
    for place, taken in list(shares(lot, quantity)):
        move(lot, place, -taken, "transfer", by=by, record=record)
        if known:
            move(part, zone, taken, "transfer", by=by, record=record)
        else:
            known = bool(take_in(part, zone, taken, "transfer", by=by, record=record))
    return part


def shares(lot: Lot, quantity: int) -> Iterator[tuple[str, int]]:
    """Share a draw over the zones in which a lot stands, the emptiest first."""
    for stock in sorted(lot.stocks, key=lambda s: s.quantity):
        if taken := min(stock.quantity, quantity):
            yield stock.zone, taken
            quantity -= taken
