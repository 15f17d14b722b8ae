"""Cards whose plan is issued and whose run has not begun: when they start, and what is missing
(缺套).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.flow.production import START_PREPARING
from app.flow.rules.blockers import KIT_SHORT
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.master import Line
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.screens.blocked import facts_of
from app.screens.record.fact import Mark
from app.screens.today.listing import Row

# What a kit lacks, told with its card.
LACKING = facts_of(ProductionOrder, KIT_SHORT)


def planned(stages: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Cards of these stages with their plan's start and line, and what their kits lack, the
    earliest start first.
    """
    return (
        select(ProductionOrder, Plan.start, Line.code, LACKING)
        .join(Plan, (Plan.card_id == ProductionOrder.id) & Plan.withdrawn.is_(False))
        .outerjoin(Line, Line.id == Plan.line_id)
        .where(ProductionOrder.stands_in(stages))
        .options(joinedload(ProductionOrder.product))
        .order_by(Plan.start.is_(None), Plan.start, ProductionOrder.id)
    )


def short() -> Select[*tuple[Any, ...]]:
    """Cards that wait for material."""
    return planned(START_PREPARING.sources).where(LACKING.is_not(None))


def missing(lacking: Any) -> Text | None:
    """The materials a card is short of, by their codes."""
    return _l("Short of %(materials)s", materials=listed(lacking["materials"])) if lacking else None


def short_row(card: ProductionOrder, start: Any, line: str | None, lacking: Any) -> Row:
    return Row(card.ref, card.headline, line or "", missing(lacking), at=start)


def kit_row(card: ProductionOrder, start: Any, line: str | None, lacking: Any) -> Row:
    """A kit as the warehouse sees it: short, or how far it is."""
    return Row(
        card.ref,
        card.headline,
        line or "",
        missing(lacking) or card.current_stage.label,
        at=start,
        mark=Mark("blocked", _l("Kit short")) if lacking else None,
    )
