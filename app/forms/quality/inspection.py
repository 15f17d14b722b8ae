"""What Quality enters (clauses 5.1 to 5.3)."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.flow.texts.lazy_text import _l, halves
from app.flow.texts.terms import VERDICTS, measured, term
from app.forms.fields.measurement import Again, Measurement, same
from app.forms.fields.reasons import Listed, OwnWords, reason_given
from app.forms.records.action import ActionForm, Count, Prose, Row, Words, YesNo, needed, offered
from app.plant.quality.censored import kept_reading


class DrawSampleForm(ActionForm):
    size = Count(_l("Sample size"), least=1, unit=_l("units"))
    place = Words(_l("Where it was drawn"), [needed()], 120)


class ResultForm(Row):
    result = IntegerField(widget=HiddenInput())
    value = Measurement(_l("Reading"))
    again = Again()
    conforms = YesNo(
        _l("Verdict"), _l("Conforms"), _l("Does not conform"), [lambda form, field: None]
    )
    instrument = Words(_l("Instrument"))


def reason_for_row(form: Any, field: Any) -> None:
    """A validator of the reason, of the list where there is one: asked for where a saved result
    is changed or emptied.
    """
    if field.name == "reason" and "reason_listed" in form:
        return
    rows = (row for row in form.results.entries if row.form.of)
    if not reason_given(form) and (changed := next(filter(alters, rows), None)):
        raise StopValidation(
            str(
                _l(
                    "%(test)s: %(value)s is on record. Give the reason for changing it.",
                    test=changed.form.of.name,
                    value=halves(changed.form.of.value),
                )
            )
        )


class EnterResultsForm(ActionForm):
    """A row per test of the sample; what is not tested yet stays empty.

    What stands on record is changed, or taken back by emptying it, with a reason.
    """

    results = FieldList(FormField(ResultForm), _l("Tests"))
    reason_listed = Listed(
        _l("Reason for changing saved results"), demanded=False, validators=[reason_for_row]
    )
    reason = Prose(
        _l("Reason for changing saved results"),
        [OwnWords(demanded=False), reason_for_row],
        description=_l(
            "Only where a saved result is changed or emptied; the old one stays on record."
        ),
    )

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
            del self.reason, self.reason_listed

    def entered(self, result: Any) -> dict[str, Any]:
        shown = {"result": result.id, "instrument": result.instrument}
        if result.verdict and result.is_text:
            return {**shown, "conforms": result.verdict == "passed"}
        return {**shown, "value": result.value}

    def validate_results(self, field: Any) -> None:
        tests = [row.form.of for row in field.entries]
        if None in tests or len(set(tests)) < len(tests):
            raise ValidationError(str(_l("The lines have changed meanwhile. Load the page again.")))
        for row in filter(lacks_result, field.entries):
            row.form.instrument.errors = [str(_l("Enter the result that was found with it, too."))]
        if any(row.form.instrument.errors for row in field.entries):
            raise ValidationError(str(_l("Please correct the figures.")))
        if not any(map(says_something_new, field.entries)):
            raise ValidationError(
                str(_l("Nothing new was entered; what is on record stays as it is."))
            )

    def answers(self) -> dict[str, Any]:
        rows = [
            {
                "result": row.form.result.data,
                "value": row.form.value.data,
                "conforms": row.form.conforms.data,
                "instrument": row.form.instrument.data,
                "withdrawn": is_emptied(row.form),
            }
            for row in self.results.entries
        ]
        return {"results": rows, "reason": reason_given(self) if "reason" in self else ""}


def entered_in(row: Any) -> Any:
    """The field that a test's result is entered in."""
    return row.conforms if row.of.is_text else row.value


def is_emptied(row: Any) -> bool:
    """Whether a saved result was taken out of its field; a field that was not sent says nothing."""
    field = entered_in(row)
    return bool(row.of.value and field.raw_data and field.data is None)


def alters(row: Any) -> bool:
    """Whether a row changes what stands on record."""
    row, of = row.form, row.form.of
    if not of.value:
        return False
    if of.is_text:
        return is_emptied(row) or (
            row.conforms.data is not None and row.conforms.data != (of.verdict == "passed")
        )
    return is_emptied(row) or (
        row.value.data is not None and not same(row.value.data, kept_reading(of.value))
    )


def lacks_result(row: Any) -> bool:
    """Whether an instrument was entered with which nothing was found."""
    row = row.form
    return bool(row.instrument.data and not row.of.value and entered_in(row).data is None)


def says_something_new(row: Any) -> bool:
    """Whether a row enters a result or an instrument, or changes one that stands on record."""
    given = entered_in(row.form).data is not None
    if not row.form.of.value:
        return given
    return alters(row) or (given and row.form.instrument.data != row.form.of.instrument)


class TestsToSetAside(SelectMultipleField):
    """Results to tick; one that changed meanwhile is told in words."""

    __test__ = False  # not a case for pytest

    def pre_validate(self, form: Any) -> None:
        if self.data and not {choice.value for choice in self.choices}.issuperset(self.data):
            raise ValidationError(str(_l("The lines have changed meanwhile. Load the page again.")))


class SetAsideForm(ActionForm):
    """Which results an action is about; none ticked: all of them."""

    tests = TestsToSetAside(
        _l("Tests"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
        description=_l("Without a tick: all of them."),
    )

    def prepare(self, record: Any, choices: Any) -> None:
        entered = [result for result in record.results if result.value]
        self.tests.choices = offered((result.id, shown(result)) for result in entered)
        if not self.is_submitted():
            self.tests.data = [result.id for result in entered if result.verdict == "failed"]


class InvalidateForm(SetAsideForm):
    tests = TestsToSetAside(
        _l("Tests"),
        [needed()],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
        description=_l(
            "Their results do not count: a wrong instrument, a wrong sample, a mix-up. They are "
            "tested anew."
        ),
    )


def shown(result: Any) -> Any:
    """A result as a choice: test, reading, verdict."""
    reading = halves(result.value) if result.is_text else measured(f"{result.value} {result.uom}")
    return _l(
        "%(test)s: %(value)s (%(verdict)s)",
        test=result.name,
        value=reading,
        verdict=term(VERDICTS, result.verdict),
    )


class RejectForm(ActionForm):
    containment = Prose(_l("What was found, and how the lot is kept apart"))


class ReworkForm(ActionForm):
    instructions = Prose(_l("Rework plan"), [needed()], 1000)


class ConcedeForm(ActionForm):
    consent = Words(_l("The customer’s consent: who, when, how"), [needed()], 400)


class ScrapForm(ActionForm):
    witness = Words(_l("Witness of the destruction"), [needed()])


class StockInForm(ActionForm):
    zone = SelectField(
        _l("Zone"), description=_l("Only zones in which this class of goods may stand are offered.")
    )

    def prepare(self, record: Any, choices: Any) -> None:
        self.zone.choices = offered(choices.zones("finished", record.product.incompat_class))
