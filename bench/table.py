"""One line a figure: what, its target, what was measured, and whether that is enough."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str
    unit: str
    measured: float
    most: float | None = None
    least: float | None = None
    # The best of Kanboard, Planka and Tryton, measured on another day on two cores.
    peer: float | None = None

    @property
    def target(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:g} {self.unit}".rstrip()
        return f"≥ {self.least:g} {self.unit}".rstrip() if self.least is not None else ""

    @property
    def verdict(self) -> str:
        if self.most is None and self.least is None:
            return ""
        met = self.measured <= self.most if self.most is not None else self.measured >= self.least
        return "met" if met else "not met"

    def __str__(self) -> str:
        measured = (
            f"{self.measured:.2f}"
            if self.unit == "s"
            else f"{self.measured:,.1f}"
            if self.unit
            else f"{self.measured:g}"
        )
        figure = f"{measured} {self.unit}".rstrip()
        peer = "" if self.peer is None else f"{self.peer:g} {self.unit}"
        return (
            f"{padded(self.name, 54)}{self.target:>12}{figure:>14}{peer:>10}  {self.verdict}"
        ).rstrip()


def padded(text: str, width: int) -> str:
    """The text filled up to so many places on a terminal, where a Chinese character takes two."""
    return text + " " * (
        width - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    )


def said(what: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"… {what}", file=sys.stderr, flush=True)
