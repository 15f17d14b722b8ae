"""Several drops on one vehicle (clauses 6.1 and 6.3): plate and driver once, a delivery note
each, what must not meet kept apart.
"""

from datetime import timedelta

from app import clock
from app.extensions import db
from app.models.master import Incompatibility
from app.models.records.papers.document import Document
from app.models.warehouse.shipment import Shipment
from tests.pages.looking import words
from tests.trail import step
from tests.walk import said

VEHICLE = {"carrier": "示例物流", "vehicle": "样A00001", "driver": "司机甲", "waybill": ""}

ZONES = {"P-DW-500": "FG-N", "P-BL-500": "FG-H", "P-TA-600": "FG-A"}


@step
def confirmed(walk, product, customer):
    card = walk.card("to_stock_in", product=product, quantity=24, customer=customer)
    walk.do("storekeeper", card, "stock_in", zone=ZONES[product])
    return walk.confirm(walk.pack(walk.shipment(card)))


def number(walk, ref):
    return walk.look(ref, lambda shipment: shipment.id)


def test_6_3_confirmed_shipments_leave_together(walk):
    one, other, stays = (
        confirmed(walk, "P-DW-500", customer) for customer in ("C-002", "C-003", "C-002")
    )
    form = walk.browser("storekeeper").get(f"/warehouse/{one}/ship").get_data(as_text=True)
    assert other in form and stays in form and 'name="apart"' not in form
    walk.do("storekeeper", one, "ship", **VEHICLE, along=[number(walk, other)])
    assert [walk.look(ref) for ref in (one, other, stays)] == ["shipped", "shipped", "to_ship"]
    for ref in (one, other):
        assert walk.look(ref, lambda s: (s.vehicle, s.driver, s.carrier)) == (
            "样A00001",
            "司机甲",
            "示例物流",
        )
        assert walk.look(ref, lambda s: s.history[-1].data["together"]) == [one, other]
        assert "司机甲" not in walk.look(ref, lambda s: s.history[-1].body)
        assert (
            walk.look(
                ref,
                lambda s: (
                    db.session.query(Document).filter_by(flow="shipment", record_id=s.id).count()
                ),
            )
            == 1
        )


def test_what_must_not_meet_is_refused_unless_it_stands_apart_and_nothing_leaves(walk):
    bleach, acid = confirmed(walk, "P-BL-500", "C-002"), confirmed(walk, "P-TA-600", "C-003")
    answer = walk.post("storekeeper", bleach, "ship", **VEHICLE, along=[number(walk, acid)])
    assert answer.status_code == 422 and "chlorine" in said(answer)
    assert [walk.look(ref) for ref in (bleach, acid)] == ["to_ship", "to_ship"]
    walk.do("storekeeper", bleach, "ship", **VEHICLE, along=[number(walk, acid)], apart="y")
    assert (
        walk.look(acid) == "shipped"
        and walk.look(bleach, lambda s: s.history[-1].data["apart"]) is True
    )


def test_what_no_rule_is_written_for_is_not_taken_as_harmless(walk):
    bleach, acid = confirmed(walk, "P-BL-500", "C-002"), confirmed(walk, "P-TA-600", "C-003")
    with walk.app.app_context():
        db.session.execute(db.update(Incompatibility).values(active=False))
        db.session.commit()
    answer = walk.post("storekeeper", bleach, "ship", **VEHICLE, along=[number(walk, acid)])
    assert answer.status_code == 422 and "no rule says whether they may meet" in said(answer)


def test_one_that_left_meanwhile_is_told_and_none_leaves(walk):
    one, other = (confirmed(walk, "P-DW-500", customer) for customer in ("C-002", "C-003"))
    walk.ship(other)
    answer = walk.post("storekeeper", one, "ship", **VEHICLE, along=[number(walk, other)])
    assert answer.status_code == 422 and walk.look(one) == "to_ship"


def test_6_3_a_confirmed_day_that_has_passed_is_told_before_the_goods_leave(walk):
    ref = walk.shipment(walk.card("in_stock", quantity=24))
    walk.pack(ref)
    walk.confirm(ref)
    page = lambda: words(walk.browser("storekeeper").get(f"/warehouse/{ref}/ship"))  # noqa: E731
    assert "has passed" not in page()
    with walk.app.app_context():
        Shipment.find(ref).delivery_on = clock.today() - timedelta(days=1)
        db.session.commit()
    assert "which has passed. Agree on the new day with the customer" in page()
    walk.ship(ref)
    assert walk.look(ref) == "shipped"
