"""The quality inspection report 《质量检验报告》 of one sample, passed or failed (5.1–5.3;
incoming lots: 3.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.documents.paper.bilingual import both, day, joined, moment, number, quantity
from app.documents.paper.blocks import Column, Field, Fields, Paper, SignOffs, Table
from app.documents.paper.heading import (
    CARD_NO,
    OPENING,
    ORDER_NO,
    last,
    lot_codes,
    opening,
    seen,
    sheet,
    signature,
)
from app.documents.paper.terms import DEFECT_CLASS, DISPOSITION, LAID_ASIDE, UNITS, VERDICT, term
from app.extensions import db
from app.flow.production import CONCEDE, FINISH
from app.flow.samples import REJECT, RELEASE, REPORT
from app.flow.texts.lazy_text import Both
from app.models.master import AqlDefault
from app.models.production.inspection import Nonconformance
from app.models.records.event import Event
from app.models.records.papers.document import Document
from app.plant.quality.verdict import FAILED, PASSED
from app.required import required

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.quality.sample import Sample, TestResult

COLUMNS = (
    Column(Both("检验项目", "Test")),
    Column(Both("单位", "Unit"), 7),
    Column(Both("标准要求(限值)", "Requirement (limits)"), 18),
    Column(Both("检验方法", "Method"), 15),
    Column(Both("实测值", "Result"), 12),
    Column(Both("仪器/校准有效期", "Instrument / calibration due"), 13),
    Column(Both("单项判定", "Verdict"), 8),
    Column(
        Both("不合格数(致命/严重/轻微)", "Nonconforming (critical/major/minor)"), 12, number=True
    ),
)
INCOMING = Both("进货检验项目", "Incoming inspection list")


def context(sample: Sample, document: Document) -> Paper:
    """Return the report of a sample with its verdict and the signatures of tester and releaser."""
    events, card = seen(sample, document), sample.card
    verdict, decided = last(events, RELEASE, REJECT), decisions(sample, document)
    conceded = concessions(decided, document)
    refs = {
        Both("样品编号", "Sample no."): sample.ref,
        CARD_NO: card and card.ref,
        ORDER_NO: card.order.ref if card and card.order else None,
        OPENING: opening(card) if card else None,
    }
    return sheet(
        document,
        refs=refs,
        code=card.ref if card else sample.ref,
        blocks=(
            Fields(tuple(head(sample, document))),
            Table(COLUMNS, tuple(row(result) for result in sample.results)),
            *laid_aside(sample, document),
            Fields(
                tuple(outcome(sample, verdict, decided, [event for _, event in conceded])),
                Both("结论", "Result"),
            ),
            SignOffs(
                (
                    signature(
                        Both("检验员/日期", "Inspector / date"), sample, last(events, REPORT)
                    ),
                    signature(
                        Both("复核/批准(放行)", "Reviewed / approved (release)"), sample, verdict
                    ),
                    *(
                        signature(Both("让步批准", "Concession approved"), *each)
                        for each in conceded
                    ),
                )
            ),
            lot_codes([sample.lot]),
        ),
    )


def head(sample: Sample, document: Document) -> list[Field]:
    lot, card, product = sample.lot, sample.card, sample.lot.product
    order = card.order if card else None
    pack = f"{product.pack_qty} {product.pack_uom} × {product.units_per_case}" if product else None
    by = sample.drawn_by.name_at(required(sample.drawn_at)) if sample.drawn_by else None
    return [
        Field(Both("报告编号", "Report no."), document.number),
        Field(
            Both("产品名称/规格/型号", "Product / pack"),
            joined(*[v for v in (lot.item.code, lot.item.name, pack) if v]),
        ),
        Field(
            Both("批号", "Batch no."),
            joined(lot.lot_no, lot.supplier_lot) if lot.supplier_lot else lot.lot_no,
        ),
        Field(
            Both("生产日期/有效期至", "Made on / expires"),
            joined(day(lot.made_on), day(lot.expiry)),
        ),
        Field(Both("批量(件)", "Lot size (units)"), lot_size(sample, document)),
        Field(Both("执行标准", "Product standard"), product.standard if product else INCOMING),
        Field(
            Both("生产任务单号/客户订单", "Production order / customer order"),
            joined(card.ref, order.ref if order else None, order.customer_po if order else None)
            if card
            else None,
        ),
        Field(
            Both("抽样日期/地点/抽样人", "Sampled on / where / by"),
            joined(moment(sample.drawn_at), sample.place, by),
        ),
        Field(Both("检验水平/AQL/状态", "Level / AQL / state"), plan_of_sampling()),
        Field(
            Both("字码/样本量/Ac/Re", "Code letter / n / Ac / Re"),
            joined(None, sample.size and f"n = {sample.size}", "0", "1"),
        ),
    ]


def plan_of_sampling() -> Any:
    """By which rule the sample was taken: one composite sample of each batch, not AQL, as the
    tests are physico-chemical.
    """
    rule = AqlDefault.by_code("physical_chem")
    return joined(
        rule.inspection_level if rule else None,
        number(rule.aql) if rule else None,
        Both("正常", "normal"),
    )


def lot_size(sample: Sample, document: Document) -> Any:
    card, lot = sample.card, sample.lot
    if card is None:
        return quantity(lot.quantity, required(lot.material).uom)
    finished = last(seen(card, document), FINISH)
    units = finished.data.get("good") if finished and not card.children else card.good
    return joined(number(units), UNITS, by=" ")


def decisions(sample: Sample, document: Document) -> list[Nonconformance]:
    """What was decided on what failed by this sample, by the time the report was ordered; each
    part of the lot by itself.
    """
    return list(
        db.session.scalars(
            select(Nonconformance)
            .where(
                Nonconformance.sample_id == sample.id,
                Nonconformance.decided_at <= document.ordered_at,
            )
            .order_by(Nonconformance.id)
        )
    )


def concessions(
    decided: list[Nonconformance], document: Document
) -> list[tuple[ProductionOrder, Event | None]]:
    """The cards whose units were accepted although they failed, each with the event that says
    who approved it.
    """
    return [
        (found.card, last(seen(found.card, document), CONCEDE))
        for found in decided
        if found.disposition == "concession"
    ]


def row(result: TestResult) -> tuple[Any, ...]:
    unit = None if result.uom in ("", "text") else result.uom
    cells = [
        int(result.verdict == "failed" and result.defect_class == each) for each in DEFECT_CLASS
    ]
    return (
        both(result.name),
        unit,
        result.limits,
        result.method,
        result.value,
        result.instrument,
        term(VERDICT, result.verdict),
        "/".join(map(str, cells)) if result.verdict else None,
    )


SET_ASIDE = (
    Column(Both("检验项目", "Test")),
    Column(Both("原结果", "Earlier result"), 14),
    Column(Both("状态", "State"), 14),
    Column(Both("原因", "Reason"), 30),
    Column(Both("经办人/日期", "By / date"), 20),
)


def laid_aside(sample: Sample, document: Document) -> list[Table]:
    """Results that were replaced, taken back or declared invalid before the report was ordered:
    they stand beside those that count.
    """
    old = [
        result
        for result in sample.earlier
        if result.set_aside_at and result.set_aside_at <= document.ordered_at
    ]
    rows = tuple(
        (
            both(result.name),
            joined(
                *[each for each in (result.value, "" if result.is_text else result.uom) if each],
                by=" ",
            ),
            term(LAID_ASIDE, result.set_aside),
            result.set_aside_reason,
            joined(
                result.set_aside_by and result.set_aside_by.name_at(required(result.set_aside_at)),
                moment(result.set_aside_at),
                by=" ",
            ),
        )
        for result in old
    )
    return (
        [
            Table(
                SET_ASIDE,
                rows,
                Both("复测、撤回与无效的结果", "Results retested, retracted or invalid"),
            )
        ]
        if rows
        else []
    )


def outcome(
    sample: Sample,
    verdict: Event | None,
    decided: list[Nonconformance],
    conceded: list[Event | None],
) -> list[Field]:
    judged = (PASSED if verdict.action == RELEASE.key else FAILED) if verdict else None
    overall = [term(VERDICT, judged), *([term(DISPOSITION, "concession")] if conceded else [])]
    reasons = [event.reason for event in (verdict, *conceded) if event and event.reason]
    return [
        Field(
            Both("综合判定:合格/不合格/让步", "Overall: pass / fail / concession"),
            joined(*overall, by="; "),
        ),
        Field(
            Both("处置:入库/返工/报废", "Disposition: stock-in / rework / scrap"),
            disposition(sample, judged, decided),
        ),
        Field(Both("留样编号/数量", "Retention sample no. / qty"), None),
        Field(Both("原因", "Reason"), joined(*reasons, by="\n") if reasons else None),
    ]


def disposition(sample: Sample, judged: str | None, decided: list[Nonconformance]) -> Any:
    """What becomes of the lot, as far as it was decided when the report was ordered; of its
    parts, if it was divided.
    """
    if judged == "passed":
        return Both("入库", "stock-in")
    if judged is None or sample.card is None:
        return Both("拒收,隔离", "rejected, set apart") if judged else None
    if not decided:
        return Both("待评审,见不合格品处理单", "to be decided, see the nonconformance report")
    dispositions = [(term(DISPOSITION, each.disposition), each.card.ref) for each in decided]
    return (
        dispositions[0][0]
        if len(dispositions) == 1 and decided[0].card is sample.card
        else joined(*(joined(*each, by=" ") for each in dispositions), by="; ")
    )
