"""What the plant's bookkeeping calls our items, units, zones and partners."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Master
from app.models.records.column_types import Exact

ITEM, UNIT, WAREHOUSE, SUPPLIER = "item", "unit", "warehouse", "supplier"
CUSTOMER, TAX, VOUCHER = "customer", "tax", "voucher"
MAPPED: dict[str, Text] = {
    ITEM: _l("Item: material or product"),
    UNIT: _l("Unit"),
    WAREHOUSE: _l("Zone: their warehouse"),
    SUPPLIER: _l("Supplier"),
    CUSTOMER: _l("Customer"),
    TAX: _l("Tax rate of a kind of voucher"),
    VOUCHER: _l("Kind of voucher"),
}


class VoucherCode(Master):
    """What one of ours is called there. Of an item ``unit`` may be theirs, of which one is
    ``per`` of our unit; of a unit ``per`` is the same.
    """

    __tablename__ = "voucher_code"
    __table_args__ = (UniqueConstraint("kind", "ours"),)

    kind: Mapped[str] = mapped_column(String(12))
    ours: Mapped[str] = mapped_column(String(40))
    theirs: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(20), default="")
    per: Mapped[Decimal | None] = mapped_column(Exact)
