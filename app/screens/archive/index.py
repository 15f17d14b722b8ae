"""The archive (四): orders by number, customer, date and words, each with all that came of it
and every document on file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import few
from app.extensions import db
from app.flow.documents import DOSSIER
from app.models.production.production_order import ProductionOrder
from app.models.records.paging import Paged
from app.models.records.papers.document import Document
from app.models.sales.order import Order, OrderLine
from app.models.warehouse.suppliers_of import makers_of
from app.screens.archive import walk
from app.screens.archive.criteria import Wanted, looked_up, received
from app.screens.archive.hits import COUNTED, found

PAGE = 25


@dataclass(frozen=True)
class Entry:
    """An order with its papers; the newest revision of its dossier stands apart."""

    order: Order
    documents: list[Document]

    @property
    def dossier(self) -> Document | None:
        return next((d for d in reversed(self.documents) if d.kind == DOSSIER.key), None)

    @property
    def others(self) -> list[Document]:
        return [d for d in self.documents if d.kind != DOSSIER.key]


def page_of(criteria: Wanted) -> Paged:
    """Return a page of orders, fulfilled ones first and then the newest: a fixed number of
    statements, or with words as many as the index needs to find a page.
    """
    if asked := looked_up(criteria):
        numbers, is_all = found(criteria, asked, criteria.page * PAGE)
        here = numbers[(criteria.page - 1) * PAGE : criteria.page * PAGE]
        count = len(numbers) if is_all else COUNTED
        return Paged(entries_of(here), count, criteria.page, PAGE, has_more=not is_all)
    return of_days(criteria) if criteria.first or criteria.last else of_all(criteria)


def of_days(criteria: Wanted) -> Paged:
    """A page of the orders received in some days."""
    query = select(Order.id).where(*map(few, received(criteria)))
    counted = query.limit(COUNTED + 1).subquery()
    count = db.session.scalar(select(func.count()).select_from(counted)) or 0
    shown = db.session.scalars(
        query.order_by(Order.stage.in_(Order.flow.completed).desc(), Order.id.desc())
        .limit(PAGE)
        .offset((criteria.page - 1) * PAGE)
    ).all()
    return Paged(
        entries_of(shown), min(count, COUNTED), criteria.page, PAGE, has_more=count > COUNTED
    )


def of_all(criteria: Wanted) -> Paged:
    """A page of all orders, from where the page before it, or after it, ended."""
    if criteria.before is not None:
        numbers = walk.before(criteria.before, PAGE)
        goes_on = True
    else:
        offset = (criteria.page - 1) * PAGE
        more = PAGE + 1
        numbers = (
            walk.at(offset, more) if criteria.after is None else walk.after(criteria.after, more)
        )
        goes_on = len(numbers) > PAGE
    rows = entries_of(numbers[:PAGE])
    places = [walk.place_of(row.order.id, row.order.stage) for row in rows]
    count, has_more = walk.count()
    return Paged(
        rows,
        count,
        criteria.page,
        PAGE,
        has_more=has_more,
        before=places[0] if places else None,
        after=places[-1] if goes_on and places else None,
        walks=True,
    )


def entries_of(numbers: Sequence[int]) -> list[Entry]:
    """The orders of these ids, in their order, each with its papers."""
    query = select(Order).where(Order.id.in_(numbers))
    orders = {
        order.id: order
        for order in db.session.scalars(query.options(joinedload(Order.customer), *WITH_ALL))
    }
    papers = documents_of(orders.values())
    return [Entry(orders[number], papers[number]) for number in numbers]


def entry_of(ref: str) -> Entry | None:
    """Return the order of a number with its papers, or None."""
    order = Order.find(ref)
    return Entry(order, documents_of([order])[order.id]) if order else None


# An order's cards, and the records that belong to them.
CARDS = selectinload(Order.lines).selectinload(OrderLine.cards)
WITH_ALL = (
    CARDS.selectinload(ProductionOrder.samples),
    CARDS.selectinload(ProductionOrder.anomalies),
    CARDS.joinedload(ProductionOrder.shipment),
    selectinload(Order.lines).joinedload(OrderLine.product),
)


def documents_of(orders: Iterable[Order]) -> dict[int, list[Document]]:
    """Return each order's documents, oldest first, in one statement for all of them (and one for
    lots from stock).
    """
    owner: dict[tuple[str, int], set[int]] = defaultdict(set)
    makers = makers_of(card for order in orders for card in order.cards)
    for order in orders:
        makers_of_order = [maker for card in order.cards for maker in makers.get(card.id, ())]
        papers = (
            order,
            *(r for c in order.cards for r in (c, *c.samples, c.shipment) if r),
            *(r for c in makers_of_order for r in (c, *c.samples)),
        )
        for record in papers:
            owner[record.flow.key, record.id].add(order.id)
    by_order: dict[int, list[Document]] = defaultdict(list)
    for document in db.session.scalars(
        select(Document).where(belongs(owner)).order_by(Document.id)
    ):
        for order_id in owner[document.flow, document.record_id]:
            by_order[order_id].append(document)
    return by_order


def belongs(keys: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """The condition that a document is of one of the records."""
    ids: dict[str, list[int]] = defaultdict(list)
    for flow, number in keys:
        ids[flow].append(number)
    return or_(
        false(),
        *(
            and_(Document.flow == flow, Document.record_id.in_(numbers))
            for flow, numbers in ids.items()
        ),
    )
