"""Opening stock: the lots that stand in the stores when a plant begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.flow.roles import ADMIN, STOREKEEPER
from app.flow.samples import REQUEST
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import LOT_STATUS
from app.models.master import Material, StorageZone, Supplier
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import DAY, choice, code_of, percent, quantity, text
from app.models.quality.sample import Sample
from app.models.records.number_series import pass_over
from app.models.warehouse.stock import QUARANTINE, Lot, StockMovement, take_in
from app.plant.quality.verdict import expiry_date
from app.plant.quantities import from_base
from app.required import required
from app.sheets.kinds.listed import Listed, Pass, differs
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, Change, Plan, Planned
from app.sheets.reading.rows import Read

if TYPE_CHECKING:
    from app.models.people.user import User

OPENING = "opening"


class Lots(Listed):
    """A lot comes in once, with its opening quantity; afterwards it is counted where it stands."""

    key, file, label = "lots", "material_lots", _l("Opening stock")
    keepers = frozenset({STOREKEEPER.key, ADMIN.key})
    key_fields = ("lot_no",)
    own = (
        Column(
            "lot_no",
            text("lot_no", _l("Lot no."), required=True, pattern=r"[^\s|;]{1,40}"),
            ("批号", "批次号", "批次"),
        ),
        Column(
            "material_code",
            code_of("material", _l("Material"), Material),
            ("物料编码", "料号", "存货编码", "物料"),
        ),
        Column(
            "qty",
            quantity("quantity", _l("Quantity"), unit_from="uom", low=1),
            ("数量", "库存数量", "现存量", "结存数量"),
        ),
        Column("uom", text("uom", _l("Unit")), ("单位", "计量单位")),
        Column(
            "received",
            Field("received", _l("Received on"), DAY),
            ("入库日期", "收货日期", "到货日期"),
        ),
        Column(
            "expiry",
            Field("expiry", _l("Expiry"), DAY, required=False),
            ("有效期", "有效期至", "失效日期", "到期日"),
        ),
        Column(
            "status",
            choice(
                "status",
                _l("Status"),
                (
                    *LOT_STATUS.items(),
                    ("released", "合格"),
                    ("rejected", "不合格"),
                    ("quarantine", "待检"),
                ),
            ),
            ("状态", "质量状态"),
        ),
        Column(
            "assay_pct", percent("assay", _l("Assay"), required=False), ("含量", "实测含量", "纯度")
        ),
        Column(
            "location",
            code_of("zone", _l("Storage zone"), StorageZone),
            ("库位", "货位", "储位", "库区"),
        ),
        Column(
            "supplier", code_of("supplier", _l("Supplier"), Supplier, required=False), ("供应商",)
        ),
        Column("supplier_lot", text("supplier_lot", _l("Supplier’s lot no.")), ("供应商批号",)),
    )

    def prepare(self, at: Pass) -> None:
        at.more["lots"] = {
            lot.lot_no: lot
            for lot in db.session.scalars(select(Lot).options(joinedload(Lot.material)))
        }
        at.more["opening"] = opened()

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        said = read.values
        material = at.known.coded(Material, said["material"])
        if not isinstance(material, Material) or material.untracked:
            read.wrong(_l("This material is not kept in lots."), at.source("material"))
            return
        if said.get("expiry") is None:
            said["expiry"] = expiry_date(said["received"], material.shelf_life_days)
        lot = at.more["lots"].get(said["lot_no"])
        if lot is None:
            planned.state = NEW
            planned.work = said
            planned.changes = [Change("quantity", None, said["quantity"], material.uom)]
            return
        planned.state = SAME
        if odd := next(unlike(lot, said, at.more["opening"].get(lot.id)), None):
            differs(read, odd)

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        """What stands in quarantine asks Quality for its inspection, as what is received does."""
        for planned in rows:
            lot = put_in(planned.work, OPENING, by)
            pass_over(lot.lot_no)
            if lot.status == QUARANTINE:
                Sample.create(REQUEST.key, by=by, lot=lot)

    @property
    def own_columns(self) -> list[Column]:
        return list(self.own)

    def exported(self) -> Iterator[Sequence[Any]]:
        opening = opened()
        lots = select(Lot).where(Lot.id.in_(opening)).order_by(Lot.lot_no)
        options = (joinedload(Lot.material), joinedload(Lot.supplier), selectinload(Lot.stocks))
        for lot in db.session.scalars(lots.options(*options)):
            zone, amount = opening[lot.id]
            yield [
                lot.lot_no,
                lot.item.code,
                from_base(amount, lot.uom),
                lot.uom,
                lot.made_on,
                lot.expiry,
                lot.status,
                lot.assay,
                zone,
                lot.supplier.code if lot.supplier else None,
                lot.supplier_lot,
            ]


def opened() -> dict[int, tuple[str, int]]:
    """Zone and quantity with which each lot was there at the beginning."""
    rows = db.session.execute(
        select(StockMovement.lot_id, func.min(StockMovement.zone), func.sum(StockMovement.quantity))
        .where(StockMovement.kind == OPENING, StockMovement.flow.is_(None))
        .group_by(StockMovement.lot_id)
    )
    return {lot: (zone, int(amount)) for lot, zone, amount in rows}


def unlike(lot: Lot, said: dict[str, Any], opening: tuple[str, int] | None) -> Iterator[str]:
    """Yield what of a lot is not as a file says; what has moved since is not compared."""
    if lot.item.code != said["material"]:
        yield lot.item.code
    if opening and opening[1] != said["quantity"]:
        yield f"{from_base(opening[1], lot.uom):f} {lot.uom}"
    if lot.expiry != said["expiry"]:
        yield str(lot.expiry)
    if "assay" in said and lot.assay != said["assay"]:
        yield f"{lot.assay} %"


def put_in(said: dict[str, Any], kind: str, by: User | None) -> Lot:
    """Put a lot where it stands; ``kind`` is that of its stock movement."""
    material = required(Material.by_code(said["material"]))
    supplier = said.get("supplier")
    return take_in(
        Lot(
            lot_no=said["lot_no"],
            material=material,
            supplier=Supplier.by_code(supplier) if supplier else material.supplier,
            supplier_lot=said.get("supplier_lot", ""),
            status=said["status"],
            made_on=said["received"],
            expiry=said["expiry"],
            assay=said.get("assay"),
        ),
        said["zone"],
        said["quantity"],
        kind,
        by=by,
    )
