"""A customer entered twice: proposed by one, confirmed by another, both histories kept."""

import io

import pytest

from app import clock, verification
from app.extensions import db
from app.models.master import Customer, CustomerAddress
from app.models.master.editing import history
from app.models.sales.merging import CUSTOMERS
from app.models.sales.order import Order
from tests.sheets.conftest import work

from .pages import form_of, send

TWICE = {"code": "C-099", "name_local": "洁佳重复行", "name_en": "Twice Entered Ltd"}
RECEIVES = {"transit_days": "2", "receiving_days": ["1", "2", "3", "4", "5"]}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def twice(walk):
    """A customer entered twice, with an address; its id. C-002 is the other one."""
    sales, new = walk.browser("sales"), "/admin/master/customer/new"
    with walk.app.app_context():
        country = Customer.by_code("C-002").country
    more = {"country": country, "language": "en", "payment_rule": "net", "label_variant": "en"}
    shelf = {"min_remaining_shelf_life_pct": "60"}
    assert send(sales, new, **TWICE, **more, **shelf).status_code == 303
    place = {"customer": "C-099", "code": "A1", "address_en": "1 New Road"}
    assert send(sales, "/admin/master/address/new", **place, **RECEIVES).status_code == 303
    return walk.id_of(Customer, "C-099")


def merge_page(number, stays=""):
    way = f"/admin/master/customer/{number}/merge"
    return f"{way}?stays={stays}" if stays else way


def propose(walk, number, stays="C-002"):
    browser = walk.browser("sales")
    fields = form_of(browser.get(merge_page(number, stays)).text, merge_page(number))
    sent = fields | {"stays": stays, "reason": "Entered twice on the phone"}
    return browser.post(merge_page(number), data=sent, headers=ENGLISH)


def decide(walk, who, number, do="merge", **changed):
    browser, way = walk.browser("sales", who), merge_page(number)
    fields = form_of(browser.get(way).text, f"{way}/decide")
    sent = {**fields, "do": do, "reason": "Same tax number", **changed}
    return browser.post(f"{way}/decide", data=sent, headers=ENGLISH)


@pytest.mark.on_both
def test_open_orders_go_on_and_past_ones_keep_the_name_as_signed(walk, twice):
    past = walk.order(customer="C-099", customer_po="PO-OLD")
    walk.do("sales", past, "decline", reason="No capacity")
    (card,) = walk.approved(customer="C-099", customer_po="PO-NEW")
    order = walk.look(card, lambda card: card.order.ref)
    shown = walk.browser("sales").get(merge_page(twice, "C-002"), headers=ENGLISH).text
    assert order in shown and past not in shown and "1 New Road" in shown
    assert "Shelf life left on arrival, at least: 60 % → " in shown, (
        "what differs for the open orders is said before"
    )

    assert propose(walk, twice).status_code == 303
    alone = decide(walk, 1, twice)
    assert alone.status_code == 409 and "Somebody else than who proposed it" in alone.text
    assert decide(walk, 2, twice, revision="0").status_code == 409, "stale"
    answer = decide(walk, 2, twice)
    stays = walk.id_of(Customer, "C-002")
    assert answer.location == f"/admin/master/customer/{stays}"

    owner = lambda order: (order.customer.code, order.address.customer.code)  # noqa: E731
    assert walk.look(order, owner) == ("C-002", "C-002")
    assert walk.look(past, owner) == ("C-099", "C-099")
    sales = walk.browser("sales")
    assert TWICE["name_en"] in sales.get(f"/sales/{past}", headers=ENGLISH).text
    with walk.app.app_context():
        double, other = db.session.get(Customer, twice), db.session.get(Customer, stays)
        assert [e.action for e in history(CUSTOMERS, double)][:2] == ["merge", "propose_merge"]
        assert history(CUSTOMERS, double)[0].data["moved"] == [order]
        assert history(CUSTOMERS, other)[0].action == "absorb"
        assert not double.active and not double.addresses
        assert not [fault for check in verification.check() for fault in check.faults]

    gone = sales.get(f"/admin/master/customer/{twice}", headers=ENGLISH).text
    assert "Merged into <a" in gone and f'"/admin/master/customer/{stays}"' in gone
    for words in ("C-099", "重复行", "twice entered"):
        found = sales.get("/admin/master/customer", query_string={"q": words}).text
        assert '"/customer/C-002"' in found and '"/customer/C-099"' not in found
        assert "C-002" in sales.get("/sales/customers", query_string={"q": words}).text
    found = sales.get("/find", query_string={"q": "twice entered"}).text
    assert f'"/sales/{order}"' in found and f'"/sales/{past}"' in found
    with walk.app.app_context():
        name = Customer.by_code("C-002").name_local
    assert f'"/sales/{order}"' in sales.get("/find", query_string={"q": name}).text
    page = sales.get(f"/sales/{order}", headers=ENGLISH).text
    assert "went on with the customer" in page and "C-099 → C-002" in page
    assert "<textarea" not in gone, "what cannot be brought back has no form for it"
    refused = bring_back(walk, twice)
    assert refused.status_code == 409 and "It was merged into C-002" in refused.text


def test_an_open_shipment_goes_to_the_same_place_of_the_one_that_stays(walk, twice):
    """Whose address the one that stays has already, however it is written, gets no second one."""
    same = {"customer": "C-002", "code": "NEW", "address_en": "1, new  road", **RECEIVES}
    assert send(walk.browser("sales"), "/admin/master/address/new", **same).status_code == 303
    shipment = walk.shipment(walk.card("in_stock", customer="C-099"))
    assert shipment in walk.browser("sales").get(merge_page(twice, "C-002")).text
    assert propose(walk, twice).status_code == 303
    assert decide(walk, 2, twice).status_code == 303
    assert walk.look(shipment, lambda s: (s.customer.code, s.address.code)) == ("C-002", "NEW")
    walk.pack(shipment)
    walk.confirm(shipment)
    with walk.app.app_context():
        assert not [fault for check in verification.check() for fault in check.faults]


def test_a_proposal_is_dropped_and_bars_what_would_cross_it(walk, twice):
    assert typed(walk, twice, "C-099").status_code == 409, "not into itself"
    assert typed(walk, twice, "C-NO").status_code == 422
    assert propose(walk, twice).status_code == 303
    other = walk.id_of(Customer, "C-002")
    crossing = walk.browser("sales").get(merge_page(other, "C-003"), headers=ENGLISH).text
    assert "part of another proposal" in crossing
    shown = walk.browser("sales", 2).get("/admin/master/customer", headers=ENGLISH).text
    assert "C-099 → C-002" in shown, "who is needed sees it"
    refused = bring_back(walk, twice, active="")
    assert refused.status_code == 409 and "A merge into C-002 is proposed" in refused.text
    assert decide(walk, 1, twice, reason=" ").status_code == 422
    assert decide(walk, 1, twice, do="drop").status_code == 303
    with walk.app.app_context():
        assert db.session.get(Customer, twice).merge_into_id is None
        assert db.session.query(CustomerAddress).filter_by(customer_id=twice, active=True).count()


def test_whoever_may_confirm_meets_the_proposal_on_todays_page(walk, twice):
    propose(walk, twice)
    page = walk.browser("sales", 2).get("/sales/today", headers=ENGLISH).text
    assert merge_page(twice) in page and "shall go on as C-002" in page


def test_a_file_that_names_the_merged_one_means_the_one_that_stays(walk, twice):
    propose(walk, twice)
    assert decide(walk, 2, twice).status_code == 303
    file = b"customer_po,customer_code,product_code,quantity,received_at\nX-1,C-099,P-DW-500,24,"
    with walk.app.app_context():
        day = clock.today().isoformat().encode()
    sales = walk.browser("sales")
    sent = {"kind": "orders", "file": (io.BytesIO(file + day + b" 08:00\n"), "orders.csv")}
    page = sales.submit("/import/", **sent).headers["Location"]
    work(walk.app)
    assert sales.submit(f"{page}/take").status_code == 303
    work(walk.app)
    with walk.app.app_context():
        order = db.session.query(Order).filter_by(customer_po="X-1").one()
        assert order.customer.code == "C-002"


def test_where_nothing_is_proposed_nothing_is_decided(walk, twice):
    answer = walk.browser("sales").submit(f"{merge_page(twice)}/decide", do="merge")
    assert answer.status_code == 409


def bring_back(walk, number, active="yes"):
    with walk.app.app_context():
        fields = {"revision": db.session.get(Customer, number).revision, "reason": "x"}
    way = f"/admin/master/customer/{number}/active"
    return walk.browser("sales").submit(way, headers=ENGLISH, active=active, **fields)


def typed(walk, number, stays):
    fields = {"stays": stays, "reason": "x", "revision": "1"}
    return walk.browser("sales").submit(merge_page(number), headers=ENGLISH, **fields)
