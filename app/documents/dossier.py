"""The dossier of an order (四): its summary, its documents once more, the customer's message,
its whole history, and the events as a file, so that everything can be read and verified without
this software.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app import documents
from app.clock import local
from app.documents.paper.bilingual import both, day, joined, moment, number, second
from app.documents.paper.blocks import (
    Attachment,
    Column,
    Field,
    Fields,
    Paper,
    Passage,
    Table,
    Value,
)
from app.documents.paper.heading import BEFORE, OPENING, ORDER_NO, opening, sheet
from app.documents.paper.history import carried_over, chains, from_paper, history
from app.documents.paper.terms import CHANNEL, VERDICT, term
from app.extensions import db
from app.flow.documents import SO_FAR, DocumentType
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Both
from app.models.records.papers.attachment import Attachment as AttachedFile
from app.models.records.papers.document import Document, kept_until
from app.models.records.record import Record
from app.models.warehouse.suppliers_of import all_cards, records_of

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.execution import StepRecord
    from app.models.production.production_order import ProductionOrder
    from app.models.sales.order import Order, OrderLine


LINES = (
    Column(Both("行号", "Line"), 6),
    Column(Both("产品", "Product")),
    Column(Both("数量(件)", "Quantity (units)"), 13, number=True),
    Column(Both("要求交期", "Requested date"), 13),
    Column(Both("结果", "Outcome"), 34),
)
CARDS = (
    Column(Both("生产任务单号", "Production order no."), 17),
    Column(Both("产品", "Product")),
    Column(Both("批号", "Batch no."), 15),
    Column(Both("合格/不合格", "Good / rejected"), 13, number=True),
    Column(Both("承诺交期", "Promised date"), 11),
    Column(Both("发货", "Shipped"), 17),
    Column(Both("阶段", "Stage"), 12),
)
FILES = (
    Column(Both("文件编号", "Document no."), 15),
    Column(Both("文件", "Document"), 22),
    Column(Both("记录", "Record"), 14),
    Column(Both("归档时间", "Filed"), 17),
    Column(Both("SHA-256", "SHA-256")),
)
ATTACHED = (
    Column(Both("附件", "File")),
    Column(Both("记录", "Record"), 14),
    Column(Both("大小(字节)", "Size (bytes)"), 11, number=True),
    Column(Both("谁/何时", "Who / when"), 19),
    Column(Both("SHA-256", "SHA-256"), 36),
)
STEPS = (
    Column(Both("工步", "Step"), 8),
    Column(Both("内容", "Instruction")),
    Column(Both("实测/判定", "Actual / verdict"), 18),
    Column(Both("操作人/时间", "Operator / time"), 18),
    Column(Both("复核人/时间", "Second person / time"), 18),
)


@dataclass(frozen=True)
class SoFar:
    """Stands for the document where none is ordered or numbered: the dossier of an open order,
    as of a moment.
    """

    number: str
    ordered_at: datetime
    revision: int = 0
    type: DocumentType = SO_FAR

    @classmethod
    def of(cls, order: Order, at: datetime) -> SoFar:
        return cls(f"{order.ref}-so-far-{local(at):%Y%m%d-%H%M}", at)


def context(order: Order, document: Document) -> Paper:
    """Return the dossier of an order.

    Raises documents.Unfinished while one of its documents is not filed, archive.Damaged where a
    file is not what was filed.
    """
    records = records_of(order)
    papers = documents_of(records)
    if waiting := [each.name for each in papers if each.filed_at is None]:
        raise documents.Unfinished(f"not filed yet: {', '.join(waiting)}")
    until = max(
        [document.ordered_at, *(event.at for record in records for event in record.history)]
    )
    return made_of(order, document, records, papers, until)


def so_far(order: Order, document: SoFar, unreadable: Collection[str] = ()) -> Paper:
    """Return what there is of the dossier of an order that has no filed one, marked so on every
    page. Papers that are not filed yet, or whose file is ``unreadable``, are listed and not
    repeated.
    """
    records = records_of(order)
    paper = made_of(
        order, document, records, documents_of(records), document.ordered_at, unreadable
    )
    at = moment(document.ordered_at)
    zh, en = ("", "") if order.current_stage.ends else ("订单未完,", "Order still open: ")
    return replace(
        paper,
        notice=Both(
            f"{zh}档案截至 {at},非归档件", f"{en}dossier so far, as of {at}, not the filed one"
        ),
    )


def made_of(
    order: Order,
    document: Document | SoFar,
    records: list[Record],
    filed: list[Document],
    until: datetime,
    unreadable: Collection[str] = (),
) -> Paper:
    cards = all_cards(order.cards)
    copies = tuple(
        documents.repeated(each) for each in filed if each.sha256 and each.name not in unreadable
    )
    return sheet(
        document,
        refs={ORDER_NO: order.ref, OPENING: opening(order)},
        code=order.ref,
        copies=copies,
        attachments=(
            Attachment(
                "events.json",
                f"Events of {order.ref}: canonical bodies and hashes",
                chains(records, until),
                document.ordered_at,
            ),
        ),
        blocks=(
            Fields((*summary(order), *retention(document))),
            Table(LINES, tuple(map(line, order.lines)), Both("订单行", "Order lines")),
            Table(CARDS, tuple(map(card_row, cards)), Both("生产任务单", "Production orders")),
            Passage(
                joined(
                    Both("原始消息", "Original message"),
                    term(CHANNEL, order.channel),
                    second(order.received_at),
                    by=" · ",
                ),
                order.message,
                quoted=True,
            ),
            Table(
                FILES,
                tuple(map(file_row, filed)),
                Both("文件清单", "List of documents"),
                small=True,
            ),
            *attached(records, until),
            *(steps(card) for card in cards if card.step_records or card.paper_steps),
            carried_over(records, until),
            from_paper(records, until),
            history(records, until),
            Passage(
                Both("离线核验", "Offline verification"),
                both(
                    Both(
                        "附件 events.json 含全部事件的原文与校验值:对每条记录按 seq 顺序,"
                        "hash = SHA-256(previous + body) 的十六进制;末个 hash 等于 head。",
                        "The attachment events.json holds every event as it was hashed. Per "
                        "record, in order of seq: hash = SHA-256(previous + body) "
                        "in hexadecimal; the last hash equals head.",
                    )
                ),
            ),
        ),
    )


def documents_of(records: Iterable[Record]) -> list[Document]:
    """Their documents in the order in which they were made, without dossiers and what only
    repeats another.
    """
    keys = {(record.flow.key, record.id) for record in records}
    found = db.session.scalars(
        select(Document)
        .where(Document.kind != "dossier", Document.record_id.in_({number for _, number in keys}))
        .order_by(Document.id)
    )
    return [each for each in found if (each.flow, each.record_id) in keys and not each.type.repeats]


def retention(document: Document | SoFar) -> Iterator[Field]:
    """Until when the plant keeps this dossier; nothing of what is never filed."""
    if document.revision:
        until = kept_until(document.type.key, document.ordered_at)
        yield Field(Both("保存至", "Kept until"), day(until))


def summary(order: Order) -> Iterator[Field]:
    customer, address = order.customer, order.address
    yield Field(ORDER_NO, joined(order.ref, order.request_no))
    yield Field(
        Both("客户/客户订单号", "Customer / PO"),
        joined(customer.name if customer else order.customer_text, order.customer_po),
    )
    yield Field(
        Both("接收渠道/时间", "Received by / at"),
        joined(term(CHANNEL, order.channel), moment(order.received_at)),
    )
    yield Field(Both("结果", "Outcome"), both(order.current_stage.label))
    ship_to = (
        joined(address.address, address.receiver, address.phone)
        if address
        else joined(order.address_text, order.phone_text)
    )
    yield Field(Both("收货地址", "Ship-to"), ship_to, wide=True)
    yield Field(
        Both(f"应付/已付 ({currency()})", f"Due / paid ({currency()})"),
        joined(number(order.amount_due), number(order.amount_paid)),
    )
    yield Field(Both("客户反馈", "Customer's feedback"), feedback(order))


def feedback(order: Order) -> Any:
    said = {s.id: s for card in order.cards if (s := card.shipment)}.values()
    texts = [
        joined(
            s.ref, day(s.received_on), s.received_by, s.discrepancies or None, s.feedback or None
        )
        for s in said
    ]
    return joined(*texts, by="\n") if texts else None


def line(each: OrderLine) -> tuple[Any, ...]:
    product = (
        joined(each.product.code, each.product.name, by=" ") if each.product else each.product_text
    )
    outcome = (
        joined(Both("已拒绝", "declined"), each.declined, by=": ")
        if each.declined
        else ", ".join(card.ref for card in each.cards)
    )
    return str(each.line_no), product, number(each.quantity), day(each.requested_date), outcome


def card_row(card: ProductionOrder) -> tuple[Any, ...]:
    shipment = card.shipment
    return (
        card.ref,
        joined(card.product.code, card.product.name, by=" "),
        card.lot.lot_no if card.lot else card.lot_no,
        f"{number(card.good)} / {number(card.rejected)}",
        day(card.promised_date),
        joined(shipment.ref, moment(shipment.shipped_at), by="\n") if shipment else None,
        both(card.current_stage.label),
    )


def file_row(document: Document) -> tuple[Any, ...]:
    return (
        document.name,
        both(document.type.label),
        document.record.ref,
        filed(document),
        document.sha256,
    )


def filed(document: Document) -> Any:
    """When a document was filed, and until when the plant keeps it."""
    if not (until := document.kept_until):
        return None
    kept = Both(f"保存至 {until}", f"kept until {until}")
    return joined(second(document.filed_at), kept, by="\n")


def attached(records: list[Record], until: datetime) -> Iterator[Table]:
    """What people put to the records; the files themselves stay with the plant, their hashes
    prove them.
    """
    refs = {(record.flow.key, record.id): record.ref for record in records}
    rows = tuple(
        (
            file.filename,
            refs[file.flow, file.record_id],
            number(file.size),
            signed(file.by, file.at),
            file.sha256,
        )
        for file in AttachedFile.of(records)
        if file.at <= until
    )
    if rows:
        yield Table(ATTACHED, rows, Both("附件清单", "List of attached files"), small=True)


def steps(card: ProductionOrder) -> Table:
    """The card's batch record: each step of the work instruction, what was read, who signed."""
    rows: list[tuple[Value, ...]] = []
    if card.paper_steps:
        rows.append((f"– {card.paper_steps}", both(BEFORE), None, None, None))
    for each in card.step_records:
        verdict = term(VERDICT, "passed" if each.passed else "failed")
        actual = joined(*[part for part in (each.value, verdict, each.note) if part], by=" ")
        countersigned = signed(each.second_by, each.second_at)
        step: Value = str(each.step_no)
        if each.round:
            step = joined(step, joined(Both("返工", "rework"), each.round, by=" "), by="\n")
        rows.append(
            (
                step,
                joined(each.text, limits_in_words(each), by="\n"),
                actual,
                signed(each.by, each.at),
                countersigned,
            )
        )
    version = f"{card.ref} · {wi_of(card)}"
    return Table(
        STEPS,
        tuple(rows),
        joined(Both("批生产记录", "Batch record"), version, by=" · "),
        small=True,
        breaks=True,
    )


def wi_of(card: ProductionOrder) -> str:
    """The instruction that was signed, or by which it was on paper."""
    if card.step_records:
        return f"{card.step_records[0].wi_code} {card.step_records[0].wi_version}"
    instruction = card.instruction
    return f"{instruction.code} {instruction.version}" if instruction else ""


def signed(by: User | None, at: datetime | None) -> str | None:
    """Who signed, under the name of that moment, and when; None where nobody did."""
    return f"{by.name_at(at)}\n{second(at)}" if by and at else None


def limits_in_words(signed: StepRecord) -> Any:
    """The limits as they stood when the step was signed; None where it had none."""
    low, high = (
        "" if v is None else format(v.normalize(), "f") for v in (signed.lower, signed.upper)
    )
    span = f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    return f"{signed.parameter.together}: {span} {signed.uom}".strip() if span else None
