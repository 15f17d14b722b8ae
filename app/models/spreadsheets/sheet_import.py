"""One import: which file, kept as it came, and what it came to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, false, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import Model, db
from app.models.records.column_types import Key, Moment
from app.models.records.event import FIRST
from app.models.records.papers.attachment import Attachment
from app.models.records.sealing.administered import append

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW = "import"


class SheetImport(Model):
    """``changed`` and the others count rows; ``wrong`` ones were left out. ``by`` nobody is the
    command line, or the watched ``folder``.
    """

    __tablename__ = "sheet_import"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(160))
    new: Mapped[int]
    changed: Mapped[int]
    same: Mapped[int]
    wrong: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    folder: Mapped[bool] = mapped_column(default=False, server_default=false())
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    by: Mapped[User | None] = relationship("User")

    @classmethod
    def write(
        cls,
        kind: str,
        files: list[Attachment],
        counts: dict[str, int],
        *,
        by: User | None,
        roles: frozenset[str],
        folder: bool = False,
    ) -> SheetImport:
        """Put an import on record: an event that names its files and the counts, one for each file
        that is kept. The caller commits.
        """
        row = cls(
            kind=kind,
            filename=", ".join(file.filename for file in files)[:160],
            at=clock.now(),
            by_id=by.id if by else None,
            folder=folder,
            seq=0,
            head=FIRST,
            **counts,
        )
        db.session.add(row)
        db.session.flush()
        named = [{"filename": f.filename, "sha256": f.sha256, "bytes": f.size} for f in files]
        data: dict[str, Any] = {"kind": kind, "files": named, **counts}
        data |= {"via": "folder"} if folder else {}
        append(row, FLOW, "import", by=by, data=data, roles=roles)
        for file in files:
            event = append(row, FLOW, "attach", by=by, data=file.facts, roles=roles)
            file.flow, file.record_id, file.event_id = FLOW, row.id, event.id
            db.session.add(file)
            db.session.flush()
        return row

    @property
    def files(self) -> list[Attachment]:
        """What was imported, as it came."""
        kept = select(Attachment).where(Attachment.flow == FLOW, Attachment.record_id == self.id)
        return list(db.session.scalars(kept.order_by(Attachment.id)))

    @classmethod
    def latest(cls, kinds: list[str], most: int) -> list[SheetImport]:
        """The last imports of some kinds, the latest first."""
        some = select(cls).where(cls.kind.in_(kinds)).order_by(cls.id.desc()).limit(most)
        return list(db.session.scalars(some))
