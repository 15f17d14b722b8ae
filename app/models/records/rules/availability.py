"""What speaks against each next action of an open record, and who may do those whose roles come
from data: as rows, written whenever the record, or what it waits for, changes. Screens read them,
and ask no guard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    Index,
    Select,
    String,
    Table,
    and_,
    bindparam,
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
# What is written of a blocker beside its record.
WRITTEN = ("action", "place", "code", "sentence", "facts", "stuck", "subject_id")


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


def keep(flow: Flow, record_id: int, found: Availability, new: bool = False) -> None:
    """Have both tables say what was found of a record; nothing is sent where they do.

    ``new``: they say nothing of it yet.
    """
    own = {"flow": flow.key, "record_id": record_id}
    known = [] if new else db.session.connection().execute(rows_of_one(), own).mappings().all()
    stored = split(known)
    wanted = {BLOCKERS: list(blocker_rows(found)), ROLES: list(role_rows(found))}
    for table, rows in wanted.items():
        if rows != stored[table]:
            replace(table, own, stored[table], rows)


def split(rows: Iterable[Any]) -> dict[Table, list[dict[str, Any]]]:
    """Rows of ``rows_of`` as they were written into each table."""
    ordered = sorted(rows, key=lambda row: row["id"])
    return {
        BLOCKERS: [
            {name: row[name] for name in WRITTEN} for row in ordered if row["place"] is not None
        ],
        ROLES: [
            {"action": row["action"], "role": row["code"]}
            for row in ordered
            if row["place"] is None
        ],
    }


def replace(
    table: Table, own: dict[str, Any], before: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    """Put rows in place of those that a table has of a record."""
    connection = db.session.connection()
    if before:
        connection.execute(deletion(table), own)
    if rows:
        connection.execute(insert(table), [own | row for row in rows])


@cache
def deletion(table: Table) -> Any:
    """The DELETE of a table's rows about the record ``flow``, ``record_id``."""
    return delete(table).where(about_one(table))


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


def role_rows(availability: Availability) -> Iterable[dict[str, Any]]:
    for action, roles in availability.roles.items():
        for role in roles:
            yield {"action": action, "role": role}


# Reading


def availability(scope: Scope) -> dict[RecordKey, Availability]:
    """What is known of records, in one statement; those of which nothing is are as new."""
    by_record: dict[RecordKey, Availability] = defaultdict(Availability)
    places: dict[tuple[RecordKey, str, int], list[Any]] = defaultdict(list)
    rows = asked(scope) if scope else []
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


def asked(scope: Scope) -> Iterable[Any]:
    """Both tables' rows about these records."""
    ids = {flow: list(each) for flow, each in scope.items() if not isinstance(each, Select)}
    if len(ids) == len(scope):
        return db.session.execute(rows_of_several(tuple(scope)), ids)
    return db.session.execute(
        rows_of(lambda table: or_(*(within(table, *each) for each in scope.items())))
    )


@cache
def rows_of_one() -> Any:
    """The rows of the record ``flow``, ``record_id``."""
    return rows_of(about_one)


def about_one(table: Table) -> Any:
    """The condition that a row is about the record ``flow``, ``record_id``."""
    return and_(table.c.flow == bindparam("flow"), table.c.record_id == bindparam("record_id"))


@cache
def rows_of_several(flows: tuple[str, ...]) -> Any:
    """The rows of the records of these flows, whose ids come by the name of their flow."""
    ids: dict[str, Any] = {flow: bindparam(flow, expanding=True) for flow in flows}
    return rows_of(lambda table: or_(*(within(table, *each) for each in ids.items())))


def rows_of(about: Callable[[Table], Any]) -> Any:
    """The SELECT of both tables' rows that a condition meets; a role has no place among
    blockers.
    """
    blocker, role = KnownBlocker, NamedRole
    own = [column for column in BLOCKERS.columns if column.name not in ("place", "code")]
    shared = {column.name for column in ROLES.columns}
    padded = [ROLES.c[c.name] if c.name in shared else null() for c in own]
    return union_all(
        select(blocker.place, blocker.code, *own).where(about(BLOCKERS)),
        select(null(), role.role, *padded).where(about(ROLES)),
    )


def within(table: Table, flow: str, records: Any) -> Any:
    """The condition that a row is about one of a flow's records."""
    return and_(table.c.flow == flow, table.c.record_id.in_(records))
