"""Movements that are still to go out to the bookkeeping: a row each, until a file has taken it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ForeignKey, insert, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from app.database import few
from app.extensions import Model, db
from app.flow.rules.settings import YES
from app.models.records.rules.plant_settings import plant_setting
from app.plant.warehouse.vouchers import goes_out


class UnsentMovement(Model):
    """One movement that waits. What waits is few rows, however long the ledger is."""

    __tablename__ = "unsent_movement"

    movement_id: Mapped[int] = mapped_column(ForeignKey("stock_movement.id"), primary_key=True)

    @classmethod
    def waits(cls) -> ColumnElement[bool]:
        """The condition that it waits, which tells SQLite that few do."""
        return few(cls.movement_id > literal_column("0"))


WAITS = insert(UnsentMovement.__table__)


def wait(movement_id: int, kind: str) -> None:
    """Have a movement wait for the next file, where the plant sends any."""
    if goes_out(kind) and plant_setting("vouchers") == YES:
        db.session.connection().execute(WAITS, {"movement_id": movement_id})
