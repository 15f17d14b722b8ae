"""Coming in: a right pair opens a login of its own; a wrong one does not say which half was
wrong.
"""

from datetime import timedelta
from hashlib import sha256

import pytest
from flask.sessions import SecureCookieSessionInterface

from app.extensions import db
from app.models.people.user import User, UserSession
from app.models.records.rules.setting import Setting
from app.security import demo_password, hash_password
from tests.staff import make_user

WRONG = "登录名与密码不符", "Login and password do not match"


def text(answer):
    return answer.get_data(as_text=True)


def test_a_right_pair_lets_in(client, wang, attempt):
    answer = attempt(client, next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "王样" in text(client.get("/account"))


def test_case_and_blanks_of_the_login_do_not_matter(client, wang, attempt):
    assert attempt(client, login=" Wang ").status_code == 303


def test_full_width_letters_are_the_same_password(client, wang, attempt):
    assert attempt(client, password="ｓｅｖｅｎ　ｇｒｅｅｎ　ｂｏｔｔｌｅｓ").status_code == 303


@pytest.mark.parametrize(
    "login, password",
    [("wang", "wrong wrong"), ("nobody", "wrong wrong"), ("gone", None), ("empty", "")],
)
def test_every_wrong_pair_gets_the_same_answer(
    app, client, wang, attempt, password_hash, login, password
):
    make_user(app, "sales", login="gone", active=False, password_hash=password_hash)
    make_user(app, "sales", login="empty")
    answer = attempt(
        client,
        login=login,
        **(
            {"password": password}
            if password
            else {}
            if login == "gone"
            else {"password": "anything at all"}
        ),
    )
    assert answer.status_code == 422
    assert any(w in text(answer) for w in WRONG)
    assert client.get("/account").status_code == 303


def test_unknown_people_cost_the_same_work(client, wang, attempt, monkeypatch):
    asked = []
    real = __import__("app.security.passwords", fromlist=["_hasher"])
    monkeypatch.setattr(
        real._hasher.__class__, "verify", lambda self, h, p: asked.append(h) or False
    )
    attempt(client, login="wang", password="wrong")
    attempt(client, login="nobody", password="wrong")
    assert len(asked) == 2
    assert all(h.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for h in asked)


def test_only_the_hash_of_a_256_bit_token_is_kept(client, wang, attempt, rows):
    attempt(client)
    token = client.get_cookie("washline").value
    assert len(token) == 43
    assert [s.token_hash for s in rows(UserSession)] == [sha256(token.encode()).hexdigest()]


def test_each_login_has_a_new_token_and_the_former_one_dies(client, wang, attempt, rows):
    attempt(client)
    first = client.get_cookie("washline").value
    attempt(client)
    assert client.get_cookie("washline").value != first
    assert len(rows(UserSession)) == 1


def test_a_planted_token_is_not_taken_over(client, wang, attempt):
    client.set_cookie("washline", "planted")
    attempt(client)
    assert client.get_cookie("washline").value != "planted"


@pytest.mark.parametrize(
    "scheme, name, secure", [("http", "washline", False), ("https", "__Host-washline", True)]
)
def test_flags_of_the_cookies(app, client, wang, attempt, scheme, name, secure):
    base = f"{scheme}://localhost"
    page = client.get("/login", base_url=base)
    client.careless = True
    token = text(page).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post(
        "/login",
        base_url=base,
        headers={"Referer": base + "/login"},
        data={"login": "wang", "password": "seven green bottles", "csrf_token": token},
    )
    assert answer.status_code == 303
    for cookies, cookie in ((page, name + "_form"), (answer, name)):
        line = next(c for c in cookies.headers.getlist("Set-Cookie") if c.startswith(cookie + "="))
        flags = {part.strip() for part in line.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
        assert ("Secure" in flags) is secure
        assert not any(f.startswith("Domain") for f in flags)


def test_flasks_own_cookie_does_not_log_in(app, client, wang):
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    client.set_cookie("washline_form", signer.dumps({"_user_id": str(wang), "_fresh": True}))
    assert client.get("/account").status_code == 303


def test_who_is_logged_in_is_not_asked_again(login_as):
    assert login_as("sales").get("/login?next=/account").location == "/account"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "",
        "evil",
        "/ok\\..",
        "/a\nb",
    ],
)
def test_it_never_leads_away(client, wang, attempt, target):
    assert attempt(client, next=target).location == "/"


def test_demo_passwords_open_only_the_demo(app, client, attempt):
    make_user(app, "sales", login="sales1", password_hash=hash_password(demo_password("sales1")))
    assert attempt(client, login="sales1", password="washline-sales1").status_code == 422
    with app.app_context():
        db.session.add(Setting(key="demo", value="1"))
        db.session.commit()
    assert attempt(client, login="sales1", password="washline-sales1").status_code == 303


def test_a_hash_of_former_parameters_is_renewed(app, client, attempt):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("seven green bottles")
    make_user(app, "sales", login="wang", password_hash=old)
    attempt(client)
    with app.app_context():
        assert "m=19456,t=2,p=1" in db.session.scalar(db.select(User.password_hash))


def test_the_page_keeps_where_one_wanted_to_go(client):
    answer = client.get("/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/login?next=/account%3Fx%3D1")
    assert 'value="/account?x=1"' in text(client.get(answer.location))


def test_old_logins_are_cleared_away(client, wang, attempt, rows, backdate, app):
    attempt(client)
    backdate(UserSession, created=timedelta(hours=13))
    attempt(app.test_client())
    assert len(rows(UserSession)) == 1
