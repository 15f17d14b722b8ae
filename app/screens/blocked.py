"""What is known of a record's blockers, as parts of the statements that lists are read with."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, select

from app.models.records.record import Record
from app.models.records.rules.availability import KnownBlocker, NamedRole

Kind = type[Record]


def about(table: type[KnownBlocker | NamedRole], kind: Kind) -> Any:
    """The condition that a row is about the record of the statement around."""
    return and_(table.flow == kind.flow.key, table.record_id == kind.id)


def blocked_by(kind: Kind, code: str) -> Any:
    """Whether something blocks an action of a record."""
    here = about(KnownBlocker, kind), KnownBlocker.code == code
    return select(KnownBlocker.id).where(*here).correlate(kind).exists()


def first(kind: Kind, column: Any, condition: Any) -> Any:
    """A column of a record's first blocker that fits; nothing where none does."""
    found: Select[Any] = select(column).where(about(KnownBlocker, kind), condition).correlate(kind)
    return found.order_by(KnownBlocker.id).limit(1).scalar_subquery()


def facts_of(kind: Kind, code: str) -> Any:
    """The facts of what blocks a record so."""
    return first(kind, KnownBlocker.facts, KnownBlocker.code == code)


def stuck_of(kind: Kind) -> Any:
    """The sentence, as it is kept, of what keeps a record from going on."""
    return first(kind, KnownBlocker.sentence, KnownBlocker.stuck)


def stuck_by(kind: Kind) -> Any:
    """The code of the same."""
    return first(kind, KnownBlocker.code, KnownBlocker.stuck)


def named_for(kind: Kind, actions: Collection[str], roles: Collection[str]) -> Any:
    """Whether data give one of these actions of a record to one of these roles now."""
    here = about(NamedRole, kind), NamedRole.action.in_(actions), NamedRole.role.in_(roles)
    return select(NamedRole.id).where(*here).correlate(kind).exists()


def waits_for(kind: Kind, code: str, subject: Any) -> Any:
    """The condition that a row says that a record is blocked so for want of a subject."""
    blocker = KnownBlocker
    return and_(blocker.flow == kind.flow.key, blocker.code == code, blocker.subject_id == subject)
