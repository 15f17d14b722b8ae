"""Lists to take away, as CSV or XLSX: figures as figures, moments as the plant's clocks show
them, and no text that a spreadsheet would carry out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from app import clock

# A sheet has a name, heads and rows.
Sheet = tuple[str, Sequence[Any], Iterable[Sequence[Any]]]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": CSV, "xlsx": XLSX}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDEST = 60


def written(kind: str, sheets: Iterable[Sheet]) -> bytes:
    """Return the file of a kind of ``TYPES``; CSV knows one sheet, the first."""
    return as_csv(next(iter(sheets))) if kind == "csv" else as_xlsx(sheets)


def as_csv(sheet: Sheet) -> bytes:
    """Return a list as CSV; the mark at its beginning tells spreadsheets that it is UTF-8."""
    _, heads, rows = sheet
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([plain(head) for head in heads])
    writer.writerows([plain(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Return lists as the sheets of one workbook."""
    # A tenth of a second that only an export needs.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    for name, heads, rows in sheets:
        page = book.create_sheet(name[:31])
        page.freeze_panes = "A2"
        lines = [[plain(head) for head in heads], *([cell(value) for value in row] for row in rows)]
        for place in range(len(heads)):
            longest = max(wide(line[place]) for line in lines)
            page.column_dimensions[get_column_letter(place + 1)].width = min(WIDEST, longest + 2)
        for line in lines:
            page.append(line)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def cell(value: Any) -> Any:
    """A value as a spreadsheet keeps it: a number or a day as such, a moment without its zone,
    everything else as harmless text.
    """
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None, microsecond=0)
    return value if value is None or isinstance(value, (int, Decimal, date)) else plain(value)


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
