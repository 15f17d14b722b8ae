"""Complaints: what a customer says of goods that they got, from the phone call to the answer, and
what becomes of the goods.
"""

import io
import re
from datetime import timedelta

import pytest

from app import clock, verification
from app.demo.play.sales.complaints import picture
from app.extensions import db
from app.models.people.erasure import erase, words_about
from app.models.records.papers.document import Document
from app.models.warehouse.complaint import Complaint
from tests.trail import step
from tests.walk import said


@pytest.fixture
@step
def delivered(walk):
    """A shipment of 24 units that the customer has received, and its card."""
    card = walk.card("in_stock", quantity=24)
    ship = walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(card)))))
    return ship, card


def test_a_complaint_goes_from_the_call_to_the_answer_and_its_report_into_the_dossier(
    walk, delivered
):
    ship, card = delivered
    order = walk.look(card, lambda c: c.order.ref)
    ref = walk.complaint(card)
    assert ref.startswith("CP-")
    linked = walk.look(
        ref,
        lambda c: (c.order.ref, c.card.ref, c.shipment.ref, c.lot_id, c.customer_id, c.stage),
    )
    assert linked == walk.look(
        card, lambda c: (order, card, ship, c.lot_id, c.order.customer_id, "received")
    )
    assert walk.post("sales", ref, "take_up").status_code == 403
    walk.do("inspector", ref, "take_up")
    early = walk.post("sales", ref, "answer_complaint", customer_answer="sorry")
    assert early.status_code == 409 and "Quality has not recorded yet" in said(early)
    walk.do("inspector", ref, "look_into", cause="torque too low", measures="capper set anew")
    walk.do("sales", ref, "answer_complaint", customer_answer="every cap is tested now")
    walk.do("sales", ref, "reopen", reason="two more bottles")
    assert walk.post("sales", ref, "answer_complaint", customer_answer="sorry").status_code == 409
    walk.do("quality_head", ref, "look_into", cause="torque too low", measures="capper changed")
    walk.do("sales", ref, "answer_complaint", customer_answer="the capper was changed")
    walk.do("sales", ref, "close_complaint", last_words="thank you")
    page = walk.browser("sales").get(f"/sales/{ref}").get_data(as_text=True)
    for word in (
        "两瓶瓶盖未拧紧",
        "capper changed",
        "the capper was changed",
        "thank you",
        "Loose cap",
    ):
        assert word in page, word
    with walk.app.app_context():
        kinds = [
            (d.kind, d.revision)
            for d in db.session.scalars(
                db.select(Document)
                .where(Document.kind.in_(("complaint_report", "dossier")))
                .order_by(Document.id)
            )
        ]
    assert kinds == [
        ("dossier", 1),
        ("complaint_report", 1),
        ("complaint_report", 2),
        ("dossier", 2),
        ("complaint_report", 3),
    ]
    archived = walk.browser("sales").get(f"/archive/{order}").get_data(as_text=True)
    assert "CPR-" in archived


def test_it_is_opened_from_order_shipment_and_lot_and_shown_there(walk, delivered):
    ship, card = delivered
    sales = walk.browser("sales")
    order, lot = walk.look(card, lambda c: (c.order.ref, c.lot.lot_no))
    for of, page in ((order, f"/sales/{order}"), (ship, f"/sales/{ship}"), (lot, f"/lots/{lot}")):
        link = f"/sales/new/complaint/complain?of={of}"
        assert link in sales.get(page).get_data(as_text=True), page
        assert f"{card} ·" in sales.get(link).get_data(as_text=True), of
    assert "complain?of" not in walk.browser("storekeeper").get(f"/sales/{ship}").text
    ref = walk.complaint(card)
    for page in (f"/sales/{order}", f"/sales/{ship}", f"/sales/{card}", f"/lots/{lot}"):
        assert ref in sales.get(page).get_data(as_text=True), page


def test_only_what_the_customer_got_is_offered_and_found_by_any_of_its_names(walk, delivered):
    _, card = delivered
    other = walk.card("in_stock", quantity=24)
    sales = walk.browser("sales")
    with walk.app.app_context():
        name = walk.record(card).order.customer.name_en
    shown = sales.submit("/sales/new/complaint/complain", about=name, show="1")
    assert shown.status_code == 422 and f"{card} ·" in shown.text and f"{other} ·" not in shown.text
    nothing = sales.submit("/sales/new/complaint/complain", about=other, words="x")
    assert nothing.status_code == 422 and "Nothing was delivered under this" in nothing.text
    more = sales.submit(
        "/sales/new/complaint/complain",
        about=card,
        card_id=walk.look(card, lambda c: c.id),
        quantity=25,
    )
    assert "They got 24 units of these goods." in more.text
    with walk.app.app_context():
        assert not db.session.scalars(db.select(Complaint)).all()


def test_its_words_are_erased_and_its_chain_holds(walk, delivered):
    _, card = delivered
    ref = walk.complaint(card)
    sales = walk.browser("sales")
    photo = (io.BytesIO(picture(8, 8)), "cap.png")
    assert sales.submit(f"/sales/{ref}/comment", files=photo).status_code == 303
    shown = sales.get(f"/sales/{ref}").text
    assert "cap.png" in re.search(r'id="said".*?</section>', shown, re.S)[0]
    with walk.app.app_context():
        complaint = walk.record(ref)
        words = words_about(complaint)
        assert {word.field for _, word in words} >= {"words", "said_by"}
        erase(complaint, {word.id for _, word in words}, reason="asked for it")
        db.session.commit()
        complaint = walk.record(ref)
        assert (complaint.words, complaint.said_by) == ("", "")
        db.session.rollback()
        assert [fault for found in verification.check() for fault in found.faults] == []
    page = sales.get(f"/sales/{ref}").get_data(as_text=True)
    assert "两瓶瓶盖" not in page and "These words were erased." in page


def test_a_replacement_costs_nothing_and_ends_with_a_new_dossier(walk, delivered):
    _, card = delivered
    order = walk.look(card, lambda c: c.order.ref)
    owed = walk.look(order, lambda o: o.amount_due)
    ref = walk.looked_into(walk.complaint(card))
    day = (clock.today() + timedelta(days=9)).isoformat()
    walk.do("sales", ref, "send_anew", quantity=2, requested_date=day)
    new = walk.look(ref, lambda c: c.replacement.ref)
    assert new == f"{card}-C1"
    again = walk.post("sales", ref, "send_anew", quantity=2, requested_date=day)
    assert again.status_code == 409 and new in said(again)
    assert walk.look(new, lambda c: (c.stage, c.quantity, c.free_of_charge, c.order.ref)) == (
        "to_plan",
        2,
        True,
        order,
    )
    walk.bring(new, "in_stock")
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(new)))))
    assert walk.look(order, lambda o: (o.stage, o.amount_due)) == ("fulfilled", owed)
    with walk.app.app_context():
        assert [
            d.revision
            for d in db.session.scalars(db.select(Document).where(Document.kind == "dossier"))
        ] == [1, 2]


def test_goods_that_come_back_on_a_complaint_are_linked_to_it(walk, delivered):
    ship, card = delivered
    other = walk.complaint(card)
    ref = walk.complaint(card, quantity=4)
    page = walk.browser("sales").get(f"/sales/{ref}").get_data(as_text=True)
    link = f"/sales/{ship}/record_return?complaint={ref}"
    assert link in page
    form = walk.browser("sales").get(link).get_data(as_text=True)
    assert re.search(rf'selected value="\d+">{ref}', form) and 'value="4"' in form
    wanted = walk.look(ref, lambda c: c.id)
    fields = {"card_id": walk.look(card, lambda c: c.id), "quantity": 4, "reason": "loose caps"}
    wrong = walk.post("sales", ship, "record_return", complaint_id=wanted + 9, **fields)
    assert wrong.status_code == 422
    walk.do("sales", ship, "record_return", complaint_id=wanted, **fields)
    (back,) = walk.look(ref, lambda c: [r.ref for r in c.returns])
    assert walk.look(other, lambda c: c.returns) == []
    assert walk.look(back, lambda r: (r.complaint.ref, r.quantity)) == (ref, 4)
    assert back in walk.browser("sales").get(f"/sales/{ref}").get_data(as_text=True)
    assert ref in walk.browser("sales").get(f"/quality/{back}").get_data(as_text=True)
