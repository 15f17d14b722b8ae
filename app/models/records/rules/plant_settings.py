"""What a plant sets for itself, such as its name and address on papers. Every change is on
record.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import String, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import inserting, only_reading
from app.extensions import Model, db
from app.flow.rules.settings import LOGO, SETTINGS
from app.flow.texts.currency import currency_by
from app.flow.texts.lazy_text import _l
from app.models.records.column_types import Json, Key
from app.models.records.errors import MovedOn
from app.models.records.event import FIRST, Event
from app.models.records.sealing import sealed_rows
from app.models.records.sealing.administered import append, chain

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.papers.attachment import Attachment

FLOW = "plant_setting"
THE_PLANT = 1  # the id of the one row
# Where a session keeps what is set, and the head of its chain once somebody was told that.
VALUES, HEAD = "plant settings", "plant settings' head"
# What was set, by the head of its chain: none of these ever changes, whatever the database.
_known: dict[str, dict[str, str]] = {}


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
            setting.values = {k: text for k, text in {**setting.values, **values}.items() if text}
            setting.version += 1
            append(setting, FLOW, "change", by=by, data=dict(differing))
            db.session.info.pop(VALUES, None)
            db.session.info.pop(HEAD, None)
        return bool(differing)

    @classmethod
    def put_logo(cls, file: Attachment | None, *, by: User | None) -> None:
        """Put a stored picture on record as the plant's logo, or take the one there is away. The
        caller commits.
        """
        setting = cls._locked()
        if file:
            event = append(setting, FLOW, "attach", by=by, data=file.facts)
            file.flow, file.record_id, file.event_id = FLOW, setting.id, event.id
            db.session.add(file)
        cls.change({LOGO.key: file.name if file else ""}, by=by, version=setting.version)

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
    """Return what the plant has set, else what was declared to hold without."""
    return in_force().get(key) or SETTINGS[key].default


def number_set(key: str) -> int:
    """Return the whole number that holds."""
    return int(plant_setting(key))


def risk_span() -> timedelta:
    """How long before its due day a card is at risk."""
    return timedelta(days=number_set("risk_days"))


def in_force() -> dict[str, str]:
    """Return what is set, by key: asked of the database once a session, and not even then where
    ``tell_head`` has told which settings hold and this process knows them.
    """
    info = db.session.info
    if VALUES not in info:
        info[VALUES] = {} if info.get(HEAD) == FIRST else _known.get(info.get(HEAD, "")) or read()
    values: dict[str, str] = info[VALUES]
    return values


def settings_key() -> tuple[tuple[str, str], ...]:
    """What a cache's key needs of the settings where what is kept may show them."""
    return tuple(sorted(in_force().items()))


def tell_head(head: str | None) -> None:
    """Take note of the head of the settings' chain, which whoever asks who is logged in reads
    with the same statement; None where nothing was ever set.
    """
    db.session.info[HEAD] = head or FIRST


def read() -> dict[str, str]:
    """Read what is set. Outside of a transaction none is begun that somebody would have to end."""
    table = PlantSetting.__table__.c
    query = select(table.head, table["values"]).where(table.id == THE_PLANT)
    if db.session().in_transaction():
        row = db.session.connection().execute(query).one_or_none()
    else:
        with only_reading(), db.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
    if row is None:
        return {}
    _known[row.head] = dict(row[1])
    return _known[row.head]


def or_default(key: str) -> str:
    """What holds; the default where no application runs or no database answers."""
    try:
        return plant_setting(key)
    except (RuntimeError, SQLAlchemyError):
        return SETTINGS[key].default


clock.zone_by(partial(or_default, "zone"))
currency_by(partial(or_default, "currency"))
