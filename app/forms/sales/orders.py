"""What Sales enters (clauses 1.1 to 1.3)."""

from __future__ import annotations

from typing import Any

from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    SubmitField,
)
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app import clock
from app.flow.texts.currency import MONEY
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import CHANNELS, CHECKS
from app.forms.fields.short_day import ShortDay
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
    Rows,
    Ticked,
    Words,
    needed,
    not_future,
    offered,
)
from app.forms.sales.caller import FINDS, CallerForm

CHANNEL_CHOICES = offered(CHANNELS.items())


MOST_LINES = 50
MOST_POTS = 20


class LineForm(Row):
    """One line as the customer ordered it; an unknown product is taken in too, the review finds
    it.
    """

    product_text = Words(
        _l("Product"),
        [needed()],
        120,
        render_kw={**FINDS, "list": "products", "data-options": "#products"},
    )
    quantity = Count(_l("Quantity (units)"))
    requested_date = ShortDay(_l("Requested delivery date"), [Optional()])
    note = Words(_l("Note"), length=400)

    @property
    def is_begun(self) -> bool:
        return any(
            cell.raw_data and cell.raw_data[0]
            for cell in (self.product_text, self.quantity, self.note)
        )


class OrderForm(CallerForm):
    customer_po = Code(_l("Customer PO no."), length=60)
    channel = RadioField(_l("Channel"), [needed()], choices=CHANNEL_CHOICES)
    received_at = PlantTime(_l("Received at"), [needed(), not_future])
    message = Prose(
        _l("The customer’s message"),
        [needed()],
        20000,
        description=_l("In the customer’s own words; for a call, what was said."),
        render_kw={"rows": 9, "wide": True},
        id="customers-message",
    )
    lines = Rows(FormField(LineForm), _l("Lines"), min_entries=1, max_entries=MOST_LINES)
    add_line = SubmitField()
    repeat = HiddenField()  # the number of an order whose lines are meant again

    def prepare(self, record: Any, choices: Any) -> None:
        self.find_caller(choices)
        self.is_new, self.meant_again = record is None, choices.order_called
        self.product_choices = choices.products()
        if record is None and not self.is_submitted():
            self.received_at.process_data(clock.now())
            self.channel.data = choices.asked("channel") or None
        self.original = record.message if record is not None else ""
        if record is not None:
            del self.message  # the customer's own words are never changed
            if not self.is_submitted():
                self.take_from(record)
        if self.is_submitted() and not self.add_line.data and not self.repeat.data:
            self.lines.drop_empty()
            if len(self.lines.entries) > 1:  # a date alone was carried on from the line before
                self.lines.entries = [
                    row for row in self.lines.entries if row.form.is_begun
                ] or self.lines.entries[:1]

    def grow(self) -> bool:
        if self.add_line.data and len(self.lines.entries) < MOST_LINES:
            self.lines.append_entry(
                {"requested_date": self.lines.entries[-1].form.requested_date.data}
            )
        if again := self.repeat.data and self.meant_again(self.repeat.data):
            self.lines.entries = [row for row in self.lines.entries if row.form.is_begun]
            self.take_lines(again)
        return bool(self.add_line.data or self.repeat.data)

    def take_from(self, order: Any) -> None:
        for name, value in {**order.as_entered(), **order.own_words()}.items():
            if name in self:
                self[name].process_data(value)
        while self.lines.entries:
            self.lines.pop_entry()
        for line in order.lines:
            self.lines.append_entry(
                {
                    "product_text": line.product_text,
                    "quantity": line.quantity,
                    "requested_date": line.requested_date,
                    "note": line.note,
                }
            )

    def take_lines(self, order: Any) -> None:
        """The lines of an earlier order, as far as there is room; days and notes were of then."""
        for line in order.lines[: MOST_LINES - len(self.lines.entries)]:
            text = line.product.code if line.product else line.product_text
            self.lines.append_entry({"product_text": text, "quantity": line.quantity})

    def answers(self) -> dict[str, Any]:
        answers = {"message": self.original, **super().answers()}
        del answers["add_line"], answers["repeat"], answers["customer"]
        return {**answers, **self.who()}


class ApproveForm(ActionForm):
    """The checklist of the review (1.2); each point is one somebody looked at."""

    shows_facts = False  # they stand above, beside what the customer said
    customer_right = Ticked(CHECKS["customer_right"])
    product_right = Ticked(CHECKS["product_right"])
    quantity_right = Ticked(CHECKS["quantity_right"])
    date_feasible = Ticked(CHECKS["date_feasible"])
    terms_right = Ticked(CHECKS["terms_right"])


class AskCustomerForm(ActionForm):
    question = Prose(
        _l("What was asked"),
        [needed()],
        4000,
        description=_l("Drafted from what the review found, in the customer’s language."),
        render_kw={"rows": 9, "wide": True},
    )
    asked_by = RadioField(_l("Channel"), [needed()], choices=CHANNEL_CHOICES)

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.question.data = choices.letter_about(record)
            self.asked_by.data = record.channel if record.channel in CHANNELS else None


class RecordReplyForm(ActionForm):
    reply = Prose(_l("What the customer answered"), [needed()], 4000)
    replied_by = RadioField(_l("Channel"), [needed()], choices=CHANNEL_CHOICES)


class DeclineLineForm(ActionForm):
    line_no = Chosen(_l("Line"))

    def prepare(self, record: Any, choices: Any) -> None:
        self.line_no.offer(
            (
                n.line_no,
                f"{n.line_no}. {n.product.name if n.product else n.product_text} × {n.quantity:,}",
            )
            for n in record.open_lines
        )
        if not self.is_submitted():
            self.line_no.process_data(choices.asked("line"))


class ProposePotsForm(ActionForm):
    """How the planner might make a line: in several pots, or in one with others."""

    line_no = Chosen(_l("Line"))
    pots = Count(_l("Pots"), [needed(), NumberRange(1, MOST_POTS)], least=1)
    partners = SelectMultipleField(
        _l("In one pot with"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
        description=_l("Lines of the same formula that are not planned yet."),
    )

    def prepare(self, record: Any, choices: Any) -> None:
        self.line_no.offer(
            (n.line_no, f"{n.line_no}. {n.product.name if n.product else n.product_text}")
            for n in record.open_lines
        )
        self.order_id = record.id
        self.partners.choices = offered(choices.lines_to_share(record))
        if not self.is_submitted():
            self.line_no.process_data(choices.asked("line"))
            self.pots.data = choices.asked_number("pots") or 1
            self.partners.data = [one] if (one := choices.asked("partner")) else []

    def validate_partners(self, field: Any) -> None:
        known = {value for value, *_ in field.iter_choices()}
        if not known.issuperset(field.data or ()):
            raise ValidationError(
                str(_l("A chosen line is planned already or gone; choose again."))
            )
        own = f"{self.order_id}:{self.line_no.data}"
        if self.pots.data == 1 and not {*(field.data or ())} - {own}:
            raise ValidationError(str(_l("Say in how many pots, or with which line.")))

    def answers(self) -> dict[str, Any]:
        rest = super().answers()
        places = [tuple(map(int, each.split(":"))) for each in self.partners.data or ()]
        own = (self.order_id, self.line_no.data)
        return {**rest, "partners": [place for place in places if place != own]}


class LineNoteForm(Row):
    line_no = IntegerField(widget=HiddenInput())
    note = Words(_l("Note"), length=400)


class RewordForm(ActionForm):
    """The words of an approved order; what is made, how much and when is agreed and stays."""

    customer_po = Words(_l("Customer PO no."), length=60)
    notes = FieldList(FormField(LineNoteForm), _l("Lines"))

    def prepare(self, record: Any, choices: Any) -> None:
        lines = {line.line_no: line for line in record.open_lines}
        if not self.is_submitted():
            self.customer_po.data = record.customer_po
            for line in lines.values():
                self.notes.append_entry({"line_no": line.line_no, "note": line.note})
        for row in self.notes.entries:
            row.form.of = of = lines.get(row.form.line_no.data)
            row.form.note.label.text = f"{of.line_no}. {of.product.name}" if of else ""

    def validate_notes(self, field: Any) -> None:
        if any(row.form.of is None for row in field.entries):
            raise ValidationError(
                str(_l("Somebody has changed the order meanwhile. Load the page again."))
            )


class RecordPaymentForm(ActionForm):
    amount = Number(_l("Amount"), [needed()], unit=MONEY)
    paid_on = Day(_l("Paid on"), [needed(), not_future])
    note = Words(_l("Note"), length=400)

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.amount.data = record.amount_due - record.amount_paid
            self.paid_on.data = clock.today()
