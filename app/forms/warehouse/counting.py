"""What is counted in the store (clause 3.1): which zone, each lot of its sheet, why the book was
wrong; and one lot alone.
"""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, IntegerField, SelectField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.flow.texts.lazy_text import _l
from app.flow.warehouse.counts import SUBMIT
from app.forms.fields.reasons import NOT_SAID, OWN, ListedInRow, reason_given
from app.forms.records.action import (
    ActionForm,
    Number,
    PlantTime,
    Row,
    Words,
    needed,
    not_future,
    offered,
)
from app.plant.quantities import to_base
from app.plant.scans import LONGEST

AT_ONCE = 100  # lots of a form; the others come when these are entered
MOVED_ON = _l("The lines have changed meanwhile. Load the page again.")
WHOLE_PIECES = _l("This unit is counted in whole pieces.")
BELOW_ZERO = _l("A quantity cannot be below zero.")
SCAN = {"autocomplete": "off", "data-scan": True, "maxlength": LONGEST}


def in_base(field: Any, uom: str) -> int | None:
    """What was typed in base units; None where it cannot be, which the field then says."""
    try:
        if field.data >= 0:
            return to_base(field.data, uom)
        field.errors = [*field.errors, str(BELOW_ZERO)]
    except ValueError:
        field.errors = [*field.errors, str(WHOLE_PIECES)]
    return None


def in_zone(label: Any) -> SelectField:
    return SelectField(label, [needed()])


class BeginCountForm(ActionForm):
    zone = in_zone(_l("Zone"))

    def prepare(self, record: Any, choices: Any) -> None:
        self.zone.choices = offered([("", _l("Please choose")), *choices.zones_to_count()])
        if not self.is_submitted():
            self.zone.data = choices.asked("zone")


class AddLotForm(ActionForm):
    lot = Words(
        _l("Lot"),
        [needed()],
        LONGEST,
        description=_l("Scan its label, or type its number."),
        render_kw=SCAN,
    )

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.lot.data = choices.asked("lot")
        self.found = choices.lot_called(self.lot.data or "")

    def validate_lot(self, field: Any) -> None:
        if field.data and not self.found:
            raise ValidationError(
                str(
                    _l(
                        "No lot has this number. What was never received comes in by its "
                        "purchase requisition, or by an import of lots."
                    )
                )
            )

    def answers(self) -> dict[str, Any]:
        rest = super().answers()
        del rest["lot"]
        return {**rest, "lot_id": self.found.id}


class AdjustLotForm(AddLotForm):
    zone = in_zone(_l("Zone"))
    quantity = Number(_l("Counted quantity"), [needed()])

    def prepare(self, record: Any, choices: Any) -> None:
        super().prepare(record, choices)
        zones = choices.zones_of(self.found) if self.found else choices.zones_to_count()
        self.zone.choices = offered(
            zones if len(zones) == 1 else [("", _l("Please choose")), *zones]
        )
        if self.found:
            self.quantity.render_kw = {**self.quantity.render_kw, "unit": self.found.uom}

    def validate_quantity(self, field: Any) -> None:
        if self.found and field.data is not None:
            self.base = in_base(field, self.found.uom)
            if self.base is None:
                raise ValidationError(field.errors[-1])

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "quantity": self.base}


class CountedForm(Row):
    line = IntegerField(widget=HiddenInput())
    quantity = Number(_l("Counted quantity"))


class LinesForm(ActionForm):
    """Rows that belong to lines of the count."""

    shows_facts = False

    def wanted(self, record: Any) -> list[Any]:
        """The lines that are asked for; each form names its own."""
        return list(record.lines)

    def proposed(self, line: Any) -> dict[str, Any]:
        return {"line": line.id}

    def prepare(self, record: Any, choices: Any) -> None:
        wanted = self.wanted(record)
        if not self.is_submitted():
            for line in wanted:
                self.lines.append_entry(self.proposed(line))
        known = {line.id: line for line in record.lines}
        for row in self.lines.entries:
            row.form.of = known.get(row.form.line.data)

    def validate_lines(self, field: Any) -> None:
        lines = [row.form.line.data for row in field.entries]
        if any(row.form.of is None for row in field.entries) or len(set(lines)) < len(lines):
            raise ValidationError(str(MOVED_ON))


class EnterCountsForm(LinesForm):
    scan = Words(
        _l("Find a lot"), length=LONGEST, description=_l("Scan its label."), render_kw=SCAN
    )
    counted_at = PlantTime(
        _l("Counted at"),
        [Optional(), not_future],
        description=_l("Empty: just now. When it was, where it is taken over from the sheet."),
    )
    lines = FieldList(FormField(CountedForm), _l("Lots"))

    def wanted(self, record: Any) -> list[Any]:
        return self.all_wanted(record)[:AT_ONCE]

    @staticmethod
    def all_wanted(record: Any) -> list[Any]:
        return record.to_count or list(record.lines)

    def proposed(self, line: Any) -> dict[str, Any]:
        counted = None if line.counted is None else self.in_uom(line.counted, line.lot.uom)
        return {"line": line.id, "quantity": counted}

    def prepare(self, record: Any, choices: Any) -> None:
        self.in_uom, self.record, self.sought = choices.in_uom, record, None
        self.places = choices.places_of(record)
        self.waiting = max(0, len(self.all_wanted(record)) - AT_ONCE)
        super().prepare(record, choices)
        for row in self.lines.entries:
            if row.form.of:
                field = row.form.quantity
                field.render_kw = {**(field.render_kw or {}), "unit": row.form.of.lot.uom}
        if code := (self.scan.data if self.is_submitted() else choices.asked("lot")):
            self.bring_forward(choices.lot_called(code), code)

    def bring_forward(self, lot: Any, code: str) -> None:
        """Put the row of the lot that was scanned on top."""
        line = next((x for x in self.record.lines if lot and x.lot_id == lot.id), None)
        if line is None:
            self.scan.errors = [
                str(
                    _l("“%(code)s” is not on this sheet. Add it if it stands here.", code=code[:60])
                )
            ]
            return
        self.scan.data, self.scan.raw_data, self.sought = "", None, line
        entries = self.lines.entries
        row = next((each for each in entries if each.form.of is line), None)
        if row is None:
            row = self.lines.append_entry(self.proposed(line))
            row.form.of = line
        shown = {"unit": line.lot.uom, "autofocus": True}
        row.form.quantity.render_kw = {**(row.form.quantity.render_kw or {}), **shown}
        entries.remove(row)
        entries.insert(0, row)

    def grow(self) -> bool:
        """A scan shows its lot; what was typed so far stays."""
        return bool(self.scan.raw_data and self.scan.raw_data[0]) or self.sought is not None

    def validate_counted_at(self, field: Any) -> None:
        if field.data and field.data < self.record.created_at.replace(second=0, microsecond=0):
            raise ValidationError(str(_l("The count had not begun then.")))

    def validate_lines(self, field: Any) -> None:
        super().validate_lines(field)
        typed = [row.form for row in field.entries if row.form.quantity.data is not None]
        for row in typed:
            row.base = in_base(row.quantity, row.of.lot.uom)
        if any(row.quantity.errors for row in typed):
            raise ValidationError(str(_l("Please correct the quantities.")))

    def answers(self) -> dict[str, Any]:
        rows = [row.form for row in self.lines.entries if row.form.quantity.data is not None]
        counts = [
            {"line": row.line.data, "quantity": row.base}
            for row in rows
            if row.base != row.of.counted
        ]
        return {"counts": counts, "counted_at": self.counted_at.data}


class DifferenceForm(Row):
    line = IntegerField(widget=HiddenInput())
    reason_listed = ListedInRow(_l("Reason"))
    reason = Words(OWN, length=400)


class SubmitCountForm(LinesForm):
    """Why each line differs; ``rest`` is the reason of all that have none of their own."""

    rest_listed = ListedInRow(_l("Reason of all that have none of their own"))
    rest = Words(OWN, length=400)
    lines = FieldList(FormField(DifferenceForm), _l("Differences"))

    def wanted(self, record: Any) -> list[Any]:
        return [line for line in record.lines if self.said[line.lot_id] != line.counted]

    def prepare(self, record: Any, choices: Any) -> None:
        self.said = record.books()
        self.differences = {
            line.id: (line.counted or 0) - self.said[line.lot_id] for line in self.wanted(record)
        }
        super().prepare(record, choices)
        listed = choices.reasons(SUBMIT)
        self.rest_listed.offer(listed)
        for row in self.lines.entries:
            row.form.reason_listed.offer(listed)

    def validate_lines(self, field: Any) -> None:
        super().validate_lines(field)
        if sorted(row.form.line.data for row in field.entries) != sorted(self.differences):
            raise ValidationError(str(MOVED_ON))
        for row in field.entries:
            if not self.reason_of(row.form):
                row.form.reason_listed.errors = [str(NOT_SAID)]
        if any(row.form.reason_listed.errors for row in field.entries):
            raise ValidationError(str(_l("Some lines still need their reason.")))

    def answers(self) -> dict[str, Any]:
        return {
            "reasons": {row.form.line.data: self.reason_of(row.form) for row in self.lines.entries}
        }

    def reason_of(self, row: Any) -> str:
        return reason_given(row) or reason_given(self, "rest")
