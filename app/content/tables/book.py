"""A file as sheets of cells, and what was understood of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from app.content.tables.delimited import SEPARATORS, rows_of, separator_of
from app.content.tables.encodings import Unreadable, decode
from app.content.tables.markings import TooWide
from app.content.tables.sheet import Note, Sheet, Wishes, place
from app.content.tables.workbooks import CFB, ZIP, NotRead, is_workbook, sheets_of
from app.content.texts import CONTROL
from app.flow.texts.lazy_text import _l

NAMED = 12  # so many places are named in one note
PAGE = (b"<html", b"<!doctype html", b"<table", b"<?xml")
SIGNS = {",": _l("comma"), ";": _l("semicolon"), "\t": _l("tab"), "|": _l("bar")}


@dataclass
class Book:
    """``sheets`` are those with anything in them; ``notes`` say how the file was read."""

    sheets: list[Sheet]
    encoding: str = ""
    separator: str = ""
    notes: list[Note] = field(default_factory=list)


def read_book(name: str, content: bytes, wishes: Wishes = Wishes()) -> Book:  # noqa: B008 – frozen
    """Read a file, told by its content and never by its name. Raises NotRead."""
    if not content.strip():
        raise NotRead(_l("%(name)s is empty.", name=name))
    try:
        book = workbook(content) if is_workbook(content) else text(content, wishes)
    except NotRead as reason:
        raise NotRead(
            _l("%(name)s cannot be read: %(why)s", name=name, why=reason.sentence)
        ) from None
    book.sheets = [sheet for sheet in book.sheets if not sheet.is_empty]
    if not book.sheets:
        raise NotRead(_l("%(name)s is empty.", name=name))
    ending = PurePosixPath(name).suffix.lower()
    if not is_workbook(content) and ending in (".xls", ".xlsx", ".et"):
        book.notes.append(_l("It is called %(ending)s and is a text; read as such.", ending=ending))
    return book


def workbook(content: bytes) -> Book:
    try:
        book = Book(sheets_of(content))
    except TooWide as reach:
        raise NotRead(
            _l(
                "a sheet reaches over %(cells)s cells; delete what stands far off and save it "
                "anew.",
                cells=str(reach),
            )
        ) from None
    if content.startswith(CFB):
        book.notes.append(
            _l("An .xls file does not tell which rows are hidden; all of them were read.")
        )
    for sheet in book.sheets:
        sheet.notes += list(filter(None, (hidden(sheet), merged(sheet))))
    return book


def hidden(sheet: Sheet) -> Note | None:
    rows = sorted(
        row
        for row in sheet.hidden_rows
        if row < len(sheet.rows) and any(value is not None for value in sheet.rows[row])
    )
    if not rows:
        return None
    return _l("Hidden rows were read too: %(rows)s.", rows=some(str(row + 1) for row in rows))


def merged(sheet: Sheet) -> Note | None:
    """Give what stands in a merged area to each of its rows, and say so."""
    filled = []
    for top, left, bottom, _right in sheet.merged:
        if top >= len(sheet.rows) or left >= len(sheet.rows[top]):
            continue
        value = sheet.rows[top][left]
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            sheet.rows[row][left] = value
        if bottom > top and value is not None:
            filled.append(f"{place(top, left)}–{place(bottom, left)}")
    if not filled:
        return None
    return _l("Merged cells were taken for each of their rows: %(cells)s.", cells=some(filled))


def text(content: bytes, wishes: Wishes) -> Book:
    if any(content[:2000].lstrip().lower().startswith(mark) for mark in PAGE):
        raise NotRead(_l("it is a web page; open it in a spreadsheet program and save it as XLSX."))
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", ZIP)):
        raise NotRead(_l("it is no table: choose an XLSX, XLS or CSV file."))
    try:
        words, encoding = decode(content, wishes.encoding)
    except Unreadable:
        raise NotRead(
            _l("it is not in the encoding %(encoding)s.", encoding=wishes.encoding)
        ) from None
    if CONTROL.search(words):
        raise NotRead(_l("it is no table: choose an XLSX, XLS or CSV file."))
    separator = SEPARATORS.get(wishes.separator) or separator_of(words)
    try:
        rows: list[list[Any]] = [
            [cell.strip() or None for cell in row] for row in rows_of(words, separator)
        ]
    except csv.Error:
        raise NotRead(_l("a quotation mark in it is never closed.")) from None
    note = _l(
        "Read as %(encoding)s, cells parted by a %(sign)s.",
        encoding=encoding.upper(),
        sign=SIGNS[separator],
    )
    return Book([Sheet("", rows)], encoding, separator, [note])


def some(places: Any) -> str:
    """The first of some places; how many more there are."""
    found = list(places)
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" … +{more}" if more > 0 else "")
