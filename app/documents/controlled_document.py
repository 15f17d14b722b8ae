"""A controlled document as it was signed: its revision, what stands in it, what changed, and by
whom it was written and approved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import both, day, joined
from app.documents.paper.blocks import Column, Field, Fields, Paper, SignOff, SignOffs, Table
from app.documents.paper.heading import last, seen, sheet, signature
from app.flow.master.revisions import APPROVE, BRING_IN, CONFIRM, REVISE, SUBMIT, TAKE_OVER
from app.flow.texts.lazy_text import Both
from app.models.controlled.contents import line_changes, named, names_of
from app.models.master.dictionary.controlled import Layout, plain
from app.models.master.dictionary.wording import value_in_words
from app.models.records.papers.document import Document

if TYPE_CHECKING:
    from app.models.controlled.revision import Revision
    from app.models.master.dictionary.fields import Field as Entry
    from app.models.records.event import Event

FEW_COLUMNS = 8
Names = dict[tuple[str, str], Any]
NONE: Names = {}
LINE = Both("行", "Line")
CHANGED = Both("变更", "Change")
ADDED, CHANGES, LEFT_OUT = Both("新增", "new"), Both("修改", "changed"), Both("删除", "left out")


def context(revision: Revision, document: Document) -> Paper:
    """Return the document of a revision with the signatures of author and approver."""
    events, layout = seen(revision, document), revision.home.layout
    kind = both(revision.document.label)
    return sheet(
        document,
        refs={kind: joined(revision.code, revision.edition, by=" ")},
        code=revision.ref,
        blocks=(
            Fields(tuple(head(revision))),
            Fields(tuple(own_words(revision))) if layout.head else None,
            contents(revision),
            SignOffs(signatures(revision, events)),
        ),
    )


def signatures(revision: Revision, events: list[Event]) -> tuple[SignOff, ...]:
    """Who wrote and approved it; of one that was in force on paper only who said so here."""
    if revision.paper_list:
        return (
            signature(Both("由纸质录入", "Taken over by"), revision, last(events, TAKE_OVER)),
            signature(Both("确认", "Confirmed by"), revision, last(events, CONFIRM)),
        )
    return (
        signature(Both("编制", "Written by"), revision, last(events, SUBMIT, REVISE, BRING_IN)),
        signature(Both("批准", "Approved by"), revision, last(events, APPROVE)),
    )


def head(revision: Revision) -> list[Field]:
    return [
        Field(Both("文件", "Document"), joined(revision.code, revision.title, by=" ")),
        Field(Both("版次", "Revision"), revision.edition),
        Field(Both("生效日期", "Effective from"), day(revision.effective_on)),
        Field(Both("取代版次", "Takes the place of"), revision.former_edition or None),
        Field(Both("修订单号", "Revision no."), revision.ref),
        Field(Both("纸质文件编制人", "Written on paper by"), revision.paper_author or None),
        Field(Both("纸质文件批准人", "Approved on paper by"), revision.paper_approver or None),
        Field(Both("来源文件", "From the file"), revision.source or None),
        Field(Both("变更原因", "Reason for the change"), revision.reason, wide=True),
    ]


def own_words(revision: Revision) -> list[Field]:
    values = revision.content["head"]
    return [Field(both(f.label), words(f, values)) for f in revision.home.layout.head_fields]


def contents(revision: Revision) -> Table:
    """The lines as a table, each with what became of it since the revision before."""
    layout = revision.home.layout
    changes = line_changes(layout, revision.former, revision.content)
    names = names_of(layout, revision.former, revision.content)
    first = not revision.former_edition
    rows = []
    for change in changes:
        mark = (
            None
            if first
            else ADDED
            if change.is_new
            else LEFT_OUT
            if change.is_gone
            else CHANGES
            if change.fields
            else None
        )
        line = change.new or change.old or {}
        rows.append((named(change), *values_of(layout, line, names), mark))
    return Table(
        (Column(LINE, 10), *columns(layout), Column(CHANGED, 8)),
        tuple(rows),
        both(layout.lines.label),
        small=True,
        breaks=True,
    )


def columns(layout: Layout) -> list[Column]:
    """A column a field where they are few; else one for all that a line says."""
    fields = own_fields(layout)
    if len(fields) > FEW_COLUMNS:
        return [Column(Both("内容", "Contents"))]
    return [Column(both(f.label)) for f in fields]


def values_of(layout: Layout, line: dict[str, Any], names: Names) -> list[Any]:
    fields = own_fields(layout)
    if len(fields) <= FEW_COLUMNS:
        return [words(f, line, names) for f in fields]
    told = [(f, words(f, line, names)) for f in fields]
    said = [joined(both(f.label), value, by=": ") for f, value in told if value]
    return [joined(*said, by="\n")]


def own_fields(layout: Layout) -> list[Entry]:
    return [f for f in layout.line_fields if f.name not in layout.naming]


def words(field: Entry, values: dict[str, Any], names: Names = NONE) -> Any:
    """A value as it is printed: choices in both languages, a code with what it stands for."""
    value = values.get(field.name)
    if isinstance(value, str) and (name := names.get((field.name, value))):
        return joined(value, name, by=" ")
    label = dict(field.options).get(str(value)) if value is not None else None
    if label is not None and not isinstance(label, str):
        return both(label)
    return value_in_words(field, plain(field, value), field.unit) or None
