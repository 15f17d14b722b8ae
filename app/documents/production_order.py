"""The production order 《生产任务单》: what the plan, once approved, tells the departments
(clause 2.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.documents.paper.bilingual import both, day, joined, moment, number, quantity
from app.documents.paper.blocks import Column, Field, Fields, Paper, SignOffs, Table
from app.documents.paper.heading import last, order_refs, seen, sheet, signature
from app.documents.paper.terms import UNITS
from app.extensions import db
from app.flow.production import APPROVE_PLAN, DRAW_UP, SUPPLY_FROM_STOCK
from app.flow.texts.lazy_text import Both
from app.models.master import Changeover, WashLevel
from app.models.production.plan import REWORK, Plan
from app.models.records.papers.document import Document
from app.required import required

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder

MATERIALS = (
    Column(Both("序号", "Line no."), 7, number=True),
    Column(Both("物料编码", "Material code"), 15),
    Column(Both("物料名称/规格", "Name / grade")),
    Column(Both("配方用量%", "Formula %"), 12, number=True),
    Column(Both("应备数量(含损耗)", "Required qty (incl. loss)"), 20, number=True),
    Column(Both("单位", "UoM"), 8),
)


def context(card: ProductionOrder, document: Document) -> Paper:
    """Return the production order of a card's plan as it stood when it was issued."""
    events = seen(card, document)
    plan = plan_of(card, document)
    drawn_up, approved = last(events, DRAW_UP, SUPPLY_FROM_STOCK), last(events, APPROVE_PLAN)
    return sheet(
        document,
        refs=order_refs(card),
        code=card.ref,
        blocks=(
            Fields(tuple(head(card, plan))),
            materials(plan) if plan.requirements else None,
            SignOffs(
                (
                    signature(Both("编制", "Prepared"), card, drawn_up),
                    signature(Both("审核", "Approved"), card, approved),
                    signature(Both("下发", "Issued"), card, approved),
                ),
                Both("编制/审核/下发", "Prepared / approved / issued"),
            ),
        ),
    )


def plan_of(card: ProductionOrder, document: Document) -> Plan:
    """The plan that had been issued when the document was ordered, else the latest."""
    issued = [p for p in card.plans if p.issued_at and p.issued_at <= document.ordered_at]
    return (issued or card.plans)[-1]


def head(card: ProductionOrder, plan: Plan) -> list[Field]:
    product, formula = card.product, plan.formula or card.product.formula
    instruction = card.instruction
    return [
        Field(Both("任务单号", "Order no."), card.ref),
        Field(Both("来源订单行", "Source order lines"), source_of(card)),
        Field(
            Both("产品/配方版本", "Product / formula version"),
            joined(product.code, product.name, f"{formula.code} {formula.version}"),
        ),
        Field(
            Both("计划数量/批量/批号", "Planned qty / batch size / batch no."),
            joined(
                joined(number(units_of(card, plan)), UNITS, by=" "),
                quantity(plan.bulk, "kg"),
                plan.lot_no,
            ),
        ),
        Field(Both("产线/罐/班组", "Line / tank / crew"), line_of(plan)),
        Field(
            Both("计划开始/结束", "Planned start / end"),
            joined(moment(plan.start), moment(plan.end), by="\n"),
        ),
        Field(Both("前一产品/清洗等级", "Previous product / wash level"), before(card, plan)),
        Field(
            Both("作业指导书版本", "WI version"),
            joined(f"{instruction.code} {instruction.version}", instruction.title)
            if instruction
            else None,
        ),
        Field(Both("包材与标签版本", "Packaging & label version"), packaging_of(card)),
        Field(Both("优先级/客户要求", "Priority / customer requirements"), demands(card)),
        Field(
            Both("要求交期/承诺交期", "Requested / promised date"),
            joined(day(card.requested_date), day(plan.promised_date)),
        ),
        Field(Both("计划备注", "Plan's remarks"), remarks_of(card, plan)),
    ]


def units_of(card: ProductionOrder, plan: Plan) -> int:
    """What the plan is for: all of the card, or what went into its rework."""
    return (
        required(plan.bulk) // card.product.fill_mass_mg if plan.supply == REWORK else card.quantity
    )


def remarks_of(card: ProductionOrder, plan: Plan) -> Any:
    said = plan.note or card.remark
    return joined(Both("返工", "Rework"), said, by=": ") if plan.supply == REWORK else said


def source_of(card: ProductionOrder) -> Any:
    if card.line is None:
        return Both("备货", "For stock")
    order = card.line.order
    return joined(
        f"{order.ref} / {card.line.line_no}",
        required(order.customer).name,
        order.customer_po and f"PO {order.customer_po}",
    )


def line_of(plan: Plan) -> Any:
    if plan.line is None:
        return joined(Both("库存供应", "From stock"), plan.source_lot and plan.source_lot.lot_no)
    crew = (
        joined(joined(plan.crew, Both("人", "people"), by=" "), plan.crew_names, by=" ")
        if plan.crew_names
        else joined(plan.crew, Both("人", "people"), by=" ")
    )
    return joined(
        joined(plan.line.code, plan.line.name, by=" "),
        ", ".join(t.code for t in plan.line.tanks),
        crew,
    )


def before(card: ProductionOrder, plan: Plan) -> Any:
    """What ran on the line before, and how thoroughly it must be washed after that."""
    if plan.line is None:
        return None
    former = db.session.scalar(
        select(Plan)
        .where(
            Plan.line_id == plan.line_id,
            Plan.start < plan.start,
            Plan.issued_at.is_not(None),
            Plan.holds_or_held(),
            Plan.card_id != card.id,
        )
        .order_by(Plan.start.desc())
        .limit(1)
    )
    if former is None:
        return Both("该线此前无计划", "Nothing planned on this line before")
    product = db.session.get_one(type(card), former.card_id).product
    change = db.session.scalar(
        select(Changeover).where(
            Changeover.from_family == product.family, Changeover.to_family == card.product.family
        )
    )
    level = change and WashLevel.by_code(change.wash_level)
    return joined(
        joined(product.code, product.name, by=" "), level and joined(level.code, level.name, by=" ")
    )


def packaging_of(card: ProductionOrder) -> Any:
    order = card.order
    items = ", ".join(item.material.code for item in card.packaging)
    variant = (
        required(order.customer).label_variant if order else "/".join(card.product.label_variants)
    )
    return joined(items, joined(Both("标签", "label"), card.product.label_version, variant, by=" "))


def demands(card: ProductionOrder) -> Any:
    priority = Both("急单", "Rush") if card.rush else Both("普通", "Normal")
    wishes = [required(card.order.customer).special_requirements if card.order else "", card.remark]
    return joined(priority, *[wish for wish in wishes if wish], by="\n")


def materials(plan: Plan) -> Table:
    rows = tuple(
        (
            str(n),
            need.material.code,
            both(need.material.name),
            number(need.percent) or None,
            quantity(need.quantity, need.material.uom, unit=False),
            need.material.uom,
        )
        for n, need in enumerate(plan.requirements, 1)
    )
    return Table(MATERIALS, rows, Both("所需物料", "Materials needed"))
