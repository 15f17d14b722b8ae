"""The delivery note 《送货单》 of a shipment: what went to whom, when, by which vehicle
(6.1–6.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.documents.paper.bilingual import both, day, joined, moment, number, quantity
from app.documents.paper.blocks import Column, Field, Fields, Paper, SignOff, SignOffs, Table
from app.documents.paper.heading import (
    OPENING,
    ORDER_NO,
    last,
    lot_codes,
    opening,
    seen,
    sheet,
    signature,
)
from app.documents.paper.terms import REMARKS, UNITS
from app.extensions import db
from app.flow.shipments import SHIP
from app.flow.texts.lazy_text import Both
from app.models.master import DocumentRequirement
from app.models.production.production_order import ProductionOrder
from app.models.records.papers.document import Document
from app.models.warehouse.shipment import gross_mass
from app.required import required

if TYPE_CHECKING:
    from app.models.warehouse.shipment import Shipment

COLUMNS = (
    Column(Both("序号", "No."), 5),
    Column(Both("产品/规格/单位", "Product / pack / UoM")),
    Column(Both("批号/有效期", "Batch / expiry"), 20),
    Column(Both("数量/箱数/毛重/托盘", "Qty / cases / gross / pallets"), 24, number=True),
    Column(Both("危险货物信息(UN/类别)", "Dangerous goods (UN / class)"), 15),
    Column(Both("生产任务单号/客户订单号", "Production order no. / PO"), 15),
)


def context(shipment: Shipment, document: Document) -> Paper:
    """Return the delivery note as the goods left; the driver and the customer sign the paper."""
    shipped = last(seen(shipment, document), SHIP)
    orders = {card.order.ref: card.order for card in shipment.cards if card.order}
    refs = {
        Both("发货单号", "Shipment no."): shipment.ref,
        ORDER_NO: ", ".join(orders),
        OPENING: opened(shipment),
    }
    blank = signature(Both("司机", "Driver"), shipment, None)
    return sheet(
        document,
        refs=refs,
        code=shipment.ref,
        blocks=(
            Fields(
                tuple(head(shipment, document, [order.customer_po for order in orders.values()]))
            ),
            Table(COLUMNS, tuple(row(n, card) for n, card in enumerate(shipment.cards, 1))),
            Fields(
                (
                    Field(Both("合计", "Total"), total(shipment), wide=True),
                    Field(
                        Both("随货文件(质检报告/SDS)", "Documents (COA/SDS)"),
                        enclosed(shipment),
                        wide=True,
                    ),
                    Field(Both("签收差异", "Discrepancies"), None, wide=True),
                    Field(REMARKS, shipment.packing_note, wide=True),
                )
            ),
            SignOffs(
                (
                    signature(Both("发货", "Shipped"), shipment, shipped),
                    blank,
                    SignOff(Both("客户签收", "Received by the customer")),
                ),
                Both("发货/司机/客户签收/时间", "Shipped / driver / received / time"),
            ),
            lot_codes([card.lot for card in shipment.cards]),
        ),
    )


def opened(shipment: Shipment) -> Any:
    """The marks of what was carried over from paper, each once."""
    marks = {
        (card.paper_until, str(card.vouched_for_by)): opening(card)
        for card in shipment.cards
        if card.paper_until
    }
    return joined(*marks.values(), by="\n") if marks else None


def head(shipment: Shipment, document: Document, purchase_numbers: list[str]) -> list[Field]:
    address = shipment.address
    pos = ", ".join(po for po in purchase_numbers if po)
    by = shipment.confirmed_by
    confirmed = by.name_at(required(shipment.confirmed_at)) if by else None
    return [
        Field(
            Both("送货单号/日期", "No. / date"), joined(document.number, day(shipment.shipped_at))
        ),
        Field(Both("客户/客户订单号", "Customer / PO"), joined(shipment.customer.name, pos)),
        Field(
            Both("收货地址/联系人/电话/收货时段", "Ship-to / contact / phone / window"),
            joined(
                address.address,
                address.receiver,
                address.phone,
                joined(day(shipment.delivery_on), shipment.window, by=" "),
            ),
            wide=True,
        ),
        Field(
            Both("地址与交期确认人/时间", "Address & time confirmed by / at"),
            joined(
                joined(
                    confirmed, shipment.confirmed_with and f"↔ {shipment.confirmed_with}", by=" "
                ),
                moment(shipment.confirmed_at),
            ),
        ),
        *booking(shipment),
        Field(
            Both("承运商/车牌/司机/运单号", "Carrier / vehicle / driver / waybill"),
            joined(shipment.carrier, shipment.vehicle, shipment.driver, shipment.waybill),
        ),
    ]


def booking(shipment: Shipment) -> list[Field]:
    """The booked dock, where the customer receives at one."""
    if not shipment.booking_no:
        return []
    slot = joined(shipment.booking_no, shipment.booking_slot)
    return [Field(Both("月台预约号/时段", "Dock booking / slot"), slot)]


def row(position: int, card: ProductionOrder) -> tuple[Any, ...]:
    product, lot = card.product, required(card.lot)
    cases = -(-card.good // product.units_per_case)
    return (
        str(position),
        joined(
            joined(product.code, product.name, by=" "),
            f"{product.pack_qty} {product.pack_uom}",
            UNITS,
        ),
        joined(lot.lot_no, day(lot.expiry), by="\n"),
        joined(
            number(card.good),
            joined(number(cases), Both("箱", "cases"), by=" "),
            quantity(gross_mass(card), "kg"),
            None,
        ),
        product.hazard_label,
        joined(card.ref, card.order.customer_po if card.order else None, by="\n"),
    )


def total(shipment: Shipment) -> Any:
    units = sum(card.good for card in shipment.cards)
    return joined(
        joined(number(units), UNITS, by=" "),
        joined(shipment.packages, Both("包装件", "packages"), by=" "),
        joined(Both("毛重", "gross"), quantity(shipment.gross_mass, "kg"), by=" "),
        joined(shipment.pallets, Both("托盘", "pallets"), by=" "),
    )


def enclosed(shipment: Shipment) -> Any:
    """The quality reports of the lots, and what else the customer demands."""
    reports = {
        document.number: document.name
        for document in reports_of({card.lot_id for card in shipment.cards if card.lot_id})
    }
    demanded = [DocumentRequirement.by_code(code) for code in shipment.customer.required_documents]
    codes = {card.product.code for card in shipment.cards}
    enclosures = [
        *reports.values(),
        *(both(d.name) for d in demanded if d and (not d.products or codes & set(d.products))),
    ]
    return joined(*enclosures, by=", ") if enclosures else None


def reports_of(lots: set[int]) -> list[Document]:
    """The quality reports by which finished lots were released, all revisions, oldest first."""
    cards = db.session.scalars(select(ProductionOrder).where(ProductionOrder.lot_id.in_(lots)))
    samples = {sample.id for card in cards if (sample := card.sample_it_went_by)}
    return list(
        db.session.scalars(
            select(Document)
            .where(
                Document.kind == "quality_report",
                Document.flow == "sample",
                Document.record_id.in_(samples),
            )
            .order_by(Document.id)
        )
    )
