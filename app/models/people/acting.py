"""In which roles a person acts: their own, and for a stated time those of somebody who is away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy.orm import Mapped

from app.flow.grammar import Action, Stage
from app.flow.roles import ROLES, Role
from app.flow.texts.lazy_text import Text, _l

if TYPE_CHECKING:
    from app.models.people.deputy import Deputy
    from app.models.people.station import Spot
    from app.models.people.user import UserRole


class Acting:
    """Part of a person: asked at the moment, so that a deputyship needs no new login."""

    if TYPE_CHECKING:
        holds: Mapped[list[UserRole]]
        stands_in: Mapped[list[Deputy]]
        spot: ClassVar[Spot | None]

    @property
    def own_role_keys(self) -> frozenset[str]:
        """The roles that are theirs."""
        return frozenset(h.role for h in self.holds)

    @property
    def role_keys(self) -> frozenset[str]:
        """The roles in which they may act now: their own, and those in which they stand in."""
        return self.own_role_keys.union(each.role for each in self.stands_in if each.is_on)

    @property
    def own_roles(self) -> list[Role]:
        return [r for key, r in ROLES.items() if key in self.own_role_keys]

    @property
    def roles(self) -> list[Role]:
        """The roles in which they may act now, in the order of the procedure."""
        held = self.role_keys
        return [r for key, r in ROLES.items() if key in held]

    def role_names(self, keys: Iterable[str] = tuple(ROLES)) -> list[Text]:
        """The names of those of some roles in which they may act now, and whether as a deputy."""
        return [
            r.label if r.key in self.own_role_keys else _l("%(role)s (deputy)", role=r.label)
            for r in self.roles
            if r.key in keys
        ]

    def has_role(self, keys: Iterable[str]) -> bool:
        return not self.role_keys.isdisjoint(keys)

    def reaches(self, action: Action, stage: Stage) -> bool:
        """Whether the action can be done where they stand: a shared tablet has its own work."""
        return self.spot is None or self.spot.serves(action, stage)

    def may(self, action: Action, stage: Stage) -> bool:
        """Whether their roles, and the place where they stand, let them do such a thing at all."""
        return self.has_role(action.role_keys) and self.reaches(action, stage)

    def acting_role(self, keys: Iterable[str]) -> str | None:
        """The role in which they act: of those allowed the first of their own, else a lent one."""
        allowed = [r.key for r in self.roles if r.key in set(keys)]
        return next(
            (key for key in allowed if key in self.own_role_keys), next(iter(allowed), None)
        )

    def acting_for(self, role: str | None) -> int | None:
        """The id of the person for whom they act in a role; None where the role is their own."""
        found = (each.principal_id for each in self.stands_in if each.role == role and each.is_on)
        return None if role in self.own_role_keys else next(found, None)
