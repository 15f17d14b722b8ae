"""How far a long piece of work has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

# Called with what is worked on, how much of it is done, and of how much; 0 where that is not known.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _of: int) -> None:
    """For whoever does not wait."""
