"""Lots, and the append-only ledger of where how much of each stands.

No balance ever goes below zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.util import identity_key

from app import clock
from app.database import few
from app.extensions import Model, db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Material, Product, Supplier
from app.models.records.column_types import Exact, Key, Moment, Quantity
from app.models.records.errors import Blocked
from app.models.records.sealing import sealed_rows
from app.models.warehouse.unsent import wait
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.record import Record

QUARANTINE, RELEASED, REJECTED = "quarantine", "released", "rejected"


class Lot(Model):
    """A lot of one material or one product. Expired is derived: ``expiry`` lies before the day."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("(material_id IS NULL) <> (product_id IS NULL)", name="one_item"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    lot_no: Mapped[str] = mapped_column(String(40), unique=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    supplier_lot: Mapped[str] = mapped_column(String(40), default="", index=True)
    status: Mapped[str] = mapped_column(String(12))
    made_on: Mapped[date]  # or received on
    expiry: Mapped[date | None]
    assay: Mapped[Decimal | None] = mapped_column(Exact)

    material: Mapped[Material | None] = relationship()
    product: Mapped[Product | None] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
    stocks: Mapped[list[Stock]] = relationship(back_populates="lot", order_by="Stock.zone")

    @property
    def item(self) -> Material | Product:
        return self.material or required(self.product)

    @property
    def quantity(self) -> int:
        """All there is of it, in base units."""
        return sum(stock.quantity for stock in self.stocks)

    @property
    def zone(self) -> str | None:
        """Where most of it stands."""
        fullest = max(self.stocks, key=lambda s: s.quantity, default=None)
        return fullest.zone if fullest and fullest.quantity else None

    @property
    def uom(self) -> str:
        """The unit that people count it in."""
        return self.material.uom if self.material else "pcs"

    @property
    def has_expired(self) -> bool:
        return self.expiry is not None and self.expiry < clock.today()

    def not_usable_on(self, day: date) -> Text | None:
        """The planner's sentence about a lot that will have expired on the day of delivery, or
        is not released.
        """
        if self.status != RELEASED or self.has_expired:
            return _l(
                "Lot %(lot)s has expired or is blocked; the planner must choose another.",
                lot=self.lot_no,
            )
        if self.is_usable(day):
            return None
        return _l(
            "Lot %(lot)s expires on %(expiry)s, before the promised day %(day)s; choose another, "
            "or plan to make it.",
            lot=self.lot_no,
            expiry=self.expiry,
            day=day,
        )

    def is_usable(self, day: date) -> bool:
        return self.status == RELEASED and (self.expiry is None or self.expiry >= day)

    @classmethod
    def is_there(cls) -> ColumnElement[bool]:
        """The condition that there is any of it, in any zone."""
        return few(cls.id.in_(select(Stock.lot_id).where(Stock.is_there())))

    @classmethod
    def usable_on(cls, day: Any) -> Any:
        """The same as a condition."""
        return and_(cls.status == RELEASED, or_(cls.expiry.is_(None), cls.expiry >= day))


class Stock(Model):
    """The balance of a lot in a zone: the sum of its movements, kept by the database from going
    below zero.
    """

    __tablename__ = "stock"
    # What is there is looked for among what was: most lots are long used up.
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="never_negative"),
        Index(
            "ix_stock_there",
            "lot_id",
            postgresql_where=text("quantity > 0"),
            sqlite_where=text("quantity > 0"),
        ),
    )

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    zone: Mapped[str] = mapped_column(ForeignKey("storage_zone.code"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Quantity)

    lot: Mapped[Lot] = relationship(back_populates="stocks")

    @classmethod
    def is_there(cls) -> ColumnElement[bool]:
        """The condition that there is any of it, by the index of what is there."""
        return few(cls.quantity > literal_column("0"))


class StockMovement(Model):
    """One line of the ledger: so much of a lot came into a zone (or, negative, left it), why, by
    whom, for what.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (Index("ix_stock_movement_record", "flow", "record_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    zone: Mapped[str] = mapped_column(ForeignKey("storage_zone.code"))
    quantity: Mapped[int] = mapped_column(Quantity)
    # opening, receipt, issue, return, production, transfer, rework, scrap, shipment, adjustment
    kind: Mapped[str] = mapped_column(String(20))
    flow: Mapped[str | None] = mapped_column(String(20))
    record_id: Mapped[int | None] = mapped_column(Key)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)

    lot: Mapped[Lot] = relationship()


# So many lots are compared at once.
LOTS = 1000

BALANCE = Stock.__table__.c
BALANCED = (
    update(Stock.__table__)
    .where(
        BALANCE.lot_id == bindparam("lot"),
        BALANCE.zone == bindparam("place"),
        BALANCE.quantity + bindparam("more") >= 0,
    )
    .values(quantity=BALANCE.quantity + bindparam("more"))
)
MOVED = insert(StockMovement.__table__).returning(StockMovement.__table__.c.id)


def move(
    lot: Lot, zone: str, quantity: int, kind: str, *, by: User | None, record: Record | None = None
) -> None:
    """Write a movement and its balance.

    Raises Blocked when the zone holds less of the lot than is taken.
    """
    if lot.id is None or (record and record.id is None):
        db.session.flush()
    # Rows, not objects: a ledger's lines never change, and a sheet moves twenty lots.
    send = db.session.connection().execute
    place = {"lot_id": lot.id, "zone": zone, "quantity": quantity}
    if not send(BALANCED, {"lot": lot.id, "place": zone, "more": quantity}).rowcount:
        if quantity < 0:
            raise Blocked(
                _l(
                    "Zone %(zone)s no longer holds enough of lot %(lot)s; count it and choose "
                    "again.",
                    zone=zone,
                    lot=lot.lot_no,
                )
            )
        send(insert(Stock.__table__), place)
    row = {
        **place,
        "kind": kind,
        "flow": record and record.flow.key,
        "record_id": record and record.id,
        "by_id": by and by.id,
        "at": clock.happened(),
    }
    movement_id = send(MOVED, row).scalar_one()
    sealed_rows.note(StockMovement.__table__, movement_id, **row)
    wait(movement_id, kind)
    if in_session := db.session().identity_map.get(identity_key(Stock, (lot.id, zone))):
        db.session.expire(in_session)
    db.session.expire(lot, ["stocks"])


def relocate(lot: Lot, zone: str, *, by: User | None, record: Record) -> None:
    """Move all of a lot into one zone."""
    for place, quantity in [
        (s.zone, s.quantity) for s in lot.stocks if s.quantity and s.zone != zone
    ]:
        move(lot, place, -quantity, "transfer", by=by, record=record)
        move(lot, zone, quantity, "transfer", by=by, record=record)


def take_in(
    lot: Lot, zone: str, quantity: int, kind: str, *, by: User | None, record: Record | None = None
) -> Lot:
    """Add a new lot with its first movement."""
    db.session.add(lot)
    move(lot, zone, quantity, kind, by=by, record=record)
    return lot


def usable_lots(item: Material | Product, day: date) -> list[Lot]:
    """Released, unexpired lots with stock, first expired first."""
    kind = "material_id" if isinstance(item, Material) else "product_id"
    return list(db.session.scalars(usable_lots_of(kind), {"item": item.id, "day": day}))


@cache
def usable_lots_of(kind: str) -> Any:
    """The SELECT of the same, of the ``item`` that a column of lots names, on a ``day``."""
    return (
        select(Lot)
        .where(
            Lot.__table__.c[kind] == bindparam("item"),
            Lot.usable_on(bindparam("day", type_=Date)),
            Lot.is_there(),
        )
        .order_by(Lot.expiry.is_(None), Lot.expiry, Lot.lot_no)
    )


def on_hand(material: Material, day: date) -> int:
    """Released, unexpired stock of a material, in base units."""
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(Stock.quantity), 0))
            .join(Lot)
            .where(
                Lot.material_id == material.id,
                Lot.usable_on(day),
                Stock.is_there(),
            )
        )
        or 0
    )


def ledger_faults() -> Iterator[str]:
    """Yield a sentence for every balance that is not the sum of its movements."""
    ends = [
        number or 0
        for kind in (StockMovement, Stock)
        for number in db.session.execute(select(func.min(kind.lot_id), func.max(kind.lot_id))).one()
    ]
    for first in range(min(ends), max(ends) + 1, LOTS):
        yield from wrong_balances(first, first + LOTS - 1)


def wrong_balances(first: int, last: int) -> Iterator[str]:
    """The same of the lots of these numbers: SQLite sorts what it sums up in memory."""
    moved = (
        select(
            StockMovement.lot_id, StockMovement.zone, func.sum(StockMovement.quantity).label("sum")
        )
        .where(StockMovement.lot_id.between(first, last))
        .group_by(StockMovement.lot_id, StockMovement.zone)
        .subquery()
    )
    kept = select(Stock.__table__).where(Stock.lot_id.between(first, last)).subquery()
    lot, zone = (func.coalesce(moved.c[name], kept.c[name]) for name in ("lot_id", "zone"))
    said, balance = func.coalesce(moved.c.sum, 0), func.coalesce(kept.c.quantity, 0)
    same = (kept.c.lot_id == moved.c.lot_id) & (kept.c.zone == moved.c.zone)
    differing = select(lot, zone, said, balance).select_from(moved).join(kept, same, full=True)
    for number, where, movements, left in db.session.execute(
        differing.where(said != balance).order_by(lot, zone)
    ):
        yield (f"stock of lot {number} in {where}: movements say {movements}, the balance {left}")
