"""Revisions of controlled documents: which document, and its contents as a grid."""

from __future__ import annotations

from functools import cache
from typing import Any

from wtforms import FormField, RadioField, SubmitField
from wtforms.validators import InputRequired

from app import clock
from app.flow.texts.lazy_text import Text, _l
from app.forms.master.tables import field
from app.forms.master.tables import plain as plain_of_field
from app.forms.records.action import (
    ActionForm,
    Code,
    Day,
    Prose,
    Row,
    Rows,
    Words,
    needed,
    not_past,
    offered,
)
from app.models.master.dictionary.controlled import LAYOUTS, SET_ONCE, Layout, plain
from app.models.master.dictionary.fields import CODE_OF, LONG, ROW_OF, TEXT, Field
from app.plant.production.formula_sum import told

MOST_LINES = 5000
FEW_COLUMNS = 8  # a table of more is laid out line by line


def in_days(what: Any) -> Day:
    return Day(what, [needed(), not_past])


class ReviseForm(ActionForm):
    kind = RadioField(_l("Kind of document"), [needed()])
    code = Code(
        _l("Document"),
        [needed()],
        40,
        description=_l(
            "The code of an instruction or a formula, a new one too; for specification and "
            "packaging list the product’s."
        ),
        render_kw={"list": "documents"},
    )
    effective_on = in_days(_l("Effective from"))

    def prepare(self, record: Any, choices: Any) -> None:
        kinds = choices.kinds_to_write()
        self.kind.choices = offered(kinds)
        self.documents = choices.documents()
        if not self.is_submitted():
            self.effective_on.data = clock.today()
            self.kind.data = choices.asked("kind") or (kinds[0][0] if len(kinds) == 1 else None)
            self.code.data = choices.asked("code")


class WriteContentsForm(ActionForm):
    """What stands in a revision; its fields are those of the document's tables."""

    layout: Layout
    shows_facts = False
    edition = Code(_l("Revision"), [needed()], 10)
    effective_on = in_days(_l("Effective from"))
    reason = Prose(_l("Reason for the change"), [needed()], 400)
    add_line = SubmitField()

    @classmethod
    def of(cls, record: Any) -> type[ActionForm]:
        layout = LAYOUTS[record.kind]
        return type(f"{record.kind}_contents", (cls,), {"layout": layout, **fields_of(record.kind)})

    @property
    def in_blocks(self) -> bool:
        """Whether each line is a block of its own: there are too many columns for a table."""
        return len(self.layout.line_fields) > FEW_COLUMNS

    @property
    def in_brief(self) -> tuple[str, ...]:
        """What a folded line shows of itself."""
        return (*self.layout.naming, "text_zh", "text_en", "name_zh", "name_en")

    @property
    def head(self) -> list[Any]:
        return [self[f"head_{f.name}"] for f in self.layout.head_fields if f"head_{f.name}" in self]

    @property
    def sum(self) -> Text:
        """What the figures of its lines add up to, where they must to a whole."""
        figures = (row.form[self.layout.sums].data for row in self.lines)
        return told(figure for figure in figures if figure is not None)

    def prepare(self, record: Any, choices: Any) -> None:
        self.references = choices.references(self.layout)
        self.kept_head = record.content["head"]
        if record.former_edition:
            for name in SET_ONCE:
                if f"head_{name}" in self:
                    del self[f"head_{name}"]
        if self.is_submitted():
            if not self.add_line.data:
                self.lines.drop_empty()
            return
        self.edition.data, self.effective_on.data = record.edition, record.effective_on
        self.reason.data = record.reason
        for entry in self.layout.head_fields:
            if f"head_{entry.name}" in self:
                value = plain(entry, record.content["head"].get(entry.name))
                self[f"head_{entry.name}"].process_data(value)
        while self.lines.entries:
            self.lines.pop_entry()
        for line in record.content["lines"] or [{}]:
            self.lines.append_entry(
                {f.name: plain(f, line.get(f.name)) for f in self.layout.line_fields}
            )

    def grow(self) -> bool:
        if self.add_line.data:
            self.lines.append_entry()
        return bool(self.add_line.data)

    def answers(self) -> dict[str, Any]:
        layout = self.layout
        head = {
            f.name: plain_of_field(f, self[f"head_{f.name}"].data)
            if f"head_{f.name}" in self
            else self.kept_head.get(f.name)
            for f in layout.head_fields
        }
        lines = [
            {f.name: plain_of_field(f, row.form[f.name].data) for f in layout.line_fields}
            for row in self.lines.entries
        ]
        filled = [
            line for line in lines if any(value not in (None, "", False) for value in line.values())
        ]
        return {
            "content": {"head": head, "lines": filled},
            "reason": self.reason.data,
            "effective_on": self.effective_on.data,
            "edition": self.edition.data,
        }


@cache
def fields_of(kind: str) -> dict[str, Any]:
    """The fields that a kind of document adds: those of its head, and its lines as a grid."""
    layout = LAYOUTS[kind]
    head = {f"head_{f.name}": part(layout.head, f) for f in layout.head_fields}
    line = type("LineForm", (Row,), {f.name: part(layout.lines, f) for f in layout.line_fields})
    lines = Rows(FormField(line), layout.lines.label, min_entries=1, max_entries=MOST_LINES)
    return {**head, "lines": lines}


def part(table: Any, entry: Field) -> Any:
    """The form's field of a field of the dictionary; what refers to other rows is typed as their
    code, which a list proposes.
    """
    if entry.kind in (CODE_OF, ROW_OF):
        checks = [InputRequired()] if entry.required else []
        return Code(entry.label, checks, 40, render_kw={"list": f"of-{entry.name}"})
    if entry.kind in (TEXT, LONG) and entry.name == "uom":
        return Words(entry.label, [needed()] if entry.required else [], 12)
    return field(table, entry, None, lambda _entry: (), entry.unit)
