"""What a customer complains of (clause 6.3), what was found, and what they were told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms import SubmitField
from wtforms.validators import Optional, ValidationError

from app import clock
from app.flow.texts.lazy_text import _l
from app.forms.records.action import (
    ActionForm,
    Chosen,
    Count,
    Day,
    Prose,
    Words,
    needed,
    not_future,
    not_past,
)
from app.plant.scans import LONGEST

ANSWERED_WITHIN = REPLACED_WITHIN = timedelta(days=7)  # proposed; both can be changed


class ComplainForm(ActionForm):
    """The goods are found by any number on them, then chosen from what the customer got."""

    about = Words(
        _l("Order, shipment, lot or customer"),
        length=LONGEST,
        description=_l(
            "Scan a code of the goods or of their papers, or type a number or the customer’s name."
        ),
        render_kw={"autocomplete": "off", "data-scan": True, "maxlength": LONGEST},
    )
    show = SubmitField(_l("Show what they got"))
    card_id = Chosen(_l("Goods complained of"), render_kw={"wide": True})
    defect_id = Chosen(_l("Defect"))
    quantity = Count(
        _l("Units concerned"), [Optional()], least=1, unit=_l("units"), description=_l("If known.")
    )
    words = Prose(
        _l("What the customer said"),
        [needed()],
        2000,
        description=_l("In their words. Photographs are attached on the complaint’s page."),
    )
    said_by = Words(_l("Said by"), [needed()])
    heard_on = Day(_l("Complained on"), [needed(), not_future])
    answer_by = Day(_l("Answer by"), [needed(), not_past])

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.about.data = choices.asked("of")
            self.heard_on.data = clock.today()
            self.answer_by.data = clock.today() + ANSWERED_WITHIN
        found = choices.delivered(self.about.data or "")
        self.left = {card.id: card.good for card, _ in found}
        self.card_id.offer((card.id, words) for card, words in found)
        self.defect_id.offer(choices.defect_codes())

    def grow(self) -> bool:
        """Show what was delivered under a number or name, before anything is chosen of it."""
        return bool(self.show.data)

    def validate_about(self, field: Any) -> None:
        if not self.left:
            raise ValidationError(str(_l("Nothing was delivered under this number or name.")))

    def validate_quantity(self, field: Any) -> None:
        most = self.left.get(self.card_id.data or 0, 0)
        if field.data and most and field.data > most:
            raise ValidationError(
                str(_l("They got %(most)s units of these goods.", most=f"{most:,}"))
            )

    def answers(self) -> dict[str, Any]:
        return {k: v for k, v in super().answers().items() if k not in ("about", "show")}


class LookIntoForm(ActionForm):
    cause = Prose(_l("Cause"), [needed()], 1000)
    containment = Prose(
        _l("Containment"),
        length=1000,
        description=_l("What was done at once: stock blocked, deliveries stopped, others warned."),
    )
    measures = Prose(_l("What was done"), [needed()], 1000)

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.cause.data, self.containment.data = record.cause, record.containment
            self.measures.data = record.measures


class AnswerComplaintForm(ActionForm):
    customer_answer = Prose(
        _l("Answer to the customer"),
        [needed()],
        2000,
        description=_l("What was done, in words that the customer understands."),
    )


class CloseComplaintForm(ActionForm):
    last_words = Prose(_l("What the customer said to it"), length=1000)


class SendAnewForm(ActionForm):
    quantity = Count(_l("Units to make once more"), least=1, unit=_l("units"))
    requested_date = Day(_l("Requested delivery date"), [needed(), not_past])

    def prepare(self, record: Any, choices: Any) -> None:
        self.most = record.card.good
        if not self.is_submitted():
            self.quantity.data = record.quantity or record.card.good
            self.requested_date.data = clock.today() + REPLACED_WITHIN

    def validate_quantity(self, field: Any) -> None:
        if field.data and field.data > self.most:
            raise ValidationError(
                str(_l("They got %(most)s units of these goods.", most=f"{self.most:,}"))
            )
