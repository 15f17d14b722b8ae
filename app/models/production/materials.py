"""Materials for the card (clauses 3.1 to 3.3): lots proposed, prepared, handed over, accepted or
refused, returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, false, or_, select, true

from app import clock
from app.extensions import db
from app.flow.production import PREPARE
from app.flow.roles import OPERATOR, SUPERVISOR
from app.flow.rules.blockers import STOCK
from app.models.master import Material
from app.models.production.plan import REWORK, Plan
from app.models.production.planning import Planning
from app.models.production.requirement import (
    Pick,
    Requirement,
    as_plant_lots,
    formula_of,
    lots_on_offer,
)
from app.models.records.errors import Blocked
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.stock import move
from app.plant.production.requirements import Requirement as Need
from app.plant.production.stock_coverage import propose_lots
from app.plant.warehouse.fefo import Allocation
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User


class Materials(Planning):
    """What the card does while its materials are prepared."""

    __abstract__ = True

    @property
    def requirements(self) -> list[Requirement]:
        return self.plan.requirements if self.plan else []

    @property
    def picks(self) -> list[Pick]:
        """The picks that count, in the order of the sheet."""
        return [pick for need in self.requirements for pick in need.live_picks]

    @property
    def charged(self) -> int:
        """The mass (mg) of bulk that was received on the line for the run; packaging is none of
        it.
        """
        needs = self.made_by.requirements if self.made_by else []
        return sum(
            p.given or 0
            for need in needs
            for p in need.live_picks
            if p.issued and need.percent is not None
        )

    @property
    def refused_lots(self) -> set[int]:
        """The lots that Production refused for this plan: none is picked for it again."""
        picks = (p for need in self.requirements for p in need.picks if p.accepted is False)
        return {p.lot_id for p in picks if p.lot_id}

    def proposal(self) -> dict[Requirement, Allocation]:
        """First-expired-first-out lots for what no pick covers yet of every tracked material.

        A lot that gave less than was proposed is not proposed again.
        """
        refused = self.refused_lots | {p.lot_id for p in self.picks if p.gave_less and p.lot_id}
        open_needs = [r for r in self.requirements if r.open_quantity and not r.material.untracked]
        offer = lots_on_offer({r.material_id for r in open_needs}, self.day_of_use)
        lots = {
            r.material.code: as_plant_lots(
                (lot, free) for lot, free in offer[r.material_id] if lot.id not in refused
            )
            for r in open_needs
        }
        needs = [
            Need(r.material.code, r.open_quantity, r.material.uom, r.percent, r.kind, r.nominal)
            for r in open_needs
        ]
        proposed = propose_lots(needs, formula_of(self.product), lots, self.day_of_use)
        return {r: proposed[r.material.code] for r in open_needs}

    def shortages(self) -> list[tuple[Requirement, int]]:
        """What free, released, unexpired stock does not cover: requirement and missing base
        units.
        """
        return [
            (need, allocation.shortage)
            for need, allocation in self.proposal().items()
            if allocation.shortage
        ]

    @classmethod
    def may_lack(cls, materials: Mapping[int, int | None]) -> Any:
        """The condition that a card needs one of these materials; where it is told what is left
        of one, only if that might not do (a weak lot counts for half at worst).
        """
        short = (
            (Requirement.material_id == material)
            & (true() if left is None else Requirement.quantity * 2 > left)
            for material, left in materials.items()
        )
        return exists().where(
            Plan.card_id == cls.id,
            Plan.withdrawn.is_(False),
            Requirement.plan_id == Plan.id,
            or_(false(), *short),
        )

    @classmethod
    def holds_lot(cls, lot_id: int) -> Any:
        """The condition that a lot is a card's own, or is picked for it."""
        picked = select(Plan.card_id).join(Requirement).join(Pick).where(Pick.lot_id == lot_id)
        return or_(cls.lot_id == lot_id, cls.id.in_(picked.where(Plan.withdrawn.is_(False))))

    def who_did(self, key: str, by: User) -> list[int]:
        """Several storekeepers may have prepared the sheet; none of them may hand it over."""
        if key != PREPARE.key:
            return super().who_did(key, by)
        return sorted({p.prepared_by.id for p in self.picks if p.prepared_by and not p.issued})

    # Effects

    def propose_lots(self, by: User) -> dict[str, Any]:
        """Pick the lots; starting is the warehouse's receipt of the plan, too."""
        receipt = self.acknowledge_plan(by)
        self.pick_lots()
        return {
            **receipt,
            "picks": [[p.lot.lot_no if p.lot else None, p.proposed] for p in self.picks],
        }

    def free_lots(self, by: User) -> None:
        """Take the start back: nothing is weighed yet, so other cards may have the lots."""
        self.return_materials(by)
        self.owe_receipts()

    def prepare(self, by: User, *, picks: list[dict[str, Any]]) -> None:
        """Record what was really weighed and counted out: ``[{"pick": id, "quantity": base
        units}, …]``.
        """
        pick_of = {p.id: p for p in self.picks}
        for entry in picks:
            pick = pick_of[entry["pick"]]
            if pick.prepared != entry["quantity"]:
                pick.prepared, pick.prepared_by, pick.prepared_at = (
                    entry["quantity"],
                    by,
                    clock.happened(),
                )
        for pick in {*self.unusable_picks(), *self.needless_picks()}:
            pick.requirement.picks.remove(pick)
            db.session.delete(pick)
        if self.uncovered():
            # a lot gave less than was proposed, or one was released since another was refused
            self.pick_lots()

    def issue_materials(self, by: User) -> dict[str, Any]:
        """Take what was prepared out of stock, lot by lot."""
        issued = []
        # In one order for all, or two cards that take from the same lots could wait for each other.
        for pick in sorted(self.picks, key=lambda p: (p.lot_id or 0, p.id)):
            if not pick.issued:
                if pick.lot:
                    prepared = required(pick.prepared)
                    move(pick.lot, required(pick.zone), -prepared, "issue", by=by, record=self)
                    issued.append([pick.lot.lot_no, pick.zone, prepared])
                pick.issued = True
        return {"issued": issued}

    def accept_materials(self, by: User, *, lines: list[dict[str, Any]]) -> None:
        """Accept or refuse pick by pick: ``[{"pick": id, "accepted": bool, "received": base
        units, "reason": …}, …]``.
        """
        pick_of = {p.id: p for p in self.picks}
        for entry in lines:
            pick = pick_of[entry["pick"]]
            pick.accepted, pick.received, pick.variance = (
                entry["accepted"],
                entry["received"],
                entry.get("reason", ""),
            )
            if pick.accepted and (refusal := pick.not_acceptable()):
                raise Blocked(refusal)
            self.correct_issue(pick, by)
            if not pick.accepted:
                self.put_back(pick, by)
        if self.uncovered():
            db.session.flush()
            self.pick_lots()

    def after_acceptance(self) -> str:
        """Back to preparing while a line that was refused or came short is not made good."""
        return (
            "ready"
            if self.picks and all(p.accepted for p in self.picks) and not self.uncovered()
            else "preparing"
        )

    # Parts

    def unusable_picks(self) -> list[Pick]:
        """Picks not yet issued whose lot will have expired when it is used, or is released no
        more.
        """
        return [
            p for p in self.picks if p.lot and not p.issued and not p.lot.is_usable(self.day_of_use)
        ]

    @property
    def day_of_use(self) -> date:
        """The day on which the materials are charged: the plan's, today once it has come."""
        start = self.plan.start if self.plan else None
        return max(clock.today(), clock.local(start).date()) if start else clock.today()

    @property
    def spoilt_picks(self) -> list[Pick]:
        """Picks handed over whose lot has expired since, or is released no more."""
        return Pick.spoilt(self.plan.id, clock.today()) if self.plan else []

    def roles_to_send_back_lots(self) -> set[str]:
        return (
            {OPERATOR.key, SUPERVISOR.key} if self.stage == "ready" and self.spoilt_picks else set()
        )

    def send_back_lots(self, by: User) -> dict[str, Any]:
        """Lots that may not be used any more go back to their bins; others are picked in their
        place.
        """
        spoilt = self.spoilt_picks
        returned = [[p.lot.lot_no, p.zone, p.given] for p in spoilt if p.lot]
        for pick in spoilt:
            pick.accepted = False
            self.put_back(pick, by)
        db.session.flush()
        self.pick_lots()
        return {"returned": returned}

    def needless_picks(self) -> list[Pick]:
        """Picks of further lots of which nothing was weighed, where the others have come to
        suffice.
        """
        return [
            p
            for need in self.requirements
            if need.is_prepared
            for p in need.live_picks
            if p.lot and not p.issued and not p.prepared
        ]

    def pick_lots(self) -> None:
        """Make picks of the proposal; water takes up what potency correction changed.

        Who picks the same materials waits.
        """
        needed = [need.material_id for need in self.requirements]
        db.session.execute(
            select(Material.id)
            .where(Material.id.in_(needed))
            .order_by(Material.id)
            .with_for_update()
        )
        offer = lots_on_offer(needed, self.day_of_use)
        lots = {lot.lot_no: lot for offered in offer.values() for lot, _ in offered}
        for need, allocation in self.proposal().items():
            for draw in allocation.draws:
                for zone, quantity in spread(lots[draw.lot_no], draw.quantity):
                    need.picks.append(
                        Pick(
                            lot=lots[draw.lot_no],
                            zone=zone,
                            proposed=quantity,
                            issued=False,
                            returned=0,
                        )
                    )
        self.balance_water()
        db.session.flush()
        offer = lots_on_offer(needed, clock.today())
        quantity_left = {key: sum(free for _, free in lots) for key, lots in offer.items()}
        reevaluate(STOCK, quantity_left)

    def balance_water(self) -> None:
        raw = sum(
            p.counted for need in self.requirements if need.kind == "raw" for p in need.live_picks
        )
        for need in self.requirements:
            if need.material.untracked and (left := need.open_quantity):
                if not (need.live_picks or self.in_rework):
                    left = max(0, required(required(self.plan).bulk) - raw)
                need.picks.append(Pick(proposed=left, issued=False, returned=0))

    def uncovered(self) -> list[Requirement]:
        """The requirements that the picks do not cover."""
        return [need for need in self.requirements if need.open_quantity]

    def correct_issue(self, pick: Pick, by: User) -> None:
        """What was received is what was issued: the rest never left the store, or more of it
        did.
        """
        difference = (pick.prepared or 0) - required(pick.received)
        if pick.lot and difference:
            move(pick.lot, required(pick.zone), difference, "issue", by=by, record=self)

    def put_back(self, pick: Pick, by: User) -> None:
        """Return what was issued of a pick to its zone."""
        quantity = pick.given or 0
        if pick.lot and pick.issued and quantity:
            move(pick.lot, required(pick.zone), quantity, "return", by=by, record=self)
        pick.returned = quantity

    def has_got_materials_back(self) -> bool:
        """Whether its last event brought anything back that was issued."""
        return bool(self.history[-1].data.get("returned"))

    def withdraw_plan(self, by: User, *, reason: str = "") -> dict[str, Any]:
        """Take the plan back; what was prepared or issued for it returns to its bins."""
        returned = self.return_materials(by)
        plan = self.plan
        if plan in self.plans:
            plan.withdrawn = True
            if (
                self.started_at and plan.supply != REWORK
            ):  # of a rework that began before reworks were planned
                plan.reworked_at = clock.happened()
        return {"returned": returned}

    def return_materials(self, by: User) -> list[list[Any]]:
        """Return everything issued for the plan and free what was only picked; once the run has
        started, it is used up.
        """
        if self.started_at and required(self.plan).supply != REWORK:
            return []
        returned = [
            [p.lot.lot_no, p.zone, p.given] for p in self.picks if p.issued and p.lot and p.given
        ]
        for pick in self.picks:
            self.put_back(pick, by) if pick.issued else db.session.delete(pick)
        db.session.flush()
        for need in self.requirements:
            db.session.expire(need, ["picks"])
        tracked = [need for need in self.requirements if not need.material.untracked]
        reevaluate(STOCK, {need.material_id: None for need in tracked})
        return returned


def spread(lot: Any, quantity: int) -> list[tuple[str, int]]:
    """Share a draw from a lot over the zones in which it stands."""
    shares = []
    for stock in sorted(lot.stocks, key=lambda s: s.quantity):
        taken = min(stock.quantity, quantity)
        if taken:
            shares.append((stock.zone, taken))
            quantity -= taken
    return shares
