"""Finished goods that were made on paper before the cut-over (期初) come in with their lot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.models.master import Product
from app.models.records.number_series import go_past, pass_over
from app.models.records.rules.plant_settings import plant_setting
from app.models.warehouse.stock import Lot, move, take_in

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.record import Record

OPENING = "opening"
# What a card's new lot may be called: line, day, serial of the day.
OURS = re.compile(r"(.+)-(\d{6})-(\d{2,4})")


@dataclass(frozen=True)
class Made:
    """So many good units of a lot, in a zone, released or in quarantine."""

    lot: str
    product: Product
    status: str
    good: int
    zone: str
    made_on: date
    expiry: date | None

    @property
    def facts(self) -> dict[str, Any]:
        """What an event says of them."""
        return {
            "lot": self.lot,
            "good": self.good,
            "zone": self.zone,
            "made_on": self.made_on,
            "expiry": self.expiry,
        }

    def is_of(self, lot: Lot) -> bool:
        """Whether a lot that is there is the one that they are of."""
        own = (self.product.id, self.status, self.made_on, self.expiry)
        return own == (lot.product_id, lot.status, lot.made_on, lot.expiry)

    def taken_in(self, by: User | None, card: Record) -> Lot:
        """Put them where they stand. Other cards may have units of the same lot."""
        keep_number(self.lot)
        there = db.session.scalar(select(Lot).where(Lot.lot_no == self.lot))
        if there:
            move(there, self.zone, self.good, OPENING, by=by, record=card)
            return there
        lot = Lot(
            lot_no=self.lot,
            product=self.product,
            status=self.status,
            made_on=self.made_on,
            expiry=self.expiry,
        )
        return take_in(lot, self.zone, self.good, OPENING, by=by, record=card)


def keep_number(lot: str) -> None:
    """Have our own series go on after an old lot's number that looks like one of theirs."""
    pass_over(lot)
    prefix = plant_setting("prefix_lots")
    if ours := OURS.fullmatch(lot.removeprefix(f"{prefix}-") if prefix else lot):
        line, day, serial = ours.groups()
        go_past(f"lot {line} {day}"[:40], int(serial))
