"""What of a board is looked at: its filters, order and lanes.

All of it stands in the board's address, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from app.flow.texts.lazy_text import _l

SWITCHES = {
    "mine": _l("Held by me"),
    "late": _l("Late"),
    "risk": _l("At risk"),
    "halted": _l("Halted"),
}
CHOICES = {
    "line": _l("Production line"),
    "family": _l("Product family"),
    "customer": _l("Customer"),
}
LANES = {"line": _l("Production line"), "customer": _l("Customer"), "week": _l("Due week")}
SORTS = {"rush": _l("Rush first")}
NO_LANE = {"line": _l("No line"), "customer": _l("No customer"), "week": _l("No date")}
LENGTH = "length."
LONGEST = 600  # as far as one list is shown: nobody looks for a card by scrolling further


@dataclass(frozen=True)
class View:
    """Filters hold together (each narrows further); ``closed`` are the lanes folded away.

    The empty one shows everything by date. ``lengths`` tells of how many cards a list is shown that
    was read further than its first page: however the board is read again, it comes back as long.
    """

    mine: bool = False
    late: bool = False
    risk: bool = False
    halted: bool = False
    line: str = ""
    family: str = ""
    customer: str = ""
    sort: str = ""
    lanes: str = ""
    closed: tuple[str, ...] = ()
    lengths: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, str], facet_names: Collection[str]) -> View:
        """Read an address: what is not ``known`` on this board, or makes no sense, is left out."""
        values: dict[str, Any] = {
            name: query.get(name) == "1" for name in SWITCHES if name in facet_names
        }
        values |= {
            name: query.get(name, "")[:40].replace("\0", "")
            for name in CHOICES
            if name in facet_names
        }
        values["sort"] = query.get("sort", "") if query.get("sort") in SORTS else ""
        lanes = query.get("lanes", "")
        values["lanes"] = (
            lanes if lanes == "week" or (lanes in LANES and lanes in facet_names) else ""
        )
        folded = query.get("closed", "")[:2000].replace("\0", "") if values["lanes"] else ""
        values["closed"] = tuple(sorted(set(folded.split(",")))) if folded else ()
        values["lengths"] = lengths_in(query)
        return cls(**values)

    @property
    def query(self) -> str:
        """Its address, from the question mark on; the empty text for the board as it is.

        How far its lists are read is not of it: another view begins at its first pages.
        """
        return address(self.said)

    @property
    def query_as_long(self) -> str:
        """The same with how far its lists are read."""
        return address(self.said | {LENGTH + name: length for name, length in self.lengths})

    @property
    def said(self) -> dict[str, Any]:
        names = [f.name for f in fields(self) if f.name != "lengths" and getattr(self, f.name)]
        said = {name: getattr(self, name) for name in names}
        return said | ({"closed": ",".join(self.closed)} if self.closed else {})

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that are set."""
        return {name: getattr(self, name) for name in (*SWITCHES, *CHOICES) if getattr(self, name)}

    def without(self, *names: str) -> View:
        empty = View()
        return replace(self, **{name: getattr(empty, name) for name in names})

    @property
    def unfiltered(self) -> View:
        return self.without(*SWITCHES, *CHOICES)

    def fold(self, lane: str) -> View:
        """The same with a lane folded away, or open again."""
        key = lane or "-"
        return replace(
            self,
            closed=tuple(k for k in self.closed if k != key)
            if key in self.closed
            else tuple(sorted((*self.closed, key))),
        )

    def has_closed(self, lane: str) -> bool:
        return (lane or "-") in self.closed

    def length(self, flow: str, stage: str, lane: str | None = None) -> int:
        """How many cards of a list are wanted, 0 where its first page is."""
        return dict(self.lengths).get(name_of(flow, stage, lane), 0)

    def longer(self, flow: str, stage: str, lane: str | None, length: int) -> View:
        """The same with a list read so far."""
        lengths = dict(self.lengths) | {name_of(flow, stage, lane): min(length, LONGEST)}
        return replace(self, lengths=tuple(sorted(lengths.items())))


def name_of(flow: str, stage: str, lane: str | None) -> str:
    """What an address calls a list: a column, or a lane of it (``-`` for those without)."""
    return f"{flow}.{stage}" if lane is None else f"{flow}.{stage}.{lane or '-'}"


def lengths_in(query: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """How far an address says that lists are read; what is no number is left out."""
    found = {
        name.removeprefix(LENGTH): min(int(length), LONGEST)
        for name, length in query.items()
        if name.startswith(LENGTH) and re.fullmatch(r"[0-9]{1,4}", length)
    }
    return tuple(sorted(found.items()))


def address(said: Mapping[str, Any]) -> str:
    return "?" + urlencode({k: "1" if v is True else v for k, v in said.items()}) if said else ""


PLAIN = View()
