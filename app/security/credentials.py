"""What proves who somebody is: the password, at a shared tablet the PIN.

Asked when they come in, and again for a signature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import request
from sqlalchemy import select

from app.extensions import db
from app.models.people.user import User
from app.models.records.rules.setting import is_demo
from app.plant import reading
from app.security import attempts, browsers, passwords
from app.security.autonomous_transaction import autonomous_transaction
from app.security.passwords import demo_password, hash_password, outdated
from app.security.pins import DEMO_PIN

log = logging.getLogger("washline.security")


@dataclass(frozen=True)
class Credential:
    """One kind: the column of its hash, what the demo gives a login, and what its failures count
    under (a password's under the login alone: whoever guesses at a tablet locks nobody out of
    their desk).
    """

    column: str
    of_demo: Callable[[str], str]
    account: str

    def hash_of(self, user: User) -> str | None:
        return getattr(user, self.column)


PASSWORD = Credential("password_hash", demo_password, "{}")
PIN = Credential("pin_hash", lambda _login: DEMO_PIN, "{} PIN")


def recognise(login: str, typed: str, credential: Credential) -> User | None:
    """Return the person of a right pair.

    The database is let go while the hash is computed. Raises TooManyAttempts.
    """
    address, account = browsers.source(login), credential.account.format(login)
    # whoever was logged in here before: the attempt is counted in a transaction of its own
    db.session.rollback()
    late = attempts.begin(account, address)
    found = db.session.execute(
        select(User.id, getattr(User, credential.column)).where(User.login == login, User.active)
    ).one_or_none()
    demo = is_demo()
    db.session.rollback()
    right = passwords.verify(found[1] if found else None, typed)
    if (
        found is None
        or not right
        or (passwords.normal(typed) == credential.of_demo(login) and not demo)
    ):
        log.warning("login refused: user %s from %s", found.id if found else "unknown", address)
        if late:
            request.environ[attempts.DELAYED] = attempts.DELAY
        return None
    attempts.succeeded(account, address)
    user = db.session.get(User, found.id)
    if user is None or not user.active or credential.hash_of(user) != found[1]:
        return None
    if outdated(found[1]):
        setattr(user, credential.column, hash_password(typed))
    log.info("login: user %s from %s", user.id, address)
    return user


def confirm(user: User, typed: str) -> bool:
    """Tell whether the person typed their own password, at a shared tablet their own PIN.

    Raises TooManyAttempts.

    After a wrong one the request's transaction is rolled back, so that the failure can be counted
    in one of its own.
    """
    proof = PIN if user.spot else PASSWORD
    account, address = proof.account.format(user.login), browsers.source(user.login)
    attempts.refuse_exhausted(db.session.connection(), account, address)
    if passwords.verify(proof.hash_of(user), typed):
        return True
    db.session.rollback()
    with autonomous_transaction() as connection:
        attempts.record(connection, account, address)
    return False


def gives_away(plain: str, secrets: Iterable[str]) -> bool:
    """Whether a plain word is one of the passwords or PINs that were sent with it: typed into
    the wrong field, it would go on record for everybody to read.
    """
    said = passwords.normal(reading.words(plain)).strip()
    return bool(said) and any(said == passwords.normal(secret).strip() for secret in secrets)


def demo_passwords_present() -> list[str]:
    """Return the logins that still have the demo's password or PIN; a real start refuses them."""
    people = db.session.scalars(select(User).order_by(User.id))
    return [
        user.login
        for user in people
        if any(
            hashed and passwords.verify(hashed, proof.of_demo(user.login))
            for proof in (PASSWORD, PIN)
            for hashed in [proof.hash_of(user)]
        )
    ]
