"""A plant whose movements go out to the bookkeeping."""

import pytest

from app.extensions import db
from app.models.records.rules.plant_settings import PlantSetting
from app.models.warehouse.stock import Lot, Stock, move
from tests.master.conftest import loaded, start
from tests.sheets.conftest import bring, work


@pytest.fixture
def on(app):
    """Movements wait for vouchers from now on."""
    with app.app_context():
        PlantSetting.change({"vouchers": "yes"}, by=None, version=0)
        db.session.commit()


@pytest.fixture
def moved(app, on):
    """``moved("R-002", -500_000, "issue")``: a movement of a lot of an item that is there; its id
    comes back.
    """

    def book(item, quantity, kind):
        with app.app_context():
            found = db.session.query(Stock).join(Lot).filter(Lot.material.has(code=item))
            stock = found.filter(Stock.quantity >= 2 * abs(quantity)).order_by(Lot.id).first()
            move(stock.lot, stock.zone, quantity, kind, by=None)
            db.session.commit()
            return stock.lot.lot_no

    return book
