"""The archive (四): orders by number, customer, date and words, each with all that came of it
and every document on file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.flow.documents import DOSSIER
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample
from app.models.records.paging import Paged
from app.models.records.papers.document import Document
from app.models.records.search_index.newest import Sought
from app.models.sales.order import Order, OrderLine
from app.models.warehouse.complaint import Complaint
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.suppliers_of import makers_of
from app.screens.archive.criteria import Wanted, looked_up, moments
from app.screens.archive.hits import are_frequent, following, found, holding
from app.screens.archive.walk import COUNTED, Walk, place_of

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

    A page whose number is typed is found among those that are counted, one further on only from
    where the page beside it ended.
    """
    asked = looked_up(criteria)
    since, until = moments(criteria)
    if asked and not ((since or until) and are_frequent(asked)):
        return of_words(criteria, asked)
    walk = Walk(since, until, lambda query: holding(query, criteria, asked))
    if criteria.before is not None:
        number, numbers = criteria.page, walk.before(criteria.before, PAGE)
        goes_on = True
    elif criteria.after is not None:
        number, numbers = criteria.page, walk.after(criteria.after, PAGE + 1)
        goes_on = len(numbers) > PAGE
    else:
        number = min(criteria.page, COUNTED // PAGE)
        numbers = walk.at((number - 1) * PAGE, PAGE + 1)
        goes_on = len(numbers) > PAGE
    count, has_more = walk.count()
    return walked(numbers, number, count, has_more=has_more, goes_on=goes_on)


def first_numbers(criteria: Wanted, most: int) -> list[int]:
    """The ids of the orders that are asked for, in the archive's order, at most so many."""
    asked = looked_up(criteria)
    since, until = moments(criteria)
    if asked and not ((since or until) and are_frequent(asked)):
        return found(criteria, asked, most)[0][:most]
    return Walk(since, until, lambda query: holding(query, criteria, asked)).at(0, most)


def of_words(criteria: Wanted, asked: Sequence[Sought]) -> Paged:
    """A page of the orders that words lead to. Beyond what is counted there are only pages that
    come after another.
    """
    if criteria.after is not None:
        numbers = following(criteria, asked, criteria.after, PAGE + 1)
        goes_on = len(numbers) > PAGE
        page = walked(numbers, criteria.page, COUNTED, has_more=True, goes_on=goes_on)
        return replace(page, before=None)
    last = min(criteria.page, COUNTED // PAGE)
    numbers, is_all = found(criteria, asked, last * PAGE)
    number = criteria.page if is_all else last
    rows = entries_of(numbers[(number - 1) * PAGE : number * PAGE])
    if is_all:
        return Paged(rows, len(numbers), number, PAGE)
    leaves = number == COUNTED // PAGE  # what is counted
    after = place_of(rows[-1].order.id, rows[-1].order.stage) if leaves else None
    return Paged(rows, COUNTED, number, PAGE, has_more=True, after=after)


def walked(
    numbers: Sequence[int], number: int, count: int, *, has_more: bool, goes_on: bool
) -> Paged:
    """A page of a walk, with the places where it begins and ends."""
    rows = entries_of(numbers[:PAGE])
    places = [place_of(row.order.id, row.order.stage) for row in rows]
    return Paged(
        rows,
        count,
        number,
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


# An order's cards, and of the records that belong to them what names their papers.
CARDS = selectinload(Order.lines).selectinload(OrderLine.cards)
WITH_ALL = (
    CARDS.selectinload(ProductionOrder.samples).load_only(Sample.id),
    CARDS.joinedload(ProductionOrder.shipment).load_only(Shipment.id),
    selectinload(Order.lines).joinedload(OrderLine.product),
)


def documents_of(orders: Iterable[Order]) -> dict[int, list[Document]]:
    """Return each order's documents, oldest first, in one statement for all of them (and one for
    lots from stock, one for complaints).
    """
    owner: dict[tuple[str, int], set[int]] = defaultdict(set)
    orders = list(orders)
    makers = makers_of(card for order in orders for card in order.cards)
    heard = select(Complaint.id, Complaint.order_id)
    for number, order_id in db.session.execute(
        heard.where(Complaint.order_id.in_([order.id for order in orders]))
    ):
        owner[Complaint.flow.key, number].add(order_id)
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
