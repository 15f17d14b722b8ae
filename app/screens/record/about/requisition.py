"""What the page of a purchase requisition tells: what is short, for whom, and how it is on its
way.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.production import PRODUCTION_ORDERS
from app.flow.rules.tags import DRAFT, KIT
from app.flow.texts.lazy_text import _l
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import Requirement
from app.models.quality.sample import Sample
from app.models.warehouse.stock import Lot, on_hand
from app.screens.record.fact import Fact, Mark, days_until, lot_mark

if TYPE_CHECKING:
    from app.models.purchasing.requisition import Requisition

WAITING = PRODUCTION_ORDERS.tagged(DRAFT, KIT)


class AboutRequisition:
    """The requisition as the buyer looks at it."""

    def __init__(self, requisition: Requisition) -> None:
        self.requisition = requisition

    @property
    def timing(self) -> list[Fact]:
        r = self.requisition
        return [
            Fact(_l("Needed by"), r.needed_by),
            Fact(_l("Promised by the supplier for"), r.promised_date),
        ]

    @property
    def marks(self) -> list[Mark]:
        r, days_left = self.requisition, days_until(self.requisition.due)
        if r.current_stage.ends or days_left is None:
            return []
        if days_left < 0:
            return [Mark("late", _l("%(n)s d late", n=-days_left))]
        return (
            [Mark("risk", _l("Comes after the need"))]
            if r.promised_date and r.promised_date > r.needed_by
            else []
        )

    @cached_property
    def in_stock(self) -> int:
        return on_hand(self.requisition.material, clock.today())

    @cached_property
    def cards(self) -> list[tuple[ProductionOrder, int]]:
        """The cards whose plans count on the material, the first due first, with what each
        needs.
        """
        rows = db.session.execute(
            select(ProductionOrder, Requirement.quantity)
            .select_from(Requirement)
            .join(Plan, Plan.id == Requirement.plan_id)
            .join(ProductionOrder, ProductionOrder.id == Plan.card_id)
            .where(
                Requirement.material_id == self.requisition.material_id,
                Plan.withdrawn.is_(False),
                ProductionOrder.stands_in(WAITING),
            )
            .order_by(ProductionOrder.due, ProductionOrder.id)
        )
        return [(card, quantity) for card, quantity in rows]

    @cached_property
    def deliveries(self) -> list[tuple[Lot, Mark, Sample | None]]:
        """What was received: each lot, how it stands, and its incoming inspection."""
        lots = self.requisition.lots
        samples = db.session.scalars(
            select(Sample).where(Sample.lot_id.in_([lot.id for lot in lots])).order_by(Sample.id)
        )
        latest = {sample.lot_id: sample for sample in samples}
        return [(lot, lot_mark(lot), latest.get(lot.id)) for lot in lots]

    @property
    def facts(self) -> list[Fact]:
        r, material = self.requisition, self.requisition.material
        supplier = r.supplier or material.supplier
        return [
            Fact(_l("Material"), f"{material.code} {material.name}", thing=material),
            Fact(_l("Hazard"), material.ghs_hazard),
            Fact(_l("Supplier"), supplier.name),
            Fact(_l("E-mail"), supplier.email),
            Fact(_l("Purchase order no."), r.purchase_no),
            Fact(_l("Lead time"), _l("%(n)s d", n=material.lead_time_days)),
            Fact(_l("Opened for"), r.card.ref if r.card else "", r.card.ref if r.card else ""),
        ]
