"""How a list of master data is asked for: its search, filters and order, as its address says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.models.master.dictionary import Field, Table
from app.models.master.dictionary.fields import CHOICE, YES
from app.models.master.dictionary.wording import NO_WORD, YES_WORD
from app.models.master.incomplete import ANY, gap_called
from app.plant import reading

YES_OR_NO = (("1", YES_WORD), ("0", NO_WORD))


@dataclass(frozen=True)
class ListView:
    """What to list of a table. Everything narrows further; what makes no sense asks for nothing.

    ``incomplete`` is ANY or the key of a gap; ``sort`` a column, downwards with a hyphen before
    it; ``chosen`` are fields with the value that they must have.
    """

    table: Table
    q: str = ""
    retired: bool = False
    incomplete: str = ""
    sort: str = ""
    chosen: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, table: Table, query: Mapping[str, str]) -> ListView:
        retired, sort = query.get("retired") == "1", query.get("sort", "")
        lacking = "" if retired else query.get("incomplete", "")
        names = dict.fromkeys((*table.filters, *(f.name for f in table.parents)))
        chosen = ((name, reading.line(query.get(name, ""))[:40]) for name in names)
        return cls(
            table,
            reading.line(query.get("q", ""))[:80],
            retired,
            lacking if lacking == ANY or gap_called(table.key, lacking) else "",
            sort if sort.removeprefix("-") in table.columns else "",
            tuple((n, v) for n, v in chosen if v and is_known(table.field(n), v)),
        )

    def address(self, **changed: Any) -> dict[str, Any]:
        """The parameters of this list’s address, with some of them changed (None: without)."""
        said = {
            "q": self.q,
            "retired": "1" if self.retired else None,
            "incomplete": self.incomplete,
            "sort": self.sort,
            **dict(self.chosen),
            **changed,
        }
        return {"key": self.table.key, **{name: value for name, value in said.items() if value}}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.incomplete or self.chosen)

    @property
    def parents(self) -> list[tuple[Field, str]]:
        """The rows that all of the list belong to, where it is narrowed to those of one."""
        chosen = dict(self.chosen)
        return [(f, chosen[f.name]) for f in self.table.parents if f.name in chosen]

    @property
    def of_the_retired(self) -> ListView:
        """The same among what is retired, where nothing is asked to be complete."""
        return replace(self, retired=True, incomplete="")

    def direction(self, column: str) -> str:
        """What a column’s heading says of the order: ascending, descending or nothing."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "")

    def turned(self, column: str) -> str:
        """How the list is sorted by a click on a heading: upwards, then downwards."""
        return f"-{column}" if self.sort == column else column


def is_known(field: Field, value: str) -> bool:
    """Whether a field can have a value; what it refers to is not looked up."""
    if field.kind == YES:
        return value in dict(YES_OR_NO)
    return field.kind != CHOICE or value in dict(field.options)
