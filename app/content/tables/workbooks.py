"""Workbooks, XLSX and XLS, as sheets of cells."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from app.content import sheets
from app.content.tables.markings import Markings, markings_of
from app.content.tables.sheet import Sheet, Value
from app.flow.texts.lazy_text import Text, _l

ZIP, CFB = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DIGITS = 15  # as many of a number as a spreadsheet shows
BROKEN = _l("it is damaged, or locked by a password.")


class NotRead(Exception):
    """A file that cannot be read as tables; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


def is_workbook(content: bytes) -> bool:
    return content.startswith((ZIP, CFB))


def sheets_of(content: bytes) -> list[Sheet]:
    """The sheets of a workbook in their order. Raises NotRead.

    What an archive inflates to is counted before anything opens it.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 – few need it

    marked: dict[str, Markings] = {}
    if content.startswith(ZIP):
        if fault := sheets.fault(content):
            raise NotRead(fault)
        marked = markings_of(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return [
            sheet_of(book.get_sheet_by_index(number), about, marked.get(about.name, Markings()))
            for number, about in enumerate(book.sheets_metadata)
            if "WorkSheet" in str(about.typ)
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise NotRead(BROKEN) from error


def sheet_of(page: Any, about: Any, marks: Markings) -> Sheet:
    rows = page.to_python(skip_empty_area=False)
    return Sheet(
        about.name,
        [[value_of(each) for each in row] for row in rows],
        visible="Visible" in str(about.visible),
        hidden_rows=marks.hidden_rows,
        percents=marks.percents,
        uncounted=marks.uncounted,
        merged=tuple((*first, *last) for first, last in page.merged_cell_ranges or ()),
    )


def value_of(value: Any) -> Value:
    """A cell as it is meant: every number is a float there, a day a moment at midnight."""
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, bool) or not isinstance(value, int):
        if isinstance(value, datetime):
            return value if value.time() != time() else value.date()
        if isinstance(value, timedelta):
            return str(value)
        if isinstance(value, str):
            return value or None
        return value if isinstance(value, bool | date | time) else None
    return Decimal(value)


def plain(number: float) -> Decimal:
    """The number that was typed: what arithmetic left behind it is cut off."""
    exact = Decimal(f"{number:.{DIGITS}g}")
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact
