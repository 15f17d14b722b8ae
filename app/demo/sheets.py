"""Reading the demo's CSV files: texts become exact values, dates move by whole days so that the
base day becomes today.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

BASE_DAY = date(2026, 11, 22)
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Calendar:
    """Moves the data's days: the base day becomes ``today``."""

    today: date

    @property
    def shift(self) -> timedelta:
        return self.today - BASE_DAY

    def day(self, text: str) -> date:
        return date.fromisoformat(text) + self.shift

    def day_or_none(self, text: str) -> date | None:
        return self.day(text) if text else None

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text) + self.shift


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of ``<name>.csv``."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def items(text: str, separator: str = "|") -> list[str]:
    """Return the members of a list cell."""
    return [item for item in text.split(separator) if item]


def exact(text: str) -> Decimal | None:
    """Return an exact number; nothing, or a dash, is none."""
    return Decimal(text) if text not in ("", "-") else None


def yes(text: str) -> bool:
    return text == "Y"
