"""The rows of a file that were wrong, as a file that says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.flow.texts.lazy_text import _l
from app.sheets.importing.words import fault
from app.sheets.reading.plan import WRONG, Plan
from app.web.sheets import Sheet

WHY = _l("Why it is wrong")


def wrong_rows(plan: Plan) -> Sheet:
    """The wrong rows of a plan as they were, with a column before them that says why."""
    rows = [
        ["; ".join(fault(each) for each in row.faults), *filled(row.cells, len(plan.heads))]
        for row in plan.rows
        if row.state == WRONG
    ]
    return sheet(plan.heads, rows)


def sheet(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Sheet:
    return ("wrong", [WHY, *heads], rows)


def filled(cells: Sequence[Any], width: int) -> list[Any]:
    return [*cells, *[None] * (width - len(cells))][:width] if len(cells) < width else [*cells]
