"""Who is meant by ``@…`` in what people write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.models.people.user import User

# A sign inside an e-mail address names nobody; a Chinese keyboard gives the wide one.
SIGN = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠]")
GOES_ON = re.compile(r"[A-Za-z0-9_]")


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
