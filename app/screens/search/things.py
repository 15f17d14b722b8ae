"""Finding products, customers, materials and lines by what they are called."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from app.extensions import db
from app.models.master import Line
from app.models.master.dictionary.things import MODELS
from app.models.records.column_types import normal
from app.models.records.search_index.entries import SearchName

AT_MOST = 6
BY_KIND = {kind: model for model, kind in MODELS.items()}


def called(words: str) -> list[Any]:
    """Those in use whose code or name holds the words, the shorter name before the longer."""
    word = normal(words)
    if not word:
        return []
    named = SearchName.words.contains(word, autoescape=True)
    subjects = db.session.scalars(
        select(SearchName.subject).where(named).order_by(SearchName.subject).limit(AT_MOST)
    ).all()
    found = [row for row in map(of_subject, subjects) if row is not None and row.active]
    texts = (Line.code, Line.name_zh, Line.name_en)
    lines = select(Line).where(
        Line.active, or_(*(text.icontains(word, autoescape=True) for text in texts))
    )
    return [*found, *db.session.scalars(lines.order_by(Line.code).limit(AT_MOST))][:AT_MOST]


def of_subject(subject: str) -> Any:
    """The row of a subject, such as ``product:7``."""
    kind, _, number = subject.partition(":")
    return db.session.get(BY_KIND[kind], int(number)) if kind in BY_KIND else None


def scanned(code: str) -> Any:
    """The thing that the QR code of its page names, ``product:P-DW-500``; or None."""
    kind, sign, of = code.partition(":")
    return BY_KIND[kind].by_code(of) if sign and kind in BY_KIND else None
