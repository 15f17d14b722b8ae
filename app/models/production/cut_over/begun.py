"""What of a card was done on paper before the cut-over (期初): plan, kit, perhaps the run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app import clock
from app.models.master import Line
from app.models.production.cut_over.kit import Taken, issue, needs_on_paper, taken_in
from app.models.production.plan import MAKE
from app.models.warehouse.made_before import keep_number
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.production_order import ProductionOrder


@dataclass(frozen=True)
class Begun:
    """A plan as it stands on paper, with the kit that was handed over for it.

    ``running``: the run began at ``start``, so many units are made, and the steps up to ``steps``
    are signed on paper. ``lot`` is the number on the packs, empty where none is given yet.
    """

    line: Line
    start: datetime
    end: datetime
    crew: int
    kit: tuple[Taken, ...]
    lot: str = ""
    tank: str = ""
    running: bool = False
    made_so_far: int = 0
    steps: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """What an event says of it."""
        return {
            "line": self.line.code,
            "tank": self.tank,
            "start": self.start,
            "end": self.end,
            "made_so_far": self.made_so_far,
            "paper_steps": self.steps,
            "kit": [each.facts for each in self.kit],
        }

    def put(self, card: ProductionOrder, by: User | None, vouching: User) -> dict[str, Any]:
        """Have the card stand there: nobody signed any of it here, ``vouching`` says it is so."""
        lots = taken_in(self.kit, card, by)
        promised = card.promised_date or required(card.requested_date)
        plan = card.new_plan(vouching, MAKE, promised, "")
        plan.line, plan.formula, plan.crew = self.line, card.product.formula, self.crew
        plan.start, plan.end, plan.bulk = self.start, self.end, card.bulk_on(self.line)
        if self.lot:
            keep_number(self.lot)
        plan.lot_no = self.lot or card.new_lot_number(plan)
        plan.issued_at = clock.happened()
        needs_on_paper(card, plan, self.kit, lots)
        if self.running:
            card.take_line()
            card.started_at, card.paper_steps = self.start, self.steps
        issue(card, plan, by, accepted=self.running)
        return {**self.facts, "lot": plan.lot_no}
