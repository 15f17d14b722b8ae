"""What Quality enters (clauses 5.1 to 5.3)."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, IntegerField, SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from app.flow.terms import unit
from app.flow.words import _l

from .base import ActionForm, Count, Number, Prose, Row, Words, YesNo, needed, offered


class DrawSampleForm(ActionForm):
    size = Count(_l("Sample size"), least=1, unit=_l("units"))
    place = Words(_l("Where it was drawn"), [needed()], 120)


class ResultForm(Row):
    result = IntegerField(widget=HiddenInput())
    value = Number(_l("Reading"))
    conforms = YesNo(_l("Verdict"), _l("Conforms"), _l("Does not conform"), [lambda form, field: None])
    instrument = Words(_l("Instrument"))


class EnterResultsForm(ActionForm):
    """A row per test of the sample; what is not tested yet stays empty."""

    results = FieldList(FormField(ResultForm), _l("Tests"))

    def prepare(self, record: Any, choices: Any) -> None:
        tests = {result.id: result for result in record.results}
        if not self.is_submitted():
            for result in tests.values():
                self.results.append_entry(self.entered(result))
        for row in self.results.entries:
            row.form.of = of = tests.get(row.form.result.data)
            if of and not of.is_text:
                limits = {"data-lower": of.lower, "data-upper": of.upper, "data-unit": unit(of.uom), "unit": of.uom}
                row.form.value.render_kw = {**(row.form.value.render_kw or {}), **{k: str(v) for k, v in limits.items() if v is not None}}

    def entered(self, result: Any) -> dict[str, Any]:
        shown = {"result": result.id, "instrument": result.instrument}
        if result.verdict and result.is_text:
            return {**shown, "conforms": result.verdict == "passed"}
        return {**shown, "value": result.value}

    def validate_results(self, field: Any) -> None:
        if any(row.form.of is None for row in field.entries):
            raise ValidationError(str(_l("The lines have changed meanwhile. Load the page again.")))

    def answers(self) -> dict[str, Any]:
        return {"results": [{"result": row.form.result.data, "value": row.form.value.data, "conforms": row.form.conforms.data,
                             "instrument": row.form.instrument.data} for row in self.results.entries]}  # fmt: skip


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
