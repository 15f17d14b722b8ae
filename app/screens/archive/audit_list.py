"""An auditor's list: numbers, or a span of days, a customer, a product; which orders, cards and
lots it means; the job that gathers them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union_all

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, Product
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample
from app.models.records.column_types import normal
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Document, Job
from app.models.records.record import Record
from app.models.sales.order import Order, OrderLine
from app.models.warehouse import lots
from app.models.warehouse.genealogy import CARD, LOT, genealogy
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import Lot
from app.screens.archive.criteria import midnight
from app.screens.search.find import exact, planned_as, scanned
from app.screens.search.near_misses import in_full
from app.web.sheets import Sheet

if TYPE_CHECKING:
    from app.models.people.user import User

BUNDLE = "bundle"
MOST = 2000  # numbers, or orders, in one list
LONGEST = 60
KEPT = timedelta(days=14)
ORDER, CARD_ALONE = "order", "card"


@dataclass(frozen=True)
class Wanted:
    """What an auditor asks for: numbers; or, where there are none, the orders of some days, of a
    customer, with a product.
    """

    numbers: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    customer_id: int | None = None
    product_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.numbers or self.first or self.last or self.customer_id or self.product_id)

    def to_json(self) -> dict[str, Any]:
        return {
            "numbers": list(self.numbers),
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "customer_id": self.customer_id,
            "product_id": self.product_id,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Wanted:
        day = {
            name: date.fromisoformat(stored[name]) if stored[name] else None
            for name in ("first", "last")
        }
        return cls(
            tuple(stored["numbers"]),
            **day,
            customer_id=stored["customer_id"],
            product_id=stored["product_id"],
        )


@dataclass
class Entry:
    """One folder of the bundle: an order with all that came of it, a card without an order, a lot.

    ``asked``: the numbers that led to it.
    """

    kind: str
    id: int
    asked: list[str] = field(default_factory=list)


def orders_in(criteria: Wanted) -> list[int]:
    """The ids of the orders received in the days, of the customer, with the product; oldest
    first, one more than may be at most.
    """
    query = select(Order.id).order_by(Order.id).limit(MOST + 1)
    if criteria.first:
        query = query.where(Order.received_at >= midnight(criteria.first))
    if criteria.last:
        query = query.where(Order.received_at < midnight(criteria.last + timedelta(days=1)))
    if criteria.customer_id:
        query = query.where(Order.customer_id.in_(Customer.and_merged(criteria.customer_id)))
    if criteria.product_id:
        query = query.where(Order.lines.any(OrderLine.product_id == criteria.product_id))
    return list(db.session.scalars(query))


def entries_of(criteria: Wanted) -> tuple[list[Entry], list[str]]:
    """Return what a list means, each once in the order asked for, and the numbers that nobody
    knows.
    """
    if not criteria.numbers:
        return [Entry(ORDER, number) for number in orders_in(criteria)], []
    entries: dict[tuple[str, int], Entry] = {}
    unknown = []
    for number in criteria.numbers:
        keys = list(dict.fromkeys(meant_by(number)))
        unknown += [] if keys else [number]
        for kind, row in keys:
            entry = entries.setdefault((kind, row), Entry(kind, row))
            entry.asked.append(number)
    return list(entries.values()), unknown


def meant_by(number: str) -> Iterable[tuple[str, int]]:
    """Yield the keys of the folders that a number asks for: its order, its card, or its lot and
    the orders that had some of it.
    """
    lot = lots.scanned(number)
    called = scanned(number).upper()
    record = None if lot else record_called(called)
    if record is not None:
        yield from owners(record)
        return
    for each in [lot] if lot else lots.lots_of(called):
        yield LOT, each.id
        yield from orders_with(each)
    if card := None if lot else planned_as(called):
        yield from owners(card)


def record_called(number: str) -> Record | None:
    """The record of a whole number, also one written without its noughts; a document's number
    names its record.
    """
    short = in_full(normal(number))
    for each in [number, *(["".join(short).upper()] if short and short[0] else [])]:
        if len(each) <= LONGEST and (row := db.session.execute(union_all(*exact(each))).first()):
            return KINDS[row.flow].find(row.ref)
    document = Document.find(number.replace("-R", "-r"))
    return document.record if document else None


def owners(record: Record) -> list[tuple[str, int]]:
    """The folders in which a record's papers lie."""
    if isinstance(record, Order):
        return [(ORDER, record.id)]
    if isinstance(record, ProductionOrder):
        return [(ORDER, record.order.id) if record.order else (CARD_ALONE, record.id)]
    if isinstance(record, Shipment):
        return [key for card in record.cards for key in owners(card)]
    card = getattr(record, "card", None)
    if card is not None:
        return owners(card)
    lot = getattr(record, "lot", None)
    return [(LOT, lot.id)] if lot is not None else []


def orders_with(lot: Lot) -> list[tuple[str, int]]:
    """The orders that had some of a lot, and those whose cards made it."""
    tree = genealogy(lot)
    cards = [thing for (kind, _), thing in tree.things.items() if kind in (CARD, "promised")]
    ships = [
        card
        for thing in tree.things.values()
        if isinstance(thing, Shipment)
        for card in thing.cards
        if (LOT, card.lot_id) in tree.things
    ]
    return sorted({key for card in (*cards, *ships) for key in owners(card)})


# The job


def ask_for(criteria: Wanted, by: User) -> Job:
    """Write the job that gathers a list, in the caller's transaction."""
    return Job.ask(BUNDLE, criteria.to_json(), by)


def bundles() -> list[tuple[Job, User | None]]:
    """The lists asked for that are still kept, the newest first, with who asked."""
    query = (
        select(Job, User)
        .outerjoin(User, User.id == Job.by_id)
        .where(Job.kind == BUNDLE, Job.asked_at.is_not(None))
        .order_by(Job.id.desc())
        .limit(50)
    )
    return [(job, user) for job, user in db.session.execute(query)]


HEADS = (
    _l("File"),
    _l("Asked for by"),
    _l("When"),
    _l("State"),
    _l("Folders"),
    _l("Something missing"),
    _l("Unknown numbers"),
)


def sheet() -> Sheet:
    """The lists asked for, to take away."""
    rows = []
    for job, user in bundles():
        result = job.result or {}
        state = _l("Ready") if result else _l("Given up") if job.given_up else _l("Waits")
        rows.append(
            [
                f"audit-{job.id}",
                user.known_as if user else "",
                job.asked_at,
                state,
                result.get("folders"),
                result.get("incomplete"),
                " ".join(result.get("unknown", ())),
            ]
        )
    return "audit", HEADS, rows


def choices() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The customers and the products that a list may be narrowed to, each with its id."""
    customers = db.session.scalars(select(Customer).order_by(Customer.code))
    products = db.session.scalars(select(Product).order_by(Product.code))
    return (
        [(row.id, f"{row.code} {row.name}") for row in customers],
        [(row.id, f"{row.code} {row.name}") for row in products],
    )


def samples_of(lot: Lot) -> list[Sample]:
    return list(
        db.session.scalars(select(Sample).where(Sample.lot_id == lot.id).order_by(Sample.id))
    )
