"""What comes back of a delivery beside goods: the booked dock before it, the signed copy and the
customer's answers after it.
"""

import io
import re

import pytest

from app import documents, verification
from app.demo.play.sales.complaints import picture
from app.documents.pdf.typeset import typeset
from app.extensions import db
from app.models.master import CustomerAddress
from app.models.people.user import User
from app.models.records.errors import Blocked
from app.models.records.papers.document import Document
from tests.pages.looking import words
from tests.walk import said

PNG = picture(8, 8)


def shipped(walk, **more):
    return walk.ship(walk.confirm(walk.pack(walk.shipment(*stocked(walk))), **more))


def stocked(walk, count=1):
    return [walk.card("in_stock", quantity=24, customer_po=f"PO-{n}") for n in range(count)]


def test_the_signed_copy_is_missing_until_its_picture_is_there(walk):
    ship = shipped(walk)
    sales = walk.browser("sales")
    assert "Signed copy missing" in words(sales.get("/sales/"))
    walk.follow_up(ship)
    assert "Signed copy missing" in words(sales.get(f"/sales/{ship}"))
    text = (io.BytesIO(b"signed"), "signed.txt")
    wrong = sales.submit(f"/sales/{ship}/comment", proof="1", files=text)
    assert wrong.status_code == 422 and "A signed copy is a photograph or a PDF." in wrong.text
    photo = (io.BytesIO(PNG), "signed.png")
    assert sales.submit(f"/sales/{ship}/comment", proof="1", files=photo).status_code == 303
    page = sales.get(f"/sales/{ship}").text
    panel = re.search(r'id="signed-copy".*?</section>', page, re.S)[0]
    assert "signed.png" in panel and "Signed copy missing" not in page
    assert walk.look(ship, lambda s: s.history[-1].data["proof"]) is True
    with walk.app.app_context():
        assert [fault for found in verification.check() for fault in found.faults] == []


def test_nobody_signs_for_what_has_not_left(walk):
    ship = walk.pack(walk.shipment(*stocked(walk)))
    photo = (io.BytesIO(PNG), "signed.png")
    early = walk.browser("sales").submit(f"/sales/{ship}/comment", proof="1", files=photo)
    assert early.status_code == 409 and "have not left yet" in early.text
    assert "signed-copy" not in walk.browser("sales").get(f"/sales/{ship}").text


def test_where_a_dock_is_booked_its_number_and_slot_stand_on_the_note(walk):
    (card,) = stocked(walk)
    ship = walk.pack(walk.shipment(card))
    with walk.app.app_context():
        number = walk.record(ship).address_id
        db.session.get(CustomerAddress, number).dock_booking = True
        db.session.commit()
    form = walk.browser("storekeeper").get(f"/warehouse/{ship}/confirm").text
    assert 'name="booking_no"' in form and 'name="booking_slot"' in form
    given = {
        "confirmed_with": "he",
        "delivery_on": "2099-01-01",
        "window": "08:00-11:30",
        "address_right": "y",
    }
    assert walk.post("storekeeper", ship, "confirm", **given).status_code == 422
    walk.confirm(ship, booking_no="YY-7", booking_slot="dock 3, 09:00")
    assert "Dock YY-7 · dock 3, 09:00" in words(walk.browser("storekeeper").get("/warehouse/"))
    walk.ship(ship)
    assert "YY-7" in note_of(walk, ship)


def test_without_the_dock_it_is_refused_with_a_sentence_whoever_asks(walk):
    ship = walk.pack(walk.shipment(*stocked(walk)))
    person = walk.browser("storekeeper").user_id
    facts = {"confirmed_with": "he", "window": "8", "address_right": True}
    with walk.app.app_context():
        shipment = walk.record(ship)
        shipment.address.dock_booking = True
        with pytest.raises(Blocked) as no:
            shipment.perform(
                "confirm", by=db.session.get(User, person), delivery_on=shipment.arrival, **facts
            )
        assert "receives at a booked dock only" in no.value.sentence.msgid


def test_orders_of_one_customer_go_together_and_each_is_named_with_its_number(walk):
    cards = stocked(walk, 2)
    page = walk.browser("storekeeper").get("/warehouse/new/shipment/assemble").text
    assert all(card in page for card in cards)
    ship = walk.shipment(*cards)
    orders = [walk.look(card, lambda c: (c.order.ref, c.order.customer_po)) for card in cards]
    contents = walk.browser("storekeeper").get(f"/warehouse/{ship}").text
    walk.ship(walk.confirm(walk.pack(ship)))
    note = note_of(walk, ship)
    for order, po in orders:
        assert order in contents and po in contents
        assert order in note and note.count(po) >= 2, "in the head and beside its goods"


def note_of(walk, ship):
    with walk.app.app_context():
        note = db.session.scalar(
            db.select(Document)
            .where(Document.kind == "delivery_note", Document.flow == "shipment")
            .order_by(Document.id.desc())
        )
        assert note.record.ref == ship
        return str(typeset(documents.compose(note)))


def test_three_questions_are_asked_shown_to_sales_and_counted_with_complaints(walk):
    ship = shipped(walk)
    form = walk.browser("sales").get(f"/sales/{ship}/follow_up").text
    assert all(f'name="{name}"' in form for name in ("goods_right", "on_time", "satisfied"))
    wrong = walk.post("sales", ship, "follow_up", satisfied="6")
    assert wrong.status_code == 422, said(wrong)
    walk.follow_up(ship, goods_right="no", on_time="yes", satisfied="2")
    card = walk.look(ship, lambda s: s.cards[0].ref)
    walk.complaint(card)
    assert walk.look(ship, lambda s: (s.goods_right, s.on_time, s.satisfied)) == (False, True, 2)
    page = words(walk.browser("sales").get("/sales/today"))
    for told in (
        "Not content",
        "Satisfied: 2 of 5",
        "Goods not right",
        "1 delivery",
        "1 complaint",
    ):
        assert told in page, told
    quality = words(walk.browser("quality_head").get("/quality/today"))
    assert "Satisfied: 1 or 2 of 5" in quality and "Loose cap" in quality
    silent = shipped(walk)
    walk.follow_up(silent)
    assert walk.look(silent, lambda s: (s.goods_right, s.satisfied)) == (None, None)
