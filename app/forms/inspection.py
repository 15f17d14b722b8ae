"""What Quality enters (clauses 5.1 to 5.3)."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.flow.terms import VERDICTS, measured, term
from app.flow.words import _l, halves
from app.plant.censored import kept_reading

from .base import ActionForm, Count, Prose, Row, Words, YesNo, needed, offered
from .measurement import Again, Measurement, same


class DrawSampleForm(ActionForm):
    size = Count(_l("Sample size"), least=1, unit=_l("units"))
    place = Words(_l("Where it was drawn"), [needed()], 120)


class ResultForm(Row):
    result = IntegerField(widget=HiddenInput())
    value = Measurement(_l("Reading"))
    again = Again()
    conforms = YesNo(_l("Verdict"), _l("Conforms"), _l("Does not conform"), [lambda form, field: None])
    instrument = Words(_l("Instrument"))


def said_why(form: Any, field: Any) -> None:
    """A validator of the reason: asked for where a saved result is changed or emptied."""
    known = (row for row in form.results.entries if row.form.of)
    if not field.data and (changed := next(filter(alters, known), None)):
        raise StopValidation(str(_l("%(test)s: %(value)s is on record. Give the reason for changing it.",
                                    test=changed.form.of.name, value=halves(changed.form.of.value))))  # fmt: skip


class EnterResultsForm(ActionForm):
    """A row per test of the sample; what is not tested yet stays empty. What stands on record is changed, or taken back by
    emptying it, with a reason."""

    results = FieldList(FormField(ResultForm), _l("Tests"))
    reason = Prose(_l("Reason for changing saved results"), [said_why], description=_l("Only where a saved result is changed or emptied; the old one stays on record."))

    def prepare(self, record: Any, choices: Any) -> None:
        tests = {result.id: result for result in record.results}
        if not self.is_submitted():
            for result in tests.values():
                self.results.append_entry(self.entered(result))
        for row in self.results.entries:
            row.form.of = of = tests.get(row.form.result.data)
            if of and not of.is_text:
                row.form.value.within(of.lower, of.upper, of.uom)
                row.form.value.saved = kept_reading(of.value)
                row.form.value.render_kw["inputmode"] = "text"  # a keypad has no <
            row.form.again.repeats(row.form.value)
        if not any(result.value for result in tests.values()):
            del self.reason

    def entered(self, result: Any) -> dict[str, Any]:
        shown = {"result": result.id, "instrument": result.instrument}
        if result.verdict and result.is_text:
            return {**shown, "conforms": result.verdict == "passed"}
        return {**shown, "value": result.value}

    def validate_results(self, field: Any) -> None:
        if any(row.form.of is None for row in field.entries):
            raise ValidationError(str(_l("The lines have changed meanwhile. Load the page again.")))

    def answers(self) -> dict[str, Any]:
        rows = [{"result": row.form.result.data, "value": row.form.value.data, "conforms": row.form.conforms.data,
                 "instrument": row.form.instrument.data, "withdrawn": is_emptied(row.form)} for row in self.results.entries]  # fmt: skip
        return {"results": rows, "reason": self.reason.data if "reason" in self else ""}


def is_emptied(row: Any) -> bool:
    """Whether a saved reading was taken out of its field; a field that was not sent says nothing."""
    return bool(row.of.value and not row.of.is_text and row.value.raw_data and row.value.data is None)


def alters(row: Any) -> bool:
    """Whether a row changes what stands on record."""
    row, of = row.form, row.form.of
    if not of.value:
        return False
    if of.is_text:
        return row.conforms.data is not None and row.conforms.data != (of.verdict == "passed")
    return is_emptied(row) or row.value.data is not None and not same(row.value.data, kept_reading(of.value))


class TestsToSetAside(SelectMultipleField):
    """Results to tick; one that changed meanwhile is told in words."""

    __test__ = False  # not a case for pytest

    def pre_validate(self, form: Any) -> None:
        if self.data and not {choice.value for choice in self.choices}.issuperset(self.data):
            raise ValidationError(str(_l("The lines have changed meanwhile. Load the page again.")))


class SetAsideForm(ActionForm):
    """Which results an action is about; none ticked: all of them."""

    tests = TestsToSetAside(_l("Tests"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
                            render_kw={"wide": True}, description=_l("Without a tick: all of them."))  # fmt: skip

    def prepare(self, record: Any, choices: Any) -> None:
        entered = [result for result in record.results if result.value]
        self.tests.choices = offered((result.id, shown(result)) for result in entered)
        if not self.is_submitted():
            self.tests.data = [result.id for result in entered if result.verdict == "failed"]


class InvalidateForm(SetAsideForm):
    tests = TestsToSetAside(_l("Tests"), [needed()], coerce=int, widget=ListWidget(prefix_label=False),
                            option_widget=CheckboxInput(), render_kw={"wide": True},
                            description=_l("Their results do not count: a wrong instrument, a wrong sample, a mix-up. They are tested anew."))  # fmt: skip


def shown(result: Any) -> Any:
    """A result as a choice: test, reading, verdict."""
    reading = halves(result.value) if result.is_text else measured(f"{result.value} {result.uom}")
    return _l("%(test)s: %(value)s (%(verdict)s)", test=result.name, value=reading, verdict=term(VERDICTS, result.verdict))


class RejectForm(ActionForm):
    containment = Prose(_l("What was found, and how the lot is kept apart"))


class ReworkForm(ActionForm):
    instructions = Prose(_l("Rework plan"), [needed()], 1000)


class ConcedeForm(ActionForm):
    consent = Words(_l("The customer’s consent: who, when, how"), [needed()], 400)


class ScrapForm(ActionForm):
    witness = Words(_l("Witness of the destruction"), [needed()])


class StockInForm(ActionForm):
    zone = SelectField(_l("Zone"), description=_l("Only zones in which this class of goods may stand are offered."))

    def prepare(self, record: Any, choices: Any) -> None:
        self.zone.choices = offered(choices.zones("finished", record.product.incompat_class))
