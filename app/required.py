"""What is there although its type allows that it is not."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def required(value: T | None) -> T:
    """Return what a stage of the flow, or a check before, guarantees to be there.

    Raises RuntimeError where it is not: a fault of ours, never of whoever asked.
    """
    if value is None:
        raise RuntimeError("What was taken for granted is not there.")
    return value
