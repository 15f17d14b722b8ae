"""Dossiers of real orders, on a small plant of their own: one that went the whole way with a
rework, and a short one.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from sqlalchemy import select

from app import clock, documents
from app.documents import PdfClient
from app.extensions import db
from app.models.master import CustomerAddress
from app.models.records.papers.document import Document
from app.storage import schema
from tests.documents.journey import Walk, someone, travel

from .plant import CHECKED, application, take_in

TIMES = 5


def dossiers(home: Path) -> list[tuple[int, float]]:
    """Return for each dossier how many pages it has, and the median seconds to compose, set and
    print it in a warm press.
    """
    app = application(home)
    with app.app_context():
        schema.create()
        printer = PdfClient()
        long = travel(printer).numbers["dossier"][-1]
        return [timed(name, printer) for name in (cancelled(printer), long)]


def cancelled(printer: PdfClient) -> str:
    """The dossier of an order that the customer took back after it was approved: the shortest
    there is.
    """
    walk = Walk(clock.now(), printer)
    address = db.session.scalars(select(CustomerAddress).order_by(CustomerAddress.id)).first()
    order = take_in(address, 1, [("P-DW-500", 1200, clock.today() + timedelta(days=14))])
    clerk = someone("sales")
    walk.do(order, "start_review", clerk)
    walk.do(order, "approve", clerk, **CHECKED)
    walk.do(
        order.cards[0],
        "cancel",
        someone("production_head"),
        reason="客户取消",
        requested_by="customer",
    )
    clock.set_clock(None)
    return walk.numbers["dossier"][-1]


def timed(name: str, printer: PdfClient) -> tuple[int, float]:
    document, spans = Document.find(name), []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        pdf = documents.produce(document, printer)
        spans.append(time.perf_counter() - began)
    return len(PdfReader(BytesIO(pdf)).pages), statistics.median(spans[1:])
