"""The files of one sending: for each kind of voucher one as XLSX and one as CSV, laid out as the
plant has mapped it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.master.voucher_map.columns import TEXT
from app.models.vouchers.lines import Line
from app.models.vouchers.mapping import Mapping
from app.plant.warehouse.vouchers import VOUCHERS
from app.web.sheets import TYPES, Sheet, written


@dataclass(frozen=True)
class VoucherFile:
    """A file as it goes out."""

    name: str
    content_type: str
    content: bytes


def sheets_of(lines: Iterable[Line], mapping: Mapping) -> dict[str, Sheet]:
    """The rows of each kind of voucher under the plant's own headings."""
    by_kind: dict[str, list[Line]] = {kind: [] for kind in VOUCHERS}
    for line in lines:
        by_kind[line.entry.voucher].append(line)
    sheets: dict[str, Sheet] = {}
    for kind, some in by_kind.items():
        columns = mapping.columns_of(kind)
        rows = [
            [c.text if c.says == TEXT else line.says.get(c.says) for c in columns] for line in some
        ]
        if rows:
            sheets[kind] = (kind, [c.heading for c in columns], rows)
    return sheets


def files_of(number: str, lines: Iterable[Line], mapping: Mapping) -> list[VoucherFile]:
    """The files of a number, such as ``V-2026-00003-purchase_in.xlsx``."""
    return [
        VoucherFile(f"{number}-{kind}.{ending}", TYPES[ending], written(ending, [sheet]))
        for kind, sheet in sheets_of(lines, mapping).items()
        for ending in TYPES
    ]
