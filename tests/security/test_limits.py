"""Guessing: 5 failures in 5 minutes per account and address, in the database; a plant sits
behind one address.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Event

from flask import request, request_finished

from app import server
from app.extensions import db
from app.models.people.logins import FailedLogin
from app.security import passwords
from app.security.attempts import DELAY, DELAYED


def fail(attempt, client, times, **more):
    return [attempt(client, password="wrong wrong", **more).status_code for _ in range(times)]


def failures(app, times, login="wang", address="10.0.0.1"):
    with app.app_context():
        for _ in range(times):
            db.session.add(FailedLogin(login=login, address=address, at=datetime.now(UTC)))
        db.session.commit()


def test_the_sixth_attempt_is_refused_though_it_is_right(client, wang, attempt):
    assert fail(attempt, client, 5) == [422] * 5
    answer = attempt(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"


def test_one_failure_less_is_not(app, client, wang, attempt):
    failures(app, 4)
    assert attempt(client).status_code == 303


def test_another_address_and_another_account_still_come_in(app, client, wang, li, attempt):
    failures(app, 5)
    assert attempt(client).status_code == 429
    assert attempt(client, address="10.0.0.2").status_code == 303
    assert attempt(client, login="li").status_code == 303


def test_fifty_from_one_address_delay_who_fails_there_and_stop_nobody(
    app, client, wang, li, attempt
):
    """A plant sits behind one address: an account without failures comes in, as ever."""
    for n in range(60):
        failures(app, 1, login=f"guess{n}")
    held_back = []
    with request_finished.connected_to(
        lambda *_, **__: held_back.append(request.environ.get(DELAYED)), app
    ):
        assert fail(attempt, client, 2, login="li") == [422, 422]
    assert held_back[-2:] == [None, DELAY] and DELAY > 0
    assert attempt(client).status_code == 303


def test_a_held_back_answer_keeps_nobody_waiting_but_its_sender(monkeypatch):
    """It has left the place where pages are worked on before it is held back."""
    asleep, woken = Event(), Event()
    monkeypatch.setattr(server.time, "sleep", lambda _seconds: (asleep.set(), woken.wait(10)))
    serve = server.capped(lambda environ, _start: [environ["answer"]], pages=1)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(serve, {DELAYED: 2.0, "answer": b"late", "wsgi.input": BytesIO()}, None)
        assert asleep.wait(10)
        assert serve({"answer": b"at once", "wsgi.input": BytesIO()}, None) == [b"at once"]
        woken.set()
        assert late.result() == [b"late"]


def test_a_browser_that_came_in_before_is_not_stopped_by_others_who_guess(
    app, client, wang, attempt
):
    assert attempt(client).status_code == 303
    later, other = app.test_client(), app.test_client()
    later.set_cookie("washline_known", client.get_cookie("washline_known").value)
    assert fail(attempt, other, 5) == [422] * 5
    assert attempt(other).status_code == 429
    assert attempt(later).status_code == 303


def test_a_made_up_or_foreign_cookie_is_no_known_browser(app, client, wang, li, attempt):
    failures(app, 5)
    client.set_cookie("washline_known", "eyJsb2dpbnMiOltdfQ.made-up")
    assert attempt(client).status_code == 429
    assert attempt(client, login="li").status_code == 303
    assert attempt(client).status_code == 429, "li's browser is not wang's"


def test_being_refused_does_not_lengthen_the_wait(app, client, wang, attempt, rows, backdate):
    failures(app, 5)
    assert attempt(client).status_code == 429
    assert len(rows(FailedLogin)) == 5
    backdate(FailedLogin, at=timedelta(minutes=5, seconds=1))
    assert attempt(client).status_code == 303


def test_it_is_forgotten_after_five_minutes_not_before(app, client, wang, attempt, backdate):
    failures(app, 5)
    backdate(FailedLogin, at=timedelta(minutes=4, seconds=50))
    assert attempt(client).status_code == 429


def test_coming_in_forgets_ones_failures_only(app, client, wang, attempt, rows):
    failures(app, 4)
    failures(app, 4, login="li")
    attempt(client)
    assert {f.login for f in rows(FailedLogin)} == {"li"}


def test_old_failures_are_cleared_away(app, client, wang, attempt, rows, backdate):
    failures(app, 4)
    backdate(FailedLogin, at=timedelta(minutes=6))
    fail(attempt, client, 1)
    assert len(rows(FailedLogin)) == 1


def test_parallel_guesses_do_not_pass_the_limit(app, wang, attempt, monkeypatch):
    checked = []
    monkeypatch.setattr(passwords, "verify", lambda h, p: checked.append(p) or False)
    clients = [app.test_client() for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda c: fail(attempt, c, 1)[0], clients))
    assert len(checked) == 5
    assert sorted(codes) == [422] * 5 + [429] * 7


def test_asking_for_the_password_again_counts_too(app, client, wang, attempt):
    attempt(client)
    client.user_id = wang
    form = {"password": "a better sentence", "again": "a better sentence"}
    wrong = [
        client.submit("/account/password", current="wrong wrong", **form).status_code
        for _ in range(6)
    ]
    assert wrong == [422] * 3 + [422] * 2 + [429]
