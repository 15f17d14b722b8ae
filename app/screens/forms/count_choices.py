"""What the forms of counts offer: zones, and the lot that a code means."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.master import StorageZone
from app.models.warehouse.counting.stock_count import StockCount
from app.models.warehouse.lots import lot_with, lots_of, scanned
from app.models.warehouse.stock import Lot, Stock
from app.plant.scans import read

Pairs = list[tuple[Any, Any]]


class CountChoices:
    """The part of the choices that is about counting."""

    def zones_to_count(self) -> Pairs:
        rows = select(StorageZone).where(StorageZone.active).order_by(StorageZone.code)
        return [(zone.code, f"{zone.code} {zone.name}") for zone in db.session.scalars(rows)]

    def zones_of(self, lot: Lot) -> Pairs:
        """The zones in which the lot stands by the book; all, where it stands in none."""
        here = {stock.zone for stock in lot.stocks if stock.quantity}
        return [pair for pair in self.zones_to_count() if pair[0] in here] or self.zones_to_count()

    def lot_called(self, code: str) -> Lot | None:
        """The one lot that a scanned or typed code means, whether or not any is left of it."""
        if found := scanned(code):
            return found
        scan = read(code)
        for number in filter(None, scan.numbers):
            if scan.lot_id:
                return lot_with(number, scan.lot_id)
            if len(lots := lots_of(number)) == 1:
                return lots[0]
        return None

    def places_of(self, count: StockCount) -> dict[int, list[str]]:
        """The other zones in which the book has lots of a count, by the lots' ids."""
        lots = [line.lot_id for line in count.lines if line.found]
        rows = db.session.execute(
            select(Stock.lot_id, Stock.zone).where(
                Stock.lot_id.in_(lots), Stock.zone != count.zone, Stock.is_there()
            )
        )
        found: dict[int, list[str]] = {}
        for lot, zone in rows:
            found.setdefault(lot, []).append(zone)
        return found
