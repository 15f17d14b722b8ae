"""The nonconformance report 《不合格品处理单》: what failed, where it is kept, what was decided,
by whom (5.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import joined, moment, number
from app.documents.paper.blocks import Field, Fields, Paper, SignOff, SignOffs
from app.documents.paper.heading import last, order_refs, seen, sheet, signature
from app.documents.paper.terms import DEFECT_CLASS, DISPOSITION, UNITS, VERDICT, term
from app.flow.production import DECISIONS, FINDINGS, PASS_INSPECTION, WITHHOLD
from app.flow.rules.tags import PASSED
from app.flow.texts.lazy_text import Both
from app.models.master import StorageZone
from app.models.production.inspection import Nonconformance
from app.models.records.event import Event
from app.models.records.papers.document import Document

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder

INSPECTED_AGAIN = ("rework", "reinspect")


def context(card: ProductionOrder, document: Document) -> Paper:
    """Return the report of the card's latest nonconformance, decided or not, inspected again or
    not, as it stood when ordered.
    """
    events = seen(card, document)
    report = nonconformance(card, document)
    failed = last(events, *FINDINGS)
    decided = (
        last(events, *DECISIONS)
        if report.decided_at and report.decided_at <= document.ordered_at
        else None
    )
    again = next(
        (e for e in events if decided and e.seq > decided.seq and e.action == PASS_INSPECTION.key),
        None,
    )
    return sheet(
        document,
        refs=order_refs(card),
        code=card.ref,
        blocks=(
            Fields(
                (
                    Field(Both("NCR 编号", "NCR no."), document.number),
                    Field(
                        Both("来源(来料/过程/成品/退货)", "Source"),
                        joined(Both("成品", "finished goods"), report.sample.ref)
                        if report.sample
                        else joined(
                            Both("库存", "in stock")
                            if failed and failed.action == WITHHOLD.key
                            else Both("过程", "in process"),
                            card.ref,
                        ),
                    ),
                    Field(
                        Both("产品或物料/批号/数量", "Item / lot / qty"),
                        item(card, report),
                        wide=True,
                    ),
                )
            ),
            Fields(
                (
                    Field(
                        Both("不合格描述/证据", "Description / evidence"),
                        report.description,
                        wide=True,
                    ),
                    Field(
                        Both("不合格分类", "Defect class"), term(DEFECT_CLASS, report.defect_class)
                    ),
                    Field(Both("隔离位置/措施", "Containment / location"), zone(report.zone)),
                ),
                Both("不合格情况", "Nonconformity"),
            ),
            Fields(
                (
                    Field(
                        Both("原因分析", "Root cause"), failed.reason if failed else None, wide=True
                    ),
                    Field(
                        Both("评审意见(质检/生产/技术/销售)", "Review opinions"),
                        opinion(decided),
                        wide=True,
                    ),
                ),
                Both("评审", "Review"),
            ),
            Fields(tuple(disposition(card, report, decided, again)), Both("处置", "Disposition")),
            SignOffs(
                (
                    signature(Both("判定", "Judged"), card, failed),
                    signature(Both("批准", "Approved"), card, decided),
                    closed(card, decided, again),
                ),
                Both("批准/关闭日期", "Approved / closed"),
            ),
        ),
    )


def nonconformance(card: ProductionOrder | None, document: Document) -> Nonconformance:
    """The card's latest by then; what was split off after the failure goes by its parent's.

    Raises LookupError.
    """
    while card:
        if raised_before := [n for n in card.nonconformances if n.raised_at <= document.ordered_at]:
            return raised_before[-1]
        card = card.parent
    raise LookupError("no nonconformance is on record for this report")


def item(card: ProductionOrder, report: Nonconformance) -> Any:
    own = report.card_id == card.id
    lot = report.sample.lot if report.sample and (own or card.lot is None) else card.lot
    return joined(
        joined(card.product.code, card.product.name, by=" "),
        lot.lot_no if lot else card.lot_no,
        joined(number(report.quantity if own else card.quantity), UNITS, by=" "),
    )


def zone(code: str) -> Any:
    place = StorageZone.by_code(code)
    return joined(code, place.name, by=" ") if place else code


def opinion(decided: Event | None) -> Any:
    return (
        joined(Both("质检", "Quality"), decided.reason, by=": ")
        if decided and decided.reason
        else None
    )


def disposition(
    card: ProductionOrder, report: Nonconformance, decided: Event | None, again: Event | None
) -> list[Field]:
    kind = report.disposition if decided else None
    units = report.quantity if report.card_id == card.id else card.quantity
    scrapped = (
        (joined(number(units), UNITS, by=" "), report.witness, None) if kind == "scrap" else ()
    )
    return [
        Field(
            Both(
                "处置:返工/报废/让步/降级/退货",
                "Disposition: rework/scrap/concession/regrade/return",
            ),
            term(DISPOSITION, kind),
        ),
        Field(
            Both("客户同意(让步)", "Customer's consent (concession)"),
            report.consent if kind == "concession" else None,
        ),
        Field(
            Both("返工方案与复检结果", "Rework plan & re-inspection"),
            rework(card, report, kind, again),
            wide=True,
        ),
        Field(
            Both("报废数量/监销人/费用", "Scrap qty / witness / cost"),
            joined(*scrapped) if scrapped else None,
        ),
        Field(Both("CAPA 编号", "CAPA no."), None),
    ]


def rework(
    card: ProductionOrder, report: Nonconformance, kind: str | None, again: Event | None
) -> Any:
    """What is to be done, and which sample then passed.

    One that fails again opens the next nonconformance.
    """
    if kind not in INSPECTED_AGAIN:
        return None
    sample = again and next(
        (s for s in card.samples if s.id > (report.sample_id or 0) and s.current_stage.has(PASSED)),
        None,
    )
    return joined(
        report.instructions or None,
        *([joined(sample.ref, term(VERDICT, "passed"), by=" ")] if sample else []),
        by="\n",
    )


def closed(card: ProductionOrder, decided: Event | None, again: Event | None) -> SignOff:
    """Who closed it: the decision itself, or where the lot is inspected again, the verdict by
    which it passed.
    """
    label = Both("关闭", "Closed")
    last_word = again if decided and decided.action in INSPECTED_AGAIN else decided
    if last_word is None:
        return SignOff(label)
    signed = signature(label, card, last_word)
    return SignOff(
        label,
        signed.name,
        signed.role,
        Both("处置完成,关闭", "disposition done, closed"),
        moment(last_word.at),
    )
