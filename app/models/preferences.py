"""How a person wants to be shown things: kept with them, so that it holds at every machine. Nothing that is a fact of the plant."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from .types import Json

SOUND, FOLDED = "sound", "folded"


class Preferring:
    """``preferences`` are the person's own choices by name."""

    preferences: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    @property
    def wants_sound(self) -> bool:
        """Whether a new anomaly may be heard."""
        return bool(self.preferences.get(SOUND))

    def want_sound(self, wanted: bool) -> None:
        self.preferences = {**self.preferences, SOUND: wanted}

    def folded_on(self, department: str) -> tuple[str, ...]:
        """The columns of a board that the person has folded away, as ``flow.stage``."""
        return tuple(self.preferences.get(FOLDED, {}).get(department, ()))

    def fold(self, department: str, column: str, folded: bool) -> None:
        """Fold a column of a board away, or open it."""
        others = [each for each in self.folded_on(department) if each != column]
        chosen = {**self.preferences.get(FOLDED, {}), department: sorted([*others, column] if folded else others)}
        self.preferences = {**self.preferences, FOLDED: chosen}
