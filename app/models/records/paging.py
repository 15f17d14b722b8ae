"""A page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Paged:
    """A page of rows, ``size`` to a page: how many there are in all, and which pages lie around
    it.
    """

    rows: Sequence[Any]
    count: int
    number: int
    size: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number * self.size < self.count else None
