"""Two days of the lines: what is planned and what runs on each, as the picture of them needs it (and a wall display)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.words import Both

from ..master import Line, Product
from ..plan import Plan
from ..production import ProductionOrder
from ..scheduling import ON_LINE

DAYS = 2
DONE = ("to_inspect", "inspecting", "nonconforming", "to_stock_in", "in_stock", "packed", "shipped", "closed")
STATES = {"running": "running", "halted": "halted", "consulting": "draft", "plan_review": "draft"}


@dataclass(frozen=True)
class Run:
    """A card's place on a line. ``first`` and ``last`` are minutes from the picture's beginning, cut at its ends; ``state`` is draft
    (not issued), planned, running, halted or done."""

    ref: str
    product: Any
    code: str
    start: datetime
    end: datetime
    first: int
    last: int
    state: str


@dataclass
class LineDays:
    """One line with its runs in order."""

    code: str
    name: Any
    runs: list[Run] = field(default_factory=list)


@dataclass(frozen=True)
class Schedule:
    """The lines from the beginning of a day on; ``now`` in minutes from there."""

    begins: datetime
    lines: list[LineDays]
    now: int
    minutes: int = DAYS * 24 * 60

    @property
    def days(self) -> list[datetime]:
        return [self.begins + timedelta(days=n) for n in range(DAYS)]

    @property
    def count(self) -> int:
        return sum(len(line.runs) for line in self.lines)


def two_days() -> Schedule:
    """Today and tomorrow on every active line, in two statements."""
    begins = datetime.combine(clock.today(), time(), clock.PLANT_ZONE)
    ends = begins + timedelta(days=DAYS)
    found = {id_: LineDays(code, Both(zh, en)) for id_, code, zh, en in db.session.execute(
        select(Line.id, Line.code, Line.name_zh, Line.name_en).where(Line.active).order_by(Line.code))}  # fmt: skip
    rows = db.session.execute(
        select(Plan.line_id, ProductionOrder.number, ProductionOrder.stage, Product.code, Product.name_zh, Product.name_en, Plan.start, Plan.end)
        .select_from(Plan).join(ProductionOrder, ProductionOrder.id == Plan.card_id).join(Product, Product.id == ProductionOrder.product_id)
        .where(Plan.withdrawn.is_(False), Plan.start < ends, Plan.end > begins, ProductionOrder.stage.in_((*ON_LINE, *DONE)))
        .order_by(Plan.start, Plan.id))  # fmt: skip
    whole = DAYS * 24 * 60
    for line_id, number, stage, code, zh, en, start, end in rows:
        if line_id in found:
            state = "done" if stage in DONE else STATES.get(stage, "planned")
            found[line_id].runs.append(Run(number, Both(zh, en), code, clock.local(start), clock.local(end),
                                           max(0, minutes(start - begins)), min(whole, minutes(end - begins)), state))  # fmt: skip
    return Schedule(begins, list(found.values()), minutes(clock.now() - begins))


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
