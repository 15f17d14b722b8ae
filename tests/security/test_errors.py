"""What people read when something is refused or fails."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.people.user import User, UserSession
from app.models.records.errors import Blocked, Forbidden
from app.security import PUBLIC, STAFF, policy


@pytest.fixture
def app(own_app):
    """The pages that are added here are nobody else's."""
    return own_app


@pytest.fixture
def trouble(app):
    """/trouble raises what stands in the list; /boom/<code> aborts."""
    from flask import abort

    pending = []

    @app.route("/trouble", methods=["GET", "POST"])
    @policy(STAFF)
    def trouble():
        db.session.execute(db.update(User).values(title="half done"))
        raise pending[0]

    @app.get("/boom/<int:code>")
    @policy(PUBLIC)
    def boom(code):
        abort(code)

    return pending


def body(answer):
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_a_calm_page_for_each(client, trouble, code):
    client.set_cookie("language", "en")
    answer = client.get(f"/boom/{code}")
    assert answer.status_code == code
    assert "<main" in body(answer) and "That did not work" in body(answer)
    assert "Traceback" not in body(answer)


@pytest.mark.parametrize("code", [400, 403, 404, 409, 422, 429, 500, 503])
def test_a_fragment_for_htmx(client, trouble, code):
    client.set_cookie("language", "en")
    answer = client.get(f"/boom/{code}", headers={"HX-Request": "true"})
    assert answer.status_code == code
    assert body(answer).startswith('<p id="message" data-kind="refused">')
    assert "<html" not in body(answer)


@pytest.mark.parametrize(
    "error, code",
    [
        (Blocked(_l("Line <b>1</b> is not prepared.")), 409),
        (Forbidden(_l("Line <b>1</b> is not prepared.")), 403),
    ],
)
def test_the_models_no_is_told_in_its_own_words(login_as, trouble, rows, error, code):
    trouble.append(error)
    browser = login_as("sales")
    for headers in ({}, {"HX-Request": "true"}):
        answer = browser.post("/trouble", headers=headers)
        assert answer.status_code == code
        assert "Line &lt;b&gt;1&lt;/b&gt; is not prepared." in body(answer)
    assert rows(User)[0].title == ""


@pytest.mark.parametrize(
    "error", [OperationalError("UPDATE", {}, Exception("database is locked")), TimeoutError("pool")]
)
def test_a_busy_database_means_try_again(login_as, trouble, rows, error):
    trouble.append(error)
    answer = login_as("sales").post("/trouble", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "Nothing was changed" in body(answer) or "没有" in body(answer) or "未" in body(answer)
    assert rows(User)[0].title == ""


def test_two_who_take_the_same_login_at_once(login_as, trouble, rows):
    trouble.append(IntegrityError("INSERT", {}, Exception("unique")))
    assert login_as("sales").post("/trouble").status_code == 409
    assert rows(User)[0].title == ""


def test_a_database_out_of_reach(app, login_as, monkeypatch):
    browser = login_as("sales")

    def gone(*_args, **_kwargs):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr("app.models.people.logins.Login.find", gone)
    for path in ("/account", "/login", "/nowhere"):
        answer = browser.get(path)
        assert answer.status_code == 503, path
        assert "<main" in body(answer)


def test_an_unexpected_fault_says_nothing_of_itself(login_as, trouble, rows):
    trouble.append(RuntimeError("secret detail"))
    answer = login_as("sales").post("/trouble")
    assert answer.status_code == 500
    assert "secret detail" not in body(answer)
    assert rows(User)[0].title == ""


def test_who_is_not_logged_in_is_asked_to(client):
    assert client.get("/account").location == "/login?next=/account"
    assert client.post("/logout").location == "/login?next=/"


def test_htmx_is_sent_to_the_login_page_and_back_to_where_it_was(client):
    answer = client.get(
        "/account", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/sales/?q=1"}
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        401,
        "/login?next=/sales/%3Fq%3D1",
    )
    answer = client.get(
        "/account", headers={"HX-Request": "true", "HX-Current-URL": "http://x//evil.example"}
    )
    assert answer.headers["HX-Redirect"] == "/login?next=/"


def test_a_stream_is_not_sent_a_page(client):
    assert client.get("/live", headers={"Accept": "text/event-stream"}).status_code == 401


def test_a_wrong_method_says_which_are_right(client):
    answer = client.get("/logout")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_too_large(login_as):
    assert (
        login_as("sales").post("/language", data={"lang": "x" * (5 * 1024 * 1024)}).status_code
        == 413
    )


@pytest.mark.parametrize("where", ["path", "query", "form"])
def test_a_null_character_is_refused(client, where):
    answer = {
        "path": lambda: client.get("/sales/%00"),
        "query": lambda: client.get("/login?next=%00"),
        "form": lambda: client.post("/login", data={"login": "a\x00b", "password": "x"}),
    }[where]()
    assert answer.status_code in (400, 404)


def test_the_touch_is_no_part_of_the_request(app, login_as, backdate, rows):
    @app.get("/breaks")
    @policy(STAFF)
    def breaks():
        db.session.execute(db.update(User).values(title="half done"))
        raise RuntimeError("on purpose")

    browser = login_as("sales")
    backdate(UserSession, touched=timedelta(minutes=20))
    before = rows(UserSession)[0].touched
    assert browser.get("/breaks").status_code == 500
    assert rows(User)[0].title == ""
    assert rows(UserSession)[0].touched == before  # a failed page is no sign of life
