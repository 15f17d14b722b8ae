"""From what people type, scan or follow to a lot, and from a lot to its address."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models.records.column_types import normal
from app.models.records.search_index.newest import ALL_LOTS, Sought, newest
from app.models.warehouse.stock import Lot

WITH = (
    joinedload(Lot.material),
    joinedload(Lot.product),
    joinedload(Lot.supplier),
    selectinload(Lot.stocks),
)
ADDRESS = re.compile(
    r"https?://[^/?#]+(?:/[^?#]*)?/lots/(?P<number>[^?#]+)(?:\?id=(?P<id>[0-9]{1,18}))?",
    re.IGNORECASE,
)
AT_MOST = 1000  # lots whose suppliers gave them one and the same number
SOME = 500  # lots that are read at once
UNNAMED = "-"  # stands in an address for a number that a path cannot carry


def address(lot: Lot, asking: bool = False) -> str:
    """The lot's page: ``/lots/<lot number>``.

    Where browsers would change the path (``A//B``, ``..``) the lot's id tells it; where more is
    asked (``&as=csv``) it stands there always.
    """
    odd = (
        any(part in ("", ".", "..") for part in lot.lot_no.split("/"))
        or lot.lot_no != lot.lot_no.strip()
    )
    return f"/lots/{UNNAMED if odd else quote(lot.lot_no, safe='')}" + (
        f"?id={lot.id}" if odd or asking else ""
    )


def lots_of(number: str) -> list[Lot]:
    """The lots of a number in any width and case, newest first: ours if one is called so, else
    those whose supplier calls them so.
    """
    word = normal(number.strip())
    if not word:
        return []
    exact = db.session.scalars(select(Lot).where(Lot.lot_no == number.strip()).options(*WITH)).all()
    if exact:
        return list(exact)
    entries = newest(Sought((word,), whole=True), ALL_LOTS, AT_MOST)
    lots = db.session.scalars(
        select(Lot)
        .where(Lot.id.in_([entry.record_id for entry in entries]))
        .order_by(Lot.id.desc())
        .options(*WITH)
    ).all()
    return [lot for lot in lots if normal(lot.lot_no) == word] or [
        lot for lot in lots if normal(lot.supplier_lot) == word
    ]


def scanned(text: str) -> Lot | None:
    """The lot whose page's address somebody scanned, with whatever name of the plant before it;
    None for any other text.
    """
    match = ADDRESS.fullmatch(text.strip())
    if not match:
        return None
    number, lot_id = unquote(match["number"]), match["id"]
    lots = [lot_with(number, int(lot_id))] if lot_id else lots_of(number)
    return lots[0] if len(lots) == 1 else None


def lots_by_id(ids: list[int]) -> list[Lot]:
    """The lots of some ids, in their order; those that are none are left out."""
    found: dict[int, Lot] = {}
    for first in range(0, len(ids), SOME):
        some = select(Lot).where(Lot.id.in_(ids[first : first + SOME])).options(*WITH)
        found |= {lot.id: lot for lot in db.session.scalars(some)}
    return [found[each] for each in ids if each in found]


def ids_of(numbers: list[str]) -> list[int]:
    """The ids of the lots with these numbers, in their order."""
    found: dict[str, int] = {}
    for first in range(0, len(numbers), SOME):
        some = select(Lot).where(Lot.lot_no.in_(numbers[first : first + SOME]))
        found |= {lot.lot_no: lot.id for lot in db.session.scalars(some)}
    return [found[each] for each in numbers if each in found]


def lot_with(number: str, lot_id: int | None) -> Lot | None:
    """The lot of an id, if the number in its address is its own or stands for none."""
    lot = db.session.get(Lot, lot_id, options=WITH) if lot_id and 0 < lot_id < 2**63 else None
    mine = lot and (
        number == UNNAMED or normal(number) in (normal(lot.lot_no), normal(lot.supplier_lot))
    )
    return lot if mine else None
