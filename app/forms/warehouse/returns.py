"""Stock that Quality shall decide on: set aside in the store, or come back from a customer
(clause 5.3).
"""

from __future__ import annotations

from typing import Any

from wtforms.validators import Optional, ValidationError

from app.flow.texts.lazy_text import _l
from app.forms.records.action import (
    ActionForm,
    Chosen,
    Count,
    Number,
    Prose,
    Words,
    needed,
    offered,
)
from app.plant.quantities import to_base
from app.plant.scans import LONGEST


class SetAsideForm(ActionForm):
    lot = Words(
        _l("Lot"),
        [needed()],
        LONGEST,
        description=_l("Scan its label, or type its number."),
        render_kw={"autocomplete": "off", "data-scan": True},
    )
    quantity = Number(_l("Quantity"), description=_l("Empty: all of it that belongs to no card."))

    def prepare(self, record: Any, choices: Any) -> None:
        self.free_lot = choices.free_lot
        if not self.is_submitted():
            self.lot.data = choices.asked("lot")
        self.found = self.free_lot(self.lot.data or "")
        if self.found:
            self.quantity.render_kw = {**self.quantity.render_kw, "unit": self.found.uom}
            self.quantity.description = _l(
                "Empty: all that belongs to no card, %(free)s.", free=self.found.words
            )

    def validate_lot(self, field: Any) -> None:
        if field.data and not self.found:
            raise ValidationError(str(_l("There is no lot with this number in stock.")))
        if self.found and not self.found.free:
            raise ValidationError(
                str(_l("All of this lot belongs to cards, or waits for a decision already."))
            )

    def validate_quantity(self, field: Any) -> None:
        if not self.found or field.data is None:
            return
        try:
            quantity = to_base(field.data, self.found.uom)
        except ValueError:
            raise ValidationError(str(_l("This unit is counted in whole pieces."))) from None
        if not 0 < quantity <= self.found.free:
            raise ValidationError(
                str(_l("Between 0 and %(free)s, which belongs to no card.", free=self.found.words))
            )

    def answers(self) -> dict[str, Any]:
        whole, typed = self.found, self.quantity.data
        quantity = whole.free if typed is None else to_base(typed, whole.uom)
        rest = super().answers()
        del rest["lot"]
        return {**rest, "lot_id": whole.lot_id, "quantity": quantity}


class RecordReturnForm(ActionForm):
    card_id = Chosen(_l("Goods that came back"), render_kw={"wide": True})
    quantity = Count(_l("Returned units"), least=1, unit=_l("units"))
    complaint_id = Chosen(_l("Complaint"), [Optional()])

    def prepare(self, record: Any, choices: Any) -> None:
        self.left = {card.id: left for card, left in record.cards_out}
        self.card_id.offer(
            (
                card.id,
                _l(
                    "%(ref)s · %(product)s · lot %(lot)s · %(left)s shipped",
                    ref=card.ref,
                    product=card.headline,
                    lot=card.lot.lot_no,
                    left=f"{left:,}",
                ),
            )
            for card, left in record.cards_out
        )
        self.offer_complaints(record, choices.asked("complaint"))

    def offer_complaints(self, record: Any, asked: str) -> None:
        """The complaints about its goods that are not closed; no field where there is none."""
        self.cards = {c.id: c.card_id for c in record.complaints if not c.current_stage.ends}
        if not self.cards:
            del self.complaint_id
            return
        told = [
            (c.id, f"{c.ref} · {c.headline} · {c.card.ref}")
            for c in record.complaints
            if c.id in self.cards
        ]
        self.complaint_id.choices = offered([("", _l("None")), *told])
        meant = next((c for c in record.complaints if c.id in self.cards and c.ref == asked), None)
        if meant and not self.is_submitted():
            self.complaint_id.data, self.card_id.data = meant.id, meant.card_id
            self.quantity.data = meant.quantity

    def validate_complaint_id(self, field: Any) -> None:
        if field.data and self.cards.get(field.data) != self.card_id.data:
            raise ValidationError(
                str(_l("The complaint is about other goods than those that came back."))
            )

    def validate_quantity(self, field: Any) -> None:
        left = self.left.get(self.card_id.data, 0)
        if field.data and self.card_id.data and field.data > left:
            raise ValidationError(
                str(_l("At most %(left)s units can come back.", left=f"{left:,}"))
            )


class InspectGoodsForm(ActionForm):
    looked_at = Count(_l("Units looked at"), least=1, unit=_l("units"))
    faulty = Count(_l("Faulty units"), unit=_l("units"))
    findings = Prose(
        _l("What was found"),
        [needed()],
        1000,
        description=_l("Packing, seals, label, contents; by what the goods are decided on."),
    )

    def prepare(self, record: Any, choices: Any) -> None:
        self.whole = record.quantity
        if not self.is_submitted():
            self.looked_at.data, self.faulty.data = record.looked_at, record.faulty
            self.findings.data = record.findings

    def validate_looked_at(self, field: Any) -> None:
        if field.data and field.data > self.whole:
            raise ValidationError(str(_l("%(whole)s units came back.", whole=f"{self.whole:,}")))

    def validate_faulty(self, field: Any) -> None:
        if field.data and field.data > (self.looked_at.data or 0):
            raise ValidationError(str(_l("No more can be faulty than were looked at.")))
