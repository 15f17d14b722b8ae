"""The plant at a glance: what stands where, what is late or too long in one stage, and what
waits for one person. Two statements for all of it, and one a flow for the names of the few
records shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from sqlalchemy import case, func, literal, select

from app import clock
from app.extensions import db
from app.flow.departments import PHASES, Phase
from app.flow.flows import FLOWS
from app.flow.grammar import Flow, Stage
from app.flow.roles import ADMIN
from app.models.people.standing_in import to_tell
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.column_types import Moment
from app.models.records.kinds import records
from app.models.records.rules.gate_setting import to_decide
from app.models.records.rules.stage_settings import all_ages
from app.models.sales.order import Order
from app.models.spreadsheets.refused_files import refusals
from app.models.warehouse.shipment import Shipment
from app.screens.home.first_start import to_enter
from app.screens.home.staffing import wanting
from app.screens.home.tasks import (
    HALTED,
    LATE,
    URGENCY,
    by_due,
    creations_of,
    places,
    tasks_of,
    urgency,
    waits_for_another,
)
from app.screens.today.plan_receipts import owed_by, receives

SHOWN, ALL = 10, 200
RISK, MINE = "risk", "mine"
EVERYTHING: Mapping[str, str] = {}
PERIOD = timedelta(days=30)


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
        return (
            None
            if self.stage.carried
            else f"/{self.stage.departments[0].key}/#column-{self.flow.key}-{self.stage.key}"
        )


@dataclass
class PhaseCount:
    """A phase: the ``way`` a job goes, where each is counted once, and what stands ``beside`` it
    (samples, shipments …).
    """

    phase: Phase
    on_the_way: list[StageCount] = field(default_factory=list)
    beside: list[StageCount] = field(default_factory=list)
    troubles: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(stage.count for stage in self.on_the_way)


class PlantOverview:
    """What the home page shows to one person at one moment."""

    def __init__(self, user: User, query: Mapping[str, str] = EVERYTHING) -> None:
        """``asked`` is what the address narrows the list of troubles to: a kind by ``show``, a
        phase by ``phase``.
        """
        self.creations = list(creations_of(user))
        self.deputies = to_tell(user)
        self.administers = ADMIN.key in user.own_role_keys
        self.wanting = len(wanting()) if self.administers else 0
        self.to_enter = to_enter(self.wanting) if self.administers else 0
        self.gates = to_decide(user)
        now, today, ages = clock.now(), clock.today(), all_ages()
        self.places = list(places())
        for place in self.places:
            trouble = place.trouble_at(now, today, ages)
            place.trouble = (
                None if trouble == LATE and place.current_stage.carried else trouble
            )  # its shipment is late for it
        troubled = sorted((p for p in self.places if p.trouble), key=urgency)
        tasks = sorted(tasks_of(self.places, user), key=lambda task: by_due(task.place))
        desks = receives(user)
        self.receipts, self.desk = owed_by(desks), next(iter(desks), "")
        self.troubled, self.tasks = len(troubled), len(tasks)
        self.late, self.halted = (
            sum(place.trouble == kind for place in troubled) for kind in (LATE, HALTED)
        )
        at_risk = sorted((place for place in self.places if place.is_at_risk(today)), key=by_due)
        self.at_risk = len(at_risk)
        self.show = query.get("show", "") if query.get("show") in (*URGENCY, RISK) else ""
        self.phase = next(
            (phase for phase in PHASES if self.show and phase.key == query.get("phase")), None
        )
        listed = (
            at_risk if self.show == RISK else [p for p in troubled if self.show in ("", p.trouble)]
        )
        listed = [place for place in listed if self.phase in (None, place.current_stage.phase)]
        self.listed, self.attention = len(listed), listed[: ALL if self.show else SHOWN]
        self.mine = query.get("show") == MINE
        self.waiting = tasks[: ALL if self.mine else SHOWN]
        places_shown = [*self.attention, *(task.place for task in self.waiting)]
        records_by_key = records(place.key for place in places_shown)
        for place in places_shown:
            place.record = records_by_key[place.key]

    @property
    def address(self) -> str:
        """Where the list is narrowed as it is now."""
        if self.mine:
            return f"/?show={MINE}"
        query = (
            {"show": self.show, **({"phase": self.phase.key} if self.phase else {})}
            if self.show
            else {}
        )
        return f"/?{urlencode(query)}" if query else "/"

    @cached_property
    def phases(self) -> list[PhaseCount]:
        """The six phases with their counts."""
        phase_of = {phase.key: PhaseCount(phase) for phase in PHASES}
        stages = {
            (flow.key, stage.key): StageCount(flow, stage)
            for flow in FLOWS.values()
            for stage in flow.stages
            if not stage.ends
        }
        for place in self.places:
            entry = stages[place.flow.key, place.stage]
            entry.count += 1
            if place.trouble:
                entry.gravest = min(
                    entry.gravest or place.trouble, place.trouble, key=URGENCY.index
                )
                marks = phase_of[entry.stage.phase.key].troubles
                marks[place.trouble] = marks.get(place.trouble, 0) + 1
        for entry in stages.values():
            phase = phase_of[entry.stage.phase.key]
            if is_on_the_way(entry.flow, entry.stage) and (entry.count or not entry.stage.off_path):
                phase.on_the_way.append(entry)
            elif entry.count and not is_on_the_way(entry.flow, entry.stage):
                phase.beside.append(entry)
        return list(phase_of.values())

    @property
    def refused_files(self) -> int:
        """How many files of the watched folder an administrator is to see to."""
        return len(refusals()) if self.administers else 0

    @property
    def jobs(self) -> int:
        return sum(phase.count for phase in self.phases)

    @cached_property
    def on_time(self) -> float | None:
        """Share (%) of the cards promised for the last thirty days that had left by their day;
        None where none was.
        """
        return on_time(clock.today() - PERIOD, clock.today())


def is_on_the_way(flow: Flow, stage: Stage) -> bool:
    """Whether jobs are counted there: an order until its cards stand for it, then each card."""
    return flow is ProductionOrder.flow or (
        flow is Order.flow and not waits_for_another(flow, stage)
    )


def on_time(first: date, last: date) -> float | None:
    """Share (%) of the cards promised between two days that were shipped by the promised day."""
    # A shipment is looked up for each card: joined, PostgreSQL would read all that ever left.
    left_at = (
        select(Shipment.shipped_at)
        .where(Shipment.id == ProductionOrder.shipment_id)
        .scalar_subquery()
    )
    # The plant's days are told by their ends: no database reckons in its zone.
    ends = {
        day: literal(clock.begins(day + timedelta(days=1)), Moment)
        for day in (first + timedelta(days=n) for n in range((last - first).days))
    }
    kept_promise = left_at < case(ends, value=ProductionOrder.due)
    promised, good = db.session.execute(
        select(func.count(), func.count().filter(kept_promise))
        .select_from(ProductionOrder)
        .where(
            ProductionOrder.stage.in_(
                [stage.key for stage in ProductionOrder.flow.stages if not stage.gives_up]
            ),
            ProductionOrder.due.between(first, last - timedelta(days=1)),
            ProductionOrder.line_id.is_not(None),
        )
    ).one()
    return 100 * good / promised if promised else None
