"""The SQL of a board: exact counts and the first rows of every column, in two statements
whatever the flows and cards.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    String,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.flow.rules.tags import HALTED, UNMARKED
from app.models.floor.handover import Handover
from app.models.master import Customer, Line, Product
from app.models.master.dictionary import TABLES
from app.models.people.user import User
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.records.event import Event
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.plant_settings import risk_span
from app.models.sales.order import Order, OrderLine
from app.screens.board.filters import View

PAGE = 12  # a stage at first: more than a screen shows of it; scrolling brings the next
WEEKS = 4
TODAY = bindparam("today", type_=Date)
SOON = bindparam("soon", type_=Date)
PERSON: BindParameter[Any] = bindparam("person")
MONDAYS = [bindparam(f"monday{n}", type_=Date) for n in range(WEEKS + 1)]

Stages = tuple[tuple[str, str], ...]


def bound_values(today: date, person: int) -> dict[str, Any]:
    """What the statements are told."""
    monday = today - timedelta(days=today.weekday())
    return {"today": today, "soon": today + risk_span(), "person": person} | {
        f"monday{n}": monday + timedelta(weeks=n) for n in range(WEEKS + 1)
    }


def facets(cls: type[Record]) -> dict[str, Any]:
    """What a kind of record can be filtered and laid into lanes by: name to an expression that
    gives a code or nothing.
    """
    if hasattr(cls, "customer_id"):
        return {
            "customer": select(Customer.code)
            .where(Customer.id == cls.customer_id)
            .correlate(cls)
            .scalar_subquery()
        }
    if cls is Handover:
        return {
            "line": select(Line.code).where(Line.id == cls.line_id).correlate(cls).scalar_subquery()
        }
    if cls is not ProductionOrder and not hasattr(cls, "card_id"):
        return {}
    # A card, or what is about a card.
    own, card = cls.id if cls is ProductionOrder else cls.card_id, aliased(ProductionOrder)
    family = select(Product.family).join(card, card.product_id == Product.id).where(card.id == own)
    customer = (
        select(Customer.code)
        .join(Order, Order.customer_id == Customer.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(card, card.line_id == OrderLine.id)
        .where(card.id == own)
    )
    line = (
        select(Line.code)
        .select_from(Plan)
        .outerjoin(Line, Line.id == Plan.line_id)
        .where(Plan.card_id == own, Plan.withdrawn.is_(False))
        .order_by(Plan.revision.desc())
        .limit(1)
    )
    # A part of a lot was made by the plan of what it was split from.
    whole = (
        select(Line.code)
        .join(Plan, Plan.line_id == Line.id)
        .join(card, card.parent_id == Plan.card_id)
        .where(card.id == own, card.lot_id.is_not(None), Plan.withdrawn.is_(False))
        .order_by(Plan.revision.desc())
        .limit(1)
    )
    made_on = func.coalesce(
        line.correlate(cls).scalar_subquery(), whole.correlate(cls).scalar_subquery()
    )
    return {
        "family": family.correlate(cls).scalar_subquery(),
        "customer": customer.correlate(cls).scalar_subquery(),
        "line": made_on,
    }


def chosen(cls: type[Record], view: View) -> list[Any]:
    """The conditions of a view's filters; what a kind does not know, none of it fulfils."""
    columns = facets(cls) if view.filters else {}
    conditions = [
        columns[name] == view.filters[name] if name in columns else false()
        for name in ("line", "family", "customer")
        if name in view.filters
    ]
    if view.mine:
        conditions.append(cls.holder_id == PERSON)
    if view.late:
        conditions.append(marked(cls, cls.stage) & (cls.due < TODAY))
    if view.risk:
        conditions.append(marked(cls, cls.stage) & cls.due.between(TODAY, SOON))
    if view.halted:
        conditions.append(cls.stands_in(cls.flow.tagged(HALTED)))
    return conditions


def marked(cls: type[Record], stage: Any) -> Any:
    """The condition that what stands in a stage, a column, is marked where it is late."""
    never = cls.flow.tagged(UNMARKED)
    return stage.not_in(never) if never else true()


def further(cls: type[Record], view: View, after: str, lane: str | None) -> list[Any]:
    """The conditions of a view and of a next page."""
    return [
        *chosen(cls, view),
        *([beyond(cls, view, *read(after))] if after else []),
        *([lane_of(cls, view) == lane] if lane is not None else []),
    ]


def lane_of(cls: type[Record], view: View) -> Any:
    """The key of the lane a record lies in; the empty text is the lane of those without."""
    if view.lanes == "week":
        weeks = [(cls.due < MONDAYS[n], literal(str(n - 1), String)) for n in range(1, WEEKS + 1)]
        return case(
            (cls.due.is_(None), ""),
            (cls.due < MONDAYS[0], literal("past", String)),
            *weeks,
            else_=literal("later", String),
        )
    columns = facets(cls) if view.lanes else {}
    return func.coalesce(columns[view.lanes], "") if view.lanes in columns else literal("", String)


def order_of(cls: Any, view: View) -> tuple[Any, ...]:
    """By date, those without last; or the rush ones before all others."""
    by_date = (cls.due.nulls_last(), cls.id)
    return (cls.rush.desc(), *by_date) if view.sort == "rush" else by_date


def kinds(stages: Stages) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for flow, stage in stages:
        found.setdefault(flow, []).append(stage)
    return found


@lru_cache(256)
def counts(stages: Stages, view: View, after: str = "", lane: str | None = None) -> Any:
    """The SELECT of flow, stage, lane and how many stand there (after a place, in one lane),
    late and at risk among them.
    """
    parts = []
    for flow, keys in kinds(stages).items():
        cls = KINDS[flow]
        here = (
            select(cls.stage, cls.due, *([lane_of(cls, view).label("lane")] if view.lanes else []))
            .where(cls.stands_in(keys), *further(cls, view, after, lane))
            .subquery()
        )
        can_be_late = marked(cls, here.c.stage)
        group = [here.c.stage, *([here.c.lane] if view.lanes else [])]
        parts.append(
            select(
                literal(flow, String).label("flow"),
                here.c.stage,
                (here.c.lane if view.lanes else literal("", String)).label("lane"),
                func.count().label("count_"),
                func.sum(case((can_be_late & (here.c.due < TODAY), 1), else_=0)).label("late_"),
                func.sum(case((can_be_late & here.c.due.between(TODAY, SOON), 1), else_=0)).label(
                    "risk_"
                ),
            ).group_by(*group)
        )
    return union_all(*parts)


@lru_cache(256)
def first_rows(
    stages: Stages,
    view: View,
    after: str = "",
    lane: str | None = None,
    shown: tuple[str, ...] | None = None,
) -> Any:
    """The SELECT of the first PAGE rows of each stage, or of as many as the view says; only the
    columns that tell whether a card has changed.

    In lanes every lane of a stage gives its first card before one gives its second; ``shown`` are
    the lanes wanted. With ``lane`` (and ``after``) the next page of that lane alone. Each stage is
    a walk through its index that ends after a page.
    """
    parts = [
        part
        for flow, keys in kinds(stages).items()
        for part in (
            [in_turn(flow, keys, view, shown)]
            if shown is not None
            else [in_order(flow, key, view, after, lane) for key in keys]
        )
    ]
    return union_all(*parts)


def in_order(flow: str, stage: str, view: View, after: str, lane: str | None) -> Any:
    cls = KINDS[flow]
    length = 0 if after or lane is not None else view.length(flow, stage)
    placed = (
        select(cls.id, literal(lane or "", String).label("lane"))
        .where(cls.stage == stage, *further(cls, view, after, lane))
        .order_by(*order_of(cls, view))
        .limit(max(PAGE, length))
        .subquery()
    )
    return whole_rows(flow, cls, placed)


def in_turn(flow: str, stages: list[str], view: View, shown: tuple[str, ...]) -> Any:
    cls = KINDS[flow]
    here = (
        select(cls.id, cls.stage, cls.due, cls.rush, lane_of(cls, view).label("lane"))
        .where(cls.stands_in(stages), *chosen(cls, view))
        .subquery()
    )
    turn = (
        func.row_number()
        .over(partition_by=(here.c.stage, here.c.lane), order_by=order_of(here.c, view))
        .label("turn")
    )
    turns = select(here, turn).where(here.c.lane.in_(shown)).subquery()
    place = (
        func.row_number()
        .over(partition_by=turns.c.stage, order_by=(turns.c.turn, *order_of(turns.c, view)))
        .label("place")
    )
    placed = select(turns, place).subquery()
    longer = [
        (placed.c.stage == stage) & (placed.c.lane == lane) & (placed.c.turn <= length)
        for stage in stages
        for lane in shown
        if (length := view.length(flow, stage, lane))
    ]
    return whole_rows(flow, cls, placed).where(or_(placed.c.place <= PAGE, *longer))


def whole_rows(flow: str, cls: type[Record], placed: Any) -> Any:
    """The rows with what a card's look depends on first; ``wording`` rises when master data,
    whose names cards show, are edited.
    """
    # By ``id + 0`` PostgreSQL does not walk all events back to the last one of master data.
    wording = (
        select(func.max(Event.id + 0))
        .where(Event.flow.in_([table.flow for table in TABLES.values()]))
        .scalar_subquery()
    )
    return (
        select(
            cls.id,
            cls.stage,
            cls.since,
            cls.face,
            cls.due,
            func.coalesce(User.known_as, "").label("holder"),
            wording.label("wording"),
            cls.rush,
            placed.c.lane,
            literal(flow, String).label("flow"),
        )
        .join(placed, placed.c.id == cls.id)
        .outerjoin(User, User.id == cls.holder_id)
    )


def beyond(cls: type[Record], view: View, rush: bool, day: Any, last: Any) -> Any:
    """The condition of what comes after a card, by its rush, its date (or None) and its id."""
    later = (
        cls.due.is_(None) | (cls.due > day) | ((cls.due == day) & (cls.id > last))
        if day is not None
        else cls.due.is_(None) & (cls.id > last)
    )
    if view.sort != "rush":
        return later
    return cls.rush.is_(False) | later if rush else cls.rush.is_(False) & later


def read(place: str) -> tuple[bool, date | None, int]:
    """Rush, date and id of the card that ``place_of`` named."""
    rush, due, number = place.split("~")
    return rush == "1", date.fromisoformat(due) if due else None, int(number)


def place_of(row: Any) -> str:
    """A row's place in its column, for the next page to begin after."""
    return f"{int(row.rush)}~{row.due or ''}~{row.id}"


def key_of(view: View) -> Any:
    """What Python sorts the rows by, as the statement does."""
    return lambda row: (
        not row.rush if view.sort == "rush" else False,
        row.due is None,
        row.due or date.min,
        row.id,
    )
