"""Text with separators, as rows of texts."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
LOOKED_AT = 200
WIDEST = 1 << 20  # characters in a cell


def rows_of(text: str, separator: str) -> list[list[str]]:
    """The rows of a text whose cells stand apart by a separator. Raises csv.Error."""
    csv.field_size_limit(WIDEST)
    return list(csv.reader(StringIO(text.replace("\x00", ""), newline=""), delimiter=separator))


def separator_of(text: str) -> str:
    """The separator by which most rows of a text have equally many cells, more than one; a comma
    where none parts anything.
    """
    head = "\n".join(text.splitlines()[:LOOKED_AT])
    return max(SEPARATORS.values(), key=lambda separator: evenness(head, separator))


def evenness(text: str, separator: str) -> tuple[int, int]:
    """How many rows have the usual number of cells, and how many cells that are."""
    try:
        widths = Counter(len(row) for row in rows_of(text, separator) if any(row))
    except csv.Error:
        return (0, 0)
    width, rows = max(
        ((width, rows) for width, rows in widths.items() if width > 1),
        key=lambda each: (each[1], each[0]),
        default=(0, 0),
    )
    return (rows, width)
