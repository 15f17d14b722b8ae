"""The record of everything: an append-only, hash-chained event for every change (clause 四)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app.extensions import Model, db
from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Text as Sentence
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Key, Moment, canonical
from app.models.records.search_index.stored import index_triggers, keep_in_step

if TYPE_CHECKING:
    from app.models.people.user import User

FIRST = "0" * 64
CHANNEL = "washline"  # on which PostgreSQL tells of a commit


class Event(Model):
    """Who, in which role, when, what, from, to.

    ``body`` is the canonical JSON that ``hash`` covers with ``previous``.
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("flow", "record_id", "seq"), Index("ix_event_at", "at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    flow: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str | None] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[str | None] = mapped_column(String(40))
    clause: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    actor: Mapped[User | None] = relationship(lazy="joined")

    @cached_property
    def data(self) -> dict[str, Any]:
        """What was entered or changed: the ``data`` of the hashed body."""
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data

    @property
    def wrote(self) -> dict[str, dict[str, dict[str, Any] | None]]:
        """The rows that it changed, by table and key: their new values, or None for one that is
        gone (``app.models.records.sealing.sealed_rows``).
        """
        wrote: dict[str, dict[str, dict[str, Any] | None]] = json.loads(self.body).get("wrote", {})
        return wrote

    @property
    def acting_for(self) -> int | None:
        """The id of the person whose deputy the actor was in this role; None for a role of their
        own.
        """
        principal: int | None = json.loads(self.body).get("acting_for")
        return principal

    @cached_property
    def paper(self) -> dict[str, Any]:
        """``happened_at``, ``entered_by`` and ``sheet`` of what was entered from paper; empty for
        what was done here at once.
        """
        paper: dict[str, Any] = json.loads(self.body).get("paper", {})
        return paper

    @property
    def happened_at(self) -> datetime:
        """When it was done; ``at`` is when it was entered."""
        return happened_at(self.at, self.paper)

    @property
    def entered_by(self) -> str:
        """The name that whoever entered it from paper had then; empty for what was not."""
        people = inspect(Event).relationships.actor.entity.class_
        person = db.session.get(people, self.paper["entered_by"]) if self.paper else None
        return person.name_at(self.at) if person else ""

    @property
    def reason(self) -> str | None:
        return self.data.get("reason")

    @property
    def who(self) -> str:
        """The name under which the actor signed it; empty where nobody did."""
        return self.actor.name_at(self.at) if self.actor else ""

    @property
    def who_today(self) -> str:
        """What the actor is called today, where that is another name."""
        return self.actor.known_as if self.actor and self.actor.known_as != self.who else ""

    @property
    def stood_in_for(self) -> str:
        """The name that the person then had whose deputy the actor was; empty for a role of the
        actor's own.
        """
        people = inspect(Event).relationships.actor.entity.class_
        person = db.session.get(people, self.acting_for) if self.acting_for else None
        return person.name_at(self.at) if person else ""

    @property
    def in_role(self) -> Sentence | None:
        """In which role it was done, and for whom where that was as a deputy."""
        label, name = ROLES[self.role].label if self.role in ROLES else None, self.stood_in_for
        return (
            _l("%(role)s, deputy for %(name)s", role=label, name=name) if label and name else label
        )

    def seal(
        self,
        data: dict[str, Any],
        previous: str,
        wrote: dict[str, Any] | None = None,
        acting_for: int | None = None,
        paper: dict[str, Any] | None = None,
    ) -> None:
        """Write the body and the hash over it and the previous event's, and send the row.

        ``wrote`` are the rows that it changed, ``acting_for`` the person whose deputy the actor is
        in this role, ``paper`` what is said of an entry from paper.

        It goes past the session, which keeps track of what may change: an event never does.
        Listeners hear of it when the transaction commits; PostgreSQL sends one notice a
        transaction.
        """
        self.close(data, previous, wrote, acting_for, paper)
        send([self])

    def close(
        self,
        data: dict[str, Any],
        previous: str,
        wrote: dict[str, Any] | None = None,
        acting_for: int | None = None,
        paper: dict[str, Any] | None = None,
    ) -> None:
        """Write the body and the hash; ``send`` puts it on record."""
        self.previous = previous
        beside = {
            name: value
            for name, value in (("wrote", wrote), ("acting_for", acting_for), ("paper", paper))
            if value
        }
        self.body = canonical({**self.facts(), "data": data, **beside})
        self.hash = digest(previous, self.body)

    def facts(self) -> dict[str, Any]:
        """The columns that the hash covers, as they stand in the row."""
        return facts(self)


ADDED = insert(Event.__table__).returning(Event.__table__.c.id)
ADDED_IN_ORDER = insert(Event.__table__).returning(
    Event.__table__.c.id, sort_by_parameter_order=True
)
NOTICE = text(f"SELECT pg_notify('{CHANNEL}', '')")


def send(events: Sequence[Event]) -> None:
    """Put events that are closed on record; each gets its number."""
    connection = db.session.connection()
    columns = [c.name for c in Event.__table__.columns if c.name != "id"]
    rows = [{name: getattr(event, name) for name in columns} for event in events]
    if len(rows) == 1:
        events[0].id = connection.scalar(ADDED, rows[0])
    else:
        for event, number in zip(events, connection.scalars(ADDED_IN_ORDER, rows), strict=True):
            event.id = number
    if connection.dialect.name == "postgresql":
        connection.execute(NOTICE)


def digest(previous: str, body: str) -> str:
    """SHA-256 over the previous hash and the canonical body, in hexadecimal."""
    return hashlib.sha256((previous + body).encode()).hexdigest()


def facts(event: Any) -> dict[str, Any]:
    """The columns that the hash covers, of an event or of a row of its columns."""
    return {
        "flow": event.flow,
        "record": event.record_id,
        "seq": event.seq,
        "at": event.at.isoformat(),
        "actor": event.actor_id,
        "role": event.role,
        "action": event.action,
        "source": event.source,
        "target": event.target,
        "clause": event.clause,
    }


def happened_at(at: datetime, paper: dict[str, Any]) -> datetime:
    """When something was done that was entered at a moment, by what its body says of paper."""
    return datetime.fromisoformat(paper["happened_at"]) if paper else at


def chain_ends(*which: Any) -> Select[str, int, int, str]:
    """The SELECT of flow, record, number and hash of the events that meet the conditions and are
    the last of their chain; SQLite sorts and keeps nothing for it.
    """
    later = aliased(Event)
    follows = (
        select(later.id)
        .where(later.flow == Event.flow, later.record_id == Event.record_id)
        .where(later.seq > Event.seq)
    )
    return select(Event.flow, Event.record_id, Event.seq, Event.hash).where(
        *which, ~follows.exists()
    )


def body_of(text: str) -> dict[str, Any]:
    """What a stored body says; nothing where somebody made it something else than a body."""
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("data"), dict) else {}


def broken_links() -> Iterator[str]:
    """Yield one sentence per chain: its first event that was altered, reordered or removed from
    within.
    """
    chain, seq, head, bad = None, 0, FIRST, None
    for event in db.session.execute(
        select(Event.__table__)
        .order_by(Event.flow, Event.record_id, Event.seq)
        .execution_options(yield_per=1000)
    ):
        if (event.flow, event.record_id) != chain:
            chain, seq, head, bad = (event.flow, event.record_id), 0, FIRST, None
        if bad:
            continue
        bad = fault(event, seq, head) or fault_outside(event, body_of(event.body))
        if bad:
            yield f"{event.flow} {event.record_id}: event {seq + 1} {bad}"
        seq, head = event.seq, event.hash


def fault(event: Any, seq: int, head: str | None) -> str | None:
    """What is wrong with an event that should follow number ``seq`` whose hash is ``head`` (None
    where that is taken as given).
    """
    if event.seq != seq + 1:
        return "was removed"
    if head is not None and event.previous != head:
        return "does not follow the one before it (reordered or replaced)"
    if digest(event.previous, event.body) != event.hash:
        return "was altered"
    return None


BESIDE = ("data", "wrote", "acting_for", "paper")


def fault_outside(event: Any, body: dict[str, Any]) -> str | None:
    """What is wrong with an event whose columns are not those that its body seals."""
    sealed = {name: value for name, value in body.items() if name not in BESIDE}
    return "was altered outside its sealed body" if sealed != facts(event) else None


# Ledgers: rows are added, never changed or taken away.
APPEND_ONLY = ("event", "stock_movement")


REFUSE = "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END"


def triggers(dialect: str) -> dict[str, tuple[str, str]]:
    """The triggers of the database, name to table and the statement that makes it: those that keep
    the ledgers, and those that keep the search index in step.
    """
    return ledger_triggers(dialect) | index_triggers(dialect)


def ledger_triggers(dialect: str) -> dict[str, tuple[str, str]]:
    if dialect == "sqlite":
        return {
            f"{table}_no_{verb.lower()}": (
                table,
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            )
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        }
    return {
        (name := f"{table}_no_{verb.split()[0].lower()}"): (
            table,
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} "
            "EXECUTE FUNCTION append_only()",
        )
        for table in APPEND_ONLY
        for verb, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
    }


def guard_ledgers(connection: Connection) -> None:
    """Make the database itself refuse to change or delete a ledger's rows, and keep the search
    index in step.

    Run after every migration: batch mode drops triggers.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"{REFUSE} $$"
            )
        )
    for name, (table, statement) in ledger_triggers(connection.dialect.name).items():
        connection.execute(
            text(
                f"DROP TRIGGER IF EXISTS {name}"
                + ("" if connection.dialect.name == "sqlite" else f" ON {table}")
            )
        )
        connection.execute(text(statement))
    keep_in_step(connection)


def unguarded_ledgers(connection: Connection) -> list[str]:
    """Return the ledgers whose triggers are missing; the application does not start with one."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    present = set(connection.scalars(text(query)))
    return [
        t
        for t in APPEND_ONLY
        if any(
            table == t and name not in present
            for name, (table, _) in triggers(connection.dialect.name).items()
        )
    ]


def trigger_faults(connection: Connection) -> list[str]:
    """Return a sentence for every trigger that is missing, does something else than refuse, or
    is none of ours.
    """
    expected = triggers(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        existing: dict[str, Any] = dict(
            map(
                tuple,
                connection.execute(
                    text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                ),
            )
        )
        true: dict[str, Any] = {name: made for name, (_, made) in expected.items()}
    else:
        existing = {
            row.tgname: (row.relname, row.enabled, row.proname, row.body.strip())
            for row in connection.execute(
                text(
                    "SELECT t.tgname, c.relname, t.tgenabled <> 'D' AS enabled, p.proname, "
                    "p.prosrc AS body FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                    "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
                )
            )
        }
        true = {name: (table, True, "append_only", REFUSE) for name, (table, _) in expected.items()}
    return [
        *(f"trigger {name} is missing" for name in expected if name not in existing),
        *(
            f"trigger {name} does not do what it should"
            for name in expected
            if name in existing and existing[name] != true[name]
        ),
        *(
            f"trigger {name} is none of Washline's"
            for name in sorted(existing)
            if name not in expected
        ),
    ]
