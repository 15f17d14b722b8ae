"""What of a board is looked at: its filters, order and lanes.

All of it stands in the board's address, and nowhere else.
"""

from __future__ import annotations

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


@dataclass(frozen=True)
class View:
    """Filters hold together (each narrows further); ``closed`` are the lanes folded away.

    The empty one shows everything by date.
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
        return cls(**values)

    @property
    def query(self) -> str:
        """Its address, from the question mark on; the empty text for the board as it is."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}
        said |= {"closed": ",".join(self.closed)} if self.closed else {}
        return (
            "?" + urlencode({k: "1" if v is True else v for k, v in said.items()}) if said else ""
        )

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


PLAIN = View()
