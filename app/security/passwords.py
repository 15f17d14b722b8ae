"""Passwords: Argon2id, the same work for unknown people, and what is too easily guessed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.flow.roles import ADMIN
from app.flow.texts.lazy_text import Text, _l
from app.models.people.user import User
from app.models.records.errors import Refused
from app.plant import reading

SHORTEST, LONGEST = 8, 200
DEMO_PREFIX = "washline-"
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")

# 19 MiB a hash, at most two at once: a rush of logins must not take the machine's memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_places = BoundedSemaphore(2)


class Busy(Refused):
    """Too many log in at the same moment."""

    status = 503


class _Place:
    def __enter__(self) -> None:
        if not _places.acquire(timeout=10):
            raise Busy(_l("Too many people are logging in at this moment. Try again."))

    def __exit__(self, *_: object) -> None:
        _places.release()


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _Place():
        return _hasher.hash(normal(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash; without a hash the same work is done in
    vain.
    """
    with _Place():
        try:
            return _hasher.verify(password_hash or _nobody(), normal(password)) and bool(
                password_hash
            )
        except (VerificationError, InvalidHashError):
            return False


def outdated(password_hash: str) -> bool:
    """True when a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody")


def normal(password: str) -> str:
    """One spelling of what a person types: an input method may give full-width letters."""
    return unicodedata.normalize("NFKC", password)


# What is refused as a new password


def weakness(password: str, *own_words: str) -> Text | None:
    """Return why a new password is refused, or None.

    No rules about its composition; ``own_words``: login and name.
    """
    plain = normal(password)
    if len(plain) < SHORTEST:
        return _l("A password needs at least %(n)s characters; a sentence is good.", n=SHORTEST)
    if len(plain) > LONGEST:
        return _l("A password has at most %(n)s characters.", n=LONGEST)
    folded = plain.casefold()
    if (
        folded.startswith(DEMO_PREFIX)
        or len(set(folded)) < 4
        or _is_run(folded)
        or is_common(folded)
    ):
        return _l("This password is among the first that others would try. Choose another one.")
    rest = folded
    for word in (*own_words, "washline", "净单"):
        rest = rest.replace(word.casefold(), "") if len(word) > 1 else rest
    if len(rest) < 4:
        return _l("A password must not be made of the person’s or the product’s name.")
    return None


def is_common(folded: str) -> bool:
    """True for a usual word, alone or twice, dressed up with digits and signs (P@ssw0rd2026!),
    and for a date or number.
    """
    if folded.isdigit():
        return len(folded) < 12
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    for text in (folded, bare.translate(_LEET)):
        core = re.sub(r"[\W\d_]", "", text)
        half = core[: len(core) // 2]
        if core in common() or (core == half * 2 and half in common()):
            return True
    return False


_LEET = str.maketrans("@4301!$57", "aaeoiisst")


@cache
def common() -> frozenset[str]:
    """The words that are tried first, in lower case; those of this trade and of Chinese
    keyboards among them.
    """
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def _is_run(text: str) -> bool:
    """True for 12345678, abcdefgh and the like, forwards or backwards."""
    return len({ord(b) - ord(a) for a, b in pairwise(text)}) == 1


# The demo's passwords, and the first administrator


def demo_password(login: str) -> str:
    """The password of a login on a database that is marked demo."""
    return DEMO_PREFIX + login


def create_admin(login: str, name: str, password: str) -> User:
    """Make a person who administers.

    Raises Refused for a weak password, an unfit or a taken login; the caller commits.
    """
    login, name = reading.code(login).lower(), reading.line(name)
    if not LOGIN.fullmatch(login):
        raise Refused(_l("A login is 2 to 40 lower-case letters, digits, dots or hyphens."))
    if reason := weakness(password, login, name):
        raise Refused(reason)
    return User.create(
        login=login, name=name, roles=[ADMIN.key], password_hash=hash_password(password)
    )
