"""On a plant that works a spreadsheet changes no controlled document in place: what it says is the
draft of the next revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from app.models.controlled.contents import Content, kept
from app.models.controlled.in_force import HOMES
from app.models.controlled.revision import Revision
from app.models.master import editing
from app.models.master.base import Master
from app.models.master.dictionary.controlled import PRICES, Layout

if TYPE_CHECKING:
    from app.models.people.user import User

Values = dict[str, Any]


def draft(
    layout: Layout,
    code: str,
    lines: Iterable[Values],
    *,
    head: Values | None = None,
    gone: Iterable[Master] = (),
    by: User | None,
    source: str,
) -> None:
    """Write the draft: what is in force with the head and the lines of a file in it, each by the
    fields that the file has, and without the lines that are gone. Raises Refused.
    """
    former = HOMES[layout.kind.key].content(code)
    standing = {layout.name_of(line): line for line in former["lines"]}
    for row in gone:
        standing.pop(name_in(layout, row), None)
    for values in lines:
        line = {f.name: kept(f, values[f.name]) for f in layout.line_fields if f.name in values}
        name = layout.name_of(line)
        standing[name] = {**standing.get(name, {}), **line}
    said = {f.name: kept(f, head[f.name]) for f in layout.head_fields if head and f.name in head}
    content: Content = {"head": {**former["head"], **said}, "lines": list(standing.values())}
    Revision.from_file(layout.kind.key, code, content, by=by, source=source)


def name_in(layout: Layout, row: Master) -> tuple[Any, ...]:
    """What a row is called among the lines of its document."""
    return layout.name_of({f.name: editing.shown(row, f) for f in layout.line_fields})


def draft_each(layout: Layout, rows: Sequence[Values], *, by: User | None, source: str) -> None:
    """Write a draft for each document that lines of a file belong to. Raises Refused."""
    documents: dict[str, list[Values]] = defaultdict(list)
    for values in rows:
        documents[values[layout.owner] if layout.owner else PRICES].append(values)
    for code, lines in documents.items():
        draft(layout, code, lines, by=by, source=source)
