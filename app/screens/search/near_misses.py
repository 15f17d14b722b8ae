"""What is nearly what somebody typed: one slip in a word of letters and digits, and numbers
without their year and noughts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from app.extensions import db
from app.models.records.search_index.entries import SearchName
from app.models.records.search_index.grams import Shelf
from app.models.records.search_index.newest import Sought, newest

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


def may_have_slipped(word: str) -> bool:
    """Whether a slip is looked for in a word."""
    return len(word) >= SHORTEST and TYPED.fullmatch(word) is not None


def nearly(word: str, shelves: Sequence[Shelf], most: int) -> list[Row[Any]]:
    """The newest entries that hold the word, or a name they are about does, but for one slip.

    One slip leaves one half of the word whole, unless two letters changed places in its middle: so
    few entries need a closer look.
    """
    middle, close = len(word) // 2, re.compile("|".join(slips(word)))
    halves = (
        word[:middle],
        word[middle:],
        word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :],
    )
    entries = newest(Sought(halves), shelves, LOOKED_AT)
    names = db.session.execute(
        select(SearchName.subject, SearchName.words).where(
            or_(*(SearchName.words.contains(half, autoescape=True) for half in halves))
        )
    )
    subjects = tuple(row.subject for row in names if close.search(row.words))
    found = {row.id: row for row in newest(Sought(subjects=subjects), shelves, most)}
    found |= {row.id: row for row in entries if close.search(row.words)}
    return [found[number] for number in sorted(found, reverse=True)[:most]]


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
