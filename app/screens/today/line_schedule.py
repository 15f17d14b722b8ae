"""Two days of the lines: what is planned and what runs on each, as the picture of them needs it
(and a wall display).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, union

from app import clock
from app.extensions import db
from app.flow.production import PRODUCTION_ORDERS, TAKES_LINE
from app.flow.rules import tags
from app.flow.texts.lazy_text import Both
from app.models.master import CalendarEntry, Line, Product
from app.models.master.plant import said_of_days
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.production.scheduling import hours_of
from app.required import required

DAYS = 2
ON_LINE, MADE = PRODUCTION_ORDERS.tagged(tags.ON_LINE), PRODUCTION_ORDERS.tagged(tags.MADE)
# What a run is drawn as; the first that fits.
STATES = (
    (tags.MADE, "done"),
    (tags.HALTED, "halted"),
    (tags.ON_LINE, "running"),
    (tags.DRAFT, "draft"),
)
NOW = ("halted", "running")


@dataclass(frozen=True)
class Run:
    """A card's place on a line; ``state`` is draft (not issued), planned, running, halted or
    done.
    """

    ref: str
    product: Any
    code: str
    start: datetime
    end: datetime
    state: str

    @property
    def until(self) -> datetime:
        """How far it is drawn: what is not finished takes its line until now at least."""
        return max(self.end, clock.local(clock.now())) if self.state in NOW else self.end


@dataclass(frozen=True)
class ClosedDay:
    """A day on which a line does not work: which of those drawn, and why if the calendar says."""

    place: int
    why: Both | None


@dataclass
class LineDays:
    """One line with its runs in order; ``now`` is what runs or stands halted on it, however old
    its plan.
    """

    code: str
    name: Any
    now: Run | None = None
    runs: list[Run] = field(default_factory=list)
    closed: list[ClosedDay] = field(default_factory=list)


@dataclass(frozen=True)
class Schedule:
    """The lines from the beginning of a day on.

    Of each day the hours from ``opens`` to ``closes`` are drawn: those of the shifts and of
    whatever is planned beside them.
    """

    begins: datetime
    lines: list[LineDays]
    opens: int
    closes: int

    @property
    def days(self) -> list[datetime]:
        return [self.begins + timedelta(days=n) for n in range(DAYS)]

    @property
    def minutes(self) -> int:
        """How wide the picture is."""
        return DAYS * 60 * (self.closes - self.opens)

    @property
    def ticks(self) -> list[int]:
        return [hour for hour in range(0, 24, 4) if self.opens < hour < self.closes]

    @property
    def now(self) -> int:
        return self.place(clock.local(clock.now()))

    @property
    def count(self) -> int:
        return sum(len(line.runs) for line in self.lines)

    def place(self, moment: datetime) -> int:
        """Where a moment lies, in minutes that are drawn; what is not drawn lies at the nearest
        that is.
        """
        days, rest = divmod(moment - self.begins, timedelta(days=1))
        if not 0 <= days < DAYS:
            return 0 if days < 0 else self.minutes
        span = 60 * (self.closes - self.opens)
        return days * span + min(span, max(0, int(rest.total_seconds() // 60) - 60 * self.opens))


def two_days() -> Schedule:
    """Today and tomorrow on every active line, with what runs now, in two statements."""
    begins = clock.begins(clock.today())
    ends = begins + timedelta(days=DAYS)
    entries_of = lines_with_entries(begins.date())
    lines = list(entries_of)
    line_days = {
        line.id: LineDays(line.code, line.name, closed=closed_days(line, entries, begins.date()))
        for line, entries in entries_of.items()
    }
    # Two ways to a plan, each by an index: of what is on a line, and of what ends from today on.
    now = select(ProductionOrder.id).where(ProductionOrder.stands_in(ON_LINE))
    near = select(Plan.card_id).where(Plan.line_id.in_(line_days), Plan.end > begins)
    rows = db.session.execute(
        select(
            Plan.line_id,
            ProductionOrder.number,
            ProductionOrder.stage,
            Product.code,
            Product.name_zh,
            Product.name_en,
            Plan.start,
            Plan.end,
            Plan.withdrawn,
        )
        .select_from(Plan)
        .join(ProductionOrder, ProductionOrder.id == Plan.card_id)
        .join(Product, Product.id == ProductionOrder.product_id)
        .where(
            Plan.card_id.in_(union(now, near)),
            or_(
                and_(Plan.withdrawn.is_(False), ProductionOrder.stage.in_(ON_LINE)),
                and_(
                    Plan.withdrawn.is_(False),
                    Plan.start < ends,
                    Plan.end > begins,
                    ProductionOrder.stage.in_((*TAKES_LINE, *MADE)),
                ),
                and_(Plan.reworked_at.is_not(None), Plan.start < ends, Plan.end > begins),
            ),
        )
        .order_by(Plan.start, Plan.id)
    )
    for line_id, number, stage, code, zh, en, start, end, over in rows:
        if line_id in line_days:
            line = line_days[line_id]
            state = "done" if over else state_of(stage)
            begun, over_at = required(start), required(end)
            run = Run(number, Both(zh, en), code, clock.local(begun), clock.local(over_at), state)
            line.now = line.now or (run if stage in ON_LINE and not over else None)
            if begun < ends and run.until > begins:
                line.runs.append(run)
    return Schedule(begins, list(line_days.values()), *hours_drawn(lines, line_days.values()))


def lines_with_entries(first: date) -> dict[Line, list[CalendarEntry]]:
    """The active lines with the entries of the calendar that hold for the days drawn."""
    holds = and_(
        CalendarEntry.active,
        CalendarEntry.first_day < first + timedelta(days=DAYS),
        CalendarEntry.last_day >= first,
        or_(CalendarEntry.line_id.is_(None), CalendarEntry.line_id == Line.id),
    )
    found: dict[Line, list[CalendarEntry]] = {}
    for line, entry in db.session.execute(
        select(Line, CalendarEntry)
        .outerjoin(CalendarEntry, holds)
        .where(Line.active)
        .order_by(Line.code, CalendarEntry.first_day)
    ):
        found.setdefault(line, []).extend([entry] if entry else [])
    return found


def closed_days(line: Line, entries: list[CalendarEntry], first: date) -> list[ClosedDay]:
    """The days drawn on which a line does not work."""
    hours, said = hours_of(line, entries), said_of_days(entries, line.id)
    days = [(n, first + timedelta(days=n)) for n in range(DAYS)]
    return [
        ClosedDay(n, said[day].name if day in said else None)
        for n, day in days
        if not hours.works_on(day)
    ]


def state_of(stage: str) -> str:
    """What a card that stands there is drawn as."""
    where = PRODUCTION_ORDERS.stage(stage)
    return next((state for tag, state in STATES if where.has(tag)), "planned")


def hours_drawn(lines: Iterable[Any], days: Iterable[LineDays]) -> tuple[int, int]:
    """The whole hours between which shifts and runs lie; all of the day where one goes past
    midnight.
    """
    spans = [line.shift for line in lines]
    spans += [
        (run.start.time(), run.end.time())
        for line in days
        for run in line.runs
        if run.start.date() == run.end.date()
    ]
    if not spans or any(end <= start for start, end in spans):
        return 0, 24
    last = max(end for _, end in spans)
    return min(start for start, _ in spans).hour, last.hour + bool(last.minute)
