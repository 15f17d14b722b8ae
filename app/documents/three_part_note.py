"""The delivery note in three parts 《送货单》(三联), as it travels: one stays, one is the
customer's, one comes back signed. On A4, or by a dot-matrix printer on continuous paper of
241 × 140 mm.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app import documents
from app.documents.delivery_note import reports_of
from app.documents.paper.bilingual import day, joined, number, quantity
from app.documents.paper.blocks import (
    Column,
    Copy,
    Field,
    Fields,
    PartedNote,
    SignOff,
    SignOffs,
    Table,
)
from app.documents.paper.heading import ORDER_NO, last, seen, sheet, signature
from app.documents.paper.terms import UNITS
from app.documents.sales.of_order import money
from app.extensions import db
from app.flow.documents import DELIVERY_NOTE
from app.flow.rules.settings import CONTINUOUS
from app.flow.shipments import SHIP
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Both
from app.models.records.papers.document import Document
from app.models.records.rules.plant_settings import number_set, plant_setting
from app.required import required

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.warehouse.shipment import Shipment

PARTS = (
    Both("第一联 存根", "Part 1: stub"),
    Both("第二联 客户", "Part 2: customer"),
    Both("第三联 回单", "Part 3: signed copy"),
)
COLUMNS = (
    Column(Both("序号", "No."), 6),
    Column(Both("产品/规格", "Product / pack")),
    Column(Both("批号/有效期", "Batch / expiry"), 19),
    Column(Both("数量(件)", "Qty (units)"), 11, number=True),
    Column(Both("箱数", "Cases"), 9, number=True),
)


def context(shipment: Shipment, document: Document) -> PartedNote:
    """Return the note as the goods left. Each printing after the first is marked 补打.

    Raises documents.Unfinished while a certificate that goes with it is not filed.
    """
    continuous = plant_setting("note_paper") == CONTINUOUS
    paper = sheet(
        document,
        refs=refs(shipment),
        code=shipment.ref,
        blocks=(
            Fields(tuple(head(shipment))),
            table(shipment),
            Fields((Field(Both("合计", "Total"), total(shipment), wide=True),)),
            signed(shipment, document),
        ),
        copies=() if continuous else certificates(shipment),
    )
    note = PartedNote(
        **vars(paper),
        parts=PARTS,
        continuous=continuous,
        left=number_set("note_left"),
        top=number_set("note_top"),
    )
    return replace(note, notice=reprint(document)) if document.revision > 1 else note


def reprint(document: Document) -> Both:
    """The mark of a printing that is not the first."""
    return Both(f"补打 {document.revision - 1}", f"Reprint {document.revision - 1}")


def refs(shipment: Shipment) -> dict[Both, Any]:
    kept = db.session.scalars(
        db.select(Document.number).where(
            Document.kind == DELIVERY_NOTE.key,
            Document.flow == shipment.flow.key,
            Document.record_id == shipment.id,
        )
    ).first()
    orders = dict.fromkeys(card.order.ref for card in shipment.cards if card.order)
    return {
        Both("送货单号", "Delivery note no."): kept,
        Both("发货单号", "Shipment no."): shipment.ref,
        ORDER_NO: ", ".join(orders),
    }


def head(shipment: Shipment) -> list[Field]:
    address = shipment.address
    pos = dict.fromkeys(card.order.customer_po for card in shipment.cards if card.order)
    return [
        Field(Both("客户", "Customer"), shipment.customer.name),
        Field(Both("客户订单号", "Customer PO"), ", ".join(filter(None, pos))),
        Field(
            Both("收货地址", "Ship-to"),
            joined(address.address, address.receiver, address.phone),
            wide=True,
        ),
        Field(
            Both("送货日期/时段", "Delivery / window"),
            joined(day(shipment.delivery_on or shipment.shipped_at), shipment.window, by=" "),
        ),
        Field(
            Both("承运商/车牌/司机", "Carrier / vehicle / driver"),
            joined(shipment.carrier, shipment.vehicle, shipment.driver),
        ),
    ]


def table(shipment: Shipment) -> Table:
    """The goods; with what they cost where the customer wants that on the note."""
    rows = tuple(row(n, card) for n, card in enumerate(shipment.cards, 1))
    if not shipment.customer.prices_on_note:
        return Table(COLUMNS, rows)
    code = currency()
    priced = (
        Column(Both(f"单价 ({code})", f"Price ({code})"), 12, number=True),
        Column(Both(f"金额 ({code})", f"Amount ({code})"), 14, number=True),
    )
    return Table(
        (*COLUMNS, *priced),
        tuple((*told, *prices(card)) for told, card in zip(rows, shipment.cards, strict=True)),
    )


def row(position: int, card: ProductionOrder) -> tuple[Any, ...]:
    product, lot = card.product, required(card.lot)
    return (
        str(position),
        joined(
            joined(product.code, product.name, by=" "), f"{product.pack_qty} {product.pack_uom}"
        ),
        joined(lot.lot_no, day(lot.expiry), by="\n"),
        number(card.good),
        number(-(-card.good // product.units_per_case)),
    )


def prices(card: ProductionOrder) -> tuple[str, str]:
    price = card.line.unit_price if card.line else None
    return money(price), money(None if price is None else price * card.good)


def total(shipment: Shipment) -> Any:
    units = sum(card.good for card in shipment.cards)
    told = [
        joined(number(units), UNITS, by=" "),
        joined(shipment.packages, Both("包装件", "packages"), by=" "),
        joined(Both("毛重", "gross"), quantity(shipment.gross_mass, "kg"), by=" "),
        owed(shipment),
    ]
    return joined(*filter(None, told))


def owed(shipment: Shipment) -> Any:
    """What the goods come to, where the note says what they cost."""
    cards = shipment.cards
    if not shipment.customer.prices_on_note or any(
        card.line is None or card.line.unit_price is None for card in cards
    ):
        return None
    amount = sum(
        (required(required(card.line).unit_price) * card.good for card in cards), Decimal(0)
    )
    return joined(Both("金额", "amount"), money(amount), currency(), by=" ")


def signed(shipment: Shipment, document: Document) -> SignOffs:
    """Who let it go; room for the driver, and for the customer's hand and seal."""
    return SignOffs(
        (
            signature(Both("发货", "Shipped"), shipment, last(seen(shipment, document), SHIP)),
            SignOff(Both("司机", "Driver")),
            SignOff(Both("收货签字(盖章)", "Received (signature, seal)")),
        ),
        Both("签收", "Signed"),
    )


def certificates(shipment: Shipment) -> tuple[Copy, ...]:
    """The quality reports of the lots, where the customer wants them with the goods: the last
    revision of each.
    """
    if not shipment.customer.coa_required:
        return ()
    lots = {card.lot_id for card in shipment.cards if card.lot_id}
    latest = {report.number: report for report in reports_of(lots)}
    if waiting := [each.name for each in latest.values() if each.filed_at is None]:
        raise documents.Unfinished(f"not filed yet: {', '.join(waiting)}")
    return tuple(documents.repeated(report) for report in latest.values())
