"""Lines, tanks, what each line makes how fast, wash-outs between families, and where things may
stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import ZONE_KINDS, term
from app.models.master.base import Coded, Master, Named
from app.models.master.products import Product
from app.models.records.column_types import Exact, Json, Quantity
from app.models.records.errors import Blocked


class Line(Coded, Named):
    """A filling line.

    ``dedicated`` ones share nothing with other chemistry; shift times are ``HH:MM``;
    ``weekdays`` count from 1 = Monday, and one that names none works on any.
    """

    __tablename__ = "line"

    families: Mapped[list[str]] = mapped_column(Json, default=list)
    shift_start: Mapped[str] = mapped_column(String(5))
    shift_end: Mapped[str] = mapped_column(String(5))  # 24:00 is the end of the day
    shifts_per_day: Mapped[int]
    weekdays: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")
    crew_std: Mapped[int]
    dedicated: Mapped[bool] = mapped_column(default=False)

    tanks: Mapped[list[Tank]] = relationship(
        back_populates="line",
        order_by="Tank.code",
        primaryjoin="and_(Line.id == Tank.line_id, Tank.active.is_(True))",
    )
    rates: Mapped[list[LineRate]] = relationship(
        back_populates="line",
        order_by="LineRate.product_id",
        primaryjoin="and_(Line.id == LineRate.line_id, LineRate.active.is_(True))",
    )

    @property
    def shift(self) -> tuple[time, time]:
        """When its shift starts and ends; one that does not end later ends on the next day."""
        start, end = self.shift_start, self.shift_end
        return time.fromisoformat(start), time.fromisoformat("00:00" if end[:2] == "24" else end)


class CalendarEntry(Coded, Named):
    """Days on which the plant, or one line of it, does not work (off), or works although its
    weekday does not (worked).
    """

    __tablename__ = "calendar_entry"

    kind: Mapped[str] = mapped_column(String(10))
    first_day: Mapped[date]
    last_day: Mapped[date]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("line.id"))

    line: Mapped[Line | None] = relationship()

    @property
    def is_worked(self) -> bool:
        return self.kind == WORKED

    @property
    def days(self) -> list[date]:
        return [
            self.first_day + timedelta(days=n)
            for n in range((self.last_day - self.first_day).days + 1)
        ]

    @classmethod
    def from_day(cls, day: date, line_id: int | None = None) -> list[CalendarEntry]:
        """Those in use that are not over by a day, in their order; with a line those that hold
        for it.
        """
        query = select(cls).where(cls.active, cls.last_day >= day)
        if line_id:
            query = query.where(or_(cls.line_id.is_(None), cls.line_id == line_id))
        return list(db.session.scalars(query.order_by(cls.first_day, cls.code)))


WORKED = "worked"


def said_of_days(entries: Iterable[CalendarEntry], line_id: int) -> dict[date, CalendarEntry]:
    """What the calendar says of single days of a line: its own entry goes before the plant’s, and
    a day that is worked before a day off.
    """
    said: dict[date, CalendarEntry] = {}
    for entry in sorted(entries, key=lambda each: (each.line_id is not None, each.is_worked)):
        if entry.line_id in (None, line_id):
            said.update(dict.fromkeys(entry.days, entry))
    return said


class Tank(Coded, Named):
    """A mixing tank of one line; ``material`` is what it is built of, ``classes`` what may be
    mixed in it.
    """

    __tablename__ = "tank"

    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    working_volume_ml: Mapped[int] = mapped_column(Quantity)
    min_fill_pct: Mapped[Decimal] = mapped_column(Exact)
    max_fill_pct: Mapped[Decimal] = mapped_column(Exact)
    material: Mapped[str] = mapped_column(String(40))
    classes: Mapped[list[str]] = mapped_column(Json, default=list)

    line: Mapped[Line] = relationship(back_populates="tanks")


class LineRate(Master):
    """How one line makes one product. Its pot sizes win over what tank and density would give."""

    __tablename__ = "line_rate"
    __table_args__ = (UniqueConstraint("line_id", "product_id"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    units_per_hour: Mapped[int]
    crew: Mapped[int]
    mix_hours_per_batch: Mapped[Decimal] = mapped_column(Exact)
    min_batch_mg: Mapped[int] = mapped_column(Quantity)
    max_batch_mg: Mapped[int] = mapped_column(Quantity)
    bulk_yield_pct: Mapped[Decimal] = mapped_column(Exact)
    filling_loss_pct: Mapped[Decimal] = mapped_column(Exact)

    line: Mapped[Line] = relationship(back_populates="rates", lazy="joined", innerjoin=True)
    product: Mapped[Product] = relationship(back_populates="rates")


class WashLevel(Coded, Named):
    """A level of wash-out: 1, 2, 3, or X = never on the same equipment."""

    __tablename__ = "wash_level"

    steps_zh: Mapped[str] = mapped_column(String(300))
    steps_en: Mapped[str] = mapped_column(String(300))


class Changeover(Master):
    """The wash-out from one family to the next; not the same both ways.

    Minutes and water are unknown for level X.
    """

    __tablename__ = "changeover"
    __table_args__ = (UniqueConstraint("from_family", "to_family"),)

    from_family: Mapped[str] = mapped_column(String(10), ForeignKey("product_family.code"))
    to_family: Mapped[str] = mapped_column(String(10), ForeignKey("product_family.code"))
    wash_level: Mapped[str] = mapped_column(String(40), ForeignKey("wash_level.code"))
    minutes: Mapped[int | None]
    rinse_water_l: Mapped[int | None]
    verification: Mapped[str] = mapped_column(String(200), default="")


class StorageZone(Coded, Named):
    """A zone of the stores, of one kind: raw, packaging, utility, finished, quarantine,
    nonconforming.

    ``classes`` may stand in it; none means packaging and labels.
    """

    __tablename__ = "storage_zone"

    kind: Mapped[str] = mapped_column(String(20))
    classes: Mapped[list[str]] = mapped_column(Json, default=list)


class IncompatClass(Coded, Named):
    """A class of chemistry: neutral, cationic, hypochlorite, acid …"""

    __tablename__ = "incompat_class"

    typical_ph: Mapped[str] = mapped_column(String(20), default="")


class Incompatibility(Master):
    """What two classes must not share.

    Equipment: OK, WASH or FORBID; storage and loading: OK or SEPARATE.
    """

    __tablename__ = "incompatibility"
    __table_args__ = (UniqueConstraint("class_a", "class_b"),)

    class_a: Mapped[str] = mapped_column(String(10), ForeignKey("incompat_class.code"))
    class_b: Mapped[str] = mapped_column(String(10), ForeignKey("incompat_class.code"))
    equipment_rule: Mapped[str] = mapped_column(String(10))
    storage_rule: Mapped[str] = mapped_column(String(10))
    loading_rule: Mapped[str] = mapped_column(String(10))
    effect_zh: Mapped[str] = mapped_column(String(200))
    effect_en: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(120), default="")


def zone_for(kind: str, incompat_class: str | None) -> str:
    """The code of the zone of a kind (quarantine, finished, nonconforming) in which a class may
    stand. Raises Blocked where the plant has none.
    """
    zones = select(StorageZone).where(StorageZone.kind == kind, StorageZone.active)
    for zone in db.session.scalars(zones.order_by(StorageZone.code)):
        if (incompat_class in zone.classes) if incompat_class else not zone.classes:
            return zone.code
    known = IncompatClass.by_code(incompat_class) if incompat_class else None
    raise Blocked(
        _l(
            "No zone of the kind “%(kind)s” takes %(what)s. An administrator enters one under"
            " Master data, Storage zones; then this can be done.",
            kind=term(ZONE_KINDS, kind),
            what=known.name if known else incompat_class or _l("goods without a class"),
        )
    )
