"""A page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Paged:
    """A page of rows, ``size`` to a page: how many there are in all, or ``has_more`` of them than
    were counted; and which pages lie around it.

    In a list that ``walks`` the next page comes ``after`` a place, if there is one, and the
    previous one ``before`` a place: what lies between there and the beginning is not read.
    """

    rows: Sequence[Any]
    count: int
    number: int
    size: int
    has_more: bool = False
    before: int | None = None
    after: int | None = None
    walks: bool = False

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        if self.walks:
            return None if self.after is None else self.number + 1
        is_last = self.number * self.size >= self.count and not self.has_more
        return None if is_last else self.number + 1
