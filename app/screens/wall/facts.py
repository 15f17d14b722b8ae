"""What the wall displays show: facts of the whole plant, without a customer's name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, case, select, union
from sqlalchemy.orm import aliased, joinedload, selectinload

from app import clock
from app.extensions import db
from app.flow.production import CANCEL, IN_HOUSE, ISSUED, PRODUCTION_ORDERS, START
from app.flow.rules import tags
from app.flow.rules.blockers import LINE_TAKEN
from app.models.floor.anomaly import Anomaly
from app.models.master import Line, Notice
from app.models.people.user import User
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.records.rules.stage_settings import all_ages
from app.models.warehouse.shipment import Shipment
from app.required import required
from app.screens.blocked import stuck_by
from app.screens.home.plant_overview import is_on_the_way
from app.screens.home.tasks import places

NEXT = 3
ON_LINE = PRODUCTION_ORDERS.tagged(tags.ON_LINE)


@dataclass
class Stop:
    """What halts a line: the anomaly, since when, and who has it (None while nobody has
    acknowledged it).
    """

    anomaly: Anomaly
    owner: str | None

    @property
    def since(self) -> datetime:
        return self.anomaly.created_at


@dataclass
class Coming:
    """A card that is to run on a line; ``ready``: nothing but the line is missing."""

    card: ProductionOrder
    ready: bool


@dataclass
class LineNow:
    """One line: what runs, how far it should be and is, what stops it, what comes next, and the
    units of today.
    """

    line: Line
    card: ProductionOrder | None = None
    stops: list[Stop] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    planned: int = 0
    done: int = 0

    @property
    def state(self) -> str:
        """halted, running or idle."""
        if self.card is None:
            return "idle"
        return "halted" if self.card.current_stage.has(tags.HALTED) else "running"

    @property
    def steps(self) -> tuple[int, int]:
        """Steps signed, and all of them."""
        steps = self.card.steps if self.card else []
        return sum(
            self.card.record_of(step) is not None or self.card.is_on_paper(step) for step in steps
        ) if self.card else 0, len(steps)

    @property
    def share(self) -> int:
        """Steps signed, in per cent."""
        signed, steps = self.steps
        return 100 * signed // steps if steps else 0

    @property
    def due_share(self) -> int:
        """The part of the planned time that has passed, in per cent."""
        plan = self.card.plan if self.card else None
        if not plan or not plan.start or not plan.end:
            return 0
        return max(0, min(100, int(100 * ((clock.now() - plan.start) / (plan.end - plan.start)))))

    @property
    def is_overdue(self) -> bool:
        plan = self.card.plan if self.card else None
        return bool(plan and plan.end and plan.end < clock.now())


@dataclass
class Plant:
    """All lines, and the few figures of the whole plant."""

    lines: list[LineNow]
    waiting: int  # cards with Quality
    waiting_since: datetime | None
    vehicles: list[Shipment]
    late: int

    @property
    def halted(self) -> int:
        return sum(bool(line.stops) for line in self.lines)


def plant() -> Plant:
    """The plant at this moment, in a fixed number of statements."""
    lines = {
        line.id: LineNow(line)
        for line in db.session.scalars(select(Line).where(Line.active).order_by(Line.code))
    }
    places = places_on(lines)
    cards = read([card for _, card, _ in places])
    for line, card, ready in places:
        place(lines[line], cards[card], ready)
    count_today(lines)
    owners = acknowledged_by([stop.anomaly for line in lines.values() for stop in line.stops])
    for now in lines.values():
        for stop in now.stops:
            stop.owner = owners.get(stop.anomaly.id)
    waiting = list(
        db.session.scalars(
            select(ProductionOrder.since)
            .where(ProductionOrder.stands_in(PRODUCTION_ORDERS.tagged(tags.WITH_QUALITY)))
            .order_by(ProductionOrder.since)
        )
    )
    return Plant(list(lines.values()), len(waiting), min(waiting, default=None), vehicles(), late())


def places_on(lines: dict[int, LineNow]) -> list[tuple[int, int, bool]]:
    """The line and the card of all that runs and of what comes next, and whether that is ready but
    for the line; in the order of its plan, last the parts of lots, which have theirs from the
    whole. Of the hundreds that are to run only the first few are read.
    """
    own, whole = aliased(Plan), aliased(Plan)
    line = case((own.id.is_not(None), own.line_id), else_=whole.line_id)
    query = (
        select(ProductionOrder.id, ProductionOrder.stage, line, stuck_by(ProductionOrder))
        .where(ProductionOrder.stands_in((*ON_LINE, *ISSUED)))
        .outerjoin(own, and_(own.card_id == ProductionOrder.id, own.withdrawn.is_(False)))
        .outerjoin(
            whole,
            and_(
                whole.card_id == ProductionOrder.parent_id,
                whole.withdrawn.is_(False),
                ProductionOrder.lot_id.is_not(None),
            ),
        )
        .order_by(own.start.nulls_last(), ProductionOrder.id)
    )
    places: list[tuple[int, int, bool]] = []
    coming: Counter[int] = Counter()
    for card, stage, line_id, stuck in db.session.execute(query):
        if line_id in lines and (stage in ON_LINE or coming[line_id] < NEXT):
            coming[line_id] += stage in ISSUED
            places.append((line_id, card, stage in START.sources and stuck in (None, LINE_TAKEN)))
    return places


def read(ids: list[int]) -> dict[int, ProductionOrder]:
    query = (
        select(ProductionOrder)
        .where(ProductionOrder.id.in_(ids))
        .options(
            joinedload(ProductionOrder.product),
            selectinload(ProductionOrder.plans),
            selectinload(ProductionOrder.step_records),
            selectinload(ProductionOrder.anomalies).joinedload(Anomaly.code),
        )
    )
    return {card.id: card for card in db.session.scalars(query)}


def place(line: LineNow, card: ProductionOrder, ready: bool) -> None:
    if card.stage in ON_LINE:
        line.card = card
        line.stops = (
            [Stop(anomaly, None) for anomaly in card.anomalies if anomaly.stops]
            if card.current_stage.has(tags.HALTED)
            else []
        )
    else:
        line.coming.append(Coming(card, ready))


def count_today(lines: dict[int, LineNow]) -> None:
    """Units that the plans end today, and units that were finished today."""
    first = clock.begins(clock.today())
    last = first + timedelta(days=1)
    # Either way by an index: what ends today is few among all plans, and so is what was finished.
    today = union(
        select(Plan.card_id).where(Plan.line_id.in_(lines), Plan.end.between(first, last)),
        select(ProductionOrder.id).where(ProductionOrder.finished_at.between(first, last)),
    )
    plans = (
        select(
            Plan.line_id,
            Plan.end,
            ProductionOrder.quantity,
            ProductionOrder.good,
            ProductionOrder.finished_at,
        )
        .join(ProductionOrder, Plan.card_id == ProductionOrder.id)
        .where(
            Plan.withdrawn.is_(False),
            Plan.issued_at.is_not(None),
            Plan.line_id.in_(lines),
            ProductionOrder.stage.not_in(CANCEL.targets),
            Plan.card_id.in_(today),
        )
    )
    for line_id, end, quantity, good, finished in db.session.execute(plans):
        line = lines[required(line_id)]
        line.planned += quantity if first <= required(end) < last else 0
        line.done += good if finished and first <= finished < last else 0


def acknowledged_by(anomalies: list[Anomaly]) -> dict[int, str]:
    """Who has each anomaly: whoever acknowledged it holds it."""
    held = (
        select(Anomaly.id, User.known_as)
        .join(User, User.id == Anomaly.holder_id)
        .where(Anomaly.id.in_([a.id for a in anomalies]))
    )
    return dict(db.session.execute(held).all()) if anomalies else {}


def vehicles() -> list[Shipment]:
    """Shipments that are to leave and are due today or before."""
    return list(
        db.session.scalars(
            select(Shipment)
            .where(
                Shipment.stands_in(Shipment.flow.tagged(tags.TO_LEAVE)),
                Shipment.due <= clock.today(),
            )
            .options(selectinload(Shipment.cards))
            .order_by(Shipment.due, Shipment.window, Shipment.id)
        )
    )


def late() -> int:
    """Cards whose promised day has passed and that have not left."""
    return (
        db.session.scalar(
            select(db.func.count())
            .select_from(ProductionOrder)
            .where(
                ProductionOrder.due < clock.today(),
                ProductionOrder.stands_in(IN_HOUSE),
            )
        )
        or 0
    )


@dataclass
class Phases:
    """The six phases with how many jobs stand in each, the oldest of them, and how many are late
    or halted.
    """

    counts: Counter[str]
    late: Counter[str]
    halted: Counter[str]
    oldest: dict[str, datetime]


def phases() -> Phases:
    """Where the open jobs stand: an order until its cards stand for it, then each card."""
    counted_phases, today, ages = (
        Phases(Counter(), Counter(), Counter(), {}),
        clock.today(),
        all_ages(),
    )
    for spot in places():
        stage = spot.current_stage
        if not is_on_the_way(spot.flow, stage):
            continue
        key, trouble = stage.phase.key, spot.trouble_at(clock.now(), today, ages)
        counted_phases.counts[key] += 1
        counted_phases.late[key] += trouble == "late" and spot.flow is ProductionOrder.flow
        counted_phases.halted[key] += trouble == "halted"
        counted_phases.oldest[key] = min(counted_phases.oldest.get(key, spot.since), spot.since)
    return counted_phases


def notices() -> list[Notice]:
    """The notices of today, the newest first."""
    today = clock.today()
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.active, Notice.first_day <= today, Notice.last_day >= today)
            .order_by(Notice.first_day.desc(), Notice.id.desc())
        )
    )
