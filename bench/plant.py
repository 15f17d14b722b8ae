"""The plant that is measured: 500 open cards in six stages of Production's board, 20,000 closed
orders behind them.

The open ones come from the real actions as far as their plan; stages further on, and all that is
closed, are written straight into the tables, which only a benchmark may do. Built once into
``.build/bench`` and copied for every run.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update

from app import clock, create_app
from app.database import engine_options
from app.demo.load import load
from app.extensions import db
from app.models import master as m
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.column_types import canonical, normal
from app.models.records.event import FIRST, Event, digest
from app.models.records.number_series import Series
from app.models.records.papers.document import Job
from app.models.records.search_index.entries import (
    SearchEntry,
    SearchSubject,
    shelved,
    subject,
)
from app.models.sales.order import Order, OrderLine
from app.storage import schema

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".build" / "bench"
OPEN, CLOSED = 500, 20_000
STAGES = ("to_plan", "plan_review", "handed_over", "ready", "running", "on_hold")
CHECKED = dict.fromkeys(
    ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right"), True
)
# What a closed order and its card went through: action, from, to, clause, role.
ORDER_LIFE = (
    ("receive", None, "received", "1.1", "sales"),
    ("start_review", "received", "in_review", "1.2", "sales"),
    ("approve", "in_review", "approved", "1.3", "sales"),
    ("fulfil", "approved", "fulfilled", "四", "sales"),
)
CARD_LIFE = (
    ("enter", None, "to_plan", "1.3", "sales"),
    ("draw_up", "to_plan", "consulting", "2.1", "planner"),
    ("approve_plan", "plan_review", "to_prepare", "2.3", "production_head"),
    ("start", "ready", "running", "4.1", "operator"),
    ("finish", "running", "to_inspect", "4.1", "operator"),
    ("stock_in", "to_stock_in", "in_stock", "5.2", "storekeeper"),
    ("close", "shipped", "closed", "6.3", "sales"),
)


def application(home: Path) -> Flask:
    """The application on the SQLite database of a home folder."""
    home.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{home / 'washline.sqlite3'}"
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
        build(kept, closed)
        (kept / "built").touch()
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(kept / "washline.sqlite3", home)
    return home


def fingerprint(closed: int) -> str:
    """What the plant was built from: this file, the tables, the day (a plant ages)."""
    tables = [
        f"{t.name}({','.join(f'{c.name} {c.type}' for c in t.columns)})"
        f"{sorted(i.name for i in t.indexes)}"
        for t in db.metadata.sorted_tables
    ]
    parts = [Path(__file__).read_text(), str(closed), clock.today().isoformat(), *tables]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def build(home: Path, closed: int) -> None:
    app = application(home)
    with app.app_context():
        schema.create()
        load(clock.today())
        db.session.commit()
        open_cards()
        closed_orders(closed)
        # The worker has printed everything: it would take its share of the processor from what is
        # measured.
        db.session.execute(update(Job).values(state="done"))
        db.session.commit()
        db.engine.dispose()
    database = sqlite3.connect(home / "washline.sqlite3")
    database.execute("ANALYZE")
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


# Open


def open_cards() -> None:
    """Enter, review, approve and plan an order for every open card, then put each where it
    stands.
    """
    dice, now = random.Random(500), clock.now()
    products, addresses = catalogue()
    for number in range(OPEN):
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
    """Write the stage into the row, behind ``perform``'s back; a card on hold is put there by
    the real action.
    """
    if stage == "on_hold":
        card.stage = "ready"
        card.perform("hold", by=who("planner1"), reason="等客户确认")
    elif stage != "plan_review":
        card.stage, card.since, card.holder_id = stage, clock.now(), who("operator1").id
        card.touch()


# Closed


def closed_orders(count: int) -> None:
    """Write orders with one line and one card each, all closed, and their chains of events."""
    dice, now, (products, addresses) = random.Random(20_000), clock.now(), catalogue()
    first = {
        model: db.session.query(db.func.max(model.id)).scalar() or 0
        for model in (Order, OrderLine, ProductionOrder)
    }
    actors = {u.role_keys and min(u.role_keys): u.id for u in db.session.scalars(select(User))}
    year = now.year - 1
    for start in range(0, count, 1000):
        orders, lines, cards, events, entries, subjects = [], [], [], [], [], []
        for number in range(start + 1, min(start + 1000, count) + 1):
            product, address = dice.choice(products), dice.choice(addresses)
            ids = {model: top + number for model, top in first.items()}
            began = now - timedelta(days=700) + number * timedelta(minutes=48)
            due, quantity = (began + timedelta(days=12)).date(), dice.randrange(1, 40) * 120
            order = {
                "id": ids[Order],
                "number": f"{year}-{number:05d}",
                "request_no": f"R-{year}-{number:05d}",
                "customer_id": address.customer_id,
                "address_id": address.id,
                "customer_po": f"HT-{number:06d}",
                "channel": "email",
                "received_at": began,
                "message": "请安排下列产品,谢谢。",
                "due": due,
                "amount_due": 0,
                "amount_paid": 0,
                "created_at": began,
            }
            about = [subject(address.customer), subject(product)]
            order["words"] = " ".join(
                [order["number"], order["request_no"], order["customer_po"], product.code]
            )
            card = {
                "id": ids[ProductionOrder],
                "number": f"{order['number']}-1",
                "line_id": ids[OrderLine],
                "product_id": product.id,
                "quantity": quantity,
                "good": quantity,
                "rejected": 0,
                "reworked": 0,
                "note": "",
                "rush": False,
                "requested_date": due,
                "promised_date": due,
                "due": due,
                "created_at": began,
            }
            card["words"] = " ".join([card["number"], order["customer_po"]])
            lines.append(
                {
                    "id": ids[OrderLine],
                    "order_id": ids[Order],
                    "line_no": 1,
                    "product_id": product.id,
                    "note": "",
                    "product_text": product.code,
                    "quantity": quantity,
                    "requested_date": due,
                }
            )
            for row, flow, life, rows in (
                (order, "order", ORDER_LIFE, orders),
                (card, "production", CARD_LIFE, cards),
            ):
                chain = list(lived(flow, row["id"], life, began, actors))
                events += chain
                doers = {action: [actors.get(role)] for action, _, _, _, role in life}
                entries.append(
                    {"flow": flow, "record_id": row["id"], "words": normal(row.pop("words"))}
                )
                subjects.append(about)
                rows.append(
                    row
                    | {
                        "search": "–",
                        "stage": life[-1][2],
                        "since": chain[-1]["at"],
                        "version": len(chain),
                        "face": len(chain),
                        "seq": len(chain),
                        "head": chain[-1]["hash"],
                        "doers": doers,
                        "holder_id": actors["sales"],
                    }
                )
        for model, rows in (
            (Order, orders),
            (OrderLine, lines),
            (ProductionOrder, cards),
            (Event, events),
        ):
            db.session.execute(insert(model.__table__), rows)
        noted = db.session.scalars(
            insert(SearchEntry.__table__).returning(
                SearchEntry.__table__.c.id, sort_by_parameter_order=True
            ),
            entries,
        )
        db.session.execute(
            insert(SearchSubject.__table__),
            [
                row
                for entry, noted_entry, keys in zip(noted, entries, subjects, strict=True)
                for row in shelved(noted_entry["flow"], keys, entry)
            ],
        )
    db.session.add(Series(key=str(year), last=count))


def lived(
    flow: str, number: int, life: tuple[Any, ...], began: datetime, actors: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a record's chain, sealed as ``write_event`` seals them."""
    head = FIRST
    for seq, (action, source, target, clause, role) in enumerate(life, 1):
        event = Event(
            flow=flow,
            record_id=number,
            seq=seq,
            at=began + seq * timedelta(days=1),
            actor_id=actors.get(role),
            role=role,
            action=action,
            source=source,
            target=target,
            clause=clause,
        )
        facts = {
            name: getattr(event, name)
            for name in (
                "flow",
                "record_id",
                "seq",
                "at",
                "actor_id",
                "role",
                "action",
                "source",
                "target",
                "clause",
            )
        }
        body = canonical({**event.facts(), "data": {}})
        yield facts | {"body": body, "previous": head, "hash": (digest(head, body))}
        head = digest(head, body)


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
