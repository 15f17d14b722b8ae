"""What bulk is made of, in % w/w."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.master.base import Master, Named, Versioned
from app.models.master.materials import Material
from app.models.records.column_types import Exact


class Formula(Versioned, Named):
    """The formula of a bulk; its lines sum to 100 %. ``status`` is draft, approved or withdrawn."""

    __tablename__ = "formula"

    status: Mapped[str] = mapped_column(String(12))
    family: Mapped[str] = mapped_column(String(10), ForeignKey("product_family.code"))
    incompat_class: Mapped[str] = mapped_column(String(10), ForeignKey("incompat_class.code"))
    density: Mapped[Decimal] = mapped_column(Exact)  # kg per L
    standard_yield_pct: Mapped[Decimal] = mapped_column(Exact)
    effective_from: Mapped[date]

    lines: Mapped[list[FormulaLine]] = relationship(
        back_populates="formula",
        order_by="FormulaLine.line_no",
        primaryjoin="and_(Formula.id == FormulaLine.formula_id, "
        "or_(FormulaLine.active.is_(True), FormulaLine.superseded.is_(True)))",
    )


class FormulaLine(Master):
    """One material of a formula.

    ``potency_correct``: charged by the lot's measured assay; water takes up the difference.
    """

    __tablename__ = "formula_line"
    __table_args__ = (UniqueConstraint("formula_id", "line_no"),)

    formula_id: Mapped[int] = mapped_column(ForeignKey("formula.id"))
    line_no: Mapped[int]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"))
    percent: Mapped[Decimal] = mapped_column(Exact)
    phase: Mapped[str] = mapped_column(String(4))
    weigh_tolerance_pct: Mapped[Decimal] = mapped_column(Exact)
    potency_correct: Mapped[bool] = mapped_column(default=False)
    # Retired with its formula by a newer revision, not before.
    superseded: Mapped[bool] = mapped_column(default=False)

    formula: Mapped[Formula] = relationship(back_populates="lines")
    material: Mapped[Material] = relationship(lazy="joined", innerjoin=True)
