"""The material preparation sheet 《物料准备单》: which lots, how much, from which bin, prepared,
checked, accepted (3.1–3.3).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import both, day, joined, moment, number, quantity
from app.documents.paper.blocks import Column, Field, Fields, Paper, SignOff, SignOffs, Table, Value
from app.documents.paper.heading import (
    last,
    lot_codes,
    of_paper,
    order_refs,
    seen,
    sheet,
    signature,
)
from app.documents.paper.terms import QC_STATUS, REMARKS, UNITS, term
from app.documents.production_order import plan_of
from app.flow.production import ACCEPT_MATERIALS, HAND_OVER, PREPARE, TAKEN_BACK
from app.flow.texts.lazy_text import Both
from app.models.master import IncompatClass
from app.models.production.plan import Plan
from app.models.production.requirement import Pick
from app.models.records.event import Event
from app.models.records.papers.document import Document
from app.required import required

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder

COLUMNS = (
    Column(Both("序号", "Line no."), 3),
    Column(Both("物料编码", "Material code"), 5),
    Column(Both("物料名称/规格", "Name / grade")),
    Column(Both("单位", "UoM"), 3),
    Column(Both("配方用量%", "Formula %"), 5, number=True),
    Column(Both("应备数量(含损耗)", "Required qty (incl. loss)"), 7, number=True),
    Column(Both("物料批号", "Lot no."), 7),
    Column(Both("效期", "Expiry"), 6),
    Column(Both("含量/折纯系数", "Assay / potency factor"), 6, number=True),
    Column(Both("质检状态", "QC status"), 6),
    Column(Both("库位", "Bin"), 3),
    Column(Both("实备数量", "Prepared qty"), 7, number=True),
    Column(Both("实收数量(生产)", "Received qty (production)"), 8, number=True),
    Column(Both("差异及原因", "Variance & reason"), 7),
    Column(Both("危害标识/隔离要求", "Hazard / segregation"), 12),
    Column(Both("退料数量", "Returned qty"), 4, number=True),
)
PREPARED_BY = Both("备料人/时间", "Prepared by / time")
CHECKED_BY = Both("复核人", "Checked by")
ACCEPTED_BY = Both("生产验收人/结论/时间", "Accepted by production / result / time")


def context(card: ProductionOrder, document: Document) -> Paper:
    """Return the sheet of a card's materials as they stood when it was ordered: at the
    hand-over, or after the acceptance.
    """
    plan = plan_of(card, document)
    events = [
        event for event in seen(card, document) if event.happened_at >= required(plan.issued_at)
    ]
    accepted, handed_over = last(events, ACCEPT_MATERIALS), last(events, HAND_OVER)
    picks = [
        p
        for need in plan.requirements
        for p in need.picks
        if p.prepared_at is None or p.prepared_at <= document.ordered_at
    ]
    back = last(events, *TAKEN_BACK)
    rows = tuple(row(n, pick, accepted, back) for n, pick in enumerate(picks, 1))
    return sheet(
        document,
        refs=order_refs(card),
        code=card.ref,
        landscape=True,
        blocks=(
            Fields(tuple(head(card, plan, document)), columns=4),
            Table(COLUMNS, rows, small=True),
            SignOffs(
                (
                    *prepared(card, events, plan),
                    of_paper(CHECKED_BY, card)
                    if plan.on_paper and not handed_over
                    else signature(CHECKED_BY, card, handed_over),
                    acceptance(card, accepted, picks),
                )
            ),
            Fields((Field(REMARKS, remarks(card, plan, back), wide=True),), columns=4),
            lot_codes([pick.lot for pick in picks]),
        ),
    )


def prepared(card: ProductionOrder, events: list[Event], plan: Plan) -> list[SignOff]:
    """Everybody who prepared lines of it, with the time of their last one; an empty box where
    nobody did yet. What was prepared on paper is signed there.
    """
    preparers = {event.actor_id: event for event in events if event.action == PREPARE.key}
    signed = [signature(PREPARED_BY, card, event) for event in preparers.values()]
    if plan.on_paper:
        return [of_paper(PREPARED_BY, card), *signed]
    return signed or [signature(PREPARED_BY, card, None)]


def head(card: ProductionOrder, plan: Plan, document: Document) -> list[Field]:
    formula, line = plan.formula or card.product.formula, plan.line
    return [
        Field(Both("单号", "Sheet no."), document.number),
        Field(Both("生产任务单号", "Production order no."), card.ref),
        Field(Both("产品/规格", "Product / pack"), joined(card.product.code, card.product.name)),
        Field(Both("配方版本", "Formula version"), f"{formula.code} {formula.version}"),
        Field(Both("产品批号", "Batch no."), plan.lot_no),
        Field(
            Both("计划数量/批量", "Planned qty / batch size"),
            joined(joined(number(card.quantity), UNITS, by=" "), quantity(plan.bulk, "kg")),
        ),
        Field(
            Both("产线/罐", "Line / tank"),
            joined(joined(line.code, line.name, by=" "), ", ".join(t.code for t in line.tanks))
            if line
            else None,
        ),
        Field(Both("需求时间", "Needed by"), moment(plan.start)),
    ]


def remarks(card: ProductionOrder, plan: Plan, back: Event | None) -> Any:
    """The plan's remarks; and why everything came back, if it did."""
    returned = joined(both(card.past(back)), back.reason, by=": ") if back else None
    said = [each for each in (plan.note or card.remark, returned) if each]
    return joined(*said, by="\n") if said else None


def row(position: int, pick: Pick, accepted: Event | None, back: Event | None) -> tuple[Any, ...]:
    need, lot = pick.requirement, pick.lot
    material = need.material

    def in_uom(base: int | None) -> str:
        return quantity(base, material.uom, unit=False)

    checked = accepted is not None and pick.accepted is not None
    returned = pick.returned if back or (checked and not pick.accepted) else 0
    return (
        str(position),
        material.code,
        both(material.name),
        material.uom,
        number(need.percent),
        in_uom(need.quantity),
        lot.lot_no if lot else both(Both("不记批", "untracked")),
        day(lot.expiry) if lot else None,
        potency(pick),
        term(QC_STATUS, lot.status) if lot else None,
        pick.zone,
        in_uom(pick.prepared),
        in_uom(pick.received) if checked else None,
        variance(pick, in_uom) if checked else None,
        hazard(material.ghs_hazard, material.incompat_class),
        in_uom(returned) if returned else None,
    )


def potency(pick: Pick) -> str | None:
    """The lot's assay and, where the formula is corrected for it, nominal over assay."""
    lot, nominal = pick.lot, pick.requirement.nominal
    if lot is None or lot.assay is None:
        return None
    if nominal is None:
        return f"{lot.assay:f} %"
    return (
        f"{lot.assay:f} %\n× {(nominal / lot.assay).quantize(Decimal('0.0001'), ROUND_HALF_UP):f}"
    )


def variance(pick: Pick, in_uom: Any) -> Value:
    refused = None if pick.accepted else Both("拒收", "refused")
    difference = (pick.received or 0) - (pick.prepared or 0)
    parts = [
        refused,
        f"{'+' if difference > 0 else ''}{in_uom(difference)}" if difference else None,
        pick.variance,
    ]
    nonempty = [part for part in parts if part]
    return joined(*nonempty, by="; ") if nonempty else None


def hazard(ghs: str, incompat_class: str | None) -> Value:
    found = IncompatClass.by_code(incompat_class) if incompat_class else None
    said = [part for part in (ghs, found and found.name) if part]
    return joined(*said, by="; ") if said else None


def acceptance(card: ProductionOrder, accepted: Event | None, picks: list[Pick]) -> SignOff:
    signed = signature(ACCEPTED_BY, card, accepted)
    if accepted is None:
        return signed
    refused = sum(1 for pick in picks if pick.accepted is False)
    result = (
        joined(Both("结论: 拒收行数", "Result: lines refused"), refused, by=" ")
        if refused
        else Both("结论: 全部验收", "Result: all accepted")
    )
    return SignOff(ACCEPTED_BY, signed.name, signed.role, result, signed.when)
