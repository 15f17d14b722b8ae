"""What is tested against which limits, how defects are classed, how short a pack may be."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.master.base import Coded, Master, Named
from app.models.master.products import Product
from app.models.records.column_types import Exact, Json


class SpecTest(Master, Named):
    """One test of a product's specification, on its bulk or finished.

    ``kind`` release: done on every batch, releases it; type: at an interval, never blocks a batch.
    """

    __tablename__ = "spec_test"
    __table_args__ = (UniqueConstraint("product_id", "version", "stage", "code"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    version: Mapped[str] = mapped_column(String(10), default="1")
    superseded: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(20))
    uom: Mapped[str] = mapped_column(String(12))
    lower: Mapped[Decimal | None] = mapped_column(Exact)
    target: Mapped[str] = mapped_column(String(120), default="")
    upper: Mapped[Decimal | None] = mapped_column(Exact)
    method: Mapped[str] = mapped_column(String(120), default="")
    defect_class: Mapped[str] = mapped_column(String(20))
    limit_basis: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(10))
    every: Mapped[str] = mapped_column(String(10))  # batch, month, quarter, year
    duration_h: Mapped[Decimal] = mapped_column(Exact)
    anomaly: Mapped[str | None] = mapped_column(
        String(40), ForeignKey("anomaly_code.code")
    )  # reported where work misses its limits

    product: Mapped[Product] = relationship(back_populates="tests")

    @property
    def is_statutory(self) -> bool:
        """Whether its limits are those of a law or a published standard; what the plant set
        itself begins with ``own``.
        """
        return bool(self.limit_basis) and not self.limit_basis.startswith("own")

    @property
    def is_text(self) -> bool:
        """Whether it is judged by looking or smelling, without a number."""
        return self.uom == "text"


class DefectCode(Coded, Named):
    """A kind of defect found on finished goods, with its class: critical, major or minor."""

    __tablename__ = "defect_code"

    defect_class: Mapped[str] = mapped_column(String(20))


class AqlDefault(Coded, Named):
    """How strictly a class of defects is sampled unless a contract says otherwise; ``code`` is the
    class.

    No ``aql``: not sampled by AQL (one composite sample per batch).
    """

    __tablename__ = "aql_default"

    inspection_level: Mapped[str] = mapped_column(String(40))
    aql: Mapped[Decimal | None] = mapped_column(Exact)
    note: Mapped[str] = mapped_column(String(200), default="")

    @property
    def defect_class(self) -> str:
        return self.code


class NetContentTolerance(Master):
    """How short a single pack may be (JJF 1070), by nominal content in g or mL: a percentage or
    an amount, one of them.
    """

    __tablename__ = "net_content_tolerance"
    __table_args__ = (UniqueConstraint("qn_from_exclusive"),)

    qn_from_exclusive: Mapped[int]
    qn_to_inclusive: Mapped[int]
    tolerance_pct: Mapped[Decimal | None] = mapped_column(Exact)
    tolerance_abs: Mapped[Decimal | None] = mapped_column(Exact)


class DocumentRequirement(Coded, Named):
    """A document that customers ask for. No ``products``: it applies to all."""

    __tablename__ = "document_requirement"

    products: Mapped[list[str]] = mapped_column(Json, default=list)
