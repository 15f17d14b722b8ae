"""The plant at a glance: what stands where, what is late or stuck, and what waits for one person. Two statements for all of it,
and one a flow for the names of the few records shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Text as PlainText
from sqlalchemy import and_, func, literal, select, type_coerce, union_all

from app import clock
from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.flow.departments import DELIVERY, PHASES, Phase
from app.flow.flows import FLOWS
from app.flow.grammar import Action, Flow, Stage

from .board import RISK
from .find import records
from .limits import full_stages
from .offers import offers_from_cue
from .order import Order
from .people import User
from .production import ProductionOrder
from .receipts import owed_by, receives
from .record import Record
from .shipment import Shipment
from .stage_setting import all_ages

SHOWN = 10
PERIOD = timedelta(days=30)
HALTED, LATE, STUCK = "halted", "late", "waiting"
URGENCY = (HALTED, LATE, STUCK)
Ages = Mapping[tuple[str, str], timedelta]


@dataclass(slots=True)
class Place:
    """Where one open record stands: only the columns that the picture needs. ``trouble`` is halted, late, stuck or None."""

    flow: Flow
    id: int
    stage: str
    since: datetime
    due: date | None
    raw_cue: str
    raw_doers: str
    trouble: str | None = None
    record: Record | None = None
    cue: Any = None
    doers: Any = None

    @property
    def key(self) -> tuple[str, int]:
        return self.flow.key, self.id

    @property
    def stands(self) -> Stage:
        return self.flow.stage(self.stage)

    @property
    def url(self) -> str:
        return f"/{self.stands.departments[0].key}/{self.record.ref}"

    @property
    def age(self) -> timedelta:
        return clock.now() - self.since

    def trouble_at(self, now: datetime, today: date, ages: Ages) -> str | None:
        """Why somebody should look at it: a card halted or late, any record longer in one stage than ``ages`` say."""
        if self.flow is ProductionOrder.flow:
            if self.stage == HALTED:
                return HALTED
            if self.due and self.due < today and self.stage != "shipped":
                return LATE
        waits = (self.flow.key, self.stage) in CARRIED_ON
        return STUCK if not waits and now - self.since > ages[self.flow.key, self.stage] else None

    def is_at_risk(self, today: date) -> bool:
        """A card due within two days whose goods are not in stock yet."""
        return (self.flow is ProductionOrder.flow and self.due is not None and timedelta(0) <= self.due - today <= RISK
                and self.stands.phase is not DELIVERY)  # fmt: skip


@dataclass
class StageCount:
    """A stage with how many stand in it, and the gravest trouble among those, if any."""

    flow: Flow
    stage: Stage
    count: int = 0
    gravest: str | None = None

    @property
    def url(self) -> str | None:
        """The column of the board it is shown on; None for what is carried by another record."""
        return None if self.stage.carried else f"/{self.stage.departments[0].key}/#column-{self.flow.key}-{self.stage.key}"


@dataclass
class PhaseCount:
    """A phase: the ``way`` a job goes, where each is counted once, and what stands ``beside`` it (samples, shipments …)."""

    phase: Phase
    way: list[StageCount] = field(default_factory=list)
    beside: list[StageCount] = field(default_factory=list)
    troubles: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(stage.count for stage in self.way)


@dataclass
class Task:
    """A record with the one next thing that this person can do."""

    place: Place
    action: Action


class Survey:
    """What the home page shows to one person at one moment."""

    def __init__(self, user: User) -> None:
        self.creations = list(creations_of(user))
        now, today, ages = clock.now(), clock.today(), all_ages()
        self.places = list(places())
        for place in self.places:
            place.trouble = place.trouble_at(now, today, ages)
        troubled = sorted((p for p in self.places if p.trouble), key=urgency)
        tasks = sorted(tasks_of(self.places, user), key=lambda task: by_due(task.place))
        desks = receives(user)
        self.receipts, self.desk = owed_by(desks), next(iter(desks), "")
        self.troubled, self.tasks = len(troubled), len(tasks)
        self.late, self.halted = (sum(place.trouble == kind for place in troubled) for kind in (LATE, HALTED))
        self.at_risk = sum(place.is_at_risk(today) for place in self.places)
        self.attention, self.waiting = troubled[:SHOWN], tasks[:SHOWN]
        shown = [*self.attention, *(task.place for task in self.waiting)]
        found = records(place.key for place in shown)
        for place in shown:
            place.record = found[place.key]

    @cached_property
    def phases(self) -> list[PhaseCount]:
        """The six phases with their counts."""
        found = {phase.key: PhaseCount(phase) for phase in PHASES}
        stages = {(flow.key, stage.key): StageCount(flow, stage) for flow in FLOWS.values() for stage in flow.stages if not stage.ends}
        for place in self.places:
            entry = stages[place.flow.key, place.stage]
            entry.count += 1
            if place.trouble:
                entry.gravest = min(entry.gravest or place.trouble, place.trouble, key=URGENCY.index)
                marks = found[entry.stage.phase.key].troubles
                marks[place.trouble] = marks.get(place.trouble, 0) + 1
        for entry in stages.values():
            phase = found[entry.stage.phase.key]
            if is_on_the_way(entry.flow, entry.stage) and (entry.count or not entry.stage.apart):
                phase.way.append(entry)
            elif entry.count and not is_on_the_way(entry.flow, entry.stage):
                phase.beside.append(entry)
        return list(found.values())

    @property
    def jobs(self) -> int:
        return sum(phase.count for phase in self.phases)

    @cached_property
    def on_time(self) -> float | None:
        """Share (%) of the cards promised for the last thirty days that had left by their day; None where none was."""
        return on_time(clock.today() - PERIOD, clock.today())


def places() -> Iterator[Place]:
    """Yield where every open record stands, in one statement."""
    parts = [select(literal(key).label("flow"), kind.id, kind.stage, kind.since, kind.due,
                    type_coerce(kind.cue, PlainText).label("cue"), type_coerce(kind.doers, PlainText).label("doers"))
             .where(kind.stage.in_([stage.key for stage in FLOWS[key].stages if not stage.ends]))
             for key, kind in ((key, Record.kinds[key]) for key in FLOWS)]  # fmt: skip
    for flow, *columns in db.session.execute(union_all(*parts)):
        yield Place(FLOWS[flow], *columns)


def tasks_of(open_places: list[Place], user: User) -> Iterator[Task]:
    """Yield what the person can do next, looking only where one of their roles has something to do."""
    full = full_stages()
    mine = {(flow.key, stage.key) for flow in FLOWS.values() for stage in flow.stages for action in flow.actions_from(stage.key)
            if action.primary and not action.driven and user.has_role(role.key for role in action.possible_roles)}  # fmt: skip
    for place in open_places:
        if (place.flow.key, place.stage) in mine:
            place.cue, place.doers = json.loads(place.raw_cue), json.loads(place.raw_doers)
            offers = offers_from_cue(place.flow, place, user, full)
            if free := next((o for o in offers if o.action.primary and not o.refusal), None):
                yield Task(place, free.action)


def creations_of(user: User) -> Iterator[tuple[str, Action, str]]:
    """Yield what the person may open: its form's address, the action and its icon."""
    for flow in FLOWS.values():
        for action in flow.creation:
            if not action.driven and user.has_role(action.role_keys):
                yield f"/{flow.stage(action.targets[0]).departments[0].key}/new/{flow.key}/{action.key}", action, "risk" if flow is ANOMALIES else "add"


def is_on_the_way(flow: Flow, stage: Stage) -> bool:
    """Whether jobs are counted there: an order until its cards stand for it, then each card."""
    return flow is ProductionOrder.flow or (flow is Order.flow and not waits_for_another(flow, stage))


def waits_for_another(flow: Flow, stage: Stage) -> bool:
    """Whether only another record's action leads on: nobody can be late here."""
    return (flow.key, stage.key) in CARRIED_ON


# Asked for every open record, so worked out once.
CARRIED_ON = {(flow.key, stage.key) for flow in FLOWS.values() for stage in flow.stages
              if all(action.driven for action in flow.actions_from(stage.key) if action.moves)}  # fmt: skip


def by_due(place: Place) -> tuple[date, datetime]:
    return place.due or date.max, place.since


def urgency(place: Place) -> tuple[int, date, datetime]:
    return URGENCY.index(place.trouble), *by_due(place)


def on_time(first: date, last: date) -> float | None:
    """Share (%) of the cards promised between two days that were shipped by the promised day."""
    ended = [stage.key for stage in ProductionOrder.flow.stages if stage.ends and stage.apart]
    kept = and_(Shipment.shipped_at.is_not(None), plant_day(Shipment.shipped_at) <= ProductionOrder.due)
    promised, good = db.session.execute(
        select(func.count(), func.count().filter(kept)).select_from(ProductionOrder).outerjoin(ProductionOrder.shipment)
        .where(ProductionOrder.stage.in_([s.key for s in ProductionOrder.flow.stages if s.key not in ended]),
               ProductionOrder.due.between(first, last - timedelta(days=1)), ProductionOrder.line_id.is_not(None))).one()  # fmt: skip
    return 100 * good / promised if promised else None


def plant_day(moment: Any) -> Any:
    """The plant's calendar day of a moment, in SQL."""
    if db.session.get_bind().dialect.name == "sqlite":
        hours = clock.local(clock.now()).utcoffset() / timedelta(hours=1)
        return func.date(moment, f"{hours:+g} hours", type_=db.Date)
    return func.date(func.timezone(clock.PLANT_ZONE.key, moment), type_=db.Date)
