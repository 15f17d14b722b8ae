"""Who is meant by ``@…`` in what people write, and who may be meant by what somebody has begun
to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import or_, select

from app.extensions import db
from app.models.people.user import User
from app.models.records.column_types import normal

# A sign inside an e-mail address names nobody; a Chinese keyboard gives the wide one.
SIGN = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠]")
GOES_ON = re.compile(r"[A-Za-z0-9_]")


def readers() -> list[User]:
    """Everybody who may read records and can be named."""
    return list(
        db.session.scalars(
            select(User).where(User.active, User.holds.any()).order_by(User.name, User.login)
        )
    )


def named(text: str, people: Iterable[User]) -> list[User]:
    """Those whom a text names, each once, in the order of the text."""
    return list(dict.fromkeys(user for _, _, users in mentions(text, people) for user in users))


def mentions(text: str, people: Iterable[User]) -> Iterator[tuple[int, int, list[User]]]:
    """Yield where a text names whom: by login or by name, the longest that fits; a name that two
    share means both.
    """
    called: dict[str, list[User]] = {}
    for user in people:
        for name in {user.login.lower(), *names_of(user)}:
            called.setdefault(name, []).append(user)
    longest = sorted(called, key=len, reverse=True)
    for sign in SIGN.finditer(text):
        if name := next((n for n in longest if fits(n, text, sign.end())), None):
            yield sign.start(), sign.end() + len(name), called[name]


def names_of(user: User) -> set[str]:
    """A person's name; of one in both scripts (许样一 Xu Yangyi) each half too."""
    name = user.name.lower()
    first, _, rest = name.partition(" ")
    return {name, first, rest} if rest and first > "\u2e80" else {name}


def fits(name: str, text: str, at: int) -> bool:
    """Whether a name stands at a place of a text, and no Latin word goes on after it."""
    end = at + len(name)
    return text[at:end].lower() == name and not (
        GOES_ON.match(name[-1]) and GOES_ON.match(text[end : end + 1])
    )


def pieces(text: str, people: Iterable[User]) -> Iterator[tuple[str, list[User]]]:
    """Yield a text piece by piece: the words, and with whom is meant those that name somebody."""
    done = 0
    for start, end, users in mentions(text, people):
        yield text[done:start], []
        yield text[start:end], users
        done = end
    yield text[done:], []


def suggested(start: str, most: int = 8) -> list[tuple[User, str]]:
    """People whose name, login or title holds what somebody typed, with what names each of them
    alone.
    """
    word = normal(start)
    holds = or_(
        *(column.icontains(word, autoescape=True) for column in (User.name, User.login, User.title))
    )
    found = db.session.scalars(
        select(User).where(User.active, User.holds.any(), holds).order_by(User.name, User.login)
    ).all()
    ranked = sorted(
        found,
        key=lambda user: (
            not (user.name.lower().startswith(word) or user.login.lower().startswith(word))
        ),
    )[:most]
    names = [user.name for user in readers()] if ranked else []
    return [(user, user.name if names.count(user.name) == 1 else user.login) for user in ranked]
