"""Under which lot something is booked: to the bookkeeping a part that was divided off, because it
passed or failed alone, still belongs to the lot that was received or made.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.extensions import db
from app.models.warehouse.genealogy import divided
from app.models.warehouse.stock import Lot, StockMovement

BORN = ("opening", "receipt", "production")
SOME = 500


def booked_as(lots: Collection[int]) -> dict[int, Lot]:
    """The whole of each lot that is a part, by the part's id; other lots are not in it."""
    found: dict[int, int] = {}
    looked_for = parts_among(lots)
    while looked_for:
        wholes = {part: whole for whole, part, *_ in divided(looked_for) if part in looked_for}
        found |= wholes
        looked_for = parts_among(set(wholes.values()) - set(found))
    roots = {part: last(part, found) for part in lots if part in found}
    rows = {lot.id: lot for lot in read(set(roots.values()))}
    return {part: rows[root] for part, root in roots.items()}


def last(part: int, whole_of: dict[int, int]) -> int:
    """The whole that is no part of another."""
    seen = {part}
    while whole_of.get(part, part) not in seen:
        part = whole_of[part]
        seen.add(part)
    return part


def parts_among(lots: Collection[int]) -> set[int]:
    """Those lots that neither came from a supplier nor were made."""
    ids, born = sorted(lots), set[int]()
    for first in range(0, len(ids), SOME):
        some = StockMovement.lot_id.in_(ids[first : first + SOME])
        query = select(StockMovement.lot_id).where(some, StockMovement.kind.in_(BORN))
        born |= set(db.session.scalars(query.distinct()))
    return set(ids) - born


def read(ids: Collection[int]) -> list[Lot]:
    return list(db.session.scalars(select(Lot).where(Lot.id.in_(ids)))) if ids else []
