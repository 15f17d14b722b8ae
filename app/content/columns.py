"""The first column of a file that was accepted: lines of text, of CSV, or of a workbook's first
sheet.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.content import Upload
from app.content.tables import read_book
from app.content.tables.workbooks import NotRead

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS = ("text/plain", "text/csv", XLSX)
MOST_ROWS = 20_000


def first_column(upload: Upload) -> list[str]:
    """Return what stands first in each row, as text; a head, which holds no digit, is left out."""
    found = [text for text in cells(upload) if text]
    return found[1:] if found and not any(sign.isdigit() for sign in found[0]) else found


def cells(upload: Upload) -> Iterator[str]:
    if upload.content_type == "text/plain":
        yield from upload.content.decode("utf-8-sig", "replace").replace("\x00", "").splitlines()
        return
    try:
        sheet = read_book(upload.filename, upload.content).sheets[0]
    except NotRead:
        return
    for row in sheet.rows[:MOST_ROWS]:
        first = next((value for value in row if value is not None), None)
        yield "" if first is None else str(first).strip()
