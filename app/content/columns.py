"""The first column of a file that was accepted: lines of text, of CSV, or of a workbook's first
sheet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

from app.content import Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS = ("text/plain", "text/csv", XLSX)
MOST_ROWS = 20_000


def first_column(upload: Upload) -> list[str]:
    """Return what stands first in each row, as text; a head, which holds no digit, is left out."""
    found = [text for text in cells(upload) if text]
    return found[1:] if found and not any(sign.isdigit() for sign in found[0]) else found


def cells(upload: Upload) -> Iterator[str]:
    if upload.content_type != XLSX:
        text = upload.content.decode("utf-8-sig", "replace").replace("\x00", "")
        apart = ";" if text.count(";") > text.count(",") else ","
        rows = (
            csv.reader(StringIO(text), delimiter=apart)
            if upload.content_type == "text/csv"
            else ([line] for line in text.splitlines())
        )
        yield from (row[0].strip() for row in rows if row)
        return
    from openpyxl import load_workbook  # noqa: PLC0415 – only who brings a workbook waits for it

    page = load_workbook(BytesIO(upload.content), read_only=True, data_only=True).worksheets[0]
    for row in page.iter_rows(max_row=MOST_ROWS, values_only=True):
        first = next((value for value in row if value is not None), None)
        yield "" if first is None else str(first).strip()
