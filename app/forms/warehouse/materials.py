"""What the storekeeper prepares and Production accepts (clauses 3.1 to 3.3), line by line of the
sheet.
"""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, IntegerField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from app.flow.production import ACCEPT_MATERIALS
from app.flow.texts.lazy_text import _l
from app.forms.fields.reasons import OWN, ListedInRow, reason_given
from app.forms.records.action import ActionForm, Number, Row, Words, YesNo, needed
from app.plant.quantities import from_base, to_base


class PickForm(Row):
    pick = IntegerField(widget=HiddenInput())
    quantity = Number(_l("Prepared quantity"), [needed()])


class AcceptedForm(Row):
    pick = IntegerField(widget=HiddenInput())
    received = Number(_l("Received quantity"), [needed()])
    accepted = YesNo(_l("Verdict"), _l("Accept"), _l("Refuse"))
    reason_listed = ListedInRow(_l("Variance and reason"))
    reason = Words(OWN, length=400)


class SheetForm(ActionForm):
    """Rows that belong to picks of the record: the sheet's lines."""

    quantity_field = ""

    def prepare(self, record: Any, choices: Any) -> None:
        picks = self.picked = {pick.id: pick for pick in self.wanted(record)}
        if not self.is_submitted():
            for pick in picks.values():
                self.picks.append_entry(self.proposed(pick))
        for row in self.picks.entries:
            row.form.of = picks.get(row.form.pick.data)
            unit = row.form.of.requirement.material.uom if row.form.of else ""
            field = row.form[self.quantity_field]
            field.render_kw = {**(field.render_kw or {}), "unit": unit}

    def validate_picks(self, field: Any) -> None:
        lines = [row.form.pick.data for row in field.entries]
        for row in field.entries:
            entry = row.form[self.quantity_field]
            if row.form.of is None or len(set(lines)) < len(lines):
                raise ValidationError(
                    str(_l("The lines have changed meanwhile. Load the page again."))
                )
            try:
                row.form.base = to_base(entry.data or 0, row.form.of.requirement.material.uom)
            except ValueError:
                entry.errors = [*entry.errors, str(_l("This unit is counted in whole pieces."))]
            if entry.data is not None and entry.data < 0:
                entry.errors = [*entry.errors, str(_l("A quantity cannot be below zero."))]
        if any(row.form[self.quantity_field].errors for row in field.entries):
            raise ValidationError(str(_l("Please correct the quantities.")))


class PrepareForm(SheetForm):
    quantity_field = "quantity"
    picks = FieldList(FormField(PickForm), _l("Lines"))

    def wanted(self, record: Any) -> list[Any]:
        return [pick for pick in record.picks if not pick.issued]

    def proposed(self, pick: Any) -> dict[str, Any]:
        quantity = pick.proposed if pick.prepared is None else pick.prepared
        return {"pick": pick.id, "quantity": from_base(quantity, pick.requirement.material.uom)}

    def answers(self) -> dict[str, Any]:
        return {
            "picks": [
                {"pick": row.form.pick.data, "quantity": row.form.base}
                for row in self.picks.entries
            ]
        }


class AcceptMaterialsForm(SheetForm):
    quantity_field = "received"
    picks = FieldList(FormField(AcceptedForm), _l("Lines"))

    def wanted(self, record: Any) -> list[Any]:
        return [pick for pick in record.picks if pick.issued and pick.accepted is None]

    def proposed(self, pick: Any) -> dict[str, Any]:
        return {
            "pick": pick.id,
            "received": from_base(pick.prepared or 0, pick.requirement.material.uom),
            "accepted": True,
        }

    def prepare(self, record: Any, choices: Any) -> None:
        super().prepare(record, choices)
        listed = choices.reasons(ACCEPT_MATERIALS)
        for row in self.picks.entries:
            row.form.reason_listed.offer(listed)

    def validate_picks(self, field: Any) -> None:
        super().validate_picks(field)
        if sorted(row.form.pick.data for row in field.entries) != sorted(self.picked):
            raise ValidationError(str(_l("The lines have changed meanwhile. Load the page again.")))
        for row in field.entries:
            differs = row.form.base != row.form.of.prepared
            if row.form.accepted.data and (refusal := row.form.of.not_acceptable()):
                row.form.accepted.errors = [str(refusal)]
            if not reason_given(row.form) and (row.form.accepted.data is False or differs):
                missing = (
                    _l("A refusal needs its reason.")
                    if not differs
                    else _l("What differs from the prepared quantity needs its reason.")
                )
                row.form.reason_listed.errors = [str(missing)]
        if any(row.form.accepted.errors for row in field.entries):
            raise ValidationError(str(_l("A lot may not be used any more.")))
        if any(row.form.reason_listed.errors for row in field.entries):
            raise ValidationError(str(_l("Some lines still need their reason.")))

    def answers(self) -> dict[str, Any]:
        return {
            "lines": [
                {
                    "pick": row.form.pick.data,
                    "accepted": row.form.accepted.data,
                    "received": row.form.base,
                    "reason": reason_given(row.form),
                }
                for row in self.picks.entries
            ]
        }
