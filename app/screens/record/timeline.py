"""The path through the phases against the clock: when each was entered, how long it took, by
when it was planned to be over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from app import clock
from app.flow.departments import (
    DELIVERY,
    EXECUTION,
    INSPECTION,
    INTAKE,
    MATERIALS,
    PHASES,
    PLANNING,
    Phase,
)
from app.flow.grammar import Stage
from app.flow.rules.tags import IN_WORK
from app.models.records.rules.stage_settings import ages_after
from app.plant.production.schedule import RELEASE_DAYS
from app.required import required

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.records.record import Record
    from app.models.sales.order import Order

ACROSS = 1000  # the width of the picture
THINNEST = 4
ON_PAPER = "paper"  # the state of a phase that was over before the cut-over


@dataclass(frozen=True)
class Visit:
    """A stay in a stage, in the phase it was part of; ``end`` is now while it lasts."""

    stage: Stage
    phase: Phase
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Stay:
    """One stage of the present phase: since when, how long altogether, whether longer than is
    usual; nothing of that while it is ahead.
    """

    stage: Stage
    state: str
    usual: timedelta
    since: datetime | None = None
    took: timedelta = timedelta()

    @property
    def is_long(self) -> bool:
        return self.took > self.usual


@dataclass(frozen=True)
class PhaseSpan:
    """One phase: ``state`` is done, current, ahead, skipped or paper; ``by`` is when it was or is
    planned to be over, ``late`` by how much it is not.
    """

    phase: Phase
    state: str
    spans: tuple[tuple[datetime, datetime], ...] = ()
    planned: tuple[datetime, datetime] | None = None
    by: datetime | date | None = None
    late: timedelta | None = None
    stays: tuple[Stay, ...] = ()

    @property
    def since(self) -> datetime | None:
        return self.spans[0][0] if self.spans else None

    @property
    def until(self) -> datetime | None:
        return self.spans[-1][1] if self.spans and self.state == "done" else None

    @property
    def took(self) -> timedelta:
        return sum((end - start for start, end in self.spans), timedelta())


@dataclass
class Timeline:
    """All six phases, and the picture of them: places between 0 and ``ACROSS``."""

    phases: list[PhaseSpan]
    ended: bool
    now: datetime = field(default_factory=clock.now)

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first and the last moment that the picture shows."""
        spans = [
            span
            for leg in self.phases
            for span in (*leg.spans, *([leg.planned] if leg.planned else []))
        ]
        moments = [m for span in spans for m in span] or [self.now]
        return min(moments), max(*moments, moments[0] + timedelta(hours=1))

    def place(self, moment: datetime) -> int:
        first, last = self.bounds
        return min(ACROSS, max(0, round((moment - first) / (last - first) * ACROSS)))

    def bar(self, span: tuple[datetime, datetime]) -> tuple[int, int]:
        """Where a span begins, and how wide it is drawn; the shortest can still be seen."""
        start, end = (self.place(moment) for moment in span)
        width = max(THINNEST, end - start)
        return min(start, ACROSS - width), width

    @property
    def today(self) -> int | None:
        return None if self.ended else self.place(self.now)

    @property
    def current(self) -> PhaseSpan | None:
        return next((leg for leg in self.phases if leg.state == "current"), None)


# A card


def timeline_of_card(card: ProductionOrder) -> Timeline:
    """The path of a card, what it took over from the card it was split off from included."""
    ended, now = card.current_stage.ends, clock.now()
    visits = list(visits_of(trail(card), now))
    here = visits[-1].phase if visits else PLANNING
    plan, order = planned(card), card.order
    spans = {phase: tuple((v.start, v.end) for v in visits if v.phase is phase) for phase in PHASES}
    on_paper = card.carried_over is not None
    if order and visits and not on_paper:
        spans[INTAKE] = ((order.received_at, visits[0].start),)
    phase_spans = []
    for phase in PHASES:
        state = state_of(phase, here, spans[phase], ended)
        if on_paper and state == "skipped":
            state = ON_PAPER
        over = (
            shipped_at(card)
            if phase is DELIVERY and shipped_at(card)
            else spans[phase][-1][1]
            if spans[phase]
            else None
        )
        span, by = plan.get(phase, (None, None))
        phase_spans.append(
            PhaseSpan(
                phase,
                state,
                spans[phase],
                span,
                by,
                late=None if state == "ahead" else lateness(by, over),
                stays=tuple(stays(card, visits, phase)) if state == "current" else (),
            )
        )
    return Timeline(phase_spans, ended, now)


def trail(card: Record) -> list[tuple[datetime, Stage]]:
    """When the card came to which stage; a part of a lot has the past of the whole."""
    own = [
        (event.happened_at, card.flow.stage(event.target)) for event in card.deeds if event.target
    ]
    parent = getattr(card, "parent", None)
    if parent is None or not own or own[0][1] is card.flow.stages[0]:
        return own
    return [*((at, stage) for at, stage in trail(parent) if at < own[0][0]), *own]


def visits_of(steps: list[tuple[datetime, Stage]], now: datetime) -> Iterator[Visit]:
    """Turn arrivals into stays.

    What stands apart belongs to the phase it was taken out of; the end of the flow is no stay.
    """
    phase = None
    for (at, stage), left_at in zip(steps, [*(at for at, _ in steps[1:]), now], strict=True):
        if stage.ends:
            return
        phase = phase if stage.off_path and phase else stage.phase
        yield Visit(stage, phase, at, left_at)


def state_of(phase: Phase, here: Phase, spans: tuple[object, ...], ended: bool) -> str:
    place, at = PHASES.index(phase), PHASES.index(here)
    if place == at and not ended:
        return "current"
    if place <= at and spans:
        return "done"
    return "skipped" if place <= at or ended else "ahead"


def stays(card: Record, visits: list[Visit], phase: Phase) -> Iterator[Stay]:
    """The stages of the present phase: those it has been in, then those it comes to if nothing
    goes wrong.
    """
    been = dict.fromkeys(v.stage for v in visits if v.phase is phase)
    for stage in been:
        spans = [v for v in visits if v.stage is stage and v.phase is phase]
        state = "current" if stage is card.current_stage else "done"
        yield Stay(
            stage,
            state,
            ages_after(card.flow, stage),
            spans[0].start,
            sum((v.end - v.start for v in spans), timedelta()),
        )
    order = list(card.flow.stages)
    place = max((order.index(stage) for stage in been if not stage.off_path), default=-1)
    yield from (
        Stay(stage, "ahead", ages_after(card.flow, stage))
        for stage in order[place + 1 :]
        if stage.phase is phase and not (stage.off_path or stage.detour or stage.ends)
    )


# The plan


def planned(
    card: ProductionOrder,
) -> dict[Phase, tuple[tuple[datetime, datetime] | None, datetime | date]]:
    """For each phase that the plan speaks of: the span it is planned for, if it names one, and
    by when it is to be over.
    """
    plan, spans = card.plan, {}
    if plan and plan.start and plan.end:
        released = plan.end + timedelta(days=RELEASE_DAYS)
        spans = {
            PLANNING: (None, plan.start),
            MATERIALS: (None, plan.start),
            EXECUTION: ((plan.start, plan.end), plan.end),
            INSPECTION: ((plan.end, released), clock.local(released).date()),
        }
    if card.due:
        last = max((span[1] for span, _ in spans.values() if span), default=None)
        spans[DELIVERY] = (
            (last, end_of(card.due)) if last and last < end_of(card.due) else None,
            card.due,
        )
    return spans


def end_of(day: date) -> datetime:
    return clock.begins(day + timedelta(days=1))


def shipped_at(card: ProductionOrder) -> datetime | None:
    return card.shipment.shipped_at if card.shipment else None


def lateness(by: datetime | date | None, over: datetime | None) -> timedelta | None:
    """By how much something was over too late, or is not over yet; None where it was in time."""
    if by is None or over is None:
        return None
    deadline = by if isinstance(by, datetime) else end_of(by)
    return over - deadline if over > deadline else None


# An order


def timeline_of_order(order: Order) -> Timeline:
    """The path of an order: its own first phase, then from the first of its cards to the last."""
    ended, now = order.current_stage.ends, clock.now()
    own = list(visits_of(trail(order), now))
    intake = [v for v in own if not v.stage.has(IN_WORK)]
    timelines = [timeline_of_card(card) for card in order.cards if not card.current_stage.gives_up]
    span = ((intake[0].start, intake[-1].end),) if intake else ()
    first = PhaseSpan(
        INTAKE,
        ON_PAPER if order.carried_over else "done" if timelines or ended else "current",
        span,
        stays=() if timelines or ended else tuple(stays(order, intake, INTAKE)),
    )
    return Timeline(
        [
            first,
            *(
                together([way.phases[n] for way in timelines])
                if timelines
                else PhaseSpan(phase, "skipped" if ended else "ahead")
                for n, phase in enumerate(PHASES)
                if n
            ),
        ],
        ended,
        now,
    )


def together(phase_spans: list[PhaseSpan]) -> PhaseSpan:
    """One phase of several cards: from the first to the last of them, planned and late as the
    last of them is.
    """
    found = {leg.state for leg in phase_spans}
    states = found - {"skipped", ON_PAPER}
    state = (
        "current"
        if "current" in states or {"done", "ahead"} <= states
        else (states or found & {ON_PAPER} or {"skipped"}).pop()
    )
    spans = [span for leg in phase_spans for span in leg.spans]
    whole = ((min(s for s, _ in spans), max(e for _, e in spans)),) if spans else ()
    plans = [leg.planned for leg in phase_spans if leg.planned]
    last = max(
        (leg for leg in phase_spans if leg.by),
        key=lambda leg: moment_of(required(leg.by)),
        default=None,
    )
    return replace(
        phase_spans[0],
        state=state,
        spans=whole,
        planned=(min(s for s, _ in plans), max(e for _, e in plans)) if plans else None,
        by=last.by if last else None,
        late=max((leg.late for leg in phase_spans if leg.late), default=None),
        stays=(),
    )


def moment_of(by: datetime | date) -> datetime:
    return by if isinstance(by, datetime) else end_of(by)


def behind(phase_spans: Iterable[PhaseSpan]) -> PhaseSpan | None:
    """The phase that should be over by now and is not."""
    return next((leg for leg in phase_spans if leg.state == "current" and leg.late), None)
