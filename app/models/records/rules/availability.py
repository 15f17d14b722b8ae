"""What speaks against each next action of an open record, and who may do those whose roles come
from data: as rows, written whenever the record, or what it waits for, changes. Screens read them,
and ask no guard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    Index,
    Select,
    String,
    Table,
    and_,
    delete,
    insert,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.extensions import Model, db
from app.flow.grammar import Action, Flow, RolesFrom
from app.flow.rules.blockers import Blocker
from app.flow.texts.lazy_text import Text
from app.models.records.column_types import Json, Key, as_kept

# The action of what keeps a record from everything.
ANY = ""
RecordKey = tuple[str, int]  # flow and id
# Records by flow: their ids, or the SELECT of these.
Scope = Mapping[str, Collection[int] | Select[Any]]


class OfAction(Model):
    """A row about one action of a record."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    flow: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    action: Mapped[str] = mapped_column(String(40))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (Index(f"ix_{cls.__tablename__}_record", "flow", "record_id"),)


class KnownBlocker(OfAction):
    """A blocker of an action, ``place`` its turn among them; one about several subjects is a row
    for each. ``stuck``: it keeps the record from going on.
    """

    __tablename__ = "blocker"

    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    sentence: Mapped[Any] = mapped_column(Json)
    facts: Mapped[Any] = mapped_column(Json)
    subject_id: Mapped[int | None] = mapped_column(Key)
    stuck: Mapped[bool]


class NamedRole(OfAction):
    """A role that may do an action now, where that comes from data."""

    __tablename__ = "named_role"

    role: Mapped[str] = mapped_column(String(20))


BLOCKERS, ROLES = KnownBlocker.__table__, NamedRole.__table__
Index("ix_blocker_code", BLOCKERS.c.code, BLOCKERS.c.subject_id)


@dataclass
class Availability:
    """The blockers and the named roles of a record's next actions, by action; ``stuck`` is the one
    of them that keeps it from going on, whoever looks at it.
    """

    blockers: dict[str, list[Blocker]] = field(default_factory=dict)
    roles: dict[str, list[str]] = field(default_factory=dict)
    stuck: Blocker | None = None

    def first(self, action: str) -> Blocker | None:
        """The first blocker of an action: the one that people are told."""
        return next(iter(self.blockers.get(action, ())), None)

    def roles_of(self, action: Action) -> Collection[str]:
        """The keys of the roles that may do an action now."""
        named = isinstance(action.roles, RolesFrom)
        return self.roles.get(action.key, ()) if named else action.role_keys


# Writing


def keep(flow: Flow, record_id: int, found: Availability) -> None:
    """Put what was found of a record in place of what is known of it."""
    write(BLOCKERS, flow, record_id, list(blocker_rows(found)))
    if names_roles(flow):
        roles = [(action, role) for action, keys in found.roles.items() for role in keys]
        write(ROLES, flow, record_id, [{"action": action, "role": role} for action, role in roles])


@cache
def names_roles(flow: Flow) -> bool:
    return any(isinstance(action.roles, RolesFrom) for action in flow.actions)


def blocker_rows(availability: Availability) -> Iterable[dict[str, Any]]:
    for action, blockers in availability.blockers.items():
        for place, blocker in enumerate(blockers):
            row = {
                "action": action,
                "place": place,
                "code": blocker.code,
                "sentence": as_kept(blocker.sentence),
                "facts": as_kept(blocker.facts),
                "stuck": blocker is availability.stuck,
            }
            for subject in blocker.subjects or (None,):
                yield row | {"subject_id": subject}


def write(table: Table, flow: Flow, record_id: int, rows: list[dict[str, Any]]) -> None:
    """Have a table say this of a record; nothing is sent where it does."""
    own = {"flow": flow.key, "record_id": record_id}
    here = [table.c[name] == value for name, value in own.items()]
    columns = [c for c in table.columns if c.name not in ("id", *own)]
    stored = db.session.execute(select(*columns).where(*here).order_by(table.c.id)).mappings()
    if (before := [dict(row) for row in stored]) == rows:
        return
    if before:
        db.session.execute(delete(table).where(*here))
    if rows:
        db.session.execute(insert(table), [own | row for row in rows])


# Reading


def availability(scope: Scope) -> dict[RecordKey, Availability]:
    """What is known of records, in one statement; those of which nothing is are as new."""
    by_record: dict[RecordKey, Availability] = defaultdict(Availability)
    places: dict[tuple[RecordKey, str, int], list[Any]] = defaultdict(list)
    rows = db.session.execute(rows_of(scope)).all() if scope else []
    for row in sorted(rows, key=lambda row: row.id):
        record = row.flow, row.record_id
        if row.place is None:
            by_record[record].roles.setdefault(row.action, []).append(row.code)
        else:
            places[record, row.action, row.place].append(row)
    for (record, action, _), about in places.items():
        first, subjects = about[0], tuple(row.subject_id for row in about if row.subject_id)
        sentence = Text.from_json(first.sentence)
        blocker = Blocker(first.code, sentence, first.facts, subjects)
        by_record[record].blockers.setdefault(action, []).append(blocker)
        if first.stuck:
            by_record[record].stuck = blocker
    return by_record


def rows_of(scope: Scope) -> Any:
    """The SELECT of both tables' rows; a role has no place among blockers."""
    blocker, role = KnownBlocker, NamedRole
    own = [column for column in BLOCKERS.columns if column.name not in ("place", "code")]
    shared = {column.name for column in ROLES.columns}
    padded = [ROLES.c[c.name] if c.name in shared else null() for c in own]
    return union_all(
        select(blocker.place, blocker.code, *own).where(within(BLOCKERS, scope)),
        select(null(), role.role, *padded).where(within(ROLES, scope)),
    )


def within(table: Table, scope: Scope) -> Any:
    """The condition that a row is about one of these records."""
    return or_(
        *(
            and_(table.c.flow == flow, table.c.record_id.in_(records))
            for flow, records in scope.items()
        )
    )
