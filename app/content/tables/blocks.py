"""Things laid out as blocks, each under its name: a formula's name and number above the table of
what it holds, then the next one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from app.content.tables.heads import Head, Table, is_sum, key_of, known_as, parted, score
from app.content.tables.sheet import Sheet, Value, says
from app.flow.texts.lazy_text import _l

# 配方编号：F-DW01 in one cell.
PAIR = re.compile(r"\s*([^:：]{1,24})[:：]\s*(\S.*)")
LEAST = 2  # a head of lines says so many names


def unblocked(
    table: Table, of_things: Mapping[str, Any], of_lines: Collection[str]
) -> Table | None:
    """The lines of all blocks of a sheet, each beside what its block says of the thing; None where
    there is no block. ``of_things`` and ``of_lines`` are the names of columns of either.
    """
    sheet = table.sheet
    heads = [n for n, row in enumerate(sheet.rows) if score(row, of_lines) >= LEAST]
    if not heads:
        return None
    blocks: list[Any] = []
    above = 0
    for number, head_row in enumerate(heads):
        said: dict[str, Value] = {}
        for row in sheet.rows[above:head_row]:
            said |= pairs(row, of_things)
        if not said and not blocks:
            return None
        end = heads[number + 1] if number + 1 < len(heads) else len(sheet.rows)
        lines = lines_under(sheet, head_row, end, of_things)
        blocks.append((said, head_row, lines))
        above = lines[-1][0] + 1 if lines else head_row + 1
    return joined(table, blocks)


def pairs(row: list[Value], known: Mapping[str, Any]) -> dict[str, Value]:
    """What a row says of a thing, name and value in one cell or in two that follow."""
    found: dict[str, Value] = {}
    for place, cell in enumerate(row):
        if not isinstance(cell, str):
            continue
        match = PAIR.fullmatch(cell)
        if match and known_as(match[1], known):
            found[parted(match[1])[0].strip()] = match[2].strip()
        elif known_as(cell.rstrip(" :："), known):
            after = next((value for value in row[place + 1 :] if says(value)), None)
            if after is not None and not (isinstance(after, str) and known_as(after, known)):
                found[cell.rstrip(" :：").strip()] = after
    return found


def lines_under(
    sheet: Sheet, head_row: int, end: int, of_things: Mapping[str, Any]
) -> list[tuple[int, list[Value]]]:
    """The lines under a head, up to a blank row, a sum, or what begins the next block."""
    lines: list[tuple[int, list[Value]]] = []
    for number in range(head_row + 1, end):
        row = sheet.rows[number]
        if not any(says(value) for value in row):
            if lines:
                break
            continue
        if is_sum(row) or any(is_sum([value]) for value in row) or pairs(row, of_things):
            break
        lines.append((number, row))
    return lines


def joined(table: Table, blocks: list[Any]) -> Table:
    """One table: what blocks say of their things stands behind the columns of the lines."""
    sheet = table.sheet
    own = [
        Head(place, " ".join(str(cell).split()), parted(str(cell))[1])
        for place, cell in enumerate(sheet.rows[blocks[0][1]])
        if cell is not None and says(cell)
    ]
    width = max(len(row) for row in sheet.rows)
    names = list({key_of(name): name for said, _, _ in blocks for name in said}.values())
    found = Table(
        sheet, blocks[0][1], [*own, *(Head(width + n, x) for n, x in enumerate(names))], []
    )
    for said, _, lines in blocks:
        by_key = {key_of(name): value for name, value in said.items()}
        more = [by_key.get(key_of(name)) for name in names]
        for number, row in lines:
            found.rows.append((number, [*row, *[None] * (width - len(row)), *more]))
    found.notes = [
        *table.notes,
        _l("Read as blocks, each under its name: %(count)s of them.", count=len(blocks)),
    ]
    return found
