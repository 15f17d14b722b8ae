"""Rework (clause 5.3): a lot that failed is planned once more, by line, time, materials and
people; it stays the same lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import clock
from app.extensions import db
from app.flow.production import TO_MAKE
from app.flow.roles import PLANNER
from app.flow.rules.tags import ON_HOLD
from app.models.master import Material
from app.models.production.inspection import Inspection
from app.models.production.requirement import Requirement
from app.models.warehouse.stock import move
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User


class Rework(Inspection):
    """What the card does from the decision to rework its lot until that is inspected again."""

    __abstract__ = True

    @property
    def in_rework(self) -> bool:
        """Whether its lot is made already, and is to be reworked or on the line for it."""
        where = self.held_from if self.current_stage.has(ON_HOLD) else self.stage
        return bool(self.reworked) and where in TO_MAKE

    @property
    def most_good(self) -> int:
        """The most good units a run can give: what went into rework, or a fifth more than
        planned.
        """
        return required(self.nonconformance).quantity if self.reworked else self.quantity * 6 // 5

    def roles_to_give_up_rework(self) -> set[str]:
        return {PLANNER.key} if self.in_rework else set()

    # Effects

    def rework(self, by: User, *, reason: str, instructions: str) -> dict[str, Any]:
        """To be planned again. The lot stays where it is, blocked, until the rework is started."""
        self.decide(by, "rework", reason, instructions=instructions)
        for plan in self.plans:
            if not plan.withdrawn:
                plan.withdrawn, plan.reworked_at = True, clock.happened()
        self.reworked += 1
        return {"instructions": instructions, "quantity": self.good, "round": self.reworked}

    def give_up_rework(self, by: User, *, reason: str) -> dict[str, Any]:
        """Back to Quality as if nothing was decided; the plan that made the lot stands again."""
        nonconformance = required(self.nonconformance)
        nonconformance.disposition = nonconformance.decided_by = nonconformance.decided_at = None
        nonconformance.instructions = ""
        if plan := self.reworked_plan:
            plan.withdrawn, plan.reworked_at = False, None
        self.reworked -= 1
        if not self.good:  # taken to the line before reworks were planned
            self.bring_back(by)
        return {"quantity": self.good}

    def take_to_line(self, by: User) -> None:
        """The units leave stock until the rework is finished and they are counted again."""
        self.empty(by, "rework")
        self.good = 0

    def bring_back(self, by: User) -> None:
        """The units that were taken to the line stand where they stood."""
        found = required(self.nonconformance)
        self.good = found.quantity
        move(required(self.lot), found.zone, self.good, "rework", by=by, record=self)

    # Parts

    def needs_of_rework(self, materials: list[dict[str, Any]]) -> list[Requirement]:
        """What the planner wants for it: ``[{"material": id, "quantity": base units}, …]``,
        weighed as it is said.
        """
        needs = [
            (db.session.get_one(Material, each["material"]), each["quantity"]) for each in materials
        ]
        return [
            Requirement(
                position=position,
                material=material,
                kind=material.kind,
                percent=None,
                nominal=None,
                quantity=quantity,
                picks=[],
            )
            for position, (material, quantity) in enumerate(needs, 1)
        ]
