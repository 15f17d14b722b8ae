"""One sending: its files, as they were made, and the movements that went out with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, delete, insert, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.database import rows_changed
from app.extensions import Model, db
from app.flow.roles import ADMIN, AUDITOR, STOREKEEPER
from app.models.records.column_types import Key, Moment
from app.models.records.event import FIRST
from app.models.records.number_series import next_number
from app.models.records.papers.attachment import Attachment
from app.models.records.sealing import sealed_rows
from app.models.records.sealing.administered import append
from app.models.warehouse.stock import StockMovement
from app.models.warehouse.unsent import UnsentMovement

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW, SERIES = "voucher", "V"
SENDERS = frozenset((ADMIN.key, STOREKEEPER.key))
READERS = SENDERS | {AUDITOR.key}
TOGETHER = 500


class TakenMeanwhile(Exception):
    """Another file has taken some of the movements, or the number."""


class VoucherBatch(Model):
    """``number`` stands in its files and in the number of each of their vouchers."""

    __tablename__ = "voucher_batch"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    lines: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    by: Mapped[User] = relationship("User")

    @classmethod
    def write(
        cls,
        number: str,
        lines: Sequence[tuple[int, str]],
        files: Sequence[Attachment],
        left: Sequence[str],
        *,
        by: User,
    ) -> VoucherBatch:
        """Put on record that movements went out, each with the number of its voucher, and with
        which files; ``left`` says what stayed behind, and why.

        Raises TakenMeanwhile where not all of them still waited; the caller commits.
        """
        if not release([movement for movement, _ in lines]) or next_number(SERIES) != number:
            raise TakenMeanwhile(number)
        row = cls(number=number, lines=len(lines), at=clock.now(), by_id=by.id, seq=0, head=FIRST)
        db.session.add(row)
        db.session.flush()
        told = [
            {"movement_id": movement, "batch_id": row.id, "number": voucher}
            for movement, voucher in lines
        ]
        for first in range(0, len(told), TOGETHER):
            db.session.execute(insert(VoucherLine.__table__), told[first : first + TOGETHER])
        for each in told:
            sealed_rows.note(VoucherLine.__table__, each["movement_id"], **each)
        data: dict[str, Any] = {
            "number": number,
            "lines": len(lines),
            "files": [{"filename": f.filename, "sha256": f.sha256} for f in files],
            "left": list(left),
        }
        append(row, FLOW, "send", by=by, data=data, roles=SENDERS)
        for file in files:
            event = append(row, FLOW, "attach", by=by, data=file.facts, roles=SENDERS)
            file.flow, file.record_id, file.event_id = FLOW, row.id, event.id
            db.session.add(file)
            db.session.flush()
        return row

    @property
    def files(self) -> list[Attachment]:
        """Its files, as they were made."""
        kept = select(Attachment).where(Attachment.flow == FLOW, Attachment.record_id == self.id)
        return list(db.session.scalars(kept.order_by(Attachment.id)))

    @classmethod
    def called(cls, number: str) -> VoucherBatch | None:
        """The one of a number, or of the number of one of its vouchers: ``V-2026-00003-012``."""
        numbers = {number, number.rpartition("-")[0]}
        return db.session.scalar(select(cls).where(cls.number.in_(numbers)).limit(1))

    @classmethod
    def latest(cls, most: int) -> list[VoucherBatch]:
        """The last ones, the latest first."""
        some = select(cls).options(joinedload(cls.by)).order_by(cls.id.desc()).limit(most)
        return list(db.session.scalars(some))


class VoucherLine(Model):
    """A movement that went out, once: its number is the key."""

    __tablename__ = "voucher_line"

    movement_id: Mapped[int] = mapped_column(ForeignKey("stock_movement.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("voucher_batch.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))

    movement: Mapped[StockMovement] = relationship()
    batch: Mapped[VoucherBatch] = relationship()


def release(movements: Sequence[int]) -> bool:
    """Take movements out of those that wait; False where not all of them did."""
    met = 0
    for first in range(0, len(movements), TOGETHER):
        some = movements[first : first + TOGETHER]
        gone = delete(UnsentMovement).where(UnsentMovement.movement_id.in_(some))
        met += rows_changed(gone.execution_options(synchronize_session=False))
    return met == len(movements)
