"""Purchase requisitions (clause 2.2): a shortage on its way, until all of it stands in
quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.requisitions import REQUISITIONS
from app.flow.roles import BUYER
from app.flow.samples import REQUEST
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import unit
from app.models.master import Material, Supplier
from app.models.master.plant import zone_for
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample
from app.models.records.column_types import Quantity
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.warehouse.stock import QUARANTINE, Lot, StockMovement, take_in
from app.plant import bounds, days
from app.plant.bounds import Odd
from app.plant.quality.verdict import expiry_date
from app.plant.quantities import from_base

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.production_order import ProductionOrder


class Requisition(Record):
    """One material to buy.

    Each delivery becomes a lot in quarantine; what of the order has not come stays on order.
    """

    __tablename__ = "requisition"
    __table_args__ = (Index("ix_requisition_board", "stage", "due"),)
    flow = REQUISITIONS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    received: Mapped[int] = mapped_column(Quantity, default=0)
    needed_by: Mapped[date]
    card_id: Mapped[int | None] = mapped_column(ForeignKey("production_order.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    purchase_no: Mapped[str] = mapped_column(String(40), default="")
    promised_date: Mapped[date | None]
    lot_id: Mapped[int | None] = mapped_column(
        ForeignKey("lot.id"), index=True
    )  # the last delivery

    material: Mapped[Material] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
    card: Mapped[ProductionOrder | None] = relationship()
    lot: Mapped[Lot | None] = relationship()

    @property
    def headline(self) -> Any:
        return self.material.name

    @property
    def amount(self) -> Any:
        whole = (
            f"{from_base(self.quantity, self.material.uom).normalize():,f} "
            f"{unit(self.material.uom)}"
        )
        if not self.is_partly_received:
            return whole
        rest = f"{from_base(self.rest, self.material.uom).normalize():,f}"
        return _l("%(rest)s of %(whole)s to come", rest=rest, whole=whole)

    @property
    def rest(self) -> int:
        """What of the order has not come yet, in base units."""
        return max(0, self.quantity - (self.received or 0))

    @property
    def is_partly_received(self) -> bool:
        return bool(self.received) and not self.current_stage.ends

    @property
    def lots(self) -> list[Lot]:
        """What was received on it, delivery by delivery."""
        came = select(StockMovement.lot_id).where(
            StockMovement.flow == self.flow.key, StockMovement.record_id == self.id
        )
        return list(db.session.scalars(select(Lot).where(Lot.id.in_(came)).order_by(Lot.id)))

    @property
    def party(self) -> Any:
        return self.supplier.name if self.supplier else ""

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.material), joinedload(cls.supplier))

    def search_words(self) -> list[str]:
        return [self.number, self.purchase_no]

    def search_subjects(self) -> list[Any]:
        return [self.material]

    # Effects

    def request(
        self,
        by: User,
        *,
        material_id: int,
        quantity: int,
        needed_by: date,
        card_id: int | None = None,
        note: str = "",
    ) -> dict[str, Any]:
        self.number, self.received = next_number("PR"), 0
        self.material = db.session.get_one(Material, material_id)
        self.quantity, self.needed_by, self.card_id, self.due = (
            quantity,
            needed_by,
            card_id,
            needed_by,
        )
        self.rush = bool(card_id and db.session.get_one(ProductionOrder, card_id).rush)
        return {
            "number": self.number,
            "material": self.material.code,
            "quantity": quantity,
            "needed_by": needed_by,
            "note": note,
        }

    def order(self, by: User, *, supplier_id: int, purchase_no: str, promised_date: date) -> None:
        self.supplier = db.session.get_one(Supplier, supplier_id)
        self.purchase_no, self.promised_date, self.due = purchase_no, promised_date, promised_date

    def postpone(self, by: User, *, promised_date: date, reason: str) -> dict[str, Any]:
        before, self.promised_date, self.due = self.promised_date, promised_date, promised_date
        return {"changed": {"promised_date": [before, promised_date]}}

    def receive(
        self,
        by: User,
        *,
        quantity: int,
        supplier_lot: str = "",
        expiry: date | None = None,
        assay: Decimal | None = None,
    ) -> dict[str, Any]:
        """Book the delivery into quarantine and ask Quality for its inspection; the rest stays
        on order.
        """
        material, today = self.material, clock.happened_on()
        self.lot = Lot(
            lot_no=next_number("ML"),
            material=material,
            supplier=self.supplier,
            supplier_lot=supplier_lot,
            status=QUARANTINE,
            made_on=today,
            assay=assay,
            expiry=expiry or expiry_date(today, material.shelf_life_days),
        )
        zone = zone_for("quarantine", material.incompat_class)
        take_in(self.lot, zone, quantity, "receipt", by=by, record=self)
        self.received += quantity
        sample = Sample.create(REQUEST.key, by=by, lot=self.lot)
        return {
            "lot": self.lot.lot_no,
            "quantity": quantity,
            "rest": self.rest,
            "zone": zone,
            "supplier_lot": supplier_lot,
            "expiry": self.lot.expiry,
            "assay": assay,
            "sample": sample.ref,
        }

    def after_receipt(self) -> str:
        return "ordered" if self.rest else "received"

    def roles_to_forgo_rest(self) -> set[str]:
        return {BUYER.key} if self.is_partly_received else set()

    def forgo_rest(self, by: User, *, reason: str) -> dict[str, Any]:
        """The supplier delivers no more of it, and no more is waited for."""
        return {"quantity": self.rest}

    # What the figures beside a field say of it: the flow names these as bounds

    def bounds_of_receipt(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        material = self.material
        yield from bounds.receipt(
            entered["quantity"],
            self.rest,
            self.quantity,
            material.uom,
            material.receipt_tolerance_pct,
        )

    def bounds_of_assay(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        if (value := entered.get("assay")) is not None:
            yield from bounds.assay(value, self.material.assay_min_pct, self.material.assay_max_pct)

    def bounds_of_expiry(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        if day := entered.get("expiry"):
            yield from days.expiry(day, clock.today(), self.material.shelf_life_days)
