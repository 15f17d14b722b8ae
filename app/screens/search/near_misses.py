"""What is nearly what somebody typed: one slip in a word of letters and digits, and numbers
without their year and noughts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select

from app.extensions import db
from app.models.records.search_index import SearchEntry, SearchName, SearchSubject

SHORTEST = 5  # a shorter word with a slip in it is nearly everything
LOOKED_AT = 500  # the newest entries that hold half of the word: what a slip may be found among
SHORT_NUMBER = re.compile(r"(?:([0-9]{4})-)?([0-9]{1,5})((?:-[0-9a-z]{1,4})*)", re.ASCII)
TYPED = re.compile(r"[a-z0-9 ./_-]+", re.ASCII)


def in_full(word: str) -> tuple[str, str] | None:
    """The year (or nothing) and the rest of a number written short: ``42-1`` is ``-00042-1``,
    ``2026-42`` is ``-00042`` of 2026.
    """
    match = SHORT_NUMBER.fullmatch(word)
    return (match[1] or "", f"-{int(match[2]):05d}{match[3]}") if match else None


def slipped(word: str) -> Any | None:
    """The condition that an entry, or a name it is about, holds the word but for one slip; None
    where no slip is looked for.

    One slip leaves one half of the word whole, unless two letters changed places in its middle: so
    few rows need a closer look.
    """
    if len(word) < SHORTEST or not TYPED.fullmatch(word):
        return None
    middle, close = len(word) // 2, re.compile("|".join(slips(word)))
    pieces = (
        word[:middle],
        word[middle:],
        word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :],
    )
    entries = db.session.execute(
        select(SearchEntry.id, SearchEntry.words)
        .where(any_of(SearchEntry.words, pieces))
        .order_by(SearchEntry.id.desc())
        .limit(LOOKED_AT)
    )
    names = db.session.execute(
        select(SearchName.subject, SearchName.words).where(any_of(SearchName.words, pieces))
    )
    ids = [row.id for row in entries if close.search(row.words)]
    subjects = [row.subject for row in names if close.search(row.words)]
    about = select(SearchSubject.entry_id).where(SearchSubject.subject.in_(subjects))
    return or_(SearchEntry.id.in_(ids), SearchEntry.id.in_(about))


def any_of(column: Any, pieces: Iterable[str]) -> Any:
    return or_(*(column.contains(piece, autoescape=True) for piece in pieces))


def slips(word: str) -> Iterable[str]:
    """The patterns of a word with one sign wrong, forgotten or too many, or two that changed
    places.
    """
    for at in range(len(word)):
        before, after = re.escape(word[:at]), re.escape(word[at + 1 :])
        yield f"{before}.?{after}"
        yield f"{before}.{re.escape(word[at:])}"
        if at:
            yield re.escape(word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :])
