"""What the planner, the warehouse and Purchasing enter (clauses 2.1 to 2.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms import FieldList, FormField, HiddenField, IntegerField, SelectField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from app import clock
from app.flow.texts.lazy_text import _l, listed
from app.forms.fields.scans import SupplierLot
from app.forms.records.action import (
    ActionForm,
    Chosen,
    Code,
    Count,
    Day,
    Number,
    PlantTime,
    Prose,
    Row,
    Words,
    YesNo,
    needed,
    not_past,
    offered,
)
from app.plant.quantities import to_base
from app.plant.scans import LONGEST

SENTENCES = _l("%(some)s %(one)s")


class MakeToStockForm(ActionForm):
    product_id = Chosen(_l("Product"), render_kw={"wide": True})
    quantity = Count(_l("Quantity (units)"), least=1)
    requested_date = Day(_l("Needed in stock by"), [needed(), not_past])
    note = Words(_l("Note"), length=400)

    def prepare(self, record: Any, choices: Any) -> None:
        self.product_id.offer(choices.product_ids())


class NeededForm(Row):
    material = IntegerField(widget=HiddenInput())
    quantity = Number(_l("Needed for the rework"), [Optional()])


class DrawUpForm(ActionForm):
    """The plan: proposed for the earliest place on the main line, open to change.

    ``conflicts_seen`` names the cards whose plans were said to overlap: sent again with them, both
    stand, and the approver is told.
    """

    line_id = SelectField(_l("Production line"), coerce=int)
    start = PlantTime(_l("Start"), [needed(), not_past])
    end = PlantTime(
        _l("End"), description=_l("Wash-out, mixing and filling; proposed from the line’s rates.")
    )
    crew = Count(_l("Crew"), least=1, unit=_l("people"))
    crew_names = Words(_l("Crew members"), length=200)
    conflicts_seen = HiddenField()
    promised_date = Day(_l("Promised date (at the customer)"), [needed()])
    note = Prose(_l("Note"))
    materials = FieldList(FormField(NeededForm), _l("Materials"))

    def prepare(self, record: Any, choices: Any) -> None:
        self.proposals = choices.line_proposals(record)
        self.line_id.choices = offered((p.line.id, p.line.name) for p in self.proposals)
        line_wanted = str(self.line_id.data) if self.is_submitted() else choices.asked("line")
        self.chosen = next(
            (p for p in self.proposals if str(p.line.id) == line_wanted),
            next(iter(self.proposals), None),
        )
        self.needs = (
            choices.needs(record, self.chosen.line) if self.chosen and not record.in_rework else []
        )
        self.prepare_rework(record) if record.in_rework else self.__delitem__("materials")
        self.conflicts = lambda: choices.conflicts(
            record, self.line_id.data, self.start.data, self.end.data
        )
        if not self.is_submitted() and self.chosen:
            best = self.chosen
            self.line_id.data, self.crew.data, self.promised_date.data = (
                best.line.id,
                best.crew,
                best.promised_date,
            )
            self.start.process_data(best.start)
            self.end.process_data(best.end)

    def prepare_rework(self, record: Any) -> None:
        """A rework needs only what is said, out of what the product is made of; what is to be
        done is proposed as the note.
        """
        parts = {
            part.material.id: part.material
            for part in (*record.product.formula.lines, *record.product.packaging)
        }
        if not self.is_submitted():
            self.note.data = record.nonconformance.instructions[:400]
            for number in parts:
                self.materials.append_entry({"material": number})
        for row in self.materials.entries:
            row.form.of = parts.get(row.form.material.data)
            row.form.quantity.render_kw = {
                **(row.form.quantity.render_kw or {}),
                "unit": row.form.of.uom if row.form.of else "",
            }

    def validate_materials(self, field: Any) -> None:
        for row in field.entries:
            entry = row.form.quantity
            try:
                row.form.base = to_base(entry.data or 0, row.form.of.uom) if row.form.of else 0
            except ValueError:
                entry.errors = [*entry.errors, str(_l("This unit is counted in whole pieces."))]
            if entry.data is not None and entry.data < 0:
                entry.errors = [*entry.errors, str(_l("A quantity cannot be below zero."))]
        if any(row.form.quantity.errors for row in field.entries):
            raise ValidationError(str(_l("Please correct the quantities.")))

    def validate_end(self, field: Any) -> None:
        if (
            field.data
            and self.start.data
            and field.data > self.start.data
            and not self.line_id.errors
        ):
            self.ask_about_conflicts()

    def ask_about_conflicts(self) -> None:
        """Say once which other plans the line has at that time."""
        conflicts = self.conflicts()
        refs = " ".join(conflict.ref for conflict in conflicts)
        other_conflicts_seen = (
            bool(self.conflicts_seen.raw_data) and self.conflicts_seen.data != refs
        )
        self.conflicts_seen.data = refs
        if conflicts and other_conflicts_seen:
            sentences = listed((conflict.sentence for conflict in conflicts), SENTENCES)
            raise ValidationError(
                str(
                    _l(
                        "%(conflicts)s Choose another time or line, or send it again to plan both.",
                        conflicts=sentences,
                    )
                )
            )

    def answers(self) -> dict[str, Any]:
        answers = {
            name: value
            for name, value in super().answers().items()
            if name not in ("conflicts_seen", "materials")
        }
        if "materials" not in self:
            return answers
        needed_rows = [row.form for row in self.materials.entries if row.form.of and row.form.base]
        return {
            **answers,
            "materials": [{"material": form.of.id, "quantity": form.base} for form in needed_rows],
        }


class SupplyFromStockForm(ActionForm):
    lot_id = SelectField(_l("Lot in stock"), coerce=int)
    promised_date = Day(_l("Promised date (at the customer)"), [needed(), not_past])
    note = Prose(_l("Note"))

    def prepare(self, record: Any, choices: Any) -> None:
        day = clock.today() if self.is_submitted() else None  # which day is promised is in the form
        self.lots = {lot.id: lot for lot in record.covering_lots(day)}
        self.lot_id.choices = offered(
            [
                (
                    lot.id,
                    f"{lot.lot_no} · {lot.quantity:,} · {lot.expiry}{self.too_old(record, lot)}",
                )
                for lot in self.lots.values()
            ]
        )
        if not self.is_submitted():
            self.lot_id.data = (
                int(lot_asked)
                if (lot_asked := choices.asked("lot")).isdecimal() and len(lot_asked) < 18
                else None
            )
            self.promised_date.data = record.requested_date and max(
                record.requested_date, clock.today()
            )

    @staticmethod
    def too_old(record: Any, lot: Any) -> str:
        """What is said beside a lot that has less of its shelf life left than the customer
        wants.
        """
        day = record.requested_date or clock.today()
        is_too_old = any(
            record.too_old_on_arrival({"lot_id": lot.id, "promised_date": max(day, clock.today())})
        )
        note = _l("less shelf life than the customer wants")
        return f" · {note}" if is_too_old else ""

    def validate_promised_date(self, field: Any) -> None:
        lot = self.lots.get(self.lot_id.data)
        if lot and field.data and (refusal := lot.not_usable_on(field.data)):
            raise ValidationError(str(refusal))


class AnswerForm(ActionForm):
    """A department's answer on supply: in time, or short until a date."""

    in_time = YesNo(_l("Will the materials be there in time?"), _l("Yes, in time"), _l("No, short"))
    promised_date = Day(
        _l("Short until"),
        [Optional(), not_past],
        description=_l("The day on which the shortage ends."),
    )
    note = Prose(_l("Note"))

    # Of a field that may stay empty nothing else is asked: what it depends on asks for it.
    def validate_in_time(self, field: Any) -> None:
        if field.data is False and not self.promised_date.data:
            raise ValidationError(str(_l("Say until when it is short.")))


class RequestPurchaseForm(ActionForm):
    material_id = Chosen(_l("Material"), render_kw={"wide": True})
    quantity = Number(_l("Quantity (in the material’s unit)"), [needed()])
    needed_by = Day(_l("Needed by"), [needed(), not_past])
    note = Words(_l("Note"), length=400)

    def prepare(self, record: Any, choices: Any) -> None:
        self.material_id.offer(choices.materials())
        self.uom_of, self.card_id = choices.uom_of, choices.asked_card_id()
        if not self.is_submitted():
            self.needed_by.data = clock.today() + timedelta(days=7)
            if shortage := choices.asked_shortage():
                self.material_id.data, self.quantity.data = shortage

    def validate_quantity(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(str(_l("The quantity must be above zero.")))
        if self.material_id.errors:
            return
        try:
            self.base = to_base(field.data or 0, self.uom_of(self.material_id.data))
        except (ValueError, LookupError):
            raise ValidationError(str(_l("This unit is counted in whole pieces."))) from None

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "quantity": self.base, "card_id": self.card_id}


class OrderPurchaseForm(ActionForm):
    supplier_id = SelectField(_l("Supplier"), coerce=int)
    purchase_no = Code(_l("Purchase order no."), [needed()], 40)
    promised_date = Day(_l("Promised by the supplier for"), [needed(), not_past])

    def prepare(self, record: Any, choices: Any) -> None:
        self.supplier_id.choices = offered(choices.suppliers())
        if not self.is_submitted():
            self.supplier_id.data = record.material.supplier_id
            self.promised_date.data = clock.today() + timedelta(days=record.material.lead_time_days)


class PostponeForm(ActionForm):
    promised_date = Day(_l("New delivery date"), [needed(), not_past])


class ReceivePurchaseForm(ActionForm):
    quantity = Number(_l("Quantity received"), [needed()])
    supplier_lot = SupplierLot(
        _l("Supplier’s lot no."),
        [needed()],
        40,
        render_kw={"autocomplete": "off", "data-scan": True, "maxlength": LONGEST},
    )
    expiry = Day(
        _l("Expiry date"),
        [Optional()],
        description=_l("As on the container; empty: from the shelf life."),
    )
    assay = Number(_l("Assay by the supplier’s certificate"), unit="%")

    def prepare(self, record: Any, choices: Any) -> None:
        self.uom = record.material.uom
        self.quantity.render_kw = {**(self.quantity.render_kw or {}), "unit": self.uom}
        if record.material.nominal_active_pct is None:
            del self.assay
        else:
            self.assay.validators = [needed()]
        if not self.is_submitted():
            self.quantity.data = choices.in_uom(record.rest, self.uom)
        elif not self.expiry.data and not self.expiry.process_errors:
            self.expiry.data = self.supplier_lot.expiry

    def validate_quantity(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(str(_l("The quantity must be above zero.")))
        try:
            self.base = to_base(field.data or 0, self.uom)
        except ValueError:
            raise ValidationError(str(_l("This unit is counted in whole pieces."))) from None

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "quantity": self.base}
