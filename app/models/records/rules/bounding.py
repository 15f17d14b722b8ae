"""Figures that do not make sense together: refused, or taken with a reason that goes on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.flow.grammar import Action
from app.flow.rules.bounds import LEAST, PAST, PROMISED, WISHED
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.records.column_types import canonical
from app.models.records.errors import Refused
from app.plant import bounds, days
from app.plant.bounds import Odd
from app.plant.reading import says, words

Found = list[tuple[str, Odd]]
SENTENCES = _l("%(some)s %(one)s")


class OddFigures(Refused):
    """``found``: the odd figures with the names of their facts."""

    status = 422

    def __init__(self, found: Found) -> None:
        super().__init__(listed((odd.sentence for _, odd in found), SENTENCES))
        self.found = found


class OutOfBounds(OddFigures):
    """A figure that cannot be."""


class Unusual(OddFigures):
    """A figure that is hardly so: taken with a reason."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.found)


@dataclass(frozen=True)
class Explained:
    """Why unusual figures are right. ``seen``: the fingerprint of what was said; without it the
    reason explains whatever there is to say."""

    reason: str | None
    seen: str | None = None

    def covers(self, found: Found) -> bool:
        return says(self.reason) and self.seen in (None, fingerprint(found))


def fingerprint(found: Found) -> str:
    """By which a form tells what its sender was warned of."""
    return hashlib.sha256(
        canonical([odd.sentence.to_json() for _, odd in found]).encode()
    ).hexdigest()[:16]


def within(
    record: Any, action: Action, entered: Mapping[str, Any], explained: Explained | None
) -> dict[str, Any]:
    """What goes on record of unusual figures: what was said, and the reason. Raises OutOfBounds for
    what cannot be, Unusual for what is not explained."""
    odd_rows = odd_figures(record, action, entered)
    if impossible := [each for each in odd_rows if not each[1].possible]:
        raise OutOfBounds(impossible)
    if not odd_rows:
        return {}
    if explained is None or not explained.covers(odd_rows):
        raise Unusual(odd_rows)
    sentences = [odd.sentence.to_json() for _, odd in odd_rows]
    return {"unusual": {"said": sentences, "reason": words(explained.reason)}}


def odd_figures(record: Any, action: Action, entered: Mapping[str, Any]) -> Found:
    """Everything odd about what was entered."""
    found = list(by_name(entered))
    if any(not odd.possible for _, odd in found):
        return found  # the others could not be reckoned with
    for bound in action.bounds:
        found += [(bound.field, odd) for odd in getattr(record, bound.method)(entered)]
    return found


def by_name(entered: Mapping[str, Any]) -> Iterator[tuple[str, Odd]]:
    """What is odd about a figure or a day by what it is."""
    today = clock.today()
    for name, row, value in figures(entered):
        if name in LEAST:
            odds: Iterable[Odd] = bounds.least(value, LEAST[name])
        elif name in WISHED:
            odds = [
                *(days.not_before(value, clock.happened_on()) if name in PROMISED else ()),
                *days.ahead(value, today),
            ]
        elif name in PAST:
            odds = days.behind(
                clock.local(value).date() if isinstance(value, datetime) else value, today
            )
        else:
            continue
        yield from ((name, Odd(odd.sentence, odd.possible, row)) for odd in odds)


def figures(entered: Mapping[str, Any]) -> Iterator[tuple[str, int | None, Any]]:
    """Every fact that was given, by name, with the row that holds it."""
    for name, value in entered.items():
        if isinstance(value, list):
            rows = ((n, each) for n, each in enumerate(value) if isinstance(each, Mapping))
            yield from (
                (f"{name}.{key}", n, cell)
                for n, each in rows
                for key, cell in each.items()
                if cell is not None
            )
        elif value is not None:
            yield name, None, value


def said_of(unusual: Mapping[str, Any]) -> Text:
    """What an event keeps of unusual figures, in words."""
    said = listed((Text.from_json(each) for each in unusual["said"]), SENTENCES)
    return _l("%(said)s Reason: %(reason)s", said=said, reason=unusual["reason"])
