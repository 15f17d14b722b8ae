"""A department's board: columns with exact counts and the first cards of each, in a fixed number of statements."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, bindparam, case, func, select, true

from app import clock
from app.extensions import db
from app.flow.departments import Department
from app.flow.flows import FLOWS, stages_of
from app.flow.grammar import Action, Flow, Found, Named, Stage
from app.flow.words import Text, _l

from .people import User
from .offers import Offer, next_of, same_person
from .record import Record

PAGE = 20  # a stage at first: six full stages make a board of 85 KB
RISK = timedelta(days=2)
PLACE = re.compile(r"(\d{4}-\d\d-\d\d)?~\d{1,19}", re.ASCII)
# Already on its way, or shown by its cards: not marked late here.
UNMARKED = ("shipped", "approved", "halted")


@dataclass
class Card:
    """One card as a board shows it to a person; ``row`` is its record. Made only for what ``app.faces`` has not kept."""

    flow: Flow
    row: Any
    offers: list[Offer]
    holder: str
    today: date

    @classmethod
    def of(cls, column: Column, record: Record, holder: str, user: User) -> Card:
        offers = [] if column.waited else offers_from_cue(column.flow, record, user)
        return cls(column.flow, record, offers, holder, clock.today())

    @property
    def ref(self) -> str:
        return self.row.ref

    @property
    def days_left(self) -> int | None:
        return (self.row.due - self.today).days if self.row.due else None

    @property
    def mark(self) -> str:
        """late, risk, halted or nothing; what is already on its way is not at risk."""
        if self.row.stage == "halted":
            return "halted"
        if self.days_left is None or self.row.stage in UNMARKED:
            return ""
        return "late" if self.days_left < 0 else "risk" if self.days_left <= RISK.days else ""

    @property
    def age(self) -> timedelta:
        return clock.now() - self.row.since

    @property
    def is_old(self) -> bool:
        return self.age > self.flow.stage(self.row.stage).ages_after

    @property
    def next(self) -> Offer | None:
        """The one next thing this person can do."""
        return next_of(self.offers)

    @property
    def stuck(self) -> Text | None:
        """What keeps the card from going on, whoever looks at it."""
        if self.next and self.next.refusal:
            return self.next.refusal
        said = self.row.cue.get("stuck")
        return Text.from_json(said) if said else None

    @property
    def drops(self) -> dict[str, list[Any]]:
        """Where it can go: target stage to the keys of the actions that lead there, or, refused, the key with its sentence.

        What the actions are called the board says once (``actions_on``); a sentence that the card shows is only ``true``.
        """
        found: dict[str, list[Any]] = defaultdict(list)
        for offer in self.offers:
            action, refusal = offer.action, offer.refusal
            if not (action.moves and action.by_drop):
                continue
            way = {"action": action.key, "refusal": refusal == self.stuck or str(refusal)} if refusal else action.key
            for target in action.targets:
                if target != self.row.stage or len(action.targets) == 1:
                    found[target].append(way)
        return found


@dataclass
class Column:
    """A stage of a flow on a board; ``waited`` columns belong to another department and are only looked at.

    ``rows`` are its first records as the query found them, ``cards`` the same as they are drawn (by ``app.faces``).
    """

    flow: Flow
    stage: Stage
    waited: bool = False
    count: int = 0
    late: int = 0
    at_risk: int = 0
    rows: list[Any] = field(default_factory=list)
    cards: list[Any] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"column-{self.flow.key}-{self.stage.key}"

    @property
    def halted(self) -> int:
        return self.count if self.stage.key == "halted" else 0

    @property
    def fed_by(self) -> list[Text]:
        """What brings cards here: the labels of the actions that lead to the stage, ways back and parts aside."""
        return [a.label for a in self.flow.actions if self.stage.key in a.targets and self.stage.key not in a.sources
                and not isinstance(a.target, Found)] or [a.label for a in self.flow.actions if self.stage.key in a.targets][:1]  # fmt: skip

    @property
    def rest(self) -> int:
        return self.count - len(self.rows)

    @property
    def last(self) -> str:
        """Where the next page begins."""
        return f"{self.rows[-1].due or ''}~{self.rows[-1].id}" if self.rows else ""


# The stages of others that a department hands over to or waits for, shown greyed beside its own: a card is dragged there.
WAITS = {
    "sales": (("production", "plan_review"),),
    "production": (("production", "consulting"), ("production", "to_prepare"), ("production", "preparing"),
                   ("production", "to_inspect"), ("production", "inspecting")),
    "purchasing": (("production", "to_plan"),),
    "warehouse": (("production", "handed_over"), ("production", "running"), ("production", "inspecting")),
    "quality": (("production", "running"),),
}


def stages_on(department: Department) -> list[tuple[Flow, Stage, bool]]:
    """The columns of a department's board in the order of the procedure; True marks those it waits for."""
    own = [(flow, stage, False) for flow, stage in stages_of(department)]
    waits = [(FLOWS[flow], FLOWS[flow].stage(stage), True) for flow, stage in WAITS[department.key]]
    flows = list(FLOWS.values())
    return sorted(own + waits, key=lambda c: (flows.index(c[0]), c[0].stages.index(c[1])))


def actions_on(department: Department, user: User) -> dict[str, dict[str, Any]]:
    """What this person may do on the board: "flow.action" to its label, and whether it asks for data."""
    own = [(flow, stage) for flow, stage, waited in stages_on(department) if not waited]
    return {f"{flow.key}.{a.key}": {"label": str(a.label), "form": a.asks_for_data} for flow, stage in own
            for a in flow.actions_from(stage.key) if a.moves and not a.driven and user.has_role(a.role_keys)}  # fmt: skip


def board(department: Department, only: Collection[tuple[str, str]] = ()) -> list[Column]:
    """Return the board's columns, or ``only`` those of these flows and stages, with their first rows."""
    columns = [Column(*column) for column in stages_on(department)]
    return fill([c for c in columns if (c.flow.key, c.stage.key) in only] if only else columns)


def fill(columns: list[Column], after: str = "") -> list[Column]:
    """Count each column and give it its first rows (or those after a place): one statement a flow."""
    for flow in dict.fromkeys(c.flow for c in columns):
        mine = {c.stage.key: c for c in columns if c.flow is flow}
        today = clock.today()
        for row in db.session.execute(first_rows(flow.key, tuple(mine), after), {"today": today, "soon": today + RISK}):
            column = mine[row.stage]
            column.count, column.late, column.at_risk = row.count_, row.late_, row.risk_
            column.rows.append(row)
    return columns


@lru_cache(256)
def first_rows(flow: str, stages: tuple[str, ...], after: str = "") -> Any:
    """The SELECT of the first PAGE rows of each stage by due date, only the columns that tell whether a card has changed.

    Places and counts are found in the index of stage and due date alone; the rows themselves are read for one page.
    """
    cls = Record.kinds[flow]
    here = cls.stage.in_(stages) & (beyond(cls, *after.split("~")) if after else true())
    place = func.row_number().over(partition_by=cls.stage, order_by=(cls.due.is_(None), cls.due, cls.id)).label("place")
    placed = select(cls.id, place).where(here).subquery()
    today, soon = bindparam("today", type_=Date), bindparam("soon", type_=Date)
    marked = cls.stage.not_in(UNMARKED)
    late = func.sum(case((marked & (cls.due < today), 1), else_=0)).label("late_")
    risk = func.sum(case((marked & cls.due.between(today, soon), 1), else_=0)).label("risk_")
    total = select(cls.stage, func.count().label("count_"), late, risk).where(here).group_by(cls.stage).subquery()
    return (select(cls.id, cls.stage, cls.since, cls.face, cls.due, func.coalesce(User.name, "").label("holder"),
                   total.c.count_, total.c.late_, total.c.risk_)
            .join(placed, placed.c.id == cls.id).join(total, total.c.stage == cls.stage)
            .outerjoin(User, User.id == cls.holder_id).where(placed.c.place <= PAGE).order_by(placed.c.place))  # fmt: skip


def is_place(after: str) -> bool:
    """Whether a text names a place in a column as ``Column.last`` writes it; the empty one is its beginning."""
    due, _, last = after.partition("~")
    try:
        return not after or (PLACE.fullmatch(after) is not None and 0 <= int(last) < 2**63 and (not due or bool(date.fromisoformat(due))))
    except ValueError:
        return False


def beyond(cls: type[Record], due: str, after: str) -> Any:
    """What comes after the card with this due date and id."""
    last = int(after)
    if not due:
        return cls.due.is_(None) & (cls.id > last)
    day = date.fromisoformat(due)
    return cls.due.is_(None) | (cls.due > day) | ((cls.due == day) & (cls.id > last))


def offers_from_cue(flow: Flow, row: Any, user: User) -> list[Offer]:
    """What the person may do with a card, by its row's cue and doers alone: no guard is asked again."""
    held, waiting, named = user.role_keys, row.cue.get("waiting", {}), row.cue.get("roles", {})
    offers = []
    for action in flow.actions_from(row.stage):
        if action.driven or not allowed(action, held, named):
            continue
        blocked = Text.from_json(waiting[action.key]) if action.key in waiting else None
        offers.append(Offer.of(action, blocked, same_person(flow, action, row.doers, user.id)))
    return offers


def allowed(action: Action, held: frozenset[str], named: dict[str, list[str]]) -> bool:
    keys = named.get(action.key, ()) if isinstance(action.roles, Named) else action.role_keys
    return not held.isdisjoint(keys)
