"""Finding records: by a number somebody scanned or typed, or by any part of what they may be looked up by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.flow.flows import FLOWS

from .anomaly import Anomaly
from .document import Document
from .handover import Handover
from .order import Order, OrderLine
from .plan import Plan
from .production import ProductionOrder
from .record import Record
from .requisition import Requisition
from .sample import Sample
from .shipment import Shipment
from .search_index import SearchEntry, holds
from .stock import Lot
from .types import normal

AT_MOST = 30  # what somebody looks through before typing more
Key = tuple[str, int]  # flow and id

# What a record's name and party are made of, so that showing many costs one statement a flow.
NAMED_BY = {
    "order": (joinedload(Order.customer),),
    "production": (joinedload(ProductionOrder.product),
                   joinedload(ProductionOrder.line).joinedload(OrderLine.order).joinedload(Order.customer)),
    "sample": (joinedload(Sample.lot).joinedload(Lot.material), joinedload(Sample.lot).joinedload(Lot.product)),
    "shipment": (joinedload(Shipment.customer), joinedload(Shipment.cards)),
    "requisition": (joinedload(Requisition.material), joinedload(Requisition.supplier)),
    "anomaly": (joinedload(Anomaly.code), joinedload(Anomaly.card)),
    "handover": (joinedload(Handover.line), joinedload(Handover.author)),
}  # fmt: skip


def records(keys: Iterable[Key]) -> dict[Key, Record]:
    """Return records by flow and id, with what their names need: one statement a flow."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for flow, number in keys:
        wanted[flow].add(number)
    found: dict[Key, Record] = {}
    for flow, ids in wanted.items():
        kind = Record.kinds[flow]
        for record in db.session.scalars(select(kind).where(kind.id.in_(ids)).options(*NAMED_BY[flow])).unique():
            found[flow, record.id] = record
    return found


def address_of(q: str) -> str | None:
    """Return the address of the one thing with this number: a record, a lot's card or sample, a document; or None."""
    if not any(c.isdigit() for c in q) or len(q) > 60:
        return None
    found = db.session.execute(union_all(*exact(q.upper()))).first()
    if found:
        return f"/{FLOWS[found.flow].stage(found.stage).departments[0].key}/{found.ref}"
    document = Document.find(q.upper().replace("-R", "-r"))
    return f"/documents/{document.name}" if document else None


def exact(number: str) -> Iterable[Any]:
    """Yield the SELECTs that may know a number, the likelier meaning first; each looks it up in an index, a plan's lot excepted."""
    for flow, kind in ((key, Record.kinds[key]) for key in FLOWS):
        ref = func.coalesce(kind.number, kind.request_no) if kind is Order else kind.number
        for column in (kind.number, kind.request_no) if kind is Order else (kind.number,):
            yield select(literal(flow).label("flow"), kind.stage, ref.label("ref")).where(column == number)
    card = (literal("production"), ProductionOrder.stage, ProductionOrder.number)
    yield select(*card).join(Lot, ProductionOrder.lot_id == Lot.id).where(Lot.lot_no == number)
    yield select(*card).join(Plan, Plan.card_id == ProductionOrder.id).where(Plan.lot_no == number, Plan.withdrawn.is_(False))
    yield select(literal("sample"), Sample.stage, Sample.number).join(Lot, Sample.lot_id == Lot.id).where(Lot.lot_no == number)


def search(q: str) -> dict[str, list[Record]]:
    """Return the newest records that hold the words anywhere in what they may be looked up by, grouped by flow."""
    newest = select(SearchEntry.flow, SearchEntry.record_id).where(holds(normal(q))).order_by(SearchEntry.id.desc()).limit(AT_MOST)
    keys = [(row.flow, row.record_id) for row in db.session.execute(newest)]
    found = records(keys)
    groups: dict[str, list[Record]] = {flow: [] for flow in FLOWS}
    for key in keys:
        groups[key[0]].append(found[key])
    return {flow: group for flow, group in groups.items() if group}

