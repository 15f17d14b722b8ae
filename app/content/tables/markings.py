"""What an XLSX file says of its cells beside their values: rows that are hidden, numbers shown as a
percentage, formulas that nobody has had calculated, how far its cells reach.

Read from the file's own parts, once they were found harmless (app/content/sheets.py).
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PERCENT = frozenset((9, 10))  # formats that every workbook knows
QUOTED = re.compile(r'"[^"]*"|\\.')
ROW = re.compile(rb"<row\b([^>]*)>")
CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
STYLE = re.compile(rb'\bs="([0-9]+)"')
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
NUMBER = re.compile(rb'\br="([0-9]+)"')
VALUE = re.compile(rb"<(?:v|t)(?: [^>]*)?>[^<]")
# A sheet of one cell in its last corner would be all empty cells of it.
MOST_CELLS = 4_000_000


class TooWide(ValueError):
    """Cells that reach so far that what lies between them is too much."""


@dataclass(frozen=True)
class Markings:
    """What a sheet says, by places counted from 0."""

    hidden_rows: frozenset[int] = frozenset()
    percents: frozenset[tuple[int, int]] = frozenset()
    uncounted: frozenset[tuple[int, int]] = frozenset()


def markings_of(content: bytes) -> dict[str, Markings]:
    """The markings of each sheet of a workbook, by its name. Raises TooWide."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        styles = percent_styles(archive)
        return {
            name: of_sheet(archive.read(part), styles)
            for name, part in parts(archive)
            if part in archive.namelist()
        }


def parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The sheets' names, each with the part of the archive that holds it."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    try:
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return []
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return [
        (sheet.get("name", ""), in_archive(targets.get(sheet.get(LINK), "")))
        for sheet in book.iter(f"{MAIN}sheet")
    ]


def in_archive(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def percent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the styles that show a number as a percentage."""
    try:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    except KeyError:
        return frozenset()
    formats = {
        int(each.get("numFmtId", "0"))
        for each in styles.iter(f"{MAIN}numFmt")
        if "%" in QUOTED.sub("", each.get("formatCode", ""))
    } | PERCENT
    used = styles.find(f"{MAIN}cellXfs")
    return frozenset(
        str(number).encode()
        for number, each in enumerate(used if used is not None else ())
        if int(each.get("numFmtId", "0")) in formats
    )


def of_sheet(xml: bytes, percent: frozenset[bytes]) -> Markings:
    hidden = frozenset(
        int(number[1]) - 1
        for row in ROW.finditer(xml)
        if HIDDEN.search(row[1]) and (number := NUMBER.search(row[1]))
    )
    percents, uncounted = set(), set()
    rows = columns = 0
    for cell in CELL.finditer(xml):
        if not (reference := REFERENCE.search(cell[1])):
            continue
        at = (int(reference[2]) - 1, column_of(reference[1]))
        rows, columns = max(rows, at[0] + 1), max(columns, at[1] + 1)
        if percent and (style := STYLE.search(cell[1])) and style[1] in percent:
            percents.add(at)
        if cell[2] and b"<f" in cell[2] and not VALUE.search(cell[2]):
            uncounted.add(at)
    if rows * columns > MOST_CELLS:
        raise TooWide(f"{rows} × {columns}")
    return Markings(hidden, frozenset(percents), frozenset(uncounted))


def column_of(letters: bytes) -> int:
    """The place of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
