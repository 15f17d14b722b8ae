"""What is sold, and what it is packed in."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.master.base import Coded, Master, Named
from app.models.master.formulas import Formula
from app.models.master.materials import Material
from app.models.records.column_types import Exact, Json, Quantity
from app.models.records.search_index.entries import called

if TYPE_CHECKING:
    from app.models.master.instructions import WorkInstruction
    from app.models.master.plant import LineRate
    from app.models.master.quality import SpecTest


class ProductFamily(Coded, Named):
    """A family of products: what a line may fill and what a wash-out goes by."""

    __tablename__ = "product_family"

    incompat_class: Mapped[str] = mapped_column(String(10), ForeignKey("incompat_class.code"))


class Product(Coded, Named):
    """A product in its pack. ``case_gross_mass_mg`` of a drum without a case is the drum's own."""

    __tablename__ = "product"

    family: Mapped[str] = mapped_column(String(10), ForeignKey("product_family.code"))
    incompat_class: Mapped[str] = mapped_column(String(10), ForeignKey("incompat_class.code"))
    formula_id: Mapped[int] = mapped_column(ForeignKey("formula.id"))
    instruction_id: Mapped[int | None] = mapped_column(ForeignKey("work_instruction.id"))
    pack_qty: Mapped[int]
    pack_uom: Mapped[str] = mapped_column(String(10))
    fill_mass_mg: Mapped[int] = mapped_column(Quantity)
    gross_mass_mg: Mapped[int] = mapped_column(Quantity)
    case_gross_mass_mg: Mapped[int] = mapped_column(Quantity)
    units_per_case: Mapped[int]
    shelf_life_days: Mapped[int]
    default_min_remaining_pct: Mapped[Decimal] = mapped_column(Exact)
    barcode: Mapped[str] = mapped_column(String(20), default="")
    hazard_label: Mapped[str] = mapped_column(String(60), default="")
    standard: Mapped[str] = mapped_column(String(60))
    standard_basis: Mapped[str] = mapped_column(String(120), default="")
    label_version: Mapped[str] = mapped_column(String(10))
    label_variants: Mapped[list[str]] = mapped_column(Json, default=list)
    list_price: Mapped[Decimal] = mapped_column(Exact)  # in the plant's currency, per unit
    # Which versions of its specification and its packaging list are in force.
    specification_version: Mapped[str] = mapped_column(String(10), default="1")
    packaging_version: Mapped[str] = mapped_column(String(10), default="1")

    formula: Mapped[Formula] = relationship()
    instruction: Mapped[WorkInstruction | None] = relationship()
    packaging: Mapped[list[ProductPackaging]] = relationship(
        back_populates="product",
        order_by="ProductPackaging.line_no",
        primaryjoin="and_(Product.id == ProductPackaging.product_id, "
        "ProductPackaging.active.is_(True))",
    )
    tests: Mapped[list[SpecTest]] = relationship(
        back_populates="product",
        order_by="SpecTest.id",
        primaryjoin="and_(Product.id == SpecTest.product_id, SpecTest.active.is_(True))",
    )
    rates: Mapped[list[LineRate]] = relationship(
        back_populates="product",
        order_by="LineRate.line_id",
        primaryjoin="and_(Product.id == LineRate.product_id, LineRate.active.is_(True))",
    )


class Price:
    """A line of the price list: what a product costs; kept with the product."""

    def __init__(
        self,
        product: Product | None = None,
        list_price: Decimal | None = None,
        active: bool = True,
    ) -> None:
        self.product, self.list_price, self.active = product, list_price, active


class ProductPackaging(Master):
    """One packaging item of a product; one piece serves ``units_per_item`` units (bottle 1,
    carton 12, pallet 720).
    """

    __tablename__ = "product_packaging"
    __table_args__ = (UniqueConstraint("product_id", "version", "line_no"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    version: Mapped[str] = mapped_column(String(10), default="1")
    superseded: Mapped[bool] = mapped_column(default=False)
    line_no: Mapped[int]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"))
    per: Mapped[str] = mapped_column(String(10))  # unit, case, pallet
    units_per_item: Mapped[int]
    uom: Mapped[str] = mapped_column(String(10), default="pcs")
    scrap_pct: Mapped[Decimal] = mapped_column(Exact)

    product: Mapped[Product] = relationship(back_populates="packaging")
    material: Mapped[Material] = relationship(lazy="joined", innerjoin=True)


called(Product, "code", "name_zh", "name_en")
