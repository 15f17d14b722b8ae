"""Why something cannot be done yet, as data; and what guards read to find that out.

A guard takes the record and returns a ``Blocker`` or None. It declares what it reads beyond the
record; who changes that says so (``app.models.records.rules.reevaluation``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.flow.texts.lazy_text import Text


@dataclass(frozen=True)
class Blocker:
    """A reason not to do something yet.

    ``code`` names it for screens, ``sentence`` says it to people, ``facts`` are what it is about,
    as plain values: the sentence's own unless others are given. ``subjects`` are the ids of what
    has to come, by which screens join.
    """

    code: str
    sentence: Text
    facts: Mapping[str, Any] = field(default_factory=dict)
    subjects: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.facts:
            object.__setattr__(self, "facts", self.sentence.args)


# The codes that screens ask for.
KIT_SHORT, LINE_TAKEN, PAID = "kit_short", "line_taken", "paid"


@dataclass(frozen=True)
class Topic:
    """Something beyond a record that its guards, gates or named roles read."""

    key: str


STOCK = Topic("stock")  # free stock of materials: {material id: what is left, None if unknown}
GOODS = Topic("goods")  # free stock of a product: its id
LOT = Topic("lot")  # whether a lot may be used: its id
LINE = Topic("line")  # whether a line is taken: its id
PAYMENT = Topic("payment")  # what is paid, or owed, of an order: its id
SHIPMENT = Topic("shipment")  # whether cards are on one: the cards' ids
SHORTFALL = Topic("shortfall")  # what a run left unmade: the card's id
PEOPLE = Topic("people")  # who holds which role: no key
WORDING = Topic("wording")  # an order's words, which its cards and their papers show: its id


@dataclass(frozen=True, eq=False)
class Guard:
    """A question to a record, and what of others its answer depends on."""

    asks: Callable[[Any], Blocker | None]
    reads: frozenset[Topic] = frozenset()

    def __call__(self, record: Any) -> Blocker | None:
        return self.asks(record)

    @property
    def name(self) -> str:
        return self.asks.__name__


def reads(*topics: Topic) -> Callable[[Callable[[Any], Blocker | None]], Guard]:
    """Declare a guard; without topics it reads nothing but the record and what is its own."""
    return lambda asks: Guard(asks, frozenset(topics))
