"""How long a login lasts, and what ends it."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.models.people.user import User, UserSession
from tests.staff import log_in, make_user


def inside(browser):
    return browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "back, lives",
    [
        ({"touched": timedelta(minutes=29)}, True),
        ({"touched": timedelta(minutes=30, seconds=1)}, False),
        ({"created": timedelta(hours=11, minutes=59)}, True),
        ({"created": timedelta(hours=12, seconds=1)}, False),
    ],
)
def test_thirty_minutes_idle_twelve_hours_altogether(login_as, backdate, back, lives):
    browser = login_as("sales")
    backdate(UserSession, **back)
    assert inside(browser) is lives


def test_use_keeps_it_alive(login_as, backdate, rows):
    browser = login_as("sales")
    backdate(UserSession, touched=timedelta(minutes=20))
    assert inside(browser)
    backdate(UserSession, touched=timedelta(minutes=20))
    assert inside(browser)


def test_touched_at_most_once_a_minute(login_as, backdate, rows):
    browser = login_as("sales")
    backdate(UserSession, touched=timedelta(seconds=50))
    before = rows(UserSession)[0].touched
    browser.get("/account")
    assert rows(UserSession)[0].touched == before
    backdate(UserSession, touched=timedelta(seconds=11))
    browser.get("/account")
    assert rows(UserSession)[0].touched > before


@pytest.mark.parametrize(
    "path", ["/account?seen=7", "/login?seen=", "/live", "/figures/decimal?of=x&x=7"]
)
def test_what_a_page_asks_by_itself_does_not_extend_it(login_as, backdate, rows, path):
    browser = login_as("sales")
    backdate(UserSession, touched=timedelta(minutes=20))
    before = rows(UserSession)[0].touched
    browser.get(path).close()
    assert rows(UserSession)[0].touched == before


def test_logging_out_ends_it_on_the_server(login_as, rows):
    browser = login_as("sales")
    token = browser.get_cookie("washline").value
    answer = browser.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert not browser.get_cookie("washline")
    assert rows(UserSession) == []
    browser.set_cookie("washline", token)
    assert not inside(browser)


def test_an_inactive_person_is_out_at_once(app, login_as, rows):
    browser = login_as("sales")
    with app.app_context():
        db.session.get(User, browser.user_id).active = False
        db.session.commit()
    assert not inside(browser)


def test_deactivating_ends_every_login(app, login_as, rows):
    seller, admin = login_as("sales"), login_as("admin")
    log_in(app, seller.user_id)
    admin.submit(
        f"/admin/users/{seller.user_id}",
        login="seller",
        name="王",
        version=1,
        roles="sales",
        language="",
    )
    assert {s.user_id for s in rows(UserSession)} == {admin.user_id}


def test_a_new_password_ends_every_login(app, login_as, rows):
    seller, admin = login_as("sales"), login_as("admin")
    log_in(app, seller.user_id)
    answer = admin.submit(
        f"/admin/users/{seller.user_id}/password", version=1, password="a better sentence"
    )
    assert answer.status_code == 303
    assert {s.user_id for s in rows(UserSession)} == {admin.user_id}


def test_changing_ones_own_password_ends_this_login_too(app, client, wang, attempt, rows):
    attempt(client)
    attempt(app.test_client())
    client.user_id = wang
    answer = client.submit(
        "/account/password",
        current="seven green bottles",
        password="a better sentence",
        again="a better sentence",
    )
    assert (answer.status_code, answer.location) == (303, "/login")
    assert rows(UserSession) == []
    client.user_id = None
    assert attempt(client).status_code == 422
    assert attempt(client, password="a better sentence").status_code == 303


@pytest.mark.parametrize(
    "form, sentence",
    [
        ({"again": "something else"}, "The two are not the same."),
        ({"password": "12345678", "again": "12345678"}, "among the first"),
        ({"current": "wrong wrong"}, "not your current password"),
    ],
)
def test_a_new_password_that_is_refused_changes_nothing(
    client, wang, attempt, rows, form, sentence
):
    attempt(client)
    client.user_id = wang
    client.set_cookie("language", "en")
    before = rows(User)[0].password_hash
    answer = client.submit(
        "/account/password",
        **{
            "current": "seven green bottles",
            "password": "a better sentence",
            "again": "a better sentence",
            **form,
        },
    )
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert rows(User)[0].password_hash == before
    assert inside(client)


def test_ones_other_logins_are_listed_and_can_be_ended(app, login_as, rows):
    here = login_as("sales")
    log_in(app, here.user_id)
    hashes = {s.token_hash for s in rows(UserSession)}
    page = here.get("/account").get_data(as_text=True)
    other = next(h for h in hashes if f"/account/logins/{h[:16]}" in page)
    assert here.post(f"/account/logins/{other[:16]}").status_code == 303
    assert {s.token_hash for s in rows(UserSession)} == hashes - {other}
    assert inside(here)


def test_other_peoples_logins_are_not_there(app, login_as, rows):
    here = login_as("sales")
    other = make_user(app, "sales")
    log_in(app, other)
    theirs = next(s for s in rows(UserSession) if s.user_id == other)
    assert here.post(f"/account/logins/{theirs.handle}").status_code == 404
    assert len(rows(UserSession)) == 2
