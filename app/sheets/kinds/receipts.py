"""Open purchase orders: what suppliers have promised and is still to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.requisitions import REQUISITIONS
from app.flow.roles import BUYER
from app.flow.texts.lazy_text import _l
from app.models.master import Material, Supplier
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import DAY, code_of, long, quantity, text
from app.models.purchasing.requisition import Requisition
from app.plant.quantities import from_base
from app.required import required
from app.sheets.kinds.listed import Listed, Pass, differs
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, Change, Plan, Planned
from app.sheets.reading.rows import Read

if TYPE_CHECKING:
    from app.models.people.user import User

REQUEST, ORDER = (action.key for action in REQUISITIONS.actions[:2])


class Receipts(Listed):
    """Each becomes a requisition on order; a delivery is recorded there, when it comes."""

    key, file, label = "receipts", "purchase_receipts", _l("Open purchase orders")
    keepers = frozenset({BUYER.key})
    key_fields = ("purchase_no", "material")
    own = (
        Column(
            "purchase_no",
            text("purchase_no", _l("Purchase order no."), required=True, pattern=r".{1,40}"),
            ("采购单号", "采购订单号"),
        ),
        Column(
            "material_code",
            code_of("material", _l("Material"), Material),
            ("物料编码", "料号", "存货编码", "物料"),
        ),
        Column("supplier", code_of("supplier", _l("Supplier"), Supplier), ("供应商", "供应商编码")),
        Column("qty", quantity("quantity", _l("Quantity"), unit_from="uom", low=1), ("数量",)),
        Column("uom", text("uom", _l("Unit")), ("单位",)),
        Column(
            "ordered_on", Field("ordered_on", _l("Ordered on"), DAY, required=False), ("下单日期",)
        ),
        Column(
            "expected_on",
            Field("expected_on", _l("Promised date"), DAY),
            ("预计到货", "交货日期", "到货日期"),
        ),
        Column("note_zh", long("note_zh", _l("Note")), ("备注",)),
        Column("note_en", long("note_en", _l("Note in English"))),
    )

    def prepare(self, at: Pass) -> None:
        at.more["there"] = {
            (each.purchase_no, each.material.code): each
            for each in db.session.scalars(
                select(Requisition)
                .where(Requisition.purchase_no != "")
                .options(joinedload(Requisition.material), joinedload(Requisition.supplier))
            )
        }

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        said = read.values
        there = at.more["there"].get((said["purchase_no"], said["material"]))
        if there is None:
            material = required(at.known.coded(Material, said["material"]))
            planned.state, planned.work = NEW, said
            planned.changes = [Change("quantity", None, said["quantity"], material.uom)]  # type: ignore[attr-defined]
            return
        planned.state = SAME
        if there.quantity != said["quantity"]:
            differs(read, f"{from_base(there.quantity, there.material.uom):f}")

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        for planned in rows:
            with clock.as_of(ordered_at(planned.work)):
                order(planned.work, by)

    @property
    def own_columns(self) -> list[Column]:
        left_out = ("ordered_on", "note_zh", "note_en")
        return [column for column in self.own if column.key not in left_out]

    def exported(self) -> Iterator[Sequence[Any]]:
        """What is on order and has not come."""
        open_ones = (
            select(Requisition)
            .where(Requisition.purchase_no != "")
            .options(joinedload(Requisition.material), joinedload(Requisition.supplier))
            .order_by(Requisition.purchase_no)
        )
        for each in db.session.scalars(open_ones):
            if not each.current_stage.ends:
                yield [
                    each.purchase_no,
                    each.material.code,
                    required(each.supplier).code,
                    from_base(each.quantity, each.material.uom),
                    each.material.uom,
                    each.promised_date,
                ]


def order(said: dict[str, Any], by: User | None) -> None:
    """Put on record what was ordered before."""
    requisition = Requisition.create(
        REQUEST,
        by=by,
        material_id=required(Material.by_code(said["material"])).id,
        quantity=said["quantity"],
        needed_by=said["expected_on"],
        note=said.get("note_zh") or said.get("note_en") or "",
    )
    requisition.perform(
        ORDER,
        by=by,
        supplier_id=required(Supplier.by_code(said["supplier"])).id,
        purchase_no=said["purchase_no"],
        promised_date=said["expected_on"],
    )


def ordered_at(said: dict[str, Any]) -> datetime:
    """When it was ordered: a promise that is broken by now was none of a day gone by."""
    day = min(said.get("ordered_on") or clock.today(), said["expected_on"], clock.today())
    return min(datetime.combine(day, time(12), clock.plant_zone()), clock.now())
