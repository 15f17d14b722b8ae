"""What a move costs beside the least it could: the time that it holds SQLite's write lock, and its
statements alone, sent raw to the same database.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3
from flask import Flask
from sqlalchemy import event, select

from app.extensions import db
from app.models.production.production_order import ProductionOrder

from .moving import REASON
from .table import Figure

MOVES = 60
Sent = list[tuple[str, Any]]


def floor(app: Flask, home: Path, token: str) -> list[Figure]:
    """Move a card to and fro in this process, then send the same statements again without it."""
    before = home / "before.sqlite3"
    database = pysqlite3.connect(str(home / "washline.sqlite3"), isolation_level=None)
    database.execute("VACUUM INTO ?", (str(before),))
    database.close()
    held, sent, spans = moved(app, token)
    return [
        Figure("a move in this process", "ms", statistics.median(spans), most=8),
        Figure("… the write lock held, commit included", "ms", statistics.median(held), most=4),
        Figure("… floor: its statements alone, sent raw", "ms", raw(before, sent)),
        Figure("… their number", "", statistics.mean(map(number, sent))),
    ]


def moved(app: Flask, token: str) -> tuple[list[float], list[Sent], list[float]]:
    """Per move: how long it held the lock, what it sent, and how long it took, in ms."""
    held, sent, spans, taken = [], [], [], 0.0

    def begun(_connection: Any) -> None:
        nonlocal taken
        taken = time.perf_counter()
        sent[-1].append(("BEGIN", ()))

    def committed(_session: Any) -> None:
        held.append((time.perf_counter() - taken) * 1000)

    def send(_con: Any, _cur: Any, statement: str, values: Any, _ctx: Any, many: bool) -> None:
        if not statement.startswith("BEGIN"):
            sent[-1].extend((statement, each) for each in (values if many else [values]))

    with app.app_context():
        engine = db.engine
        event.listen(engine, "begin", begun)
        event.listen(engine, "before_cursor_execute", send)
        event.listen(engine, "commit", lambda _: sent[-1].append(("COMMIT", ())))
        event.listen(engine, "rollback", lambda _: sent[-1].append(("ROLLBACK", ())))
    event.listen(db.session, "after_commit", committed)
    sent.append([])
    for act in moves(app, token):
        sent.append([])
        began = time.perf_counter()
        act()
        spans.append((time.perf_counter() - began) * 1000)
    event.remove(db.session, "after_commit", committed)
    return held[-MOVES:], sent[1:], spans


def moves(app: Flask, token: str) -> Iterator[Any]:
    """The moves of one card, on hold and back."""
    browser = app.test_client()
    browser.set_cookie("washline", token)
    page = browser.get("/production/").text
    csrf = re.search(r'"X-CSRFToken": "([^"]+)"', page)[1]
    key = re.search(r'data-key="([^"]+)"', page)[1]
    with app.app_context():
        ref, version = db.session.execute(
            select(ProductionOrder.number, ProductionOrder.version)
            .where(ProductionOrder.stage == "ready")
            .order_by(ProductionOrder.due.desc(), ProductionOrder.id.desc())
            .limit(1)
        ).one()
        db.session.remove()
    head = {"HX-Request": "true", "X-Board": "production", "X-CSRFToken": csrf}
    for number in range(MOVES):
        action, fields = ("resume", {}) if number % 2 else ("hold", {"reason": REASON})
        data = {"version": version + number, "key": f"{key}.{number + 1}", "csrf_token": csrf}
        path = f"/production/{ref}/{action}"

        def act(path: str = path, data: dict[str, Any] = data | fields) -> None:
            answer = browser.post(path, data=data, headers=head)
            assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])

        yield act


def number(statements: Sent) -> int:
    """How many statements there are besides those that begin and end a transaction."""
    return sum(statement not in ("BEGIN", "COMMIT", "ROLLBACK") for statement, _ in statements)


def raw(database: Path, sent: list[Sent]) -> float:
    """The median time of a move's statements in ms, on the database as it was before them."""
    connection = pysqlite3.connect(str(database), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    spans = []
    for statements in sent:
        began = time.perf_counter()
        for statement, values in statements:
            connection.execute(statement, values).fetchall()
        spans.append((time.perf_counter() - began) * 1000)
    connection.close()
    database.unlink()
    return statistics.median(spans)
