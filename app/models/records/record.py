"""A record stands in one stage of its flow and changes only by ``perform``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sqlalchemy import ColumnElement, String, select, true
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from app import clock, metrics, row_locks
from app.database import few
from app.extensions import db
from app.flow.grammar import Action, Flow, PrintIf, RolesFrom, TargetFrom
from app.flow.rules.blockers import Blocker, Topic
from app.flow.texts.lazy_text import Text, _l
from app.models.records.available_actions import AvailableAction, entered, same_person
from app.models.records.column_types import Json, Key, Moment
from app.models.records.discussion.discussion import Discussed
from app.models.records.errors import Blocked, Forbidden, MovedOn
from app.models.records.event import FIRST, Event
from app.models.records.event_chain import changed
from app.models.records.kinds import KINDS
from app.models.records.papers.document import Document
from app.models.records.rules import gating, paper_entries, wip_limits
from app.models.records.rules.availability import ANY, Availability, availability, keep
from app.models.records.rules.bounding import Explained, within
from app.models.records.rules.demands import facts_of
from app.models.records.sealing import own_row
from app.models.records.sealing.from_paper import FromPaper, being_entered
from app.models.records.search_index.entries import note
from app.models.records.undo import Undoing
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.papers.document import Document


class Record(Undoing, Discussed):
    """What every record that flows has in common.

    ``due`` is the day its board sorts by, ``rush`` what may go before; ``search`` what stands of it
    in the search index; ``version`` is the lock a form carries; ``face`` rises with anything its
    card shows; ``doers`` who did each action last.
    """

    __abstract__ = True
    flow: ClassVar[Flow]
    # What of others its card or its papers show, wherever it stands.
    shows: ClassVar[frozenset[Topic]] = frozenset()

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    stage: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=0)
    face: Mapped[int] = mapped_column(default=0)
    due: Mapped[date | None]
    rush: Mapped[bool] = mapped_column(default=False)
    search: Mapped[str] = mapped_column(db.Text, default="")
    doers: Mapped[dict[str, list[int]]] = mapped_column(Json, default=dict)

    @declared_attr
    def holder_id(cls) -> Mapped[int | None]:
        return mapped_column(db.ForeignKey("user.id"))

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "flow" in cls.__dict__:
            KINDS[cls.flow.key] = cls

    @validates("stage")
    def known_stage(self, _name: str, value: str) -> str:
        self.flow.stage(value)
        return value

    @classmethod
    def stands_in(cls, stages: Collection[str]) -> ColumnElement[bool]:
        """The condition that one stands in some stages: in open ones few of all do."""
        here = cls.stage.in_(stages)
        return here if any(cls.flow.stage(key).ends for key in stages) else few(here)

    # What people may do

    def available_actions(self, user: User) -> list[AvailableAction]:
        """What the user may do here now, in the flow's order, each with the sentence that says
        why not yet.
        """
        full = wip_limits.full_stages()
        return [
            AvailableAction.of(
                action,
                next(self.blockers(action), None),
                self.same_person(action, user),
                wip_limits.check_limits(self.flow, action, self.stage, user, full),
            )
            for action in self.flow.actions_from(self.stage)
            if not action.driven
            and user.has_role(self.roles_for(action))
            and user.reaches(action, self.current_stage)
        ]

    def roles_for(self, action: Action) -> frozenset[str]:
        """The keys of the roles that may do it now."""
        return (
            frozenset(getattr(self, action.roles.method)())
            if isinstance(action.roles, RolesFrom)
            else action.role_keys
        )

    # The one way to change

    @classmethod
    def create(
        cls,
        key: str,
        *,
        by: User | None,
        over_limit: str | None = None,
        unusual: Explained | None = None,
        paper: FromPaper | None = None,
        **data: Any,
    ) -> Self:
        """Make a record by a creation action of its flow.

        Raises Forbidden, Full, Blocked, OutOfBounds or Unusual; the caller commits.
        """
        if paper:
            with paper.being_entered():
                return cls.create(key, by=by, over_limit=over_limit, unusual=unusual, **data)
        action = cls.flow.action(key)
        gates = wip_limits.gates(cls.flow, action)
        record = cls(
            stage=action.targets[0],
            since=clock.happened(),
            created_at=clock.happened(),
            version=0,
            face=0,
            seq=0,
            head=FIRST,
            doers={},
        )
        record._authorise(action, by)
        data = facts_of(action, data)
        if refusal := (by and record.barred(action, by)) or record.refusal(action):
            raise Blocked(refusal)
        odd = within(record, action, data, unusual)
        over = wip_limits.let_in(cls, action, record.stage, gates, by, over_limit)
        db.session.add(record)
        # Nothing may send a half-filled row; what the effect itself flushes comes after the facts
        # are set.
        with db.session.no_autoflush:
            facts = getattr(record, required(action.effect))(by, **data)
            if isinstance(action.target, TargetFrom):
                record.stage = getattr(record, action.target.method)()
        db.session.flush()
        record._settle(
            action,
            by,
            by.acting_role(action.role_keys) if by else None,
            None,
            (data if facts is None else facts) | over | odd,
        )
        return record

    def perform(
        self,
        key: str,
        *,
        by: User | None,
        version: int | None = None,
        over_limit: str | None = None,
        unusual: Explained | None = None,
        paper: FromPaper | None = None,
        **data: Any,
    ) -> Event:
        """Do one action: checked, carried out and recorded in the caller's transaction.

        Raises Refused with its sentence.

        ``over_limit`` is the reason for bringing one more into a full stage; without need it is not
        recorded. ``unusual`` is why figures are right that hardly can be: OutOfBounds and Unusual
        are raised of others. ``paper``: ``by`` did it on paper, and somebody enters it now.
        """
        if paper:
            with paper.being_entered():
                return self.perform(
                    key, by=by, version=version, over_limit=over_limit, unusual=unusual, **data
                )
        action = self.flow.action(key)
        gates = wip_limits.gates(self.flow, action)
        self.lock()
        self._authorise(action, by)
        if self.stage not in action.sources or (version is not None and version != self.version):
            raise MovedOn(self.moved_on())
        data = facts_of(action, data)
        if refusal := (by and self.barred(action, by)) or self.refusal(action, data):
            raise Blocked(refusal)
        odd = within(self, action, data, unusual)
        warned = (
            {"warned": [each.to_json() for each in warnings]}
            if (warnings := gating.warnings(self, action, data))
            else {}
        )
        if action.undoes:
            return self.take_back(action, by, gates)
        source, role = self.stage, by.acting_role(self.roles_for(action)) if by else None
        facts = getattr(self, action.effect)(by, **data) if action.effect else None
        target = (
            getattr(self, action.target.method)()
            if isinstance(action.target, TargetFrom)
            else action.target
        )
        over = {}
        if target and target != source:
            over = wip_limits.let_in(type(self), action, target, gates, by, over_limit)
            self.stage, self.holder_id = target, by and by.id
        return self._settle(
            action,
            by,
            role,
            source,
            (data if facts is None else {**facts, **reason_of(data)}) | over | warned | odd,
        )

    def lock(self) -> None:
        """Hold the row, read afresh, until the transaction ends.

        On SQLite the transaction itself does, from its first statement.
        """
        db.session.flush()
        key = self.flow.key, self.id
        if row_locks.are_asked_for() and key not in row_locks.held():
            cls = type(self)
            db.session.scalars(
                select(cls)
                .where(cls.id == self.id)
                .with_for_update(of=cls)
                .execution_options(populate_existing=True)
            ).one()

    def _authorise(self, action: Action, by: User | None) -> None:
        if by and not action.driven and (entry := being_entered()):
            paper_entries.authorise(self, action, by, entry)
        fit = by is None or action.driven or by.has_role(self.roles_for(action))
        if not fit or not (by is None or action.driven or by.reaches(action, self.current_stage)):
            raise Forbidden(
                _l("This is not done at this tablet: %(action)s.", action=action.label)
                if fit
                else _l("Your role may not do this: %(action)s.", action=action.label)
            )

    def _settle(
        self,
        action: Action,
        by: User | None,
        role: str | None,
        source: str | None,
        data: dict[str, Any],
    ) -> Event:
        if by and not action.undoes:
            self.doers = self.with_doers(action.key, by)
        self.version += 1
        if action.effect:
            with db.session.no_autoflush:  # the event is sent with it in one statement
                note(self)
        at = clock.now()
        for kind in action.produces:
            if not isinstance(kind, PrintIf):
                self.produce(
                    kind
                    # before the event, which seals what was ordered; but a paper says what was done
                    # until then
                )
        event = self.write_event(
            action.key,
            by=by,
            role=role,
            source=source,
            target=self.stage if source != self.stage else None,
            clause=action.clause,
            data=data,
            private=action.private,
            at=at,
        )
        if event.target:
            metrics.moved(self.flow.key)
            if not action.undoes:
                self.since = entry.happened_at if (entry := being_entered()) else event.at
        self.touch()
        for each in action.produces:
            if isinstance(each, PrintIf) and getattr(self, each.method)():
                self.produce(each.document)
        self.has_moved(source)
        own_row.send(self)
        return event

    def has_moved(self, source: str | None) -> None:
        """Look again at records whose blockers depend on where this one stands.

        Called once the stage is set.
        """

    def touch(self) -> None:
        """Raise the face, and note what blocks it now: something that the card shows, or waits
        for, has changed.
        """
        changed(self.flow.key, self.stage, self.id)
        self.face += 1
        if any(row is not self for row in (*db.session.new, *db.session.dirty)):
            db.session.flush()  # guards compare keys, which rows get when they are sent
        with (
            db.session.no_autoflush
        ):  # nothing but the record's own row waits, and that is written once
            keep(self.flow, self.id, self.availability(), new=self.face == 1)

    def availability(self) -> Availability:
        """What blocks its next actions, and who may do them; nothing where it has come to its end:
        nobody waits for that.
        """
        if self.current_stage.ends:
            return Availability()
        actions = [a for a in self.flow.actions_from(self.stage) if not a.driven]
        blockers = {a.key: reasons for a in actions if (reasons := list(self.blockers(a)))}
        named = {
            a.key: sorted(self.roles_for(a)) for a in actions if isinstance(a.roles, RolesFrom)
        }
        # What nobody may do is no way on.
        primary = [a.key for a in actions if a.primary and named.get(a.key, True)]
        stuck = self.standstill()
        if stuck:
            blockers[ANY] = [stuck]
        elif primary and all(key in blockers for key in primary):
            stuck = blockers[primary[0]][0]
        return Availability(blockers, {key: roles for key, roles in named.items() if roles}, stuck)

    @property
    def known(self) -> Availability:
        """The same as it was noted, which is what screens show."""
        return availability({self.flow.key: [self.id]})[self.flow.key, self.id]

    def standstill(self) -> Blocker | None:
        """What keeps it from going on although no guard says so."""
        return None

    @classmethod
    def affected(cls, topic: Topic, key: Any) -> Any:
        """The condition of those of its kind that may read what has changed; all, unless the kind
        knows better.
        """
        return true()

    def produce(self, kind: Any) -> Document:
        """Queue a document of this record for printing, in this transaction."""
        return Document.queue(self, kind)

    # Reasons to refuse

    def blockers(
        self, action: Action, entered: Mapping[str, Any] = gating.NOTHING
    ) -> Iterator[Blocker]:
        """What its guards, and gates that refuse, say against it, in their order."""
        yield from (blocker for guard in action.guards if (blocker := guard(self)))
        yield from gating.blockers(self, action, entered)

    def refusal(self, action: Action, entered: Mapping[str, Any] = gating.NOTHING) -> Text | None:
        """The sentence of the first blocker, if there is any."""
        blocker = next(self.blockers(action, entered), None)
        return blocker.sentence if blocker else None

    def same_person(self, action: Action, user: User) -> Text | None:
        return same_person(self.flow, action, self.doers, user.id)

    def barred(self, action: Action, by: User) -> Text | None:
        """The sentence where another person must do it; of what is entered from paper, where it
        cannot be entered so.
        """
        entry = None if action.driven else being_entered()
        return (
            paper_entries.refusal(self, action, by, entry)
            if entry
            else self.same_person(action, by)
        )

    def with_doers(self, key: str, by: User) -> dict[str, list[int]]:
        """Who did each action last, now that this one was done: beside them who entered it from
        paper, for both count where two people are asked for.
        """
        who, entry = self.who_did(key, by), being_entered()
        before = self.doers.get(entered(key), ()) if set(who) - {by.id} else ()
        enterers = sorted({*before, *([entry.by.id] if entry else [])})
        others = {each: ids for each, ids in self.doers.items() if each != entered(key)}
        return {**others, key: who} | ({entered(key): enterers} if enterers else {})

    def who_did(self, key: str, by: User) -> list[int]:
        """The people who count as doers of an action for four eyes; all of them where several
        shared it.
        """
        return [by.id]


def reason_of(data: dict[str, Any]) -> dict[str, Any]:
    return {"reason": data["reason"]} if data.get("reason") else {}
