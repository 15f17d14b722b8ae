"""What a plant sets for itself, such as its name and address on papers. Every change is on
record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import inserting
from app.extensions import Model, db
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Json, Key
from app.models.records.errors import MovedOn
from app.models.records.event import FIRST, Event
from app.models.records.sealing import sealed_rows
from app.models.records.sealing.administered import append, chain

if TYPE_CHECKING:
    from app.models.people.user import User

FLOW = "plant_setting"
THE_PLANT = 1  # the id of the one row


class PlantSetting(Model):
    """One row: ``values`` are those that were set, by key; what is not there was never set."""

    __tablename__ = "plant_setting"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    values: Mapped[dict[str, str]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=FIRST)

    @property
    def history(self) -> list[Event]:
        """What was changed, oldest first."""
        return chain(FLOW, self.id)

    @classmethod
    def current(cls) -> PlantSetting:
        """What is set; where nothing is yet, an empty one that is in no session."""
        return db.session.get(cls, THE_PLANT) or cls(
            id=THE_PLANT, values={}, version=0, seq=0, head=FIRST
        )

    @classmethod
    def change(cls, values: dict[str, str], *, by: User | None, version: int) -> bool:
        """Set ``values`` by key, "" for none; others stay. False where nothing differs.

        Raises MovedOn; the caller commits.
        """
        setting = cls._locked()
        if setting.version != version:
            raise MovedOn(
                _l("Somebody else has changed these settings meanwhile. Here is the current state.")
            )
        differing = {
            key: {"old": setting.values.get(key, ""), "new": value}
            for key, value in values.items()
            if setting.values.get(key, "") != value
        }
        if differing:
            kept = {**setting.values, **values}
            setting.values = {key: text for key, text in kept.items() if text}
            setting.version += 1
            append(setting, FLOW, "change", by=by, data=dict(differing))
        return bool(differing)

    @classmethod
    def _locked(cls) -> PlantSetting:
        """The row, made where there was none, held until the transaction ends."""
        first = {"id": THE_PLANT, "values": {}, "version": 0, "seq": 0, "head": FIRST}
        new_id = db.session.scalar(
            inserting(cls)
            .values(first)
            .on_conflict_do_nothing(index_elements=["id"])
            .returning(cls.id)
        )
        if new_id:
            sealed_rows.note(cls.__table__, new_id, values={})
        return db.session.scalars(
            select(cls)
            .where(cls.id == THE_PLANT)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()


def plant_setting(key: str) -> str:
    """Return what the plant has set, "" where it has not."""
    return PlantSetting.current().values.get(key, "")
