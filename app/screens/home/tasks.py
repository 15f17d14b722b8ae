"""Where every open record stands, and what one person can do next among them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Text as PlainText
from sqlalchemy import literal, select, type_coerce, union_all

from app import clock
from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.flow.departments import DELIVERY
from app.flow.flows import FLOWS
from app.flow.grammar import Action, Flow, Stage
from app.flow.roles import STAFF
from app.flow.rules import tags
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.available_actions import known_actions, next_of
from app.models.records.kinds import KINDS, records
from app.models.records.record import Record
from app.models.records.rules.availability import Scope, availability
from app.models.records.rules.plant_settings import risk_span
from app.models.records.rules.stage_settings import all_ages
from app.models.records.rules.wip_limits import full_stages
from app.required import required

HALTED, LATE, STUCK = "halted", "late", "waiting"
URGENCY = (HALTED, LATE, STUCK)
LISTED = 24
Standing = Collection[tuple[str, str]]  # flow and stage
Ages = Mapping[tuple[str, str], timedelta]


@dataclass(slots=True)
class Place:
    """Where one open record stands: only the columns that the picture needs.

    ``trouble`` is halted, late, too long there or None.
    """

    flow: Flow
    id: int
    stage: str
    since: datetime
    due: date | None
    raw_doers: str
    trouble: str | None = None
    record: Record | None = None
    doers: Any = None

    @property
    def key(self) -> tuple[str, int]:
        return self.flow.key, self.id

    @property
    def current_stage(self) -> Stage:
        return self.flow.stage(self.stage)

    @property
    def url(self) -> str:
        return f"/{self.current_stage.departments[0].key}/{required(self.record).ref}"

    @property
    def age(self) -> timedelta:
        return clock.now() - self.since

    def trouble_at(self, now: datetime, today: date, ages: Ages) -> str | None:
        """Why somebody should look at it: it is halted, late (as its board marks it), or longer
        in one stage than ``ages`` say.
        """
        stage = self.current_stage
        if stage.has(tags.HALTED):
            return HALTED
        if self.due and self.due < today and not stage.has(tags.UNMARKED):
            return LATE
        waits = (self.flow.key, self.stage) in CARRIED_ON
        return STUCK if not waits and now - self.since > ages[self.flow.key, self.stage] else None

    def is_at_risk(self, today: date) -> bool:
        """A card due within the days of risk whose goods are not in stock yet."""
        return (
            self.flow is ProductionOrder.flow
            and self.due is not None
            and timedelta(0) <= self.due - today <= risk_span()
            and self.current_stage.phase is not DELIVERY
        )


@dataclass
class Task:
    """A record with the one next thing that this person can do."""

    place: Place
    action: Action
    asks_for_data: bool


def places(where: Standing | None = None) -> Iterator[Place]:
    """Yield where every open record stands, or those that stand in certain stages, in one
    statement.
    """
    stages = {
        (flow.key, stage.key) for flow in FLOWS.values() for stage in flow.stages if not stage.ends
    }
    stages_wanted = stages if where is None else stages.intersection(where)
    parts = [
        select(
            literal(key).label("flow"),
            kind.id,
            kind.stage,
            kind.since,
            kind.due,
            type_coerce(kind.doers, PlainText).label("doers"),
        ).where(kind.stands_in(stages_of_flow))
        for key, kind in ((key, KINDS[key]) for key in FLOWS)
        if (stages_of_flow := [s for f, s in stages_wanted if f == key])
    ]
    for row in db.session.execute(union_all(*parts)) if parts else ():
        flow, number, stage, since, due, doers = row
        yield Place(FLOWS[flow], number, stage, since, due, doers)


def standing_in(where: Standing) -> Scope:
    """The records that stand in certain stages."""
    stages: dict[str, list[str]] = defaultdict(list)
    for flow, stage in sorted(where):
        stages[flow].append(stage)
    return {
        flow: select(KINDS[flow].id).where(KINDS[flow].stands_in(found))
        for flow, found in stages.items()
    }


def work_of(user: User) -> set[tuple[str, str]]:
    """The stages where one of the person's roles has something to do, at a shared tablet what is
    done there.
    """
    return {
        (flow.key, stage.key)
        for flow in FLOWS.values()
        for stage in flow.stages
        for action in flow.actions_from(stage.key)
        if action.primary and not action.driven and user.may(action, stage)
    }


def tasks_of(open_places: Iterable[Place], user: User) -> Iterator[Task]:
    """Yield what the person can do next, looking only where one of their roles has something to
    do.
    """
    mine, full = work_of(user), full_stages()
    availabilities = availability(standing_in(mine))
    for place in open_places:
        if (place.flow.key, place.stage) in mine:
            place.doers = json.loads(place.raw_doers)
            actions = [
                o
                for o in known_actions(place.flow, place, availabilities[place.key], user, full)
                if user.reaches(o.action, place.current_stage)
            ]
            next_action = next_of(actions)
            if (
                next_action and not next_action.refusal
            ):  # what waits for another person is theirs, whatever else could be done to it
                yield Task(place, next_action.action, next_action.asks_for_data)


def creations_of(user: User) -> Iterator[tuple[str, Action, str]]:
    """Yield what the person may open where they stand: its form's address, the action and its
    icon.
    """
    for flow in FLOWS.values():
        for action in flow.creation:
            stage = flow.stage(action.targets[0])
            if not action.driven and user.may(action, stage):
                yield (
                    f"/{stage.departments[0].key}/new/{flow.key}/{action.key}",
                    action,
                    "risk" if flow is ANOMALIES else "add",
                )


class WorkList:
    """What one person has to do where they stand, what is halted, late or too long there before
    the rest; the first few with their records.
    """

    def __init__(self, user: User) -> None:
        now, today, ages = clock.now(), clock.today(), all_ages()
        tasks = list(tasks_of(places(work_of(user)), user))
        for task in tasks:
            task.place.trouble = task.place.trouble_at(now, today, ages)
        self.count = len(tasks)
        self.tasks = sorted(tasks, key=lambda task: urgency(task.place))[:LISTED]
        records_by_key = records(task.place.key for task in self.tasks)
        for task in self.tasks:
            task.place.record = records_by_key[task.place.key]
        self.creations = [
            opened for opened in creations_of(user) if opened[1].possible_roles != STAFF
        ]

    def of(self, flow: str, action: str) -> list[Task]:
        """Those among the first few that are the same action of the same kind of record."""
        return [
            task for task in self.tasks if (task.place.flow.key, task.action.key) == (flow, action)
        ]

    def several(self, fit: Callable[[Action], bool]) -> Iterator[tuple[Flow, Action, int]]:
        """Yield each action that fits and is to be done to more than one record, with how many
        they are.
        """
        counts = Counter((task.place.flow, task.action) for task in self.tasks if fit(task.action))
        yield from ((flow, action, count) for (flow, action), count in counts.items() if count > 1)


def waits_for_another(flow: Flow, stage: Stage) -> bool:
    """Whether only another record's action leads on: nobody can be late here."""
    return (flow.key, stage.key) in CARRIED_ON


# Asked for every open record, so worked out once.
CARRIED_ON = {
    (flow.key, stage.key)
    for flow in FLOWS.values()
    for stage in flow.stages
    if all(action.driven for action in flow.actions_from(stage.key) if action.moves)
}


def by_due(place: Place) -> tuple[date, datetime]:
    return place.due or date.max, place.since


def urgency(place: Place) -> tuple[int, date, datetime]:
    return URGENCY.index(place.trouble) if place.trouble else len(URGENCY), *by_due(place)
