"""What the page of a card tells: plan, materials, run, lot, tests, delivery, relatives."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from app.extensions import db
from app.flow.departments import DEPARTMENTS
from app.flow.rules.tags import DRAFT, ISSUED, NO_LOTS, ON_LINE, TO_PLAN
from app.flow.texts.lazy_text import Both, Text, _l
from app.flow.texts.terms import DISPOSITIONS
from app.models.master import Product, WashLevel, WorkStep
from app.models.production.plan import RECEIVERS, STOCK, Plan, PlanReceipt, SupplyAnswer
from app.models.production.production_order import ProductionOrder
from app.models.production.scheduling import changeovers, conflicts, family_name
from app.models.quality.sample import Sample
from app.models.sales.pot_proposal import PotProposal
from app.plant.production.balance import YIELD_LOWER, YIELD_UPPER, within_yield_limits, yield_pct
from app.plant.production.incompatibility import UnknownPair
from app.plant.production.requirements import Pots, pots
from app.required import required
from app.screens.record.about.sample import AboutSample
from app.screens.record.carried_over import mark, told_of
from app.screens.record.fact import Fact, Mark, days_until, lot_mark
from app.screens.record.material_needs import Need, needs_of_plan
from app.screens.record.newer_documents import newer
from app.screens.record.promise import Promise, of_card
from app.screens.record.steps import StepLine, notes_near, step_lines
from app.screens.record.timeline import Timeline, shipped_at, timeline_of_card

if TYPE_CHECKING:
    from decimal import Decimal

    from app.flow.departments import Department
    from app.models.production.scheduling import Conflict
    from app.models.records.record import Record


class AboutCard:
    """The card as whoever has it in hand looks at it."""

    def __init__(self, card: ProductionOrder) -> None:
        self.card = card

    # The head

    @property
    def timing(self) -> list[Fact]:
        card = self.card
        return [
            Fact(_l("Requested"), card.requested_date),
            Fact(_l("Promised"), card.promised_date or (card.plan and _l("with the plan"))),
        ]

    @cached_property
    def timeline(self) -> Timeline:
        """The path through the phases against the plan."""
        return timeline_of_card(self.card)

    @cached_property
    def promise(self) -> Promise | None:
        """Whether it will be on time."""
        return of_card(self.card, self.timeline)

    @property
    def marks(self) -> list[Mark]:
        """Late, at risk, rush: what asks for somebody's attention."""
        card, promise = self.card, self.promise
        days_left = days_until(card.due)
        marks = []
        if promise and not shipped_at(card) and promise.kind in ("late", "risk"):
            marks.append(
                Mark(
                    promise.kind,
                    _l("%(n)s d late", n=-required(days_left))
                    if promise.kind == "late"
                    else promise.word,
                )
            )
        if card.rush and not card.current_stage.ends:
            marks.append(Mark("rush", _l("Rush")))
        marks += mark(card)
        if card.behind:
            marks.append(Mark("waiting", _l("Planned by an older document")))
        return marks

    @property
    def proposed(self) -> Text | None:
        """How Sales propose to make it, until it is planned."""
        card = self.card
        if card.line is None or not card.current_stage.has(TO_PLAN):
            return None
        found = PotProposal.of([(card.line.order_id, card.line.line_no)])
        return found[0].said if found else None

    @property
    def facts(self) -> list[Fact]:
        card, product = self.card, self.card.product
        order, instruction = card.order, card.instruction
        formula = (card.plan and card.plan.formula) or product.formula
        return [
            Fact(_l("Order"), order.ref if order else _l("for stock"), order.ref if order else ""),
            Fact(
                _l("Customer"),
                required(order.customer).name if order else "",
                thing=order and order.customer,
            ),
            Fact(_l("Customer PO no."), order.customer_po if order else ""),
            Fact(_l("Product"), f"{product.code} {product.name}", thing=product),
            Fact(_l("Ordered quantity"), _l("%(quantity)s units", quantity=f"{card.quantity:,}")),
            *told_of(card.carried_over),
            Fact(_l("Formula"), f"{formula.code} {formula.version}"),
            Fact(
                _l("Work instruction"),
                f"{instruction.code} {instruction.version}" if instruction else "",
            ),
            Fact(_l("Newer than its plan"), newer(card)),
            Fact(_l("Proposed by Sales"), self.proposed or ""),
            Fact(_l("Standard"), product.standard),
            Fact(_l("Note"), card.remark),
            Fact(
                _l("Shipment"),
                card.shipment.ref if card.shipment else "",
                card.shipment.ref if card.shipment else "",
            ),
        ]

    @property
    def with_papers(self) -> list[Record]:
        """The samples of it and of its lot, whoever made that, and its shipment: their papers
        are asked for here.
        """
        card = self.card
        own = (
            or_(Sample.card_id == card.id, Sample.lot_id == card.lot_id)
            if card.lot_id
            else Sample.card_id == card.id
        )
        return [
            *db.session.scalars(select(Sample).where(own)),
            *([card.shipment] if card.shipment else []),
        ]

    # Planning

    @property
    def plan(self) -> Plan | None:
        return self.card.plan

    @property
    def made_on_paper(self) -> bool:
        """Whether its lot was there at the cut-over: its steps were signed on paper."""
        return self.card.lot is not None and self.plan is None

    @property
    def from_stock(self) -> bool:
        return self.plan is not None and self.plan.supply == STOCK

    @property
    def pots(self) -> Pots | None:
        plan = self.plan
        rate = self.card.rate_on(plan.line) if plan and plan.line else None
        return (
            pots(required(plan.bulk), rate.min_batch_mg, rate.max_batch_mg)
            if plan and rate
            else None
        )

    @cached_property
    def wash(self) -> tuple[WashLevel | None, Both | None]:
        """The wash-out before the run, and the family that ran before."""
        plan = required(self.plan)
        before = db.session.scalar(
            select(Product.family)
            .select_from(Plan)
            .join(ProductionOrder, ProductionOrder.id == Plan.card_id)
            .join(Product, Product.id == ProductionOrder.product_id)
            .where(
                Plan.line_id == plan.line_id,
                Plan.holds_or_held(),
                Plan.end <= required(plan.start),
                Plan.card_id != self.card.id,
            )
            .order_by(Plan.end.desc())
            .limit(1)
        )
        try:
            level = changeovers().between(before, self.card.product.family).wash_level
        except UnknownPair:
            return None, family_name(before)
        return WashLevel.by_code(level), family_name(before)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Other plans for the line at the same time, until the run begins."""
        plan = self.plan
        return (
            conflicts(self.card, plan.line_id, required(plan.start), required(plan.end))
            if plan and plan.line_id and self.card.current_stage.has(DRAFT, ISSUED)
            else []
        )

    @property
    def answers(self) -> list[tuple[Department, SupplyAnswer | None]]:
        """What each department that is asked has answered."""
        if self.plan is None or self.from_stock or self.plan.on_paper:
            return []
        asked = next((s.asks for s in self.card.flow.stages if s.asks), ())
        return [(d, self.plan.answer_of(d.key)) for d in asked]

    @property
    def receipts(self) -> list[tuple[Department, PlanReceipt | None]]:
        """Which departments have acknowledged the issued plan, and which still owe it."""
        if not (self.plan and self.plan.issued_at):
            return []
        owed = self.card.departments_to_acknowledge()
        return [
            (DEPARTMENTS[d], self.plan.receipt_of(d))
            for d in RECEIVERS
            if d in owed or self.plan.receipt_of(d)
        ]

    # Materials

    @cached_property
    def needs(self) -> list[Need]:
        return needs_of_plan(self.card) if self.plan else []

    @property
    def stock_matters(self) -> bool:
        """While no lot is reserved yet, what is free in stock is shown beside the need."""
        return self.card.current_stage.has(NO_LOTS)

    @property
    def short(self) -> int:
        return sum(1 for need in self.needs if need.missing)

    # The run

    @cached_property
    def steps(self) -> list[StepLine]:
        return step_lines(self.card)

    @property
    def current(self) -> StepLine | None:
        """The step that is open now."""
        return next((line for line in self.steps if line.state == "current"), None)

    @property
    def notes(self) -> list[WorkStep]:
        """The notes to be seen beside the open step."""
        return notes_near(self.current.step) if self.current else []

    @property
    def signed(self) -> int:
        return sum(1 for line in self.steps if line.state == "done")

    @property
    def on_paper(self) -> int:
        """The steps that were signed on paper, before the cut-over."""
        return sum(1 for line in self.steps if line.state == "paper")

    @property
    def to_sign(self) -> int:
        return sum(1 for line in self.steps if line.state != "note")

    @property
    def at_work(self) -> bool:
        """Whether the steps are what people look for now."""
        return self.card.current_stage.has(ON_LINE)

    @property
    def started(self) -> bool:
        return self.card.started_at is not None and not self.from_stock

    @property
    def yield_pct(self) -> Decimal | None:
        """From what was charged, as it was received on the line."""
        made_by = self.card.made_by
        if not (self.card.good and made_by and made_by.bulk):
            return None
        return yield_pct(
            run_good(self.card), self.card.product.fill_mass_mg, self.card.charged or made_by.bulk
        )

    @property
    def yield_mark(self) -> Mark:
        good = within_yield_limits(required(self.yield_pct))
        bounds = {"lower": YIELD_LOWER, "upper": YIELD_UPPER}
        return Mark(
            "" if good else "risk",
            _l("within %(lower)s–%(upper)s %%", **bounds)
            if good
            else _l("outside %(lower)s–%(upper)s %%", **bounds),
        )

    # The lot

    @property
    def lot_mark(self) -> Mark:
        return lot_mark(self.card.lot)

    @property
    def places(self) -> list[tuple[str, int]]:
        """Where how much of the lot stands."""
        return (
            [(s.zone, s.quantity) for s in self.card.lot.stocks if s.quantity]
            if self.card.lot
            else []
        )

    @property
    def tested_samples(self) -> list[AboutSample]:
        """Its samples that have results."""
        return [AboutSample(sample) for sample in self.card.samples if sample.results]

    def disposition(self, nonconformance: Any) -> Text:
        return DISPOSITIONS.get(nonconformance.disposition, _l("Not decided yet"))


def run_good(card: ProductionOrder) -> int:
    """The good units of a whole run: of the card that was run and of all parts split off from it
    afterwards.
    """
    if card.parent and card.parent.made_by is card.made_by:
        return run_good(card.parent)
    return good_of_parts(card, card.made_by)


def good_of_parts(card: ProductionOrder, plan: Plan | None) -> int:
    return card.good + sum(
        good_of_parts(part, plan) for part in card.children if part.made_by is plan
    )
