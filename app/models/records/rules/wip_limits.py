"""How many may stand in a stage: what a board shows of it, who may go over it, and the check in
the transaction of every move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select, union_all

from app.extensions import db
from app.flow.grammar import Action, Flow, Stage
from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Text, _l
from app.models.records.errors import Refused
from app.models.records.kinds import KINDS
from app.models.records.rules.stage_settings import StageSetting, settings
from app.plant.reading import says, words

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.description import Description
    from app.models.records.record import Record


@dataclass(frozen=True, order=True)
class Standing:
    """A stage with a limit: how many stand there, and how many may.

    A soft limit warns, a hard one refuses.
    """

    count: int
    soft: int | None
    hard: int | None

    @property
    def limit(self) -> int:
        """The number a board shows behind the count."""
        return self.hard or self.soft or 0

    @property
    def is_full(self) -> bool:
        return self.hard is not None and self.count >= self.hard

    @property
    def exceeded(self) -> int | None:
        """The limit that more stand in than may; the higher one where both are."""
        return next(
            (limit for limit in (self.hard, self.soft) if limit is not None and self.count > limit),
            None,
        )

    @property
    def mark(self) -> tuple[str, Text] | None:
        """The icon and the word for a stage at its limit or over it."""
        if self.exceeded is not None:
            return "risk", _l("Over %(limit)s", limit=self.exceeded)
        if self.is_full:
            return "blocked", _l("Full")
        return ("info", _l("At its limit")) if self.count == self.limit else None


Standings = Mapping[tuple[str, str], Standing]


class Full(Refused):
    """The stage holds as many as it may.

    ``may_exceed``: this person goes over it by giving a reason.
    """

    def __init__(self, sentence: Text, may_exceed: bool) -> None:
        super().__init__(sentence)
        self.may_exceed = may_exceed


def standings() -> Standings:
    """Every stage with a limit, with what stands there, in one statement; in none where no limit
    is set.
    """
    limited = {
        key: row for key, row in settings().items() if row.soft is not None or row.hard is not None
    }
    parts = []
    for flow in dict.fromkeys(flow for flow, _ in limited):
        cls = KINDS[flow]
        stages = [stage for of, stage in limited if of == flow]
        parts.append(
            select(literal(flow).label("flow"), cls.stage, func.count().label("count_"))
            .where(cls.stands_in(stages))
            .group_by(cls.stage)
        )
    counts = (
        {(row.flow, row.stage): row.count_ for row in db.session.execute(union_all(*parts))}
        if parts
        else {}
    )
    return {key: Standing(counts.get(key, 0), row.soft, row.hard) for key, row in limited.items()}


def full_stages() -> Standings:
    """The stages that take nothing more; nothing is asked where no hard limit is set."""
    if all(row.hard is None for row in settings().values()):
        return {}
    return {key: standing for key, standing in standings().items() if standing.is_full}


# What a person is told before they begin


def may_exceed(stage: Stage, user: User | None) -> bool:
    return user is not None and user.has_role(role.key for role in stage.over_limit)


def sentence(
    flow: Flow, action: Action, target: str, standing: Standing, user: User | None
) -> Text:
    """Why it cannot be done, and who can help: those who may go over the limit and do this step;
    to one of them, that they may.
    """
    stage = flow.stage(target)
    who = [
        str(role.label)
        for role in ROLES.values()
        if role in stage.over_limit and role in action.possible_roles
    ]
    arguments = {"stage": stage.label, "count": standing.count, "limit": standing.hard}
    if may_exceed(stage, user):
        return _l(
            "“%(stage)s” is full (%(count)s of %(limit)s). You may go over the limit; say why.",
            **arguments,
        )
    if who:
        return _l(
            "“%(stage)s” is full (%(count)s of %(limit)s). Finish one there first; with a reason "
            "it can be done by: %(roles)s.",
            roles=" / ".join(who),
            **arguments,
        )
    return _l(
        "“%(stage)s” is full (%(count)s of %(limit)s). Finish one there first, or have an "
        "administrator raise the limit.",
        **arguments,
    )


@dataclass(frozen=True)
class LimitCheck:
    """What a limit means for one action of one person: the sentence that refuses it, or the one
    that asks for a reason.

    ``warns`` where only the doing decides whether it leads to the full stage. None of them: nothing
    is in the way.
    """

    refusal: Text | None = None
    asks: Text | None = None
    warns: Text | None = None


WITHIN_LIMITS = LimitCheck()


def check_limits(
    flow: Flow, action: Action, source: str | None, user: User, full: Standings
) -> LimitCheck:
    """Look whether a full stage keeps this person from an action."""
    ahead = (
        [key for key in action.targets if key != source and (flow.key, key) in full]
        if full and action.moves and not (action.driven or action.undoes)
        else []
    )
    if not ahead:
        return WITHIN_LIMITS
    if len(ahead) < len(action.targets):
        standing = full[flow.key, ahead[0]]
        return LimitCheck(
            warns=_l(
                "Should this lead to “%(stage)s”: it is full (%(count)s of %(limit)s).",
                stage=flow.stage(ahead[0]).label,
                count=standing.count,
                limit=standing.hard,
            )
        )
    question = sentence(flow, action, ahead[0], full[flow.key, ahead[0]], user)
    return (
        LimitCheck(asks=question)
        if may_exceed(flow.stage(ahead[0]), user)
        else LimitCheck(refusal=question)
    )


# The move itself


def gates(flow: Flow, action: Action) -> dict[str, int]:
    """The hard limits of the stages an action can lead to, locked until the transaction ends.

    They are taken before the record's own row: who waits here holds nothing that one who has passed
    still needs. What follows from another record's action (a halt, goods on their shipment) is let
    in unasked. SQLite's transaction locks by itself.
    """
    limited = [
        key
        for key in gated(flow, action)
        if (row := settings().get((flow.key, key))) and row.hard is not None
    ]
    if not limited:
        return {}
    rows = (
        select(StageSetting.stage, StageSetting.hard)
        .where(
            StageSetting.flow == flow.key,
            StageSetting.stage.in_(limited),
            StageSetting.hard.is_not(None),
        )
        .order_by(StageSetting.id)
        .with_for_update()
    )
    return {row.stage: row.hard for row in db.session.execute(rows)}


@cache
def gated(flow: Flow, action: Action) -> list[str]:
    """The stages ahead that can be full."""
    return (
        []
        if action.driven or not action.moves
        else [key for key in action.targets if flow.can_be_full(flow.stage(key))]
    )


def let_in(
    cls: type[Description],
    action: Action,
    target: str,
    limits: dict[str, int],
    by: User | None,
    reason: str | None,
) -> dict[str, Any]:
    """What goes on record of a move into a stage: nothing while there is room, else who went
    over the limit and why. Raises Full.
    """
    if target not in limits:
        return {}
    count = db.session.scalar(select(func.count()).where(cls.stage == target)) or 0
    if count < limits[target]:
        return {}
    stage, standing = cls.flow.stage(target), Standing(count, None, limits[target])
    if by is None or not says(reason) or not may_exceed(stage, by):
        raise Full(sentence(cls.flow, action, target, standing, by), may_exceed(stage, by))
    role = by.acting_role([role.key for role in stage.over_limit])
    return {
        "over_limit": {
            "reason": words(reason),
            "count": count,
            "limit": limits[target],
            "role": role,
        }
    }


def remark(record: Record) -> Text | None:
    """What a person is told whose record has brought a stage over its limit."""
    chosen = settings().get((record.flow.key, record.stage))
    if chosen is None or (chosen.soft is None and chosen.hard is None):
        return None
    exceeded = standings()[record.flow.key, record.stage].exceeded
    if exceeded is None:
        return None
    return _l(
        "“%(stage)s” is now over its limit of %(limit)s.",
        stage=record.current_stage.label,
        limit=exceeded,
    )
