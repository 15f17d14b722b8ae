"""Lists to take away, as CSV or XLSX: figures as figures, moments as the plant's clocks show
them, and no text that a spreadsheet would carry out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any

from app import clock

# A sheet has a name, heads and rows; these are read once, while they are written.
Sheet = tuple[str, Sequence[Any], Iterable[Sequence[Any]]]
Tell = Callable[[int], None]  # how many rows are written
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": CSV, "xlsx": XLSX}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDEST = 60
MEASURED = 200  # rows that say how wide a column is
OFTEN = 100  # rows between two words of how far it is


@dataclass(frozen=True)
class Rows:
    """Rows whose number is known before they are made."""

    count: int
    made: Iterable[Sequence[Any]]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return iter(self.made)


def quiet(_rows: int) -> None:
    """For whoever waits for the file itself."""


def written(kind: str, sheets: Iterable[Sheet], tell: Tell = quiet) -> bytes:
    """Return the file of a kind of ``TYPES``; CSV knows one sheet, the first."""
    return as_csv(next(iter(sheets)), tell) if kind == "csv" else as_xlsx(sheets, tell)


def as_csv(sheet: Sheet, tell: Tell = quiet) -> bytes:
    """Return a list as CSV; the mark at its beginning tells spreadsheets that it is UTF-8."""
    _, heads, rows = sheet
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([plain(head) for head in heads])
    writer.writerows([plain(value) for value in row] for row in counted(rows, tell))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Iterable[Sheet], tell: Tell = quiet) -> bytes:
    """Return lists as the sheets of one workbook. No more of their rows are held than say how wide
    the columns are.
    """
    from openpyxl import Workbook  # noqa: PLC0415 – a tenth of a second that only an export needs
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 – as above

    book = Workbook(write_only=True)
    for name, heads, rows in sheets:
        page = book.create_sheet(name[:31])
        page.freeze_panes = "A2"
        rest = iter(counted(rows, tell))
        first = [list(heads), *islice(rest, MEASURED)]
        for place in range(len(heads)):
            longest = max(wide(line[place]) for line in first)
            letter = get_column_letter(place + 1)
            page.column_dimensions[letter].width = min(WIDEST, longest + 2)
        for line in chain(first, rest):
            page.append([cell(value) for value in line])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def counted(rows: Iterable[Sequence[Any]], tell: Tell) -> Iterator[Sequence[Any]]:
    """Yield the rows, and tell now and then how many they are."""
    number = 0
    for number, row in enumerate(rows, 1):
        yield row
        if number % OFTEN == 0:
            tell(number)
    tell(number)


def cell(value: Any) -> Any:
    """A value as a spreadsheet keeps it: a number or a day as such, a moment without its zone,
    everything else as harmless text.
    """
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, (int, float, Decimal, date)):
        return value
    return plain(value)


def plain(value: Any) -> str:
    """A value as text.

    What begins like a formula gets an apostrophe before it, which spreadsheets take as “this is
    text”.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return format(value, "f")
    text = "".join(sign for sign in str(value) if sign >= " " or sign in "\t\r\n")
    return text if isinstance(value, int) or not text.startswith(FORMULA) else f"'{text}"


def wide(value: Any) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in plain(value))
