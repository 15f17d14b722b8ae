"""What a dry run found, kept for the page that shows it: a line of JSON for each row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from app.flow.texts.lazy_text import Text
from app.models.records.column_types import canonical
from app.sheets.reading.plan import WRONG, Plan
from app.storage import store
from app.storage.store.streams import blocks

FOLDER = "imports"
PAGE = 50


@dataclass(frozen=True)
class Row:
    """A row as a page shows it: plain values, and sentences that are still no language's."""

    number: int
    title: str
    state: str
    changes: list[list[Any]]
    faults: list[list[Any]]
    said: list[Any]
    cells: list[Any]
    second: bool = False  # of the second file


def place(number: int) -> str:
    """Where in the store the report of a job is, or will be."""
    return f"{FOLDER}/{number}.jsonl"


def lines_of(plan: Plan) -> Iterator[str]:
    """The rows of a plan, each on a line; the cells only of those that are wrong."""
    for second, rows in enumerate(plan.parts()):
        for row in rows:
            yield canonical(
                {
                    "number": row.number,
                    "title": row.title,
                    "state": row.state,
                    "changes": [[c.field, c.old, c.new, c.unit] for c in row.changes],
                    "faults": [[f.cell, f.head, f.sentence] for f in row.faults],
                    "said": row.said,
                    "cells": [shown(cell) for cell in row.cells] if row.state == WRONG else [],
                    "second": bool(second),
                }
            )


def shown(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, str | bool) else str(cell)


def digest(plan: Plan) -> str:
    """By which two looks at a file are told apart."""
    found = hashlib.sha256()
    for line in lines_of(plan):
        found.update(line.encode())
    return found.hexdigest()


def keep(number: int, plan: Plan) -> None:
    """Keep the report of a job, in place of an earlier attempt's. Raises OSError."""
    content = "\n".join(lines_of(plan)).encode()
    store.here().remove(place(number))
    store.here().put(place(number), BytesIO(content))


def rows(number: int, states: Iterable[str] = ()) -> list[Row]:
    """The rows of a report that are in some states; all where none is named. Raises
    FileNotFoundError.
    """
    wanted = set(states)
    with store.here().open(place(number)) as opened:
        text = b"".join(blocks(opened.file)).decode()
    found = (json.loads(line) for line in text.split("\n") if line)
    return [Row(**each) for each in found if not wanted or each["state"] in wanted]


def sentence(kept: Any) -> str:
    """A sentence of a report in the reader's language."""
    return str(Text.from_json(kept)) if isinstance(kept, dict) else str(kept)
