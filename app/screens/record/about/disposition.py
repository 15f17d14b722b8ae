"""What the page of a stock decision tells: which goods, why they stand apart, where they came
from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.texts.lazy_text import _l, as_signed
from app.screens.record.fact import Fact, Mark, lot_mark

if TYPE_CHECKING:
    from app.models.warehouse.disposition import Disposition


class AboutDisposition:
    """The decision as Quality looks at it."""

    def __init__(self, disposition: Disposition) -> None:
        self.disposition = disposition

    @property
    def timing(self) -> list[Fact]:
        return [Fact(_l("Set aside at"), self.disposition.created_at)]

    @property
    def marks(self) -> list[Mark]:
        return [] if self.disposition.current_stage.ends else [lot_mark(self.disposition.lot)]

    @property
    def lot_mark(self) -> Mark:
        return lot_mark(self.disposition.lot)

    @property
    def facts(self) -> list[Fact]:
        disposition, lot = self.disposition, self.disposition.lot
        card, ship, said = disposition.card, disposition.shipment, disposition.complaint
        return [
            Fact(
                _l("Product") if lot.product else _l("Material"), f"{lot.item.code} {lot.item.name}"
            ),
            Fact(_l("Lot"), lot.lot_no, lot=lot),
            Fact(_l("Quantity"), disposition.amount),
            Fact(_l("Reason"), as_signed(disposition.reason)),
            Fact(_l("Zone"), lot.zone),
            Fact(_l("Expiry date"), lot.expiry),
            Fact(_l("Came back from"), ship.customer.name if ship else ""),
            Fact(_l("Shipment"), ship.ref if ship else "", ship.ref if ship else ""),
            Fact(_l("Card"), card.ref if card else "", card.ref if card else ""),
            Fact(_l("Complaint"), said.ref if said else "", said.ref if said else ""),
            Fact(_l("Units looked at"), disposition.looked_at),
            Fact(_l("Faulty units"), disposition.faulty),
            Fact(_l("What was found"), disposition.findings),
            Fact(_l("Supplier"), lot.supplier.name if lot.supplier else ""),
            Fact(_l("Supplier’s lot no."), lot.supplier_lot),
            Fact(_l("Witness of the destruction"), disposition.witness),
        ]
