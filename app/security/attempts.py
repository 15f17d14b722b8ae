"""How often one may guess: 5 failures in 5 minutes per account and address.

A plant sits behind one address: from 50 failures there on, answers to accounts that fail are
delayed, and nobody else is stopped. A browser in which an account came in before counts for itself
(``browsers.source``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, text

from app.flow.texts.lazy_text import _l
from app.models.people.logins import FailedLogin
from app.models.records.errors import Refused
from app.security.autonomous_transaction import autonomous_transaction

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 5
PER_ADDRESS = 50
# How long an answer to a failing account is held back then, and where the request carries that
# (app/server.py waits).
DELAY = 2.0
DELAYED = "washline.delay"


class TooManyAttempts(Refused):
    """The limit is reached; waiting helps."""

    status = 429

    def __init__(self) -> None:
        super().__init__(_l("Too many failed attempts. Wait five minutes, then try again."))


def begin(login: str, address: str) -> bool:
    """Count an attempt before it is known to fail, so that parallel guesses cannot pass.

    Raises TooManyAttempts.

    Returns whether a failure is to be answered late.
    """
    with autonomous_transaction() as connection:
        busy = refuse_exhausted(connection, login, address)
        record(connection, login, address)
    return busy


def succeeded(login: str, address: str) -> None:
    """Forget the failures of this account from this address."""
    with autonomous_transaction() as connection:
        connection.execute(
            delete(FailedLogin).where(FailedLogin.login == login, FailedLogin.address == address)
        )


def refuse_exhausted(connection: Connection, login: str, address: str) -> bool:
    """Raise TooManyAttempts where the account's limit is reached.

    Holds others from the same address off until the transaction ends. Returns whether so much
    failed from the address that a failing account's answer is held back.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:address))"),
            {"address": f"login {address}"},
        )
    recent = (FailedLogin.address == address, FailedLogin.at > datetime.now(UTC) - WINDOW)
    by_address, by_account = connection.execute(
        select(func.count(), func.count().filter(FailedLogin.login == login)).where(*recent)
    ).one()
    if by_account >= PER_ACCOUNT:
        raise TooManyAttempts
    return by_address >= PER_ADDRESS and by_account > 0


def record(connection: Connection, login: str, address: str) -> None:
    """Write a failure down and clear away those that no longer count."""
    now = datetime.now(UTC)
    connection.execute(delete(FailedLogin).where(FailedLogin.at < now - WINDOW))
    connection.execute(insert(FailedLogin).values(login=login, address=address, at=now))
