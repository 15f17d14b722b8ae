"""What the plant's records tell of a line: what runs on it and what is planned."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select, union
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.production import PRODUCTION_ORDERS, TAKES_LINE
from app.flow.rules.tags import ON_LINE
from app.flow.texts.lazy_text import _l
from app.models.master import CalendarEntry, Line
from app.models.master.dictionary import things
from app.models.people.user import User
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.screens.master.things.customers import address
from app.screens.master.things.listed import Cell, Listed

MOST, MOST_DAYS = 50, 12


def calendar(line: Line, _by: User) -> Listed:
    """The days off and the worked days ahead that hold for the line, the next first."""
    entries = CalendarEntry.from_day(clock.today(), line.id)
    rows = [
        [
            Cell(entry.first_day, url_for("master.row", key="calendar", row_id=entry.id)),
            Cell(entry.last_day),
            Cell(entry.name),
            Cell(_l("Working day") if entry.is_worked else _l("Day off")),
            Cell(_l("This line") if entry.line_id else _l("The whole plant")),
        ]
        for entry in entries[:MOST_DAYS]
    ]
    heads = (_l("First day"), _l("Last day"), _l("Name"), _l("Kind"), _l("Holds for"))
    none = _l("No days off and no special working days are entered from today on.")
    return Listed(heads, rows, none)


def planned(line: Line, by: User) -> Listed:
    """The plans that take the line, from now on; what runs on it, however old its plan."""
    running = select(ProductionOrder.id).where(
        ProductionOrder.stands_in(PRODUCTION_ORDERS.tagged(ON_LINE))
    )
    ahead = select(Plan.card_id).where(Plan.line_id == line.id, Plan.end > clock.now())
    plans = db.session.execute(
        select(Plan, ProductionOrder)
        .join(ProductionOrder, ProductionOrder.id == Plan.card_id)
        .where(
            Plan.card_id.in_(union(running, ahead)),
            Plan.line_id == line.id,
            Plan.withdrawn.is_(False),
            ProductionOrder.stage.in_(TAKES_LINE),
        )
        .options(joinedload(ProductionOrder.product))
        .order_by(Plan.start, Plan.id)
        .limit(MOST)
    )
    rows = [
        [
            Cell(card.ref, address(card, by)),
            Cell(f"{card.product.code} {card.product.name}", things.address(card.product)),
            Cell(card.quantity),
            Cell(plan.start),
            Cell(plan.end),
            Cell(card.current_stage.label),
        ]
        for plan, card in plans
    ]
    heads = (
        *(_l("Production order"), _l("Product"), _l("Quantity"), _l("From"), _l("Until")),
        _l("Stage"),
    )
    return Listed(heads, rows, _l("Nothing is planned on it."), numbers=(2,))
