"""What a mail becomes, by way of the page and of the command line."""

import io

import pytest

from app import verification
from app.extensions import db
from app.mail.taking_in import take_in
from app.models.mail.received_mail import MailPlace, ReceivedMail
from app.models.people.erasure import erase, subject_of, words_about
from app.models.records.event import Event
from app.models.sales.order import Order
from tests.mail.letters import DEMO, mail

ENGLISH = {"Accept-Language": "en"}


def faults():
    return [fault for check in verification.check() for fault in check.faults]


def brought(clerk, *raws):
    """The page that answers when mails are brought."""
    files = [(io.BytesIO(raw), f"{number}.eml") for number, raw in enumerate(raws)]
    answer = clerk.submit("/sales/mail/", files=files)
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.mark.on_both
def test_a_mail_becomes_a_draft_and_its_answer_stands_beside_it(app, login_as):
    clerk = login_as("sales")
    page = brought(clerk, DEMO["01"])
    shown = clerk.get(page, headers=ENGLISH).text
    assert "read from the text, line 4" in shown and "海棠示例连锁超市" in shown
    assert "anybody can write it" in shown
    with app.app_context():
        order = db.session.query(Order).one()
        assert order.stage == "received" and order.customer_po == "PO-HT-2611-01"
        assert order.customer.code == "C-001" and order.channel == "email"
        assert [(n.product.code, n.quantity) for n in order.lines] == [
            ("P-DW-500", 6000),
            ("P-LD-2K", 1800),
            ("P-TA-600", 2400),
        ]
        ref = order.ref
    beside = brought(clerk, DEMO["04"])
    shown = clerk.get(beside, headers=ENGLISH).text
    assert "1,800 → 2,400" in shown and 'name="lines-1-quantity"' in shown
    assert f"/sales/{ref}" in shown
    assert clerk.submit(f"{page}/looked_at").status_code == 303
    with app.app_context():
        assert not faults()
        first, second = db.session.query(ReceivedMail).order_by(ReceivedMail.id)
        assert first.settled_at and not second.settled_at
        assert second.became == "reply" and second.order.ref == ref
        assert [file.filename for file in second.files] == ["mail.eml"]


def test_what_it_changes_is_taken_into_the_order(app, login_as):
    clerk = login_as("sales")
    brought(clerk, DEMO["01"])
    page = brought(clerk, DEMO["04"])
    with app.app_context():
        order = db.session.query(Order).one()
        sent = {
            "version": order.version,
            "address_id": order.address_id,
            "customer_po": order.customer_po,
            "channel": order.channel,
            "received_at": "2026-11-16T08:00",
        }
        for number, line in enumerate(order.lines):
            sent |= {
                f"lines-{number}-product_text": line.product_text,
                f"lines-{number}-quantity": "2400" if number == 1 else str(line.quantity),
                f"lines-{number}-requested_date": line.requested_date.isoformat(),
            }
    answer = clerk.submit(f"{page}/correct", **sent)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        order = db.session.query(Order).one()
        assert [line.quantity for line in order.lines] == [6000, 2400, 2400]
        reply = db.session.query(ReceivedMail).filter_by(became="reply").one()
        assert reply.settled_at and not faults()


def test_what_is_no_order_is_set_aside_or_put_to_one(app, login_as):
    clerk = login_as("sales")
    brought(clerk, DEMO["01"], DEMO["05"], mail("请问几号到?", number="q"))
    assert "限时优惠" in clerk.get("/sales/mail/", headers=ENGLISH).text
    assert "3 e-mails" in clerk.get("/sales/", headers=ENGLISH).text
    assert 'aria-keyshortcuts="e"' in clerk.get("/sales/mail/2").text
    assert clerk.submit("/sales/mail/2/laid_aside").status_code == 303
    assert clerk.submit("/sales/mail/3/order", number="R-1999-1").status_code == 422
    with app.app_context():
        ref = db.session.query(Order).one().ref
    assert clerk.submit("/sales/mail/3/order", number=ref).status_code == 303
    with app.app_context():
        became = [m.became for m in db.session.query(ReceivedMail).order_by(ReceivedMail.id)]
        assert became == ["draft", "no_order", "reply"] and not faults()


@pytest.mark.on_both
def test_the_same_mail_is_on_record_once(app, loaded):
    with app.app_context():
        first, again = take_in(DEMO["01"]).said, take_in(DEMO["01"] + b"\r\n").said
        db.session.commit()
        ref = db.session.query(Order).one().ref
        assert (first, again) == (f"draft {ref}", f"known {ref}")
        other = DEMO["01"].replace(b"<po-ht-2611-01@", b"<other@")
        assert take_in(other).said == f"known {ref}"
        moved = other.replace(b"<other@", b"<later@")
        assert take_in(moved).said == f"known {ref}", "an order is not made twice of one number"
        assert take_in(DEMO["05"]).said == take_in(DEMO["05"]).said == "no order"
        assert take_in(b"\x89PNG").said == "damaged, kept: it is no e-mail"
        db.session.commit()
        assert db.session.query(Order).count() == 1 and not faults()


def test_nobody_changes_the_order_of_another_customer_by_its_number(app, loaded):
    with app.app_context():
        take_in(DEMO["01"])
        db.session.commit()
        ref = db.session.query(Order).one().ref
        other = mail("第2行改为 9 瓶", subject=f"Re: {ref}", sender="po@yunshan-hotel.example")
        assert take_in(other).said == "no order"
        same = mail("第2行改为 9 瓶", subject=f"Re: {ref}")
        assert take_in(same).said == f"reply {ref}"


def test_a_draft_that_is_no_order_goes_with_its_mail(app, login_as):
    clerk = login_as("sales")
    page = brought(clerk, mail("P-DW-500 6000 瓶?", number="w"))
    assert clerk.submit(f"{page}/laid_aside").status_code == 303
    with app.app_context():
        assert db.session.query(Order).one().stage == "declined"
        assert db.session.query(ReceivedMail).one().settled_at and not faults()


def test_what_a_machine_sent_is_no_order(app, loaded):
    with app.app_context():
        raw = mail("P-DW-500 6000 瓶", Auto_Submitted="auto-replied")
        assert take_in(raw).said == "no order" and db.session.query(Order).count() == 0


def test_sender_and_subject_can_be_erased_and_then_nothing_is_shown(app, login_as):
    clerk = login_as("sales")
    page = brought(clerk, DEMO["05"])
    with app.app_context():
        subject = subject_of("mail:1")
        numbers = {word.id for _, word in words_about(subject)}
        assert len(numbers) == 2
        erase(subject, numbers, reason="asked for")
        db.session.commit()
        assert not faults()
        assert db.session.query(Event).filter_by(flow="mail", action="erase").count() == 1
    shown = clerk.get(page).text
    assert "限时优惠" not in shown and "spam.example" not in shown and "恭喜" not in shown


def test_an_altered_mail_is_found(app, loaded):
    with app.app_context():
        take_in(DEMO["05"])
        db.session.commit()
        db.session.execute(db.text("UPDATE received_mail SET subject = 'x'"))
        db.session.commit()
        assert any("received_mail 1: subject" in fault for fault in faults())
        assert db.session.query(MailPlace).count() == 0
