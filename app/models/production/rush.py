"""Rush (clauses 1.2 and 2.1): a record goes before others, because of its dates or by a decision
with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.flow.rules.rush import HURRIERS

if TYPE_CHECKING:
    from app.models.people.user import User

KEYS = frozenset(role.key for role in HURRIERS)


class Rush:
    """What an order and a card have in common: the mark, who may set it, and what follows it."""

    rush: Any

    def who_may_rush(self) -> frozenset[str]:
        return frozenset() if self.rush else KEYS

    def who_may_lift_rush(self) -> frozenset[str]:
        return KEYS if self.rush else frozenset()

    def set_rush(self, by: User, *, reason: str) -> None:
        self.rush = True
        self.rush_follows(by, "set_rush", reason)

    def lift_rush(self, by: User, *, reason: str) -> None:
        self.rush = False
        self.rush_follows(by, "lift_rush", reason)

    def rush_follows(self, by: User, action: str, reason: str) -> None:
        """Give the mark to what belongs to it: each kind says to what."""
