"""What the operator and the supervisor enter (clauses 4.1 to 4.3)."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, SubmitField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import unit
from app.forms.fields.measurement import Again, Measurement
from app.forms.fields.scans import Scans
from app.forms.records.action import (
    ActionForm,
    Chosen,
    Code,
    Count,
    Prose,
    Ticked,
    Words,
    YesNo,
    needed,
)


class SignStepForm(ActionForm):
    """The open step of the work instruction: what it asks for decides the field."""

    step_no = IntegerField(widget=HiddenInput())
    reading = Measurement(_l("Reading"), [needed()])
    again = Again()
    scanned = Scans(_l("Code scanned or read"))
    conforms = YesNo(
        _l("Checked"),
        _l("As it must be"),
        _l("Not as it must be"),
        description=_l("“Not as it must be” halts the line and calls the supervisor."),
    )
    note = Words(_l("Note"), length=400)
    add_scan = SubmitField()

    def prepare(self, record: Any, choices: Any) -> None:
        self.step = step = record.open_step
        kind = step.entry_type if step else "confirm"
        if not self.is_submitted():
            self.step_no.data = step.step_no if step else None
        if kind in ("measure", "count"):
            lower, upper, uom = record.limits_of(step)
            self.show_limits(lower, upper, uom, step.parameter)
            self.reading.counted = kind == "count"
            self.again.repeats(self.reading)
            del self.scanned, self.conforms
        elif kind == "scan":
            del self.reading, self.again
            self.scanned.take(record)
        else:
            del self.reading, self.again, self.scanned

    def grow(self) -> bool:
        """Tick the code that was scanned last, and ask for the next."""
        return "scanned" in self and bool(self.add_scan.data) and self.scanned.tick()

    def validate_scanned(self, field: Any) -> None:
        if refusal := field.refused(self.conforms.data is not False):
            raise ValidationError(str(refusal))

    def show_limits(self, lower: Any, upper: Any, uom: str, label: Any) -> None:
        self.reading.within(lower, upper, uom, halts=True)
        uom = unit(uom)
        self.reading.label.text = str(label) or self.reading.label.text
        low, high = ("" if v is None else format(v.normalize(), "f") for v in (lower, upper))
        self.reading.description = (
            _l("Limits: %(lower)s to %(upper)s %(unit)s", lower=low, upper=high, unit=uom)
            if low and high
            else _l("At least %(lower)s %(unit)s", lower=low, unit=uom)
            if low
            else _l("At most %(upper)s %(unit)s", upper=high, unit=uom)
            if high
            else ""
        )

    def answers(self) -> dict[str, Any]:
        value = (
            self.reading.data
            if "reading" in self
            else self.scanned.data
            if "scanned" in self
            else ""
        )
        conforms = self.conforms.data if "conforms" in self else True
        return {
            "step_no": self.step_no.data,
            "value": value,
            "conforms": conforms,
            "note": self.note.data,
        }


class CountersignStepForm(ActionForm):
    note = Words(_l("Note"), length=400)


class FinishForm(ActionForm):
    good = Count(_l("Good units"), least=1, unit=_l("units"))
    rejected = Count(_l("Rejected units"), unit=_l("units"))
    reject_reason = Words(_l("Reason for rejection"), length=400)

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.good.data, self.rejected.data = min(record.quantity, record.most_good), 0

    # Of a field that may stay empty nothing else is asked: what it depends on asks for it.
    def validate_rejected(self, field: Any) -> None:
        if field.data and not self.reject_reason.data:
            raise ValidationError(str(_l("Rejected units need their reason.")))


class AbortForm(ActionForm):
    """What was filled before the run was given up; nothing is a possible answer."""

    good = Count(_l("Good units"), unit=_l("units"))
    rejected = Count(_l("Rejected units"), unit=_l("units"))

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.good.data = self.rejected.data = 0


class ReportAnomalyForm(ActionForm):
    code_id = Chosen(_l("What is wrong"), render_kw={"wide": True})
    description = Prose(_l("What happened"), [needed()], 1000)
    card_ref = Code(
        _l("Card it concerns"),
        length=40,
        description=_l(
            "Its number, if it concerns one. A running card halts where the kind demands it."
        ),
    )
    place = Words(_l("Where"), length=120)

    def prepare(self, record: Any, choices: Any) -> None:
        self.code_id.offer(choices.anomaly_codes())
        self.is_card = choices.is_card
        if not self.is_submitted():
            self.card_ref.data = choices.asked("card")

    def validate_card_ref(self, field: Any) -> None:
        if field.data and not self.is_card(field.data):
            raise ValidationError(str(_l("There is no card with this number.")))


class ResolveForm(ActionForm):
    cause = Prose(_l("Cause"), length=1000)
    measures = Prose(_l("What was done"), [needed()], 1000)
    safe = Ticked(_l("The cause is removed; work can go on"))

    def answers(self) -> dict[str, Any]:
        return {"cause": self.cause.data, "measures": self.measures.data}
