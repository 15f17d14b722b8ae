"""What the plant's records tell of a material: its lots, and who delivers it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.master import Material, Supplier
from app.models.master.dictionary.wording import NO_WORD, YES_WORD, quantity
from app.models.people.user import User
from app.models.warehouse import lots as of_lots
from app.models.warehouse.stock import Lot
from app.plant.quantities import from_base
from app.screens.master.things.listed import Cell, Listed
from app.screens.record.fact import lot_mark

MOST = 100


def lots(material: Material, by: User) -> Listed:
    """What is there of it, lot by lot, what expires first before the rest."""
    there = (
        select(Lot)
        .where(Lot.material_id == material.id, Lot.is_there())
        .options(selectinload(Lot.stocks), joinedload(Lot.supplier))
        .order_by(Lot.expiry.is_(None), Lot.expiry, Lot.lot_no)
        .limit(MOST)
    )
    rows = [
        [
            Cell(lot.lot_no, of_lots.address(lot)),
            Cell(lot_mark(lot).word),
            Cell(lot.expiry),
            Cell(" ".join(stock.zone for stock in lot.stocks if stock.quantity)),
            Cell(from_base(lot.quantity, material.uom), words=quantity(lot.quantity, material.uom)),
            Cell(lot.supplier.name if lot.supplier else ""),
            Cell(lot.supplier_lot),
        ]
        for lot in db.session.scalars(there)
    ]
    return Listed(
        (
            *(_l("Lot"), _l("State"), _l("Expiry"), _l("Zone"), _l("Quantity")),
            *(_l("Supplier"), _l("Supplier’s lot no.")),
        ),
        rows,
        _l("It is not kept in lots.") if material.untracked else _l("Nothing of it is in stock."),
        numbers=(4,),
    )


def suppliers(material: Material, by: User) -> Listed:
    """Whom it is bought from, and who else delivered what is in stock."""
    delivered = select(Lot.supplier_id).where(Lot.material_id == material.id, Lot.is_there())
    others = select(Supplier).where(Supplier.id.in_(delivered), Supplier.id != material.supplier_id)
    found = [material.supplier, *db.session.scalars(others.order_by(Supplier.code))]
    rows = [
        [
            Cell(supplier.code, f"/admin/master/supplier/{supplier.id}"),
            Cell(supplier.name),
            Cell(YES_WORD if supplier.approved and supplier.active else NO_WORD),
            Cell(
                _l("It is bought here") if place == 0 else _l("It delivered what is in stock"),
            ),
        ]
        for place, supplier in enumerate(found)
    ]
    return Listed((_l("Code"), _l("Name"), _l("Approved supplier"), _l("Delivers")), rows)
