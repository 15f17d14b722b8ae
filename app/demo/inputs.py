"""What reaches the plant from outside, for the player: orders, payments, lots, purchase receipts
and mails, dates moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from app.demo.sheets import Calendar, exact, items, rows, yes
from app.flow.texts.lazy_text import Both
from app.plant.quantities import to_base


@dataclass(frozen=True)
class SampleLine:
    """A line of an order; ``findings`` and ``together`` say what a correct system finds."""

    line_no: int
    product_code: str
    quantity: int
    uom: str
    requested_date: date
    customer_note: str
    findings: tuple[str, ...]
    together: str
    note: Both


@dataclass(frozen=True)
class SampleOrder:
    customer_po: str
    customer_code: str
    address_code: str
    channel: str
    received_at: datetime
    lines: tuple[SampleLine, ...]


@dataclass(frozen=True)
class Payment:
    """What is due before an order is made or shipped, and what has come in."""

    customer_po: str
    customer_code: str
    payment_rule: str
    currency: str
    amount_due: Decimal
    amount_paid: Decimal
    paid: bool
    paid_on: date | None


@dataclass(frozen=True)
class MaterialLot:
    """A lot in the stores.

    ``status`` is released, quarantine or rejected; ``quantity`` in the material's base unit.
    """

    lot_no: str
    material_code: str
    quantity: int
    uom: str
    received: date
    expiry: date
    status: str
    assay_pct: Decimal | None
    location: str


@dataclass(frozen=True)
class PurchaseReceipt:
    """A delivery that a supplier has promised."""

    purchase_no: str
    material_code: str
    supplier_code: str
    quantity: int
    uom: str
    ordered_on: date
    expected_on: date
    status: str
    note: Both


def orders(calendar: Calendar) -> list[SampleOrder]:
    """Return the orders in the sequence of their receipt."""
    sample_orders = []
    for po, group in groupby(rows("sample_orders"), key=lambda row: row["customer_po"]):
        lines = list(group)
        first = lines[0]
        sample_orders.append(
            SampleOrder(
                po,
                first["customer_code"],
                first["address_code"],
                first["channel"],
                calendar.moment(first["received_at"]),
                tuple(order_line(row, calendar) for row in lines),
            )
        )
    return sorted(sample_orders, key=lambda order: order.received_at)


def order_line(row: dict[str, str], calendar: Calendar) -> SampleLine:
    findings = () if row["findings"] == "none" else tuple(items(row["findings"], ";"))
    return SampleLine(
        int(row["line_no"]),
        row["product_code"],
        int(row["qty"]),
        row["uom"],
        calendar.day(row["requested_date"]),
        row["customer_note"],
        findings,
        row["together"],
        Both(row["note_zh"], row["note_en"]),
    )


def payments(calendar: Calendar) -> list[Payment]:
    return [
        Payment(
            row["customer_po"],
            row["customer_code"],
            row["payment_rule"],
            row["currency"],
            Decimal(row["amount_due"]),
            Decimal(row["amount_paid"]),
            yes(row["paid"]),
            calendar.day_or_none(row["paid_on"]),
        )
        for row in rows("payments")
    ]


def lots(calendar: Calendar) -> list[MaterialLot]:
    return [
        MaterialLot(
            row["lot_no"],
            row["material_code"],
            to_base(row["qty"], row["uom"]),
            row["uom"],
            calendar.day(row["received"]),
            calendar.day(row["expiry"]),
            row["status"],
            exact(row["assay_pct"]),
            row["location"],
        )
        for row in rows("material_lots")
    ]


def receipts(calendar: Calendar) -> list[PurchaseReceipt]:
    return [
        PurchaseReceipt(
            row["purchase_no"],
            row["material_code"],
            row["supplier"],
            to_base(row["qty"], row["uom"]),
            row["uom"],
            calendar.day(row["ordered_on"]),
            calendar.day(row["expected_on"]),
            row["status"],
            Both(row["note_zh"], row["note_en"]),
        )
        for row in rows("purchase_receipts")
    ]
