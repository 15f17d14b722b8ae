"""The figures, each measured by itself on a running server or in this process."""

from __future__ import annotations

import itertools
import re
import statistics
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from sqlalchemy import event, func, select

from app import clock
from app.extensions import db
from app.models.master import CustomerAddress
from app.models.production.production_order import ProductionOrder
from app.models.records.event import Event
from app.screens.board.queries import PAGE

from .client import Client, milliseconds, per_second
from .moving import Mover
from .plant import STAGES
from .servers import Server, log_in
from .streams import Streams
from .table import Figure

CLIENTS = 16
STREAMS = 100
SECONDS = 5


def bare(server: Server) -> list[Figure]:
    """What the machine gives today to a page that does nothing."""
    clients = [Client(server.port) for _ in range(CLIENTS)]
    return [
        Figure("bare Flask page, 1 client", "ms", milliseconds(lambda: clients[0].get("/"), 300)),
        Figure(
            "bare Flask page, 16 clients",
            "/s",
            per_second([lambda c=c: c.get("/") for c in clients], SECONDS),
        ),
    ]


def board(server: Server, token: str) -> list[Figure]:
    clients = [Client(server.port, token) for _ in range(CLIENTS)]
    for client in clients * 2:
        status, page = client.get("/production/")
        assert status == 200 and page.count(b"<article") == len(STAGES) * PAGE, (
            status,
            page.count(b"<article"),
        )
    used = server.processor_ms()
    alone = milliseconds(lambda: clients[0].get("/production/"), 200)
    used = (server.processor_ms() - used) / 200
    together = per_second([lambda c=c: c.get("/production/") for c in clients], SECONDS)
    return [
        Figure("board of 500 cards, 1 client", "ms", alone, most=12, peer=71),
        Figure("… its processor time", "ms", used),
        Figure("board, 16 clients", "/s", together, least=300, peer=17),
        Figure("board, raw HTML", "KB", len(page) / 1000, most=90),
    ]


def statements(app: Flask, token: str) -> list[Figure]:
    """SQL statements of a board with few cards and with many, in this process; the first of each
    draws every card anew.
    """
    counts: list[int] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *_: counts.append(1))
    browser = app.test_client()
    browser.set_cookie("washline", token)
    found = []
    for path in ("/quality/", "/production/"):
        for _ in range(2):
            counts.clear()
            assert browser.get(path).status_code == 200
            found.append(len(counts))
    names = ("board of few cards, cold", "… warm", "board of 500 cards, cold", "… warm")
    return [
        Figure(f"SQL statements, {name}", "", count, most=12)
        for name, count in zip(names, found, strict=True)
    ]


def movers(app: Flask, server: Server, token: str, count: int) -> list[Mover]:
    """People with a card each, warmed up by one move."""
    with app.app_context():
        cards = db.session.execute(
            select(ProductionOrder.number, ProductionOrder.version)
            .where(ProductionOrder.stage == "ready")
            .order_by(ProductionOrder.due, ProductionOrder.id)
            .limit(count)
        ).all()
        db.session.remove()
    found = [Mover(server.port, token, ref, version) for ref, version in cards]
    for mover in found:
        mover.move()
    return found


def moves(app: Flask, server: Server, people: list[Mover]) -> list[Figure]:
    before, acknowledged = recorded(app), sum(p.done for p in people)
    used = server.processor_ms()
    alone = milliseconds(people[-1].move, 60)
    used = (server.processor_ms() - used) / 60
    together = per_second([p.move for p in people[:CLIENTS]], SECONDS)
    lost = sum(p.done for p in people) - acknowledged - (recorded(app) - before)
    return [
        Figure("move, committed and answered, 1 client", "ms", alone, most=8, peer=26),
        Figure("… its processor time", "ms", used),
        Figure("moves, 16 clients", "/s", together, least=170, peer=56),
        Figure("acknowledged moves not in the database", "", lost, most=0),
    ]


def recorded(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(select(func.count()).where(Event.action.in_(("hold", "resume"))))
        db.session.remove()
    return count


def orders(app: Flask, server: Server, token: str) -> list[Figure]:
    """Entering an order of two lines, reviewing and approving it into two cards, by one clerk."""
    with app.app_context():
        address = db.session.scalar(select(func.min(CustomerAddress.id)))
        db.session.remove()
    client, numbers = Client(server.port, token), itertools.count(1)
    page = client.get("/sales/")[1].decode()
    base = re.search(r'data-key="([^"]+)"', page)[1]
    csrf = re.search(r'"X-CSRFToken": "([^"]+)"', page)[1]
    client.head |= {"X-CSRFToken": csrf, "Sec-Fetch-Site": "same-origin"}
    lines = {
        f"lines-{n}-{name}": value
        for n in (0, 1)
        for name, value in (
            ("product_text", "P-DW-500"),
            ("quantity", 1200),
            ("note", ""),
            ("requested_date", clock.today() + timedelta(days=14)),
        )
    }
    head = {
        "address_id": address,
        "customer_po": "PO-1",
        "channel": "phone",
        "message": "请送货",
        "received_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
    }
    checks = dict.fromkeys(
        ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right"), "y"
    )
    spans: dict[str, list[float]] = {"entered": [], "start_review": [], "approve": []}

    def post(step: str, path: str, **fields: object) -> str:
        began = time.perf_counter()
        status, _ = client.post(path, key=f"{base}.{next(numbers)}", **fields)
        spans[step].append(time.perf_counter() - began)
        assert status == 303, (path, status)
        return client.location.rsplit("/", 1)[-1]

    for _ in range(25):
        ref = post("entered", "/sales/new/order/receive", **head, **lines)
        post("start_review", f"/sales/{ref}/start_review", version=1)
        post("approve", f"/sales/{ref}/approve", version=2, **checks)
    return [
        Figure(
            "order of two lines entered", "ms", statistics.median(spans["entered"]) * 1000, most=15
        ),
        Figure(
            "order approved into its two cards",
            "ms",
            statistics.median(spans["approve"]) * 1000,
            most=15,
        ),
    ]


def search(server: Server, token: str) -> list[Figure]:
    """The whole page of results: words that many orders hold, and words that none does."""
    client = Client(server.port, token, {"HX-Request": "true"})
    found = {
        word: milliseconds(lambda w=word: client.get(f"/find?q={quote(w)}"), 30)
        for word in ("柔顺剂", "无此")
    }
    return [
        Figure("search “柔顺剂” over 20,500 orders", "ms", found["柔顺剂"], most=10, peer=13),
        Figure("search “无此”, nothing found", "ms", found["无此"], most=10),
    ]


def news(server: Server, token: str, mover: Mover) -> list[Figure]:
    """Moves until a hundred open boards have heard of each, while somebody reads a board."""
    reader, pages, reading = Client(server.port, token), [], threading.Event()

    def read() -> None:
        while not reading.wait(0.05):
            pages.append(milliseconds(lambda: reader.get("/production/"), 1))

    with Streams(server.port, token, STREAMS) as streams:
        thread = threading.Thread(target=read)
        thread.start()
        heard = [streams.hear(mover.move) for _ in range(15)]
        reading.set()
        thread.join()
    each = statistics.median(itertools.chain(*heard))
    return [
        Figure("a move is heard by 100 boards, each", "ms", each, most=300),
        Figure("… the last of them", "ms", statistics.median(map(max, heard)), most=300),
        Figure("… a board page meanwhile", "ms", statistics.median(pages)),
    ]


def memory(server: Server) -> list[Figure]:
    return [
        Figure(
            f"all {len(server.family)} processes, idle (shared pages once)",
            "MB",
            server.megabytes("Pss"),
            most=220,
        ),
        Figure("… every page in each process", "MB", server.megabytes("Rss")),
    ]


def tokens(app: Flask) -> dict[str, str]:
    return {login: log_in(app, login) for login in ("planner1", "sales1")}


def dossier(home: Path) -> list[Figure]:
    """Dossiers of real orders, set and printed by a warm press; the promise is for four pages,
    others in proportion.
    """
    from .paper import dossiers  # noqa: PLC0415 – it loads the typesetter

    return [
        Figure(f"dossier of {pages} pages, PDF/A-3b, warm", "s", spent, most=round(0.15 * pages, 2))
        for pages, spent in dossiers(home)
    ]
