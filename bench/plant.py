"""The plants that are measured: open cards in six stages of Production's board, closed orders
behind them.

The open ones come from the real actions as far as their plan; stages further on are events of the
benchmark's own. What is closed was lived once (bench/life.py) and multiplied (bench/multiply.py).
``washline verify`` finds no fault with any of it.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import clock, create_app
from app.config import make_home
from app.database import engine_options
from app.demo.load import load
from app.extensions import db
from app.models import master as m
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.sales.order import Order
from app.storage import schema, statistics

from . import life, multiply
from .life import CHECKED

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".build" / "bench"
BUILDER = ("plant", "life", "multiply", "template")
OPEN, CLOSED = 500, 20_000
STAGES = ("to_plan", "plan_review", "handed_over", "ready", "running", "on_hold")
# By which action a card comes to a stage further on.
CAME_BY = {"handed_over": "hand_over", "ready": "accept_materials", "running": "start"}


def application(home: Path, url: str = "") -> Flask:
    """The application on the SQLite database of a home folder, or on another one."""
    make_home(home)
    url = url or f"sqlite:///{home / 'washline.sqlite3'}"
    return create_app(
        HOME=home, SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url)
    )


def copied(home: Path, closed: int = CLOSED) -> Path:
    """Put a fresh copy of the plant into ``home`` and return it; the plant is built where none
    of this shape is kept.
    """
    kept = KEPT / fingerprint(closed)
    if not (kept / "built").exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        app = application(kept)
        build(app, OPEN, closed)
        put_away(app)
        (kept / "built").touch()
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(kept / "washline.sqlite3", home)
    return home


def fingerprint(closed: int) -> str:
    """What the plant was built from: its builder, the tables, the day (a plant ages)."""
    tables = [
        f"{t.name}({','.join(f'{c.name} {c.type}' for c in t.columns)})"
        f"{sorted(i.name for i in t.indexes)}"
        for t in db.metadata.sorted_tables
    ]
    here = Path(__file__).parent
    builder = [(here / f"{name}.py").read_text() for name in BUILDER]
    parts = [*builder, str(closed), clock.today().isoformat(), *tables]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def build(app: Flask, opened: int, closed: int) -> None:
    """Fill an empty database."""
    copies = round(closed / life.ORDERS) - 1
    with app.app_context():
        schema.create()
        today = clock.today()
        begin = clock.now().replace(hour=1, minute=0, second=0) - timedelta(days=copies + 5)
        while begin.year != (begin + timedelta(days=5)).year:  # what was lived is of one year
            begin -= timedelta(days=5)
        clock.set_clock(begin)
        load(today)
        before = multiply.Before()
        life.live(clock.now() + timedelta(hours=1))
        multiply.multiply(before.template(), copies)
        open_cards(opened)
        multiply.done_with_jobs()
        statistics.gather()  # as after every load of many rows


def put_away(app: Flask) -> None:
    """Let go of a plant on SQLite, all of it in its one file."""
    with app.app_context():
        path = db.engine.url.database
        db.session.remove()
        db.engine.dispose()
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


# Open


def open_cards(count: int) -> None:
    """Enter, review, approve and plan an order for every open card, then put each where it
    stands.
    """
    dice, now = random.Random(500), clock.now()
    products, addresses = catalogue()
    for number in range(count):
        clock.set_clock(now - timedelta(days=6) + number * timedelta(minutes=17))
        stage = STAGES[number % len(STAGES)]
        card = entered(dice, dice.choice(products), dice.choice(addresses), number)
        if stage != "to_plan":
            planned(card, issued=stage != "plan_review")
            stands(card, stage)
        db.session.flush()
        if number % 50 == 49:
            db.session.commit()
    clock.set_clock(None)


def entered(
    dice: random.Random, product: m.Product, address: m.CustomerAddress, number: int
) -> ProductionOrder:
    due = clock.today() + timedelta(days=dice.randrange(4, 25))
    order = take_in(address, number, [(product.code, dice.randrange(1, 40) * 120, due)])
    order.perform("start_review", by=who("sales1"))
    order.perform("approve", by=who("sales1"), **CHECKED)
    return order.cards[0]


def take_in(address: m.CustomerAddress, number: int, lines: list[tuple[str, int, Any]]) -> Order:
    return Order.create(
        "receive",
        by=who("sales1"),
        customer_id=address.customer_id,
        address_id=address.id,
        channel="phone",
        customer_po=f"PO-{number:05d}",
        received_at=clock.now(),
        message="请安排下列产品,谢谢。",
        lines=[
            {"product_text": code, "quantity": quantity, "requested_date": due}
            for code, quantity, due in lines
        ],
    )


def planned(card: ProductionOrder, issued: bool) -> None:
    line = db.session.get_one(m.Line, card.product.rates[0].line_id)
    start = clock.now() + timedelta(days=2)
    card.perform(
        "draw_up",
        by=who("planner1"),
        line_id=line.id,
        start=start,
        end=start + timedelta(hours=4),
        crew=3,
        promised_date=card.due,
    )
    card.perform("answer_warehouse", by=who("store1"), in_time=True)
    card.perform("answer_purchasing", by=who("buyer1"), in_time=True)
    if issued:
        card.perform("approve_plan", by=who("head1"))


def stands(card: ProductionOrder, stage: str) -> None:
    """Bring it to a stage further on by an event, without what leads there; a card on hold is put
    there by the real action.
    """
    if stage == "on_hold":
        stands(card, "ready")
        card.perform("hold", by=who("planner1"), reason="等客户确认")
    elif stage != "plan_review":
        action, person = card.flow.action(CAME_BY[stage]), who("operator1")
        source, card.stage, card.holder_id = card.stage, stage, person.id
        card.version += 1
        event = card.write_event(
            action.key,
            by=person,
            clause=action.clause,
            data={},
            role="operator",
            source=source,
            target=stage,
        )
        card.since = event.at
        card.touch()


# Parts


def catalogue() -> tuple[list[m.Product], list[m.CustomerAddress]]:
    """The products that a line can fill, and the addresses orders go to."""
    products = [
        p
        for p in db.session.scalars(select(m.Product).order_by(m.Product.code))
        if p.rates and p.formula
    ]
    return products, list(
        db.session.scalars(select(m.CustomerAddress).order_by(m.CustomerAddress.id))
    )


def who(login: str) -> User:
    return db.session.scalars(select(User).where(User.login == login)).one()
