"""What the form of a complaint offers: what a customer got, found by any number or name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master import addresses_of
from app.models.master.quality import DefectCode
from app.models.production.production_order import ProductionOrder
from app.models.records.kinds import record_of
from app.models.sales.order import Order, OrderLine
from app.models.warehouse.complaint import GOT
from app.models.warehouse.shipment import Shipment
from app.required import required

if TYPE_CHECKING:
    from app.models.warehouse.stock import Lot

OFFERED = 50  # deliveries, the latest first
CUSTOMERS = 8


class ComplaintChoices:
    """The part of the choices that is about complaints."""

    if TYPE_CHECKING:  # another part’s

        def lot_called(self, code: str) -> Lot | None: ...

    def defect_codes(self) -> list[tuple[int, Any]]:
        rows = select(DefectCode).where(DefectCode.active).order_by(DefectCode.code)
        return [(each.id, f"{each.code} {each.name}") for each in db.session.scalars(rows)]

    def delivered(self, words: str) -> list[tuple[ProductionOrder, Text]]:
        """What customers got that a number or name means, each card with its words."""
        if not words:
            return []
        query = (
            select(ProductionOrder)
            .join(ProductionOrder.line)
            .join(OrderLine.order)
            .where(
                ProductionOrder.stage.in_(GOT),
                ProductionOrder.shipment_id.is_not(None),
                self.meant(words),
            )
            .options(
                *ProductionOrder.shown_with(),
                joinedload(ProductionOrder.lot),
                joinedload(ProductionOrder.shipment),
            )
            .order_by(ProductionOrder.id.desc())
            .limit(OFFERED)
        )
        return [(card, told(card)) for card in db.session.scalars(query)]

    def meant(self, words: str) -> ColumnElement[bool]:
        """The condition that a card is meant: its lot, itself, its order, shipment or customer."""
        if lot := self.lot_called(words):
            return ProductionOrder.lot_id == lot.id
        record = record_of(words)
        if isinstance(record, ProductionOrder):
            return ProductionOrder.id == record.id
        if isinstance(record, Order):
            return OrderLine.order_id == record.id
        if isinstance(record, Shipment):
            return ProductionOrder.shipment_id == record.id
        customers = {address.customer_id for address in addresses_of(words, CUSTOMERS)}
        return Order.customer_id.in_(customers)


def told(card: ProductionOrder) -> Text:
    shipment = required(card.shipment)
    return _l(
        "%(customer)s · %(ref)s · %(product)s · %(quantity)s units · lot %(lot)s · %(shipment)s",
        customer=card.party,
        ref=card.ref,
        product=card.headline,
        quantity=f"{card.good:,}",
        lot=required(card.lot).lot_no,
        shipment=shipment.ref,
    )
