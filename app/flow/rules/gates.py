"""Gates that begin gently: a new demand is off, warns and is recorded, or refuses, for the whole plant or for one line.

What law, chemistry or release demand is no gate of this kind: it refuses always (``ALWAYS``), as guards do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.flow.rules.blockers import Topic
from app.flow.texts.lazy_text import Text, _l

OFF, WARNS, REFUSES = "off", "warns", "refuses"
MODES = {OFF: _l("Off"), WARNS: _l("Warns and records"), REFUSES: _l("Refuses")}

# What speaks against an action, each with the code of the line that it concerns, "" where there is none.
Said = Iterable[tuple[str, Text]]


@dataclass(frozen=True, eq=False)
class Gate:
    """``asks`` takes the record and what is entered, as far as it is known. ``default`` is how it stands until people decide."""

    key: str
    label: Text
    explained: Text
    asks: Callable[[Any, Mapping[str, Any]], Said]
    default: str = WARNS

    @property
    def topic(self) -> Topic:
        """What changes when people turn it."""
        return Topic(f"gate_{self.key}")


def too_old_on_arrival(record: Any, entered: Mapping[str, Any]) -> Said:
    said: Said = record.too_old_on_arrival(entered)
    return said


SHELF_LIFE = Gate(
    "shelf_life", _l("Customer’s shelf life"),
    _l("Whether a lot has as much of its shelf life left on the day of delivery as the customer wants: when it is supplied from stock, when that plan is approved, and when it is packed, confirmed and shipped."),
    too_old_on_arrival)  # fmt: skip
GATES = {gate.key: gate for gate in (SHELF_LIFE,)}

ALWAYS = (
    _l("A lot that has expired, or will have on the day of use or delivery"),
    _l("A lot that Quality has not released, or has blocked"),
    _l("Substances that may not stand, run or travel side by side"),
    _l("A failed test that is critical, or that law or a standard demands"),
)
