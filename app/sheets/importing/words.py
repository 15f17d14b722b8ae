"""What a row of a plan comes to, in the words people read."""

from __future__ import annotations

from typing import Any

from app.flow.texts.lazy_text import _l
from app.models.master.dictionary.wording import value_in_words
from app.sheets.importing.report import sentence
from app.sheets.kinds import Kind
from app.sheets.reading.plan import CHANGED, NEW, SAME, WRONG, Change, Plan, Planned

STATES = {NEW: _l("new"), CHANGED: _l("changed"), SAME: _l("same"), WRONG: _l("wrong")}


def fields_of(kind: Kind) -> dict[str, Any]:
    return {column.field.name: column.field for column in kind.columns}


def change(fields: dict[str, Any], each: Change) -> tuple[str, str, str]:
    """The name of what changed, and what it was and is."""
    found = fields.get(each.field)
    if found is None:
        return each.field, str(each.old or ""), str(each.new or "")
    return (
        str(found.label),
        value_in_words(found, each.old, each.unit) if each.old is not None else "",
        value_in_words(found, each.new, each.unit),
    )


def line(fields: dict[str, Any], row: Planned) -> str:
    """One row on one line, for the command line."""
    head = f"{row.number} {row.state} {row.title}".rstrip()
    if row.state == WRONG:
        return f"{head}: {'; '.join(fault(each) for each in row.faults)}"
    if row.state == CHANGED:
        parts = [
            f"{name} {old or '–'} → {new or '–'}"
            for name, old, new in (change(fields, each) for each in row.changes)
        ]
        return f"{head}: {'; '.join(parts)}" if parts else head
    return head


def fault(each: Any) -> str:
    where = " ".join(filter(None, (each.cell if each.head else "", each.head)))
    return f"{where}: {each.sentence}" if where else str(each.sentence)


def counted(plan: Plan) -> str:
    """The last line of a dry run."""
    return ", ".join(f"{number} {state}" for state, number in plan.counts.items())


def told(fault: list[Any]) -> str:
    """What is wrong with a row: cell, head and why."""
    cell, head, why = fault
    where = " ".join(filter(None, (cell if head else "", head)))
    return f"{where}: {sentence(why)}" if where else sentence(why)
