"""What was found, as a list to take away: master data, records and lots, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.flow.texts.lazy_text import _l
from app.models.master.dictionary.things import address
from app.plant.quantities import from_base
from app.screens.record.fact import lot_mark
from app.screens.search.find import Findings
from app.web.sheets import Sheet

HEADS = (
    _l("Kind"),
    _l("Number"),
    _l("What"),
    _l("For whom"),
    _l("Quantity"),
    _l("Unit"),
    _l("Due"),
    _l("Stage"),
)


def sheet_of(found: Findings) -> Sheet:
    """The rows in the order of the page; of a lot its expiry is what is due."""
    return "found", HEADS, rows_of(found)


def rows_of(found: Findings) -> Iterator[list[Any]]:
    for thing in found.things:
        if address(thing):
            yield [_l("Master data"), thing.code, thing.name, *[None] * 5]
    for group in found.groups.values():
        for each in group:
            yield [
                each.flow.label,
                each.ref,
                each.headline,
                each.party,
                each.amount,
                None,
                each.due,
                each.current_stage.label,
            ]
    for lot in found.lots:
        yield [
            _l("Lot"),
            lot.lot_no,
            lot.item.name,
            lot.supplier_lot,
            from_base(lot.quantity, lot.uom),
            lot.uom,
            lot.expiry,
            lot_mark(lot).word,
        ]
