"""What is bought and kept: raw materials, packaging, labels."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.master.base import Coded, Named
from app.models.master.customers import Supplier
from app.models.records.column_types import Exact, Quantity
from app.models.records.search_index.entries import called


class Material(Coded, Named):
    """A material.

    ``kind`` is raw, packaging or label; ``untracked`` (water from the mains) has no lots and is
    never short.
    """

    __tablename__ = "material"

    kind: Mapped[str] = mapped_column(String(12))
    uom: Mapped[str] = mapped_column(
        String(10)
    )  # what people count it in; quantities are kept in its base unit
    incompat_class: Mapped[str | None] = mapped_column(
        String(10), ForeignKey("incompat_class.code")
    )
    ghs_hazard: Mapped[str] = mapped_column(String(120), default="")
    shelf_life_days: Mapped[int]
    safety_stock: Mapped[int] = mapped_column(Quantity, default=0)
    storage_zone: Mapped[str] = mapped_column(String(10), ForeignKey("storage_zone.code"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    lead_time_days: Mapped[int]
    unit_cost: Mapped[Decimal] = mapped_column(Exact)  # in the plant's currency, per uom
    nominal_active_pct: Mapped[Decimal | None] = mapped_column(Exact)
    # What an assay of it, and a delivery of it, usually is; outside a reason is asked for
    # (app/plant/bounds.py).
    assay_min_pct: Mapped[Decimal | None] = mapped_column(Exact)
    assay_max_pct: Mapped[Decimal | None] = mapped_column(Exact)
    receipt_tolerance_pct: Mapped[Decimal | None] = mapped_column(Exact)
    untracked: Mapped[bool] = mapped_column(default=False)

    supplier: Mapped[Supplier] = relationship()


called(Material, "code", "name_zh", "name_en")
