"""What was done on paper and is entered afterwards: whoever did it is the event's actor, and beside
what it says stand when that was, who entered it, and on which sheet it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app import clock

if TYPE_CHECKING:
    from app.models.people.user import User

_entry: ContextVar[FromPaper | None] = ContextVar("entry", default=None)


@dataclass(frozen=True)
class FromPaper:
    """``by`` enters it, ``sheet`` is the number on the paper."""

    by: User
    happened_at: datetime
    sheet: str

    @contextmanager
    def being_entered(self) -> Iterator[None]:
        """Meanwhile everything is recorded as of then, and so is what follows from it."""
        token = _entry.set(self)
        try:
            with clock.as_of(self.happened_at):
                yield
        finally:
            _entry.reset(token)

    def sealed(self) -> dict[str, Any]:
        """What the event's body says of it."""
        return {
            "happened_at": self.happened_at.astimezone(UTC).isoformat(),
            "entered_by": self.by.id,
            "sheet": self.sheet,
        }


def being_entered() -> FromPaper | None:
    """What is being entered from paper at this moment, if anything is."""
    return _entry.get()
