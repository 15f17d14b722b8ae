"""The kit of a card that was handed over on paper before the cut-over (期初): its lots go out of
stock, or come in and go out again where they stood at the line already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.flow.rules.blockers import STOCK
from app.models.master import Material, Supplier
from app.models.production.requirement import Pick, Requirement, needs_of
from app.models.records.number_series import pass_over
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.made_before import OPENING
from app.models.warehouse.stock import RELEASED, Lot, move
from app.plant.quantities import ceil_whole, from_base
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.materials import Materials
    from app.models.production.plan import Plan

FROM_STOCK, AT_LINE = "stock", "line"


@dataclass(frozen=True)
class NewLot:
    """What is said of a lot of the kit that no stock has."""

    received: date
    expiry: date | None
    assay: Decimal | None
    supplier: str
    supplier_lot: str


@dataclass(frozen=True)
class Taken:
    """So much of a material, in base units, in the kit: of a lot that belongs into a zone, or
    without both of what is kept in no lots. ``source``: it is booked out of stock now, or stood
    at the line and is in no stock.
    """

    material: Material
    quantity: int
    lot: str = ""
    zone: str = ""
    source: str = FROM_STOCK
    new: NewLot | None = None

    @property
    def facts(self) -> list[str]:
        """What an event says of it."""
        amount = f"{from_base(self.quantity, self.material.uom):f} {self.material.uom}"
        said = [self.material.code, self.lot, self.zone, self.source if self.lot else "", amount]
        return [each for each in said if each]


def taken_in(kit: Iterable[Taken], card: Materials, by: User | None) -> dict[str, Lot]:
    """Have every lot of a kit there, in as much as the kit has of it; return them by number."""
    lots: dict[str, Lot] = {}
    for each in sorted((t for t in kit if t.lot), key=lambda t: t.lot):
        lot = lots.get(each.lot) or db.session.scalar(select(Lot).where(Lot.lot_no == each.lot))
        lots[each.lot] = lot or come(each)
        if each.source == AT_LINE:
            move(lots[each.lot], each.zone, each.quantity, OPENING, by=by, record=card)
    return lots


def come(taken: Taken) -> Lot:
    """A lot that stands at the line alone; on paper it was released, or it would not."""
    new = required(taken.new)
    pass_over(taken.lot)
    lot = Lot(
        lot_no=taken.lot,
        material=taken.material,
        supplier=Supplier.by_code(new.supplier) if new.supplier else taken.material.supplier,
        supplier_lot=new.supplier_lot,
        status=RELEASED,
        made_on=new.received,
        expiry=new.expiry,
        assay=new.assay,
    )
    db.session.add(lot)
    return lot


def needs_on_paper(card: Materials, plan: Plan, kit: Iterable[Taken], lots: dict[str, Lot]) -> None:
    """Have the plan need what the kit has: the sheet on paper said how much; of water, where the
    kit does not say, what is left of the bulk.
    """
    of_material: dict[str, list[Taken]] = defaultdict(list)
    for each in kit:
        of_material[each.material.code].append(each)
    needs = needs_of(card.product, required(plan.bulk), card.quantity)
    for position, (need, material) in enumerate(needs, 1):
        requirement = Requirement.of(position, need, material)
        plan.requirements.append(requirement)
        for each in of_material.pop(material.code, ()):
            picked = Pick(lot=lots.get(each.lot), zone=each.zone or None, proposed=each.quantity)
            picked.issued, picked.returned = False, 0
            requirement.picks.append(picked)
        if requirement.picks:
            held = sum((Fraction(p.proposed) * p.strength for p in requirement.picks), Fraction(0))
            requirement.quantity = ceil_whole(held)
    card.balance_water()


def issue(card: Materials, plan: Plan, by: User | None, *, accepted: bool) -> None:
    """Take the kit out of stock; where the run has begun Production has ``accepted`` it."""
    picks = [pick for need in plan.requirements for pick in need.picks]
    for pick in sorted(picks, key=lambda p: p.lot.lot_no if p.lot else ""):
        pick.prepared, pick.issued = pick.proposed, True
        if accepted:
            pick.accepted, pick.received = True, pick.proposed
        if pick.lot:
            move(pick.lot, required(pick.zone), -pick.proposed, "issue", by=by, record=card)
    tracked: dict[Any, None] = {p.lot.material_id: None for p in picks if p.lot}
    reevaluate(STOCK, tracked)
