"""How often one may guess: 5 failures in 5 minutes per account and address, 50 per address (a plant sits behind one)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, text

from app.flow.words import _l
from app.models.failed_login import FailedLogin
from app.models.refusals import Refused

from .aside import aside

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 5
PER_ADDRESS = 50


class TooManyAttempts(Refused):
    """The limit is reached; waiting helps."""

    status = 429

    def __init__(self) -> None:
        super().__init__(_l("Too many failed attempts. Wait five minutes, then try again."))


def begin(login: str, address: str) -> None:
    """Count an attempt before it is known to fail, so that parallel guesses cannot pass. Raises TooManyAttempts."""
    with aside() as connection:
        refuse_exhausted(connection, login, address)
        record(connection, login, address)


def succeeded(login: str, address: str) -> None:
    """Forget the failures of this account from this address."""
    with aside() as connection:
        connection.execute(delete(FailedLogin).where(FailedLogin.login == login, FailedLogin.address == address))


def refuse_exhausted(connection: Connection, login: str, address: str) -> None:
    """Raise TooManyAttempts where a limit is reached. Holds others from the same address off until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:address))"), {"address": f"login {address}"})
    recent = (FailedLogin.address == address, FailedLogin.at > datetime.now(UTC) - WINDOW)
    by_address, by_account = connection.execute(
        select(func.count(), func.count().filter(FailedLogin.login == login)).where(*recent)).one()  # fmt: skip
    if by_account >= PER_ACCOUNT or by_address >= PER_ADDRESS:
        raise TooManyAttempts


def record(connection: Connection, login: str, address: str) -> None:
    """Write a failure down and clear away those that no longer count."""
    now = datetime.now(UTC)
    connection.execute(delete(FailedLogin).where(FailedLogin.at < now - WINDOW))
    connection.execute(insert(FailedLogin).values(login=login, address=address, at=now))
