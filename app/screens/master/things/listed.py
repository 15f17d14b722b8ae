"""A list on the page of a thing that other records fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A value, and where it leads; ``words`` is how it is shown where that is another way."""

    value: Any
    href: str = ""
    words: Any = ""


@dataclass(frozen=True)
class Listed:
    """Heads and rows, with what is said of them and of none; ``numbers`` are the columns of
    figures.
    """

    heads: Sequence[Any]
    rows: list[list[Cell]] = field(default_factory=list)
    none: Any = ""
    notes: Sequence[Any] = ()
    numbers: Sequence[int] = ()
