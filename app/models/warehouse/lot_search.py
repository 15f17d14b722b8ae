"""What a lot may be looked up by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, insert, inspect, update

from app.models.records.column_types import normal
from app.models.records.search_index.entries import SearchEntry, SearchSubject, shelved
from app.models.records.search_index.grams import LOTS
from app.models.warehouse.stock import Lot


def note_lot(_mapper: Any, connection: Any, lot: Lot) -> None:
    """Write down what a lot may be looked up by: its number, its supplier's, what it is of."""
    entry, about = SearchEntry.__table__, SearchSubject.__table__
    words = normal(f"{lot.lot_no} {lot.supplier_lot or ''}".strip())
    if all(
        not getattr(inspect(lot).attrs, name).history.has_changes()
        for name in ("lot_no", "supplier_lot")
    ):
        return
    mine = (entry.c.flow == LOTS) & (entry.c.record_id == lot.id)
    if not connection.execute(update(entry).where(mine).values(words=words)).rowcount:
        entry_id = connection.scalar(
            insert(entry).values(flow=LOTS, record_id=lot.id, words=words).returning(entry.c.id)
        )
        item = f"material:{lot.material_id}" if lot.material_id else f"product:{lot.product_id}"
        connection.execute(insert(about), shelved(LOTS, [item], entry_id))


event.listen(Lot, "after_insert", note_lot)
event.listen(Lot, "after_update", note_lot)
