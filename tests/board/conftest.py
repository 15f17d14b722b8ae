"""What stands on the boards of these tests."""

import pytest

from app.extensions import db
from tests import around


@pytest.fixture
def orders(app, trail):
    """Three orders just received."""

    def make():
        with app.app_context():
            around.open_plant()
            refs = [around.take_in(po=f"PO-{n}").ref for n in range(3)]
            db.session.commit()
            return refs

    return trail.follow("three orders", make)
