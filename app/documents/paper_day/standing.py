"""What stands where at a moment, department by department: the list to work from on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.documents.paper.bilingual import both, day, joined, number
from app.documents.paper.blocks import Column, Table
from app.extensions import db
from app.flow.departments import WITH_BOARD, Department
from app.flow.flows import stages_of
from app.flow.grammar import Flow, Stage
from app.flow.rules.tags import LEFT
from app.flow.texts.lazy_text import Both
from app.models.production.production_order import ProductionOrder
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.availability import Availability, availability
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import Stock
from app.plant.quantities import from_base
from app.required import required
from app.screens.stock.stock_list import STATES, Row, lot_rows

# Of each stage: what waits behind so many is not worked on while the plant works on paper.
MOST = 200
RUSH = Both("急单", "rush")
CARDS = (
    Column(Both("编号", "Number"), 15),
    Column(Both("产品/客户/内容", "Product / customer / subject")),
    Column(Both("数量", "Quantity"), 10),
    Column(Both("产线", "Line"), 6),
    Column(Both("下一步", "What is next"), 17),
    Column(Both("等待", "Waits for"), 20),
    Column(Both("交期", "Due"), 10),
)
LOTS = (
    Column(Both("库位", "Zone"), 9),
    Column(Both("批号", "Lot"), 18),
    Column(Both("物料/产品", "Material / product")),
    Column(Both("数量", "Quantity"), 16, number=True),
    Column(Both("状态", "Status"), 13),
    Column(Both("有效期", "Expiry"), 10),
)
SHIPMENTS = (
    Column(Both("发货单", "Shipment"), 11),
    Column(Both("客户/地址/收货人", "Customer / address / receiver")),
    Column(Both("内容:生产任务、产品、数量、批号", "Contents: card, product, quantity, lot"), 36),
    Column(Both("交货", "Delivery"), 13),
    Column(Both("阶段/承运", "Stage / carrier"), 15),
)


def departments() -> Iterator[tuple[Department, list[Table]]]:
    """Yield every department with what stands with it now, stage by stage."""
    for department in WITH_BOARD:
        yield department, [table_of(*place) for place in stages_of(department)]


def table_of(flow: Flow, stage: Stage) -> Table:
    """What stands in a stage, the first due on top."""
    kind = KINDS[flow.key]
    asked = select(kind).where(kind.stands_in([stage.key])).options(*kind.shown_with())
    records = list(db.session.scalars(asked.order_by(kind.due, kind.id)).unique())
    known = availability({flow.key: [record.id for record in records[:MOST]]})
    rows = [row_of(each, stage, known[flow.key, each.id]) for each in records[:MOST]]
    if more := records[MOST:]:
        rows.append(("…", Both(f"另有 {len(more)} 项", f"and {len(more)} more"), *[None] * 5))
    title = joined(flow.label, stage.label, f"{len(records)}", by=" · ")
    return Table(CARDS, tuple(rows), title)


def row_of(record: Record, stage: Stage, known: Availability) -> tuple[Any, ...]:
    """One record: what it is, what can be done next and what that waits for."""
    actions = [
        action
        for action in record.flow.actions_from(stage.key)
        if action.primary and not action.driven
    ]
    following = [each for each in actions if known.roles_of(each) and not known.first(each.key)]
    waits = [known.stuck] if known.stuck else [known.first(each.key) for each in actions]
    return (
        joined(record.ref, RUSH, by=" ") if record.rush else record.ref,
        by_line(value(record.headline), value(record.party)),
        value(record.amount),
        line_of(record),
        by_line(*(both(each.label) for each in following)),
        by_line(*(both(each.sentence) for each in waits if each)),
        day(record.due),
    )


def by_line(*values: Any) -> Any:
    """What there is of several values, a line each and each once."""
    told = {getattr(each, "zh", each): each for each in values if each not in (None, "")}
    return joined(*told.values(), by="\n")


def value(text: Any) -> Any:
    """What a record says of itself, as a paper shows it."""
    return both(text) if isinstance(text, Both) or hasattr(text, "msgid") else str(text)


def line_of(record: Record) -> str | None:
    card = record if isinstance(record, ProductionOrder) else getattr(record, "card", None)
    plan = card.plan if isinstance(card, ProductionOrder) else None
    return plan.line.code if plan and plan.line else None


# Beside the boards


def leaving(today: date) -> Table:
    """Shipments of today and tomorrow, and those that should have left before."""
    open_stages = [s.key for s in Shipment.flow.stages if not s.ends and not s.has(LEFT)]
    until = today + timedelta(days=1)
    found = db.session.scalars(
        select(Shipment)
        .where(Shipment.stands_in(open_stages))
        .options(*Shipment.shown_with(), joinedload(Shipment.address))
        .order_by(Shipment.due, Shipment.id)
    ).unique()
    rows = [each for each in found if (each.delivery_on or each.due or until) <= until]
    title = Both("今明两日发货(含已过期)", "Shipments of today and tomorrow, and overdue ones")
    return Table(SHIPMENTS, tuple(map(shipment_row, rows)), title)


def shipment_row(each: Shipment) -> tuple[Any, ...]:
    to, lines = each.address, [content_line(card) for card in each.cards]
    return (
        each.ref,
        by_line(value(each.customer.name), to.address, f"{to.receiver} {to.phone}"),
        joined(*lines, by="\n"),
        by_line(day(each.delivery_on or each.due), each.window),
        by_line(both(each.current_stage.label), each.carrier, each.vehicle),
    )


def content_line(card: ProductionOrder) -> Any:
    units = joined(number(card.good), Both("件", "units"), by=" ")
    return joined(card.ref, value(card.product.name), units, card.lot and card.lot.lot_no)


def in_stock() -> Table:
    """Every lot that there is any of, zone by zone."""
    rows = [(place, row) for row in lot_rows() for place in required(row.lot).stocks]
    rows = [each for each in rows if each[0].quantity]
    rows.sort(key=lambda each: (each[0].zone, each[1].item.code, required(each[1].lot).lot_no))
    title = Both("库存批次", "Lots in stock")
    return Table(LOTS, tuple(stock_row(*each) for each in rows), title)


def stock_row(place: Stock, row: Row) -> tuple[Any, ...]:
    lot = required(row.lot)
    states = [STATES[state] for state, amount in row.amounts.items() if amount]
    return (
        place.zone,
        lot.lot_no,
        joined(row.item.code, value(row.item.name), by=" "),
        joined(number(from_base(place.quantity, row.uom)), row.uom, by=" "),
        joined(*map(both, states)),
        day(lot.expiry),
    )
