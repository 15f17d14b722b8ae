"""Many rows of master data written at once: as ``editing`` does it one by one, each with an event
of its own, but sent together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.master import editing
from app.models.master.base import Master
from app.models.master.dictionary import Table, keepers_of
from app.models.records.errors import MovedOn
from app.models.records.event import FIRST
from app.models.records.sealing.administered import append_all

if TYPE_CHECKING:
    from app.models.people.user import User

TOGETHER = 500
MEANWHILE = _l("Somebody has changed some of it meanwhile. Look at the file again.")


@dataclass(frozen=True)
class Wanted:
    """A row that is to be: the one that it was (None: a new one), its values, and the revision
    that it had when it was looked at.
    """

    row: Master | None
    values: dict[str, Any]
    revision: int


def write(table: Table, wanted: Sequence[Wanted], *, by: User | None, find: editing.Find) -> None:
    """Add and change rows. Raises Invalid, and MovedOn where one was changed since it was looked
    at; the caller commits.
    """
    for first in range(0, len(wanted), TOGETHER):
        some = wanted[first : first + TOGETHER]
        hold(table, some)
        try:
            write_some(table, some, by, find)
        except IntegrityError:
            raise MovedOn(MEANWHILE) from None


def hold(table: Table, some: Sequence[Wanted]) -> None:
    """Hold the rows that there are, read afresh."""
    revisions = {each.row.id: each.revision for each in some if each.row is not None}
    if not revisions:
        return
    model = table.model
    held = select(model).where(model.id.in_(revisions)).with_for_update(of=model)
    rows = db.session.scalars(held.execution_options(populate_existing=True)).unique().all()
    if {row.id: row.revision for row in rows} != revisions:
        raise MovedOn(MEANWHILE)


def write_some(table: Table, some: Sequence[Wanted], by: User | None, find: editing.Find) -> None:
    written = []
    with db.session.no_autoflush:
        for each in some:
            old = editing.values_of(table, each.row) if each.row is not None else {}
            row = each.row if each.row is not None else table.model(active=True, seq=0, head=FIRST)
            department = each.values.get("department") or editing.department_of(row)
            if by and not by.has_role(keepers_of(table.key, department)):
                raise editing.Invalid("department", editing.OWN_DEPARTMENT)
            fixed = {f.name for f in table.fields if f.fixed} if old else set()
            values = {name: value for name, value in each.values.items() if name not in fixed}
            editing.put(table, row, values, old, find)
            editing.check(row)
            written.append((row, old))
            if not old:
                db.session.add(row)
    db.session.flush()
    told = [
        (row, "change" if old else "create", editing.changes(table, old, now))
        for row, old in written
        if (now := editing.values_of(table, row))
    ]
    append_all(
        [each for each in told if each[2]],
        table.flow,
        by=by,
        private=[f.name for f in table.fields if f.personal],
        roles=keepers_of(table.key),
    )
