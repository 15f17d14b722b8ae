"""Guessing: 5 failures in 5 minutes per account and address, 50 per address, in the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from app.extensions import db
from app.models.failed_login import FailedLogin
from app.security import passwords


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


def test_fifty_from_one_address_hold_everybody_there_off(app, client, wang, attempt):
    for n in range(49):
        failures(app, 1, login=f"guess{n}")
    assert fail(attempt, client, 1, login="nobody") == [422]
    assert attempt(client).status_code == 429
    assert attempt(client, address="10.0.0.2").status_code == 303


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
    wrong = [client.submit("/account/password", current="wrong wrong", **form).status_code for _ in range(6)]
    assert wrong == [422] * 3 + [422] * 2 + [429]
