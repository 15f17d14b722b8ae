"""Stock that Quality shall decide on: set aside in the store, or come back from a customer
(clause 5.3).
"""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from app.flow.texts.lazy_text import _l
from app.forms.records.action import ActionForm, Chosen, Count, Number, Words, needed
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

    def validate_quantity(self, field: Any) -> None:
        left = self.left.get(self.card_id.data, 0)
        if field.data and self.card_id.data and field.data > left:
            raise ValidationError(
                str(_l("At most %(left)s units can come back.", left=f"{left:,}"))
            )
