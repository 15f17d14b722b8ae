"""Grams: short pieces of words, by which entries are found. Which entries hold a gram is known to
the database, which works it out itself (``in_sqlite``, ``in_postgresql``).

They are one or two characters of any writing and up to four of ASCII: two Chinese characters are
a word, while two digits stand in every other number. No gram reaches over a blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from app.flow.orders import ORDERS

LONGEST, LONGEST_ASCII = 2, 4
MOST = 4  # so many of a word are asked for: they leave few entries, more cost more than they tell


class Shelf(StrEnum):
    """What stands before each gram and each subject of an entry: so the entries of one shelf are
    walked without those of the others.
    """

    ORDERS = "o"
    LOTS = "l"
    OTHERS = "r"


LOTS = "lot"  # stands in an entry's ``flow`` for a lot, which is no record and flows nowhere
SHELVES = {
    ORDERS.key: Shelf.ORDERS,
    LOTS: Shelf.LOTS,
}  # all other flows stand on that of the others
SHELF = (
    "CASE {flow} "
    + " ".join(f"WHEN '{flow}' THEN '{shelf}'" for flow, shelf in SHELVES.items())
    + f" ELSE '{Shelf.OTHERS}' END"
)


def shelf_of(flow: str) -> Shelf:
    return SHELVES.get(flow, Shelf.OTHERS)


def telling(word: str) -> list[str]:
    """The grams that tell most of a normalised word; none where it is but blanks.

    First those of other writings than ASCII, then the longest, then those at the end: numbers begin
    alike.
    """
    found = list(dict.fromkeys(gram for piece in word.split() for gram in pieces(piece)))[::-1]
    return sorted(found, key=lambda gram: (gram.isascii(), -len(gram)))[:MOST]


def pieces(word: str) -> Iterator[str]:
    """Yield the longest gram that begins at each place of a word, but none within another."""
    reached = 0
    for start in range(len(word)):
        gram = word[start : start + LONGEST_ASCII]
        while len(gram) > LONGEST and not gram.isascii():
            gram = gram[:-1]
        if start + len(gram) > reached:
            reached = start + len(gram)
            yield gram
