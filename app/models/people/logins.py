"""Logins: the living one of a token, which every request asks for, and attempts that failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, String, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Mapped, make_transient_to_detached, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.extensions import Model, db
from app.models.people.deputy import Deputy
from app.models.people.station import Spot, Station
from app.models.people.user import IDLE, WHOLE, User, UserRole, UserSession
from app.models.records.column_types import Key, Moment
from app.models.records.rules.plant_settings import THE_PLANT, PlantSetting

# How long a login at a shared tablet lasts: without a request, and altogether.
FLOOR_IDLE, FLOOR_WHOLE = timedelta(seconds=90), timedelta(minutes=10)


@dataclass(frozen=True)
class Login:
    """A living login: whose it is, when it was last noted as used, where they stand, if at a
    shared tablet, and the head of the plant's settings, which a page needs as well.
    """

    person: User
    touched: datetime
    spot: Spot | None
    settings_head: str | None

    @classmethod
    def find(cls, token_hash: str, now: datetime, device_hash: str = "") -> Login | None:
        """Return the living login of a token; ``device_hash`` is that of the token by which the
        browser is a paired tablet, else empty.
        """
        rows = rows_of(token_hash, now, device_hash)
        if not rows:
            return None
        station = rows[0].station_id and db.session.get_one(Station, rows[0].station_id)
        spot = station.spot if station else None
        return cls(person_of(rows), rows[0].touched, spot, rows[0].settings_head)


def is_living(token_hash: str, now: datetime, device_hash: str = "") -> bool:
    """Whether the login of a token lives."""
    return bool(rows_of(token_hash, now, device_hash))


def rows_of(token_hash: str, now: datetime, device_hash: str) -> Sequence[Row[Any]]:
    """The living login of a token with its person: a row for each of their roles and for each
    hand-over to them that is not over. Plain rows: every request asks, and objects of five
    tables would cost each twice as much.
    """
    asked = {
        "token": token_hash,
        "device": device_hash,
        "idle": now - IDLE,
        "whole": now - WHOLE,
        "floor_idle": now - FLOOR_IDLE,
        "floor_whole": now - FLOOR_WHOLE,
        "now": clock.now(),
    }
    return db.session.connection().execute(living(), asked).all()


@cache
def living() -> Any:
    """The SELECT of ``rows_of``."""
    login, person, held = UserSession.__table__.c, User.__table__.c, UserRole.__table__.c
    given = {
        name: bindparam(name, type_=Moment)
        for name in ("idle", "whole", "floor_idle", "floor_whole", "now")
    }
    own = UserSession.own(given["idle"], given["whole"])
    here = and_(
        exists().where(Station.id == login.station_id, Station.token_hash == bindparam("device")),
        login.touched > given["floor_idle"],
        login.created > given["floor_whole"],
    )
    lent = and_(Deputy.deputy_id == person.id, Deputy.until > given["now"])
    return (
        select(
            login.touched,
            login.station_id,
            held.role.label("held"),
            Deputy.id.label("lent"),
            select(PlantSetting.head)
            .where(PlantSetting.id == THE_PLANT)
            .scalar_subquery()
            .label("settings_head"),
            *person,
        )
        .select_from(UserSession.__table__)
        .join(User.__table__, person.id == login.user_id)
        .outerjoin(UserRole.__table__, held.user_id == person.id)
        .outerjoin(Deputy.__table__, lent)
        .where(login.token_hash == bindparam("token"), person.active, or_(own, here))
    )


def person_of(rows: Sequence[Row[Any]]) -> User:
    """The person of these rows as the session would have read them, with their roles."""
    values = {column.name: rows[0]._mapping[column] for column in User.__table__.c}
    roles = sorted({row.held for row in rows if row.held})
    holds = [read(UserRole, user_id=values["id"], role=role) for role in roles]
    person: User = db.session.merge(read(User, **values, holds=holds), load=False)
    if not any(row.lent for row in rows):
        set_committed_value(person, "stands_in", [])
    return person


def read(kind: Any, **values: Any) -> Any:
    """A row of a kind with these values, as one that was read."""
    row = kind()
    for name, value in values.items():
        set_committed_value(row, name, value)
    make_transient_to_detached(row)
    return row


class FailedLogin(Model):
    """A failed attempt to log in, for the limits per account and address."""

    __tablename__ = "failed_login"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
