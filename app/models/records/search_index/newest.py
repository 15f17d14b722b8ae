"""The newest entries that hold words, themselves or by a name of what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, or_, select, text

from app.extensions import db
from app.models.records.search_index.entries import SearchEntry, SearchName, SearchSubject
from app.models.records.search_index.grams import Shelf, shelf_of, telling
from app.models.records.search_index.stored import grams_in

RECORDS, ORDERS, ALL_LOTS = (Shelf.ORDERS, Shelf.OTHERS), (Shelf.ORDERS,), (Shelf.LOTS,)
EVER = 2**62  # no entry has this number


@dataclass(frozen=True)
class Sought:
    """What an entry shall hold: one of the texts among its words, ``whole`` if nothing but blanks
    shall stand beside it; or one of the subjects among those it is about.
    """

    texts: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    whole: bool = False


def sought(word: str, *others: str) -> Sought:
    """A normalised word, itself or in the name of a subject; or another text."""
    return Sought(
        (word, *others), subjects_called(SearchName.words.contains(word, autoescape=True))
    )


def subjects_called(condition: Any) -> tuple[str, ...]:
    """The subjects whose names meet a condition: there are as many as customers and goods."""
    return tuple(db.session.scalars(select(SearchName.subject).where(condition)))


def newest(
    wanted: Sought, shelves: Sequence[Shelf], most: int, before: int = EVER
) -> list[Row[Any]]:
    """The newest entries of the shelves that hold what is wanted: id, flow, record_id, words; at
    most so many, all with lower ids than ``before``.
    """
    found = {
        row.id: row
        for rows in (
            holding(wanted, shelves, most, before),
            about(wanted.subjects, shelves, most, before),
        )
        for row in rows
    }
    return [found[number] for number in sorted(found, reverse=True)[:most]]


def holding(wanted: Sought, shelves: Sequence[Shelf], most: int, before: int) -> Sequence[Row[Any]]:
    """The newest entries whose words hold a text: few have all its grams, and they are read."""
    grams = [telling(each) for each in wanted.texts]
    if not grams or not all(grams):
        return []
    index, words, blank = grams_in(db.session.get_bind().dialect.name), "e.words", ""
    if wanted.whole:
        words, blank = "' ' || e.words || ' '", " "
    texts = {f"text{n}": f"{blank}{each}{blank}" for n, each in enumerate(wanted.texts)}
    check = " OR ".join(index.CHECK.format(words=words, text=name) for name in texts)
    of_shelves = [[shelf + gram for gram in each] for shelf in shelves for each in grams]
    asked = index.wanted(of_shelves) | texts | {"before": before}
    # As a number, not as a parameter: a plan made for any number reckons with a tenth of all.
    return db.session.execute(text(index.HOLDING.format(check=check, most=most)), asked).all()


def about(
    subjects: Sequence[str], shelves: Sequence[Shelf], most: int, before: int
) -> Sequence[Row[Any]]:
    """The newest entries that are about one of the subjects."""
    if not subjects:
        return []
    index = grams_in(db.session.get_bind().dialect.name)
    asked = index.about([shelf + key for shelf in shelves for key in subjects])
    statement = text(index.ABOUT.format(most=most))
    return db.session.execute(statement, asked | {"before": before}).all()


def holds(wanted: Sought, flow: str, record_id: Any) -> ColumnElement[bool]:
    """The condition that a record's entry holds what is wanted: for a few that are known already,
    since nothing leads to them.
    """
    shelf = shelf_of(flow)
    is_about = (SearchSubject.entry_id == SearchEntry.id) & SearchSubject.subject.in_(
        [shelf + key for key in wanted.subjects]
    )
    return exists().where(
        SearchEntry.flow == flow,
        SearchEntry.record_id == record_id,
        or_(
            *(SearchEntry.words.contains(each, autoescape=True) for each in wanted.texts),
            exists().where(is_about),
        ),
    )
