"""The rows of a file that were wrong, as a file that says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.flow.texts.lazy_text import _l
from app.sheets.importing.words import fault
from app.sheets.reading.plan import WRONG, Plan
from app.web.sheets import Sheet

WHY = _l("Why it is wrong")
NAMES = ("wrong", "wrong-lines")


def wrong_rows(plan: Plan) -> list[Sheet]:
    """The wrong rows of a plan as they were, with a column before them that says why; those of a
    second file in a list of their own.
    """
    heads = (plan.heads, plan.line_heads)
    return sheets(
        heads,
        [
            [
                ["; ".join(fault(each) for each in row.faults), *filled(row.cells, len(of))]
                for row in rows
                if row.state == WRONG
            ]
            for of, rows in zip(heads, plan.parts(), strict=True)
        ],
    )


def sheets(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[Sequence[Any]]]) -> list[Sheet]:
    """The lists of one file, or of two that belong together; one of two that has no row is left
    out.
    """
    both: list[Sheet] = [
        (name, [WHY, *of], of_file)
        for name, of, of_file in zip(NAMES, heads, rows, strict=True)
        if of_file
    ]
    return both or [(NAMES[0], [WHY, *heads[0]], [])]


def filled(cells: Sequence[Any], width: int) -> list[Any]:
    return [*cells, *[None] * (width - len(cells))][:width] if len(cells) < width else [*cells]
