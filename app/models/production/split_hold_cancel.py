"""What can happen to a card at many stages: split, made up for, held, cancelled, shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.flow.production import HOLD, HOLDERS, SPLITTERS
from app.flow.roles import PLANNER, PRODUCTION_HEAD, ROLES
from app.flow.roles import SALES as CLERK
from app.flow.rules.blockers import SHORTFALL
from app.flow.rules.tags import IN_STOCK, NONCONFORMING
from app.models.production.materials import Materials
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.parts import letters
from app.models.warehouse.stock import move
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.production_order import ProductionOrder


class Apart(Materials):
    """Part of a card is always answered by splitting it; a card on hold knows where it came
    from.
    """

    __abstract__ = True

    def roles_to_split(self) -> set[str]:
        return {role.key for role in SPLITTERS.get(self.stage, ())}

    def split(self, by: User, *, quantity: int, reason: str) -> dict[str, Any]:
        """Give part of the units to a new card in the same stage; it inherits plan, lot and
        history by reference.
        """
        child = type(self).create("branch", by=by, parent=self, quantity=quantity)
        return {"quantity": quantity, "child": child.ref}

    def branch(self, by: User, *, parent: ProductionOrder, quantity: int) -> dict[str, Any]:
        """Be the part that was split off: 2026-00042-1-A."""
        place = len(parent.children)
        self.fill_in(
            f"{parent.number}-{letters(place)}", parent.product, quantity, parent.requested_date
        )
        self.parent, self.line, self.rush, self.note = parent, parent.line, parent.rush, parent.note
        self.promised_date, self.due = parent.promised_date, parent.due
        self.paper_until, self.paper_steps = parent.paper_until, parent.paper_steps
        self.free_of_charge = parent.free_of_charge
        self.started_at, self.finished_at, self.reworked = (
            parent.started_at,
            parent.finished_at,
            parent.reworked,
        )
        if parent.good:
            # The plan's quantity is shared as the good units are: it is what a replacement would
            # make.
            self.quantity = max(1, parent.quantity * quantity // parent.good)
            self.good, parent.good = quantity, parent.good - quantity
            self.lot = (
                parent.lot
                if parent.current_stage.has(IN_STOCK)
                else parent.part_of(required(parent.lot), quantity, by, place)
            )
        parent.quantity = max(1, parent.quantity - self.quantity)
        if parent.current_stage.has(NONCONFORMING):
            self.inherit_nonconformance(required(parent.nonconformance))
        return {"parent": parent.number, "quantity": quantity}

    # What a run left unmade

    @property
    def missing(self) -> int:
        """The units by which the run gave fewer than ordered, as long as nobody has decided what
        becomes of them.
        """
        return (
            self.quantity - self.good
            if self.line_id
            and 0 < self.good < self.quantity
            and not (self.current_stage.ends or self.in_rework)
            else 0
        )

    def roles_to_make_rest(self) -> set[str]:
        return {PLANNER.key} if self.missing else set()

    def roles_to_forgo_rest(self) -> set[str]:
        return {CLERK.key} if self.missing else set()

    def make_rest(self, by: User) -> dict[str, Any]:
        """Open a card for what the run left unmade; from now on this one is for what it gave."""
        rest = type(self).create("make_up", by=by, parent=self, quantity=self.quantity - self.good)
        self.settle_for_less()
        return {"child": rest.ref, "quantity": rest.quantity}

    def forgo_rest(self, by: User, *, reason: str) -> dict[str, Any]:
        """The customer takes what there is, and owes no more than that."""
        left = self.missing
        self.settle_for_less()
        required(self.order).owe_anew()
        return {"quantity": left}

    def settle_for_less(self) -> None:
        self.quantity = self.good
        reevaluate(SHORTFALL, self.id)

    def make_up(self, by: User, *, parent: ProductionOrder, quantity: int) -> dict[str, Any]:
        """Be the card for the rest of a run: 2026-00042-1-A."""
        number = f"{parent.number}-{letters(len(parent.children))}"
        self.parent, self.free_of_charge = parent, parent.free_of_charge
        if parent.line:
            return self.open_for(parent.line, number, quantity) | {"parent": parent.number}
        self.fill_in(number, parent.product, quantity, parent.requested_date)
        return {"parent": parent.number, "quantity": quantity}

    def inherited_stage(self) -> str:
        return required(self.parent).stage

    def hold(self, by: User, *, reason: str) -> dict[str, Any]:
        self.held_from, self.held_by = (
            self.stage,
            by.acting_role(self.roles_for(HOLD)),
        )
        return {"from": self.stage}

    def forget_hold(self, by: User) -> None:
        """Take the hold back, as if it had not been."""
        self.held_from = self.held_by = None

    def roles_to_resume(self) -> set[str]:
        """Those of the department that put it on hold, and the production head."""
        department = ROLES[self.held_by].department if self.held_by else None
        return {r.key for r in HOLDERS if r.department is department} | {PRODUCTION_HEAD.key}

    def stage_before_hold(self) -> str:
        return required(self.held_from)

    def cancel(self, by: User, *, reason: str, requested_by: str) -> dict[str, Any]:
        """Give the card up: materials return to stock, finished goods stay there as free stock."""
        returned = self.return_materials(by) if self.plan else []
        if self.order:
            self.order.end_if_complete(by, ending=self)
        return {"requested_by": requested_by, "returned": returned, "kept_in_stock": self.good}

    def ship(self, by: User) -> dict[str, Any]:
        """Take the card's units out of stock."""
        lot, units_left = required(self.lot), self.good
        for stock in sorted(lot.stocks, key=lambda s: -s.quantity):
            units_taken = min(units_left, stock.quantity)
            if units_taken:
                move(lot, stock.zone, -units_taken, "shipment", by=by, record=self)
                units_left -= units_taken
        if units_left:
            move(lot, lot.zone or "–", -units_left, "shipment", by=by, record=self)
        return {"lot": lot.lot_no, "quantity": self.good, "shipment": required(self.shipment).ref}
