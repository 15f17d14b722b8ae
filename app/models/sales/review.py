"""The review of an order (clause 1.2): what the plant knows about each of its lines, as findings
beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.rules.tags import TO_PLAN, UNDER_REVIEW
from app.flow.texts.lazy_text import Text, _l
from app.models.master import (
    DocumentRequirement,
    Formula,
    FormulaLine,
    Material,
    Product,
    ProductPackaging,
)
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import as_plant_lots, formula_of, lots_on_offer, materials_of
from app.models.records.rules.plant_settings import number_set
from app.models.sales.order import Order, OrderLine
from app.models.warehouse.loading import pair_rules
from app.plant.production.incompatibility import UnknownPair
from app.plant.production.requirements import PackagingItem
from app.plant.sales.finding import BLOCKING, CAUTION, NOTICE, QUESTION, Finding
from app.plant.sales.order_facts import CustomerFacts, LineFacts, PlantFacts, ProductFacts
from app.plant.sales.remarks import sentence
from app.plant.sales.review import COMBINE_WITHIN, review_line
from app.required import required

WORDS = {
    BLOCKING: _l("Not possible"),
    QUESTION: _l("To ask"),
    CAUTION: _l("Caution"),
    NOTICE: _l("For information"),
}
LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True)
class Remark:
    """One finding as people read it: how grave it is, in a word, and the sentence."""

    severity: str
    sentence: Text
    finding: Finding | None = None  # that no day is given is none of the rules'

    @property
    def word(self) -> Text:
        return WORDS[self.severity]


def review_of(order: Order) -> dict[int, list[Remark]]:
    """Return the remarks on every open line of an order: {line_no: remarks}; an empty list is
    good.
    """
    lines = [line for line in order.open_lines if line.requested_date]
    others = lines_beside(order, lines)
    products = {line.product for line in (*lines, *others) if line.product}
    facts = {
        product.id: product_fact for product in products if (product_fact := product_facts(product))
    }
    plant = plant_facts({line.product for line in lines if line.product})
    all_facts = [line_facts(line, facts) for line in (*lines, *others)]
    names = {d.code: d.name for d in db.session.scalars(select(DocumentRequirement))}
    remarks_of = {
        own.line_no: remarks(review(own, all_facts, plant), names)
        for own in all_facts[: len(lines)]
    }
    return {
        line.line_no: remarks_of.get(line.line_no, [Remark(QUESTION, _l("No delivery date"))])
        for line in order.open_lines
    }


def review(line: LineFacts, lines: list[LineFacts], plant: PlantFacts) -> Iterable[Finding]:
    try:
        return review_line(line, lines, plant)
    except (
        UnknownPair
    ):  # a class without a rule is nothing to guess about: everything else is still said
        return review_line(line, [line], plant)


def remarks(findings: Iterable[Finding], names: Mapping[str, object]) -> list[Remark]:
    return [Remark(finding.severity, sentence(finding, names), finding) for finding in findings]


def lines_beside(order: Order, lines: list[OrderLine]) -> list[OrderLine]:
    """The lines of other open orders that matter: recent ones of the same customer, and ones
    that could share a pot.
    """
    formulas = {line.product.formula_id for line in lines if line.product}
    dates = [line.requested_date for line in lines if line.requested_date]
    if not dates:
        return []
    unplanned = OrderLine.cards.any(ProductionOrder.stage.in_(ProductionOrder.flow.tagged(TO_PLAN)))
    shares = and_(
        Product.formula_id.in_(formulas),
        OrderLine.requested_date >= min(dates) - COMBINE_WITHIN,
        OrderLine.requested_date <= max(dates) + COMBINE_WITHIN,
        or_(Order.stage.in_(Order.flow.tagged(UNDER_REVIEW)), unplanned),
    )
    same = and_(
        Order.customer_id.is_not(None),
        Order.customer_id == order.customer_id,
        Order.received_at >= order.received_at - LOOK_BACK,
        Order.received_at <= order.received_at,
    )
    query = (
        select(OrderLine)
        .join(OrderLine.order)
        .outerjoin(OrderLine.product)
        .where(
            Order.stands_in(Order.flow.open),  # until its last card has ended
            Order.id != order.id,
            OrderLine.declined.is_(None),
            OrderLine.requested_date.is_not(None),
            or_(shares, same),
        )
        .options(
            joinedload(OrderLine.order).options(
                joinedload(Order.customer), joinedload(Order.address)
            ),
            *whole_product(),
        )
        .order_by(Order.received_at, OrderLine.line_no)
    )
    return list(db.session.scalars(query))


def whole_product() -> tuple:
    """Load a line's product with all that its requirements are computed from, in few statements."""
    product = joinedload(OrderLine.product)
    return (
        product.selectinload(Product.rates),
        product.selectinload(Product.packaging).joinedload(ProductPackaging.material),
        product.joinedload(Product.formula)
        .selectinload(Formula.lines)
        .joinedload(FormulaLine.material),
    )


def line_facts(line: OrderLine, products: dict[int, ProductFacts]) -> LineFacts:
    order, address = line.order, line.order.address
    return LineFacts(
        order=order.ref,
        line_no=line.line_no,
        address_code=address.code if address else "",
        transit_days=address.transit_days if address else 0,
        received_at=clock.local(order.received_at),
        product_code=line.product.code if line.product else line.product_text,
        product=products.get(line.product_id) if line.product_id else None,
        quantity=line.quantity,
        requested_date=required(line.requested_date),
        paid=order.is_paid,
        customer=customer_facts(line),
    )


def customer_facts(line: OrderLine) -> CustomerFacts:
    """The customer's standing demands; of a caller who is in no list none are known yet."""
    order, customer = line.order, line.order.customer
    if customer is None:
        label = (
            line.product.label_variants[0] if line.product and line.product.label_variants else ""
        )
        return CustomerFacts(f"? {order.ref}", Decimal(0), label, (), "net")
    return CustomerFacts(
        customer.code,
        customer.min_remaining_shelf_life_pct,
        customer.label_variant,
        tuple(customer.required_documents),
        customer.payment_rule,
    )


def product_facts(product: Product) -> ProductFacts | None:
    """A product as it is made on its main line, the one with the larger pot; None where no line
    makes it.
    """
    rate = max(product.rates, key=lambda r: r.max_batch_mg, default=None)
    if rate is None:
        return None
    items = tuple(
        PackagingItem(i.material.code, i.units_per_item, i.scrap_pct) for i in product.packaging
    )
    return ProductFacts(
        product_code=product.code,
        formula_code=product.formula.code,
        incompat_class=product.incompat_class,
        fill_mass=product.fill_mass_mg,
        units_per_case=product.units_per_case,
        shelf_life_days=product.shelf_life_days,
        label_variants=frozenset(product.label_variants),
        smallest_pot=rate.min_batch_mg,
        largest_pot=rate.max_batch_mg,
        filling_loss_pct=rate.filling_loss_pct,
        bulk_yield_pct=rate.bulk_yield_pct,
        formula=tuple(formula_of(product)),
        packaging=items,
    )


def plant_facts(products: Iterable[Product]) -> PlantFacts:
    """The plant today: what is free in stock of the products' materials, and the rules that
    lines are held against.
    """
    day = clock.today()
    materials: dict[int, Material] = {}
    for product in products:
        materials |= {material.id: material for material in materials_of(product)}
    offer = lots_on_offer(materials, day)
    lots = {material.code: as_plant_lots(offer[key]) for key, material in materials.items()}
    documents = {
        d.code: frozenset(d.products)
        for d in db.session.scalars(select(DocumentRequirement).where(DocumentRequirement.active))
    }
    untracked = frozenset(material.code for material in materials.values() if material.untracked)
    return PlantFacts(
        day=day,
        lots=lots,
        pairs=pair_rules(),
        documents=documents,
        untracked=untracked,
        rush_days=number_set("rush_days"),
    )
