"""Cards whose plan is issued and whose run has not begun: when they start, and what is missing
(缺套).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, literal, or_, select, type_coerce
from sqlalchemy import Text as PlainText
from sqlalchemy.orm import joinedload

from app.flow.production import START_PREPARING
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Line
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.screens.record.fact import Mark
from app.screens.today.listing import Row

KIT = START_PREPARING.key
# The only guard of that action speaks of the kit; the cue keeps what it said.
CUE = type_coerce(ProductionOrder.cue, PlainText)
SHORT = CUE.contains(f'"{KIT}":{{', autoescape=True)


def lacks(code: Any) -> Any:
    """Whether the kit is short of the material with this code (a column): the cue lists them as
    ``"K-101, L-006"``.
    """
    return SHORT & or_(
        *(
            CUE.like("%" + literal(before) + code + literal(after) + "%")
            for before in '" '
            for after in '",'
        )
    )


def planned(stages: Collection[str]) -> Select[Any]:
    """Cards of these stages with their plan's start and line, the earliest start first."""
    return (
        select(ProductionOrder, Plan.start, Line.code)
        .join(Plan, (Plan.card_id == ProductionOrder.id) & Plan.withdrawn.is_(False))
        .outerjoin(Line, Line.id == Plan.line_id)
        .where(ProductionOrder.stage.in_(stages))
        .options(joinedload(ProductionOrder.product))
        .order_by(Plan.start.is_(None), Plan.start, ProductionOrder.id)
    )


def short() -> Select[Any]:
    """Cards that wait for material."""
    return planned(START_PREPARING.sources).where(SHORT)


def missing(card: ProductionOrder) -> Text | None:
    """The materials a card is short of, by their codes."""
    said = card.cue.get("waiting", {}).get(KIT)
    return (
        _l("Short of %(materials)s", materials=Text.from_json(said).args["materials"])
        if said
        else None
    )


def short_row(card: ProductionOrder, start: Any, line: str | None) -> Row:
    return Row(card.ref, card.headline, line or "", missing(card), at=start)


def kit_row(card: ProductionOrder, start: Any, line: str | None) -> Row:
    """A kit as the warehouse sees it: short, or how far it is."""
    lacking = missing(card)
    return Row(
        card.ref,
        card.headline,
        line or "",
        lacking or card.stands.label,
        at=start,
        mark=Mark("blocked", _l("Kit short")) if lacking else None,
    )
