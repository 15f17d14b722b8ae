"""A key from the server makes a POST happen once, however often it arrives."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from flask import Response, render_template_string, request

from app import clock
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.people.deputy import Deputy
from app.models.people.user import User, UserRole
from app.models.records.errors import Refused
from app.models.records.event import Event
from app.models.records.idempotency import Answer
from app.security import STAFF, new_key, policy
from tests.staff import log_in, make_user


@pytest.fixture
def app(own_app):
    """The pages that are added here are nobody else's."""
    return own_app


@pytest.fixture
def calls(app):
    """POST /count?mode=… notes each call and, by its mode, succeeds, refuses or breaks; /moves
    answers like a board.
    """
    seen = []

    @app.post("/count")
    @policy(STAFF)
    @idempotent
    def count():
        seen.append(request.form.get("note"))
        user = db.session.scalar(db.select(User))
        user.title = f"call {len(seen)}"
        if request.args.get("mode") == "invalid":
            return "look again", 422
        if request.args.get("mode") == "refuse":
            raise Refused(_l("Not now."))
        if request.args.get("mode") == "break":
            raise RuntimeError("on purpose")
        return Response(f"第 {len(seen)} 次", 303, {"Location": f"/account?n={len(seen)}"})

    @app.post("/moves")
    @policy(STAFF)
    @idempotent(
        then=lambda answer: render_template_string(
            "{{ n }} {{ said }}", n=len(seen), said=answer.get_data(as_text=True)
        )
    )
    def moves():
        seen.append("move")
        return "moved"

    return seen


@pytest.fixture
def seller(login_as, calls):
    return login_as("sales")


def title(rows):
    return rows(User)[0].title


@pytest.mark.parametrize(
    "change", [{"active": False}, {"roles": ["auditor"]}], ids=["login closed", "role taken away"]
)
@pytest.mark.on_both
def test_what_somebody_may_is_asked_again_once_their_request_may_write(
    app, seller, calls, rows, monkeypatch, change
):
    """An administrator changes it while the request, already let in, waits for the write lock."""
    claim = Answer.claim

    def late(*args):
        with app.app_context():
            person = db.session.scalars(db.select(User)).first()
            if "roles" in change:
                person.holds = [UserRole(role=role) for role in change["roles"]]
            else:
                person.active = change["active"]
            db.session.commit()
        return claim(*args)

    monkeypatch.setattr(Answer, "claim", late)
    answer = seller.submit("/count", note="x")
    assert answer.status_code == 409 and not calls and not rows(Answer)


@pytest.mark.on_both
def test_a_deputyship_that_ended_while_the_request_waited_gives_no_right(
    app, seller, calls, rows, monkeypatch
):
    claim, away = Answer.claim, make_user(app, "planner")
    with app.app_context():
        now = clock.now()
        db.session.add(
            Deputy(
                role="planner",
                principal_id=away,
                deputy_id=seller.user_id,
                since=now,
                until=now + timedelta(days=1),
                reason="",
            )
        )
        db.session.commit()
    assert seller.submit("/count", note="x").status_code == 303, "it is on"

    def late(*args):
        with app.app_context():
            db.session.scalars(db.select(Deputy)).one().until = clock.now()
            db.session.commit()
        return claim(*args)

    monkeypatch.setattr(Answer, "claim", late)
    assert seller.submit("/count", note="y").status_code == 409 and calls == ["x"]


@pytest.mark.on_both
def test_the_stored_answer_comes_back(seller, calls, rows):
    key = seller.key()
    first, again = (seller.post("/count", data={"key": key, "note": "a"}) for _ in range(2))
    assert calls == ["a"]
    assert (first.status_code, first.location, first.get_data(as_text=True)) == (
        303,
        "/account?n=1",
        "第 1 次",
    )
    assert (again.status_code, again.location, again.get_data()) == (
        303,
        "/account?n=1",
        first.get_data(),
    )
    assert title(rows) == "call 1"


def test_another_body_with_the_same_key_is_refused(seller, calls, rows):
    key = seller.key()
    seller.post("/count", data={"key": key, "note": "a"})
    assert seller.post("/count", data={"key": key, "note": "b"}).status_code == 409
    assert seller.post("/count?mode=refuse", data={"key": key, "note": "a"}).status_code == 409
    assert calls == ["a"]
    assert title(rows) == "call 1"


@pytest.mark.parametrize(
    "change",
    [
        lambda k: "",
        lambda k: "invented",
        lambda k: k[:-1] + "!",
        lambda k: k + ".x",
        lambda k: "A" * 22 + k[22:],
        lambda k: k + "." + "1" * 10,
    ],
)
def test_invented_keys_are_refused(seller, calls, change):
    assert seller.post("/count", data={"key": change(seller.key())}).status_code == 400
    assert calls == []


@pytest.mark.on_both
def test_what_became_of_a_request_can_be_asked(seller, calls, rows):
    form, asking = {"key": seller.key(), "note": "a"}, {"X-Became": "asked"}
    never = seller.post("/count", data=form, headers=asking)
    assert (never.status_code, never.get_data(), calls, rows(Answer)) == (204, b"", [], [])
    seller.post("/count", data=form)
    stored = seller.post("/count", data=form, headers=asking)
    assert (stored.status_code, stored.get_data(as_text=True), calls) == (303, "第 1 次", ["a"])
    assert seller.post("/count", data=form | {"note": "b"}, headers=asking).status_code == 409


@pytest.mark.on_both
def test_a_question_waits_for_the_request_that_is_under_way(app, seller, calls):
    entered, asked = Signal(), Signal()

    @app.post("/slow")
    @policy(STAFF)
    @idempotent
    def slow():
        entered.set()
        assert asked.wait(20)
        return "done at last"

    def ask(browser):
        assert entered.wait(20)
        asked.set()
        return browser.post(
            "/slow", data={"key": key}, headers={"X-Became": "asked", "X-CSRFToken": token}
        )

    key, other = seller.key(), log_in(app, seller.user_id)
    token = other.csrf_token()
    with ThreadPoolExecutor(2) as pool:
        answers = pool.submit(seller.post, "/slow", data={"key": key}), pool.submit(ask, other)
    assert [a.result().get_data(as_text=True) for a in answers] == ["done at last"] * 2


def test_a_key_serves_the_person_it_was_issued_to(app, seller, calls):
    other = log_in(app, make_user(app, "sales"))
    assert other.post("/count", data={"key": seller.key()}).status_code == 400


def test_a_board_numbers_its_moves(seller, calls):
    key = seller.key()
    for n in (1, 2, 2):
        assert seller.post("/count", data={"key": f"{key}.{n}"}).status_code == 303
    assert len(calls) == 2


@pytest.mark.parametrize("mode, code", [("invalid", 422), ("refuse", 409), ("break", 500)])
def test_what_did_not_happen_is_not_stored(seller, calls, rows, mode, code):
    key = seller.key()
    assert seller.post(f"/count?mode={mode}", data={"key": key}).status_code == code
    assert (title(rows), rows(Answer)) == ("", [])
    assert seller.post("/count", data={"key": key}).status_code == 303


def test_a_retry_is_rendered_afresh_with_what_was_said(seller, calls):
    key = seller.key()
    assert seller.post("/moves", data={"key": key}).get_data(as_text=True) == "1 moved"
    calls.append("somebody else's")
    assert seller.post("/moves", data={"key": key}).get_data(as_text=True) == "2 moved"
    assert calls.count("move") == 1


@pytest.mark.on_both
def test_reading_after_the_commit_holds_nobody_up(app, seller, calls):
    @app.post("/lends")
    @policy(STAFF)
    @idempotent(then=lambda answer: write_beside(app))
    def lends():
        db.session.scalar(db.select(User)).title = "committed"
        return "x"

    assert seller.submit("/lends").get_data(as_text=True) == "committed written"


def write_beside(app):
    from app.security.autonomous_transaction import autonomous_transaction

    said = db.session.scalar(db.select(User)).title
    with autonomous_transaction() as connection:
        connection.execute(db.update(User).values(title="beside"))
    return f"{said} written"


def test_what_fails_after_the_commit_is_answered_with_the_success(app, seller, rows, calls):
    """Nobody is told that nothing was changed when it was, by the first answer or by a retry."""

    @app.post("/draws")
    @policy(STAFF)
    @idempotent(then=lambda answer: 1 // 0)
    def draws():
        db.session.scalar(db.select(User)).title = "committed"
        return Response("done", 303, {"Location": "/account"})

    key = seller.key()
    for _ in range(2):
        answer = seller.post("/draws", data={"key": key})
        assert (answer.status_code, answer.location) == (303, "/account")
    assert title(rows) == "committed"


def test_a_retry_still_needs_the_right(app, seller, calls):
    key = seller.key()
    seller.post("/count", data={"key": key})
    with app.app_context():
        db.session.get(User, seller.user_id).holds = []
        db.session.commit()
    assert seller.post("/count", data={"key": key}).status_code == 403


def test_the_hash_of_a_request_gives_no_password_away(app, seller, calls, rows):
    seller.submit("/count", note="secret sentence")
    hashes = {a.request_hash for a in rows(Answer)}
    app.secret_key = "another installation's"
    seller = log_in(app, seller.user_id)
    seller.submit("/count", note="secret sentence")
    assert len({a.request_hash for a in rows(Answer)} | hashes) == 2


@pytest.mark.on_both
def test_two_at_once_make_one(app, login_as, rows):
    """Twelve identical requests for a new user: one person, one event, twelve equal answers."""
    admin = login_as("admin")
    form = {
        "key": admin.key(),
        "login": "new",
        "name": "新",
        "language": "",
        "roles": "sales",
        "active": "y",
        "password": "seven green bottles",
    }
    clients = [log_in(app, admin.user_id) for _ in range(12)]
    tokens = [c.csrf_token() for c in clients]
    with ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(
                lambda pair: pair[0].post(
                    "/admin/users/new", data=form, headers={"X-CSRFToken": pair[1]}
                ),
                zip(clients, tokens, strict=True),
            )
        )
    assert {(a.status_code, a.location) for a in answers} == {(303, answers[0].location)}
    assert [u.login for u in rows(User)].count("new") == 1
    assert len([e for e in rows(Event) if e.action == "create"]) == 2


def test_a_get_passes_through(login_as):
    assert login_as("admin").get("/admin/users/new").status_code == 200


def test_keys_are_never_the_same(app, seller):
    with app.app_context():
        user = db.session.get(User, seller.user_id)
        assert len({new_key(user) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("done", "asked", "code", "said"),
    [
        (True, True, 303, ""),
        (False, True, 503, "Nothing was changed"),
        (True, False, 503, "not known"),
        (False, False, 503, "not known"),
    ],
)
@pytest.mark.on_both
def test_a_commit_that_is_not_answered_is_asked_about(
    app, login_as, calls, rows, monkeypatch, done, asked, code, said
):
    """A database may be lost between committing and saying so: what is on record is never told
    as undone, and happens once.
    """
    seller = login_as("sales", language="en")
    seller.set_cookie("language", "en")
    key, path = seller.key(), "/count"
    seller.csrf_token()
    with app.app_context():
        dialect = db.engine.dialect
    commit, execute, lost = dialect.do_commit, dialect.do_execute, []

    def cut(connection):
        if lost or not calls:
            return commit(connection)
        lost.append(1)
        commit(connection) if done else dialect.do_rollback(connection)
        raise dialect.loaded_dbapi.OperationalError("the connection is lost")

    def dead(*args, **kwargs):
        if lost and not asked:
            raise dialect.loaded_dbapi.OperationalError("still lost")
        return execute(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(dialect, "do_commit", cut)
        patch.setattr(dialect, "do_execute", dead)
        answer = seller.submit(path, key=key, note="a")
    assert answer.status_code == code and said in answer.text
    assert ("Nothing was changed" in answer.text) <= (not done), (
        "what is on record is not told as undone"
    )
    again = seller.submit(path, key=key, note="a")
    assert again.status_code == 303 and title(rows) == f"call {1 if done else 2}"
