"""What was typed outlives the login (C33): the form comes back with the way in, and then ready
to send; nothing happens twice.
"""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models.people.user import UserSession
from app.models.sales.order import Order
from tests.walk import PASSWORD

MESSAGE = '一百箱洗洁精\n送到后门 <b>&amp;</b> "quoted"'
ORDER = {
    "address_id": "1",
    "customer_po": "PO-9",
    "channel": "phone",
    "received_at": "2026-11-20T08:00",
    "message": MESSAGE,
    "lines-0-product_text": "P-DW-500",
    "lines-0-quantity": "1200",
    "lines-0-requested_date": "2027-02-01",
    "lines-0-note": "急",
}
NEW = "/sales/new/order/receive"


@pytest.fixture
def expired(walk):
    """A clerk's browser whose login has ended while a form lay open, and the clerk's login name."""
    clerk = walk.browser("sales")
    clerk.csrf_token()
    with walk.app.app_context():
        login = db.session.query(UserSession).filter_by(user_id=clerk.user_id).one().user.login
        db.session.query(UserSession).delete()
        db.session.commit()
    return clerk, login


def fields(page, kind="hidden"):
    """Name and value of the fields of the first form that is sent somewhere else than out or to
    the search.
    """
    form = next(
        f
        for f in re.findall(r"<form.*?</form>", page, re.S)
        if 'method="post"' in f and "/language" not in f and "/logout" not in f
    )
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if "name" in given and (given.get("type") not in ("radio", "checkbox") or "checked" in tag):
            found[given["name"]] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = unescape(text).removeprefix("\r\n").removeprefix("\n")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = (re.search(r'<option selected value="([^"]*)"', options) or [None, ""])[1]
    return found


def sent(browser, path, data):
    """What a browser's form sends; the page's own token is in it."""
    browser.careless = True
    answer = browser.post(path, data=data, headers={"Accept-Language": "en"})
    browser.careless = False
    return answer


def test_a_long_form_comes_back_after_the_login_ready_to_send(walk, expired):
    clerk, login = expired
    first = sent(clerk, NEW, {**ORDER, "key": "whatever"})
    page = first.get_data(as_text=True)
    assert first.status_code == 401 and "ready to send" in page
    way_in = fields(page)
    assert way_in["message"].replace("\r\n", "\n") == MESSAGE and "key" not in way_in

    wrong = sent(clerk, NEW, {**way_in, "resume_login": login, "resume_password": "not this"})
    assert wrong.status_code == 401 and "do not match" in wrong.get_data(as_text=True)
    assert fields(wrong.get_data(as_text=True))["lines-0-note"] == "急"

    again = sent(
        clerk,
        NEW,
        {
            **way_in,
            "csrf_token": fields(wrong.get_data(as_text=True))["csrf_token"],
            "resume_login": login.upper(),
            "resume_password": PASSWORD,
        },
    )
    form = fields(again.get_data(as_text=True))
    assert (
        "You are logged in again" in again.get_data(as_text=True) and "resume_password" not in form
    )
    assert {name: form[name].replace("\r\n", "\n") for name in ORDER if name != "channel"} == {
        n: v for n, v in ORDER.items() if n != "channel"
    }
    with walk.app.app_context():
        assert db.session.query(Order).count() == 0, "nothing has been sent yet"

    done = sent(clerk, NEW, {**form, "channel": "phone"})
    assert done.status_code == 303
    with walk.app.app_context():
        (order,) = db.session.query(Order)
        assert order.message.replace("\r\n", "\n") == MESSAGE


def test_who_comes_in_must_be_allowed_what_the_form_does(walk, expired):
    clerk, _ = expired
    with walk.app.app_context():
        other = walk.browser("auditor").user_id
        db.session.query(UserSession).delete()
        db.session.commit()
    page = sent(clerk, NEW, ORDER).get_data(as_text=True)
    answer = sent(
        clerk, NEW, {**fields(page), "resume_login": "auditor1x", "resume_password": PASSWORD}
    )
    assert answer.status_code == 403 and other
    assert MESSAGE.splitlines()[0] in answer.get_data(as_text=True), (
        "and what was typed can be copied"
    )


def test_without_anything_typed_it_is_the_way_in_as_ever(expired):
    clerk, _ = expired
    assert sent(clerk, "/logout", {}).status_code == 303
    assert sent(clerk, NEW, {"version": "3"}).status_code == 303


def test_guesses_beside_a_form_count_as_guesses(expired):
    clerk, login = expired
    page = sent(clerk, NEW, ORDER).get_data(as_text=True)
    codes = [
        sent(
            clerk, NEW, {**fields(page), "resume_login": login, "resume_password": "no"}
        ).status_code
        for _ in range(6)
    ]
    assert codes == [401] * 5 + [429]
