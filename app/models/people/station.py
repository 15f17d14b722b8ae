"""Shared tablets on the floor: paired once; whoever stands there picks their name and types
their PIN.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from app import clock
from app.extensions import Model, db
from app.flow.flows import FLOWS
from app.flow.grammar import Action, Stage
from app.flow.roles import ROLES, STAFF, Role
from app.models.people.deputy import Deputy
from app.models.people.pairing import Paired
from app.models.people.user import User, UserRole
from app.models.records.column_types import Json


@dataclass(frozen=True)
class Spot:
    """Where somebody stands: a tablet's number and name, the keys of the departments whose work
    is done there, what it speaks.
    """

    id: int
    name: str
    departments: tuple[str, ...]
    language: str | None

    def serves(self, action: Action, stage: Stage) -> bool:
        """Whether the action is done here: it belongs to a stage, or to a role, of one of these
        departments.
        """
        places = {*stage.departments, *(role.department for role in action.possible_roles)}
        return any(place.key in self.departments for place in places)


class Station(Paired, Model):
    """A paired tablet. Its token shows who works there and takes a PIN, and nothing else."""

    __tablename__ = "station"
    kind = "station"
    cookie = "station"
    shared = True

    departments: Mapped[list[str]] = mapped_column(Json)
    language: Mapped[str | None] = mapped_column(
        String(12)
    )  # the tablet's own, whoever stands there; else its browser's

    @property
    def spot(self) -> Spot:
        return Spot(self.id, self.name, tuple(self.departments), self.language)

    @property
    def people(self) -> list[User]:
        """Those who may come in here: active, with a PIN and with something to do, in the order
        of their roles, then as they joined.
        """
        keys = [role.key for role in roles_at(self.spot)]
        lent = User.stands_in.any(Deputy.role.in_(keys) & Deputy.on_at(clock.now()))
        users = db.session.scalars(
            select(User)
            .where(
                User.active,
                User.pin_hash.is_not(None),
                or_(User.holds.any(UserRole.role.in_(keys)), lent),
            )
            .options(selectinload(User.stands_in))
            .order_by(User.id)
        )
        order = list(ROLES)
        return sorted(
            users,
            key=lambda user: min(order.index(key) for key in user.role_keys.intersection(keys)),
        )


def roles_at(spot: Spot) -> list[Role]:
    """The roles that carry the work on there, in the order of the procedure.

    What the whole staff may do is nobody's work.
    """
    able: set[Role] = set()
    for flow in FLOWS.values():
        for action in flow.actions:
            stages = [flow.stage(key) for key in action.sources or action.targets]
            here = any(
                place.key in spot.departments
                for stage in stages
                if not stage.off_path
                for place in stage.departments
            )
            if here and action.primary and not action.driven and action.possible_roles != STAFF:
                able |= action.possible_roles
    return [role for role in ROLES.values() if role in able]
