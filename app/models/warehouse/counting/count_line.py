"""What was counted of one lot in one zone, against what the book says of that moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model, db
from app.flow.texts.lazy_text import Text, _l
from app.models.records.column_types import Key, Moment, Quantity
from app.models.records.rules.plant_settings import number_set
from app.models.warehouse.stock import Lot, Stock, StockMovement
from app.plant.quantities import from_base
from app.plant.warehouse.counting import is_large

if TYPE_CHECKING:
    from app.models.people.user import User

SOME = 500  # lots whose movements are read at once


class CountLine(Model):
    """One lot of a count, in base units.

    ``found``: it was not on the sheet. ``book`` is what the book said when it was counted, written
    down once the count is closed; ``reason`` is why the two differ.
    """

    __tablename__ = "count_line"
    __table_args__ = (
        UniqueConstraint("count_id", "lot_id"),
        Index("ix_count_line_lot", "lot_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    found: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[int | None] = mapped_column(Quantity)
    counted_at: Mapped[datetime | None] = mapped_column(Moment)
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    book: Mapped[int | None] = mapped_column(Quantity)
    reason: Mapped[str] = mapped_column(String(400), default="")

    lot: Mapped[Lot] = relationship(lazy="joined", innerjoin=True)
    counted_by: Mapped[User | None] = relationship()

    @property
    def difference(self) -> int | None:
        """What there is more, or less, than the book says; None before the count is closed."""
        if self.counted is None or self.book is None:
            return None
        return self.counted - self.book

    @property
    def differs(self) -> bool:
        return bool(self.difference)

    @property
    def worth(self) -> Decimal:
        """What the difference is worth, by the cost of the material or the price of the product."""
        item, more = self.lot.item, self.difference or 0
        each: Decimal = item.list_price if self.lot.product else item.unit_cost  # type: ignore[union-attr]
        return (from_base(more, self.lot.uom) * each).quantize(Decimal("0.01"))

    @property
    def is_large(self) -> bool:
        """Whether the difference asks for a second person, as the plant has set it."""
        return is_large(
            self.difference or 0,
            self.book or 0,
            self.worth,
            percent=number_set("count_percent"),
            most=number_set("count_value"),
        )


def in_unit(lot: Lot, quantity: int | None) -> str | Text:
    """A quantity of a lot for people and for events, the same in both languages but for pieces."""
    return "–" if quantity is None else in_uom(quantity, lot.uom)


def in_uom(quantity: int, uom: str) -> str | Text:
    """A quantity of base units as people read it, in sentences of both languages."""
    amount = f"{from_base(quantity, uom).normalize():,f}"
    return _l("%(quantity)s pcs", quantity=amount) if uom == "pcs" else f"{amount} {uom}"


def books(zone: str, at: Mapping[int, datetime]) -> dict[int, int]:
    """What the book said of lots in a zone, each at its moment, by their ids: what it says now,
    without what has moved since. So what moves before or after a lot is counted makes no
    difference.
    """
    said: dict[int, int] = dict.fromkeys(at, 0)
    ids = sorted(at)
    for first in range(0, len(ids), SOME):
        some = ids[first : first + SOME]
        here = select(Stock.lot_id, Stock.quantity).where(
            Stock.lot_id.in_(some), Stock.zone == zone
        )
        for lot, quantity in db.session.execute(here):
            said[lot] = quantity
        since = min(at[lot] for lot in some)
        moved = select(StockMovement.lot_id, StockMovement.at, StockMovement.quantity).where(
            StockMovement.lot_id.in_(some), StockMovement.zone == zone, StockMovement.at > since
        )
        for lot, moment, quantity in db.session.execute(moved):
            if moment > at[lot]:
                said[lot] -= quantity
    return said
