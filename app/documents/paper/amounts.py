"""The figures of an event's data in the units that people count in: what is kept in base units
says nothing to a reader.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.documents.paper.bilingual import quantity
from app.extensions import db
from app.models.production.production_order import ProductionOrder
from app.models.purchasing.requisition import Requisition
from app.models.quality.sample import Sample
from app.models.sales.order import Order
from app.models.warehouse.stock import Lot

# Entries that begin with a lot's number and end with how much of it; a card's contents begin with
# the card.
OF_LOTS = ("issued", "picks", "returned", "contents")
COUNTED = ("quantity", "good", "rejected", "kept_in_stock")
PIECES, WATER = "件 pcs", "kg"


def with_units(data: dict[str, Any], record: Any) -> dict[str, Any]:
    """Return the data of a record's event with its quantities as text, with their unit."""
    measured = dict(data)
    for key in OF_LOTS:
        if isinstance(entries := data.get(key), list) and all(
            isinstance(e, list) and isinstance(e[-1], int) for e in entries
        ):
            measured[key] = of_lots(entries)
    if isinstance(data.get("bulk_mg"), int):
        measured["bulk_mg"] = quantity(data["bulk_mg"], WATER)
    for key in COUNTED:
        if isinstance(data.get(key), int) and not isinstance(data[key], bool):
            measured[key] = in_unit(data[key], unit_of_record(record))
    if isinstance(record, Order) and isinstance(lines := data.get("lines"), list):
        measured["lines"] = [
            {**line, "quantity": in_unit(line["quantity"], PIECES)}
            if isinstance(line.get("quantity"), int)
            else line
            for line in lines
            if isinstance(line, dict)
        ]
    return measured


def of_lots(entries: list[list[Any]]) -> list[list[Any]]:
    """Entries with the quantity at their end in the unit of the lot they name; what has no lot
    is water from the mains.
    """
    named = {part for entry in entries for part in entry[:-1] if isinstance(part, str)}
    units = {
        lot.lot_no: unit(lot)
        for lot in db.session.scalars(select(Lot).where(Lot.lot_no.in_(named)))
    }
    return [
        [
            *entry[:-1],
            in_unit(entry[-1], next((units[part] for part in entry[:-1] if part in units), WATER)),
        ]
        for entry in entries
    ]


def unit(lot: Lot) -> str:
    return lot.material.uom if lot.material else PIECES


def unit_of_record(record: Any) -> str:
    """The unit of what a record counts; nothing where it counts different things."""
    if isinstance(record, Requisition):
        return record.material.uom
    if isinstance(record, Sample):
        return unit(record.lot)
    return PIECES if isinstance(record, ProductionOrder) else ""


def in_unit(amount: int, uom: str) -> str:
    if uom in (PIECES, "pcs"):
        return f"{amount:,} {PIECES}"
    return quantity(amount, uom) if uom else f"{amount:,}"
