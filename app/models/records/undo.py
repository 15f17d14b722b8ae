"""Taking back what was just done: for ten seconds, by whoever did it, as an event of its own.

Nothing is erased.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped

from app import clock
from app.extensions import db
from app.flow.grammar import UNDO, Action, Flow
from app.flow.texts.lazy_text import Text, _l
from app.models.records.errors import Blocked
from app.models.records.event import Event
from app.models.records.event_chain import BESIDE, EventChain
from app.models.records.rules.wip_limits import Full, let_in
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User

# The button is offered for ten seconds from when the answer comes: so much more for the answer's
# way there and the request's back.
GRACE = timedelta(seconds=5)
LAST_DEED = (
    select(Event)
    .where(
        Event.flow == bindparam("flow"),
        Event.record_id == bindparam("id"),
        Event.action.not_in(BESIDE),
    )
    .order_by(Event.seq.desc())
    .limit(1)
)


@dataclass(frozen=True)
class WayBack:
    """What a person may still take back and by which action, to which stage that leads, and for
    how many seconds; of which record, as plain values: a board shows it when the transaction is
    over.
    """

    undone: Action
    action: Action
    stage: str
    seconds: int
    ref: str
    version: int
    card: str


class Undoing(EventChain):
    """What a record knows of the way back.

    An action that has one may be taken back until something else is done.
    """

    __abstract__ = True

    if TYPE_CHECKING:  # the record's own
        version: Mapped[int]
        holder_id: Mapped[int | None]
        doers: Mapped[dict[str, list[int]]]

        def roles_for(self, action: Action) -> frozenset[str]: ...

        def _settle(
            self,
            action: Action,
            by: User | None,
            role: str | None,
            source: str | None,
            data: dict[str, Any],
        ) -> Event: ...

    @property
    def last_deed(self) -> Event:
        """What somebody did last; what was filed or said beside the flow since is no deed."""
        return db.session.scalars(LAST_DEED, {"flow": self.flow.key, "id": self.id}).one()

    def way_back(self, user: User, deed: Event | None = None) -> WayBack | None:
        """What this person may take back now; ``deed`` is what was done last, where that is
        known.
        """
        if clock.now() - self.since > UNDO:  # whatever has a way back brought it to this stage
            return None
        last = deed or self.last_deed
        action = self.flow.way_back_from(last.action)
        time_left = last.at + UNDO - clock.now()
        if (
            not action
            or time_left <= timedelta(0)
            or self.not_to_be_undone(action, last, user)
            or not user.has_role(self.roles_for(action))
        ):
            return None
        return WayBack(
            self.flow.action(required(action.undoes)),
            action,
            required(last.source),
            min(math.ceil(time_left.total_seconds()), int(UNDO.total_seconds())),
            self.ref,
            self.version,
            self.card_key,
        )

    def not_to_be_undone(self, action: Action, last: Event, by: User | None) -> Text | None:
        """Why what was done last cannot be taken back by this action and this person, if so."""
        undone = self.flow.action(required(action.undoes)).label
        if last.action != action.undoes:
            return _l(
                "“%(action)s” is not what was done last, so it cannot be taken back.", action=undone
            )
        if by is None or last.actor_id != by.id:
            return _l(
                "Only whoever did it can take “%(action)s” back: %(who)s.",
                action=undone,
                who=last.who or "–",
            )
        if clock.now() > last.at + UNDO + GRACE:
            return _l(
                "“%(action)s” can be taken back for ten seconds; they are over, and it stands.",
                action=undone,
            )
        return None

    def stage_before(self) -> str:
        return required(self.last_deed.source)

    def take_back(self, action: Action, by: User | None, gates: dict[str, int]) -> Event:
        """Undo the last deed: the record stands as before, since when and with whom it did.

        Raises Blocked. Part of ``perform``.
        """
        last, source = self.last_deed, self.stage
        before = required(last.source)
        if refusal := self.not_to_be_undone(action, last, by):
            raise Blocked(refusal)
        try:
            let_in(type(self), action, before, gates, None, None)
        except Full as full:
            raise Blocked(
                _l(
                    "“%(stage)s” has become full meanwhile, so “%(action)s” cannot be taken back.",
                    stage=self.flow.stage(before).label,
                    action=self.flow.action(last.action).label,
                )
            ) from full
        earlier = [event for event in self.history if event.seq < last.seq]
        facts = getattr(self, action.effect)(by) if action.effect else None
        since, holder = stood(earlier)
        self.stage, self.since, self.holder_id = before, since, holder
        doer = doer_of(required(action.undoes), earlier)
        self.doers = {key: who for key, who in self.doers.items() if key != action.undoes} | (
            {action.undoes: [doer]} if doer else {}
        )
        return self._settle(
            action,
            by,
            by.acting_role(self.roles_for(action)) if by else None,
            source,
            {"undone": last.seq, "since": since, "holder": holder, **(facts or {})},
        )

    @property
    def deeds(self) -> list[Event]:
        """Its events, oldest first, without what was taken back and the taking back."""
        history = self.history
        gone = undone(self.flow, history)
        return [
            event for event in history if event.seq not in gone and not is_undo(self.flow, event)
        ]


def is_undo(flow: Flow, event: Event) -> bool:
    action = flow.action_or_none(event.action)
    return bool(action and action.undoes)


def undone(flow: Flow, events: Iterable[Event]) -> set[int]:
    """The numbers of those events that others of them took back."""
    return {event.data["undone"] for event in events if is_undo(flow, event)}


def stood(events: list[Event]) -> tuple[datetime, int | None]:
    """Since when, and with whom, the record stood where these events left it.

    Whoever created it has not taken it up.
    """
    last = next(event for event in reversed(events) if event.target)
    event_data: dict[str, Any] = last.data
    if "undone" in event_data:
        return datetime.fromisoformat(event_data["since"]), event_data["holder"]
    return last.happened_at, last.actor_id if last.source else None


def doer_of(key: str, events: Iterable[Event]) -> int | None:
    """Who did an action last and did not take it back."""
    did: list[int | None] = []
    for event in events:
        if event.action == key:
            did.append(event.actor_id)
        elif event.action == f"undo_{key}":
            did.pop()
    return next((doer for doer in reversed(did) if doer), None)
