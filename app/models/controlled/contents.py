"""What stands in a document: read from rows, checked, compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Master
from app.models.master.dictionary.controlled import Layout, Line, kept, plain
from app.models.master.dictionary.fields import Field, shown
from app.models.master.editing import Invalid, put
from app.models.master.formulas import Formula
from app.models.master.rules import fault

Content = dict[str, Any]
EMPTY: Content = {"head": {}, "lines": []}


def read(layout: Layout, head: Master | None, lines: Iterable[Master]) -> Content:
    """The contents of a document as its rows say them."""
    return {
        "head": {f.name: kept(f, shown(head, f)) for f in layout.head_fields} if head else {},
        "lines": layout.sorted(
            [{f.name: kept(f, shown(row, f)) for f in layout.line_fields} for row in lines]
        ),
    }


def tidy(layout: Layout, content: Content) -> Content:
    """What somebody wrote as contents are kept: known fields, in their order."""
    head, lines = content["head"], content["lines"]
    return {
        "head": {f.name: kept(f, head.get(f.name)) for f in layout.head_fields},
        "lines": layout.sorted(
            [{f.name: kept(f, line.get(f.name)) for f in layout.line_fields} for line in lines]
        ),
    }


def built(layout: Layout, content: Content) -> tuple[Master | None, list[tuple[Line, Master]]]:
    """The rows that contents make, each line beside what it was made of; they belong to nothing
    yet. Raises Invalid where a value or a reference is wrong.
    """
    head = layout.head.model(active=True) if layout.head else None
    if layout.head and head is not None:
        filled(layout.head_fields, layout.head, head, content["head"])
    rows = []
    for line in content["lines"]:
        row = layout.lines.model(active=True)
        try:
            filled(layout.line_fields, layout.lines, row, line)
        except Invalid as wrong:
            raise Invalid(wrong.field, of_line(layout, line, wrong.sentence)) from None
        rows.append((line, row))
    return head, rows


def filled(fields: Iterable[Field], table: Any, row: Master, values: dict[str, Any]) -> None:
    with db.session.no_autoflush:
        put(table, row, {f.name: plain(f, values.get(f.name)) for f in fields}, old={})


def of_line(layout: Layout, line: Line, sentence: Any) -> Text:
    return _l("Line %(line)s: %(sentence)s", line=joined(layout.name_of(line)), sentence=sentence)


def joined(name: Iterable[Any]) -> str:
    """What people call a line: 20, or bulk · PH."""
    return " · ".join(str(part) for part in name)


def named(change: Change) -> str:
    return joined(change.name)


def what_is_wrong(layout: Layout, content: Content) -> Text | None:
    """The first thing that is wrong with contents, by the rules of master data."""
    if not content["lines"]:
        return _l("Nothing stands in it yet; write the contents first.")
    names = [layout.name_of(line) for line in content["lines"]]
    if twice := next(
        (line for line in content["lines"] if names.count(layout.name_of(line)) > 1), None
    ):
        return of_line(layout, twice, _l("it stands there twice."))
    try:
        head, rows = built(layout, content)
    except Invalid as wrong:
        return wrong.sentence
    if isinstance(head, Formula):
        lines: Any = [row for _, row in rows]
        head.code, head.status, head.lines = "", "", lines
    for line, row in rows:
        if wrong_line := fault(row):
            return of_line(layout, line, wrong_line[1])
    if isinstance(head, Formula):
        head.status = APPROVED
    wrong_head = fault(head) if head is not None else None
    return wrong_head[1] if wrong_head else None


APPROVED = "approved"  # of a formula: it may be planned by


def next_edition(edition: str) -> str:
    """The version after one: A/2 → A/3, 1.0 → 1.1; the first is 1."""
    numbers = list(re.finditer(r"\d+", edition))
    if not numbers:
        return f"{edition}2" if edition else "1"
    last = numbers[-1]
    return edition[: last.start()] + str(int(last.group()) + 1) + edition[last.end() :]


def names_of(layout: Layout, *contents: Content) -> dict[tuple[str, str], Any]:
    """What the codes that contents refer to are called, by field and code."""
    found: dict[tuple[str, str], Any] = {}
    for field in layout.line_fields:
        if field.refers:
            lines = [line for content in contents for line in content["lines"]]
            codes = {line[field.name] for line in lines if line.get(field.name)}
            rows = db.session.scalars(select(field.refers).where(field.refers.code.in_(codes)))
            found |= {(field.name, row.code): getattr(row, "name", "") for row in rows}
    return found


# What differs


@dataclass(frozen=True)
class Change:
    """A line before and after; ``old`` or ``new`` is None where there is none."""

    name: Any
    old: Line | None
    new: Line | None
    fields: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        return self.old is None

    @property
    def is_gone(self) -> bool:
        return self.new is None


def head_changes(former: Content, content: Content) -> tuple[str, ...]:
    """The fields of the head that differ."""
    return differing(former["head"], content["head"])


def line_changes(layout: Layout, former: Content, content: Content) -> list[Change]:
    """Every line of either revision beside what it was or is, in their order; ``fields`` are those
    that differ.
    """
    old = {layout.name_of(line): line for line in former["lines"]}
    new = {layout.name_of(line): line for line in content["lines"]}
    names = [layout.name_of(line) for line in layout.sorted([*(old | new).values()])]
    return [
        Change(
            name,
            old.get(name),
            new.get(name),
            differing(old[name], new[name]) if name in old and name in new else (),
        )
        for name in names
    ]


def differing(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in {**old, **new} if old.get(name) != new.get(name))
