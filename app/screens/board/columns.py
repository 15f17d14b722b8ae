"""A department's board: columns with exact counts and the first cards of each, in a fixed number
of statements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from app import clock
from app.extensions import db
from app.flow.departments import Department
from app.flow.flows import FLOWS, stages_of
from app.flow.grammar import Flow, Stage, TargetFrom
from app.flow.rules.tags import HALTED, UNMARKED
from app.flow.texts.lazy_text import Text
from app.models.people.user import User
from app.models.records.available_actions import AvailableAction, known_actions, next_of
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.availability import Availability
from app.models.records.rules.plant_settings import risk_span
from app.models.records.rules.stage_settings import ages_after
from app.models.records.rules.wip_limits import Standing, Standings, standings
from app.screens.board.filters import CHOICES, View
from app.screens.board.queries import (
    WEEKS,
    bound_values,
    counts,
    facets,
    first_rows,
    key_of,
    place_of,
)

LANES = 24
WEEK_LANES = ("past", *map(str, range(WEEKS)), "later", "")


@dataclass
class Card:
    """One card as a board shows it to a person; ``row`` is its record.

    Made only for what the cache of cards has not kept.
    """

    flow: Flow
    row: Any
    known: Availability
    available_actions: list[AvailableAction]
    holder: str
    today: date

    @classmethod
    def of(
        cls, column: Column, record: Record, known: Availability, holder: str, user: User
    ) -> Card:
        flow, full = column.flow, column.full
        actions = [] if column.waited else known_actions(flow, record, known, user, full)
        return cls(flow, record, known, actions, holder, clock.today())

    @property
    def ref(self) -> str:
        return self.row.ref

    @property
    def days_left(self) -> int | None:
        return (self.row.due - self.today).days if self.row.due else None

    @property
    def mark(self) -> str:
        """late, risk, halted or nothing; what is already on its way is not at risk."""
        stage = self.flow.stage(self.row.stage)
        if stage.has(HALTED):
            return "halted"
        if self.days_left is None or stage.has(UNMARKED):
            return ""
        return (
            "late" if self.days_left < 0 else "risk" if self.days_left <= risk_span().days else ""
        )

    @property
    def age(self) -> timedelta:
        return clock.now() - self.row.since

    @property
    def is_old(self) -> bool:
        return self.age > ages_after(self.flow, self.flow.stage(self.row.stage))

    @property
    def next(self) -> AvailableAction | None:
        """The one next thing this person can do."""
        return next_of(self.available_actions)

    @property
    def stuck(self) -> Text | None:
        """What keeps the card from going on, whoever looks at it."""
        if self.next and self.next.refusal:
            return self.next.refusal
        return self.known.stuck.sentence if self.known.stuck else None

    @property
    def drops(self) -> list[tuple[Any, ...]]:
        """Where it can go: each target stage with the key of an action that leads there, and what
        is said of it on this card alone.

        What the actions are called, and whether they ask for data, the board says once
        (``actions_on``); a card says so where it goes over a limit. Of a sentence that the card
        shows is only said that it is ``true``.
        """
        return [
            (target, offer.action.key, *self.said_of(offer))
            for offer in self.available_actions
            if offer.action.moves and offer.action.by_drop
            for target in offer.action.targets
            if target != self.row.stage or len(offer.action.targets) == 1
        ]

    def said_of(self, offer: AvailableAction) -> list[dict[str, Any]]:
        if offer.refusal:
            return [{"refusal": offer.refusal == self.stuck or str(offer.refusal)}]
        return [{"form": True}] if offer.over_limit else []


@dataclass
class Column:
    """A stage of a flow on a board; ``waited`` columns belong to another department and are only
    looked at.

    ``rows`` are its first records as the query found them, ``cards`` the same as they are drawn (by
    the cache of cards). ``standing`` is there where the stage has a limit; ``full`` are the full
    stages that its actions may lead to.
    """

    flow: Flow
    stage: Stage
    waited: bool = False
    count: int = 0
    late: int = 0
    at_risk: int = 0
    standing: Standing | None = None
    full: Standings = field(default_factory=dict)
    lanes: dict[str, int] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    cards: list[Any] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"column-{self.flow.key}-{self.stage.key}"

    @property
    def halted(self) -> int:
        return self.count if self.stage.has(HALTED) else 0

    @property
    def fed_by(self) -> list[Text]:
        """What brings cards here: the labels of the actions that lead to the stage, ways back
        and parts aside.
        """
        return fed_by(self.flow, self.stage.key)

    def heed(self, standings: Standings) -> None:
        """Take what is known of limits: its own, and those of the stages its cards can go to."""
        self.standing = standings.get((self.flow.key, self.stage.key))
        ahead = {
            target for action in self.flow.actions_from(self.stage.key) for target in action.targets
        }
        self.full = {
            key: found
            for key, found in standings.items()
            if found.is_full and key[0] == self.flow.key and key[1] in ahead
        }

    def take(self, counted: Any) -> None:
        """Add what was counted of one lane, or of the whole column."""
        self.count, self.late, self.at_risk = (
            self.count + counted.count_,
            self.late + counted.late_,
            self.at_risk + counted.risk_,
        )
        self.lanes[counted.lane] = counted.count_

    def cell(self, lane: str | None = None, before: int = 0) -> Cell:
        """What of the column lies in one lane, or all of it, behind so many cards."""
        here = [n for n, row in enumerate(self.rows) if lane is None or row.lane == lane]
        return Cell(
            self.count if lane is None else self.lanes.get(lane, 0),
            [self.cards[n] for n in here],
            place_of(self.rows[here[-1]]) if here else "",
            before,
        )


@cache
def fed_by(flow: Flow, stage: str) -> list[Text]:
    lead = [a for a in flow.actions if stage in a.targets]
    return [
        a.label for a in lead if stage not in a.sources and not isinstance(a.target, TargetFrom)
    ] or [a.label for a in lead][:1]


@dataclass
class Cell:
    """The drawn cards of a column, or of one of its lanes, ``before`` which others are shown;
    ``last`` is where the next page begins.
    """

    count: int
    cards: list[Any]
    last: str
    before: int = 0

    @property
    def length(self) -> int:
        return self.before + len(self.cards)

    @property
    def rest(self) -> int:
        return self.count - len(self.cards)


@cache
def stages_on(department: Department) -> list[tuple[Flow, Stage, bool]]:
    """The columns of a department's board in the order of the procedure; True marks those of
    others that it hands over to or waits for: shown greyed, a card is dragged there.
    """
    own = {stage for _, stage in stages_of(department)}
    return [
        (flow, stage, stage not in own)
        for flow in FLOWS.values()
        for stage in flow.stages
        if stage in own or department in stage.waited_for_by
    ]


def actions_on(department: Department, user: User) -> dict[str, dict[str, Any]]:
    """What this person may do on the board: "flow.action" to its label, whether it asks for
    data, and whether it is signed.
    """
    own = [(flow, stage) for flow, stage, waited in stages_on(department) if not waited]
    return {
        f"{flow.key}.{a.key}": {
            "label": str(a.label),
            "form": a.asks_for_data,
            "signed": a.signature,
        }
        for flow, stage in own
        for a in flow.actions_from(stage.key)
        if a.moves and not a.driven and user.has_role(a.role_keys)
    }


def board(
    department: Department, view: View, user: User, only: Collection[tuple[str, str]] = ()
) -> list[Column]:
    """Return the board's columns in this view, or ``only`` those of these flows and stages, with
    their first rows.
    """
    return fill(some(department, only) if only else some(department), view, user)


def some(department: Department, only: Collection[tuple[str, str]] | None = None) -> list[Column]:
    """The columns of a board, or ``only`` those of these flows and stages, of which nothing is
    known yet.
    """
    return [
        Column(flow, stage, waited)
        for flow, stage, waited in stages_on(department)
        if only is None or (flow.key, stage.key) in only
    ]


def fill(
    columns: list[Column], view: View, user: User, after: str = "", lane: str | None = None
) -> list[Column]:
    """Count each column and give it its first rows; or with ``lane`` those of that lane after a
    place.
    """
    mine = count(columns, view, user, after, lane)
    rows_shown = (
        tuple(key for key in lanes_of(columns, view) if not view.has_closed(key))
        if view.lanes and lane is None
        else None
    )
    for row in sorted(
        db.session.connection().execute(
            first_rows(tuple(mine), view, after, lane, rows_shown),
            bound_values(clock.today(), user.id),
        ),
        key=key_of(view),
    ):
        mine[row.flow, row.stage].rows.append(row)
    return columns


def count(
    columns: list[Column], view: View, user: User, after: str = "", lane: str | None = None
) -> dict[tuple[str, str], Column]:
    """Tell each column how many stand there and what is full; they come back by flow and stage."""
    by_stage = {(column.flow.key, column.stage.key): column for column in columns}
    # What comes is rows, not objects: the session's part in that would cost as much again.
    for row in db.session.connection().execute(
        counts(tuple(by_stage), view, after, lane), bound_values(clock.today(), user.id)
    ):
        by_stage[row.flow, row.stage].take(row)
    full_stages = standings()
    for column in columns:
        column.heed(full_stages)
    return by_stage


def lanes_of(columns: list[Column], view: View) -> dict[str, int]:
    """The lanes that have cards, with how many: weeks in their order, lines by code, customers
    with the most first; at most LANES.
    """
    count_of_lane: Counter[str] = Counter()
    for column in columns:
        count_of_lane.update(column.lanes)
    if view.lanes == "week":
        return {key: count_of_lane[key] for key in WEEK_LANES if key in count_of_lane}
    lanes = sorted(
        count_of_lane,
        key=lambda key: (key == "", key if view.lanes == "line" else -count_of_lane[key], key),
    )
    return {key: count_of_lane[key] for key in lanes[:LANES]}


@cache
def can_show(department: Department) -> list[str]:
    """The filters and lanes that mean something on this board: what its own records know."""
    own = [(KINDS[flow.key], stage) for flow, stage, waited in stages_on(department) if not waited]
    facet_names = {name for cls, _ in own for name in facets(cls)}
    return [
        "mine",
        "late",
        "risk",
        *(["halted"] if any(stage.has(HALTED) for _, stage in own) else []),
        *(name for name in CHOICES if name in facet_names),
    ]


def is_place(after: str) -> bool:
    """Whether a text names a place in a column as ``place_of`` writes it; the empty one is its
    beginning.
    """
    try:
        rush, due, last = after.split("~") if after else ("0", "", "0")
        return (
            rush in ("0", "1")
            and (not due or bool(date.fromisoformat(due)))
            and re.fullmatch(r"\d{1,18}", last, re.ASCII) is not None
        )
    except ValueError:
        return False
