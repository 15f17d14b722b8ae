"""An empty file of a kind, to fill in: above its heads stands what belongs in each column and an
example, which an import leaves out like everything above the heads.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app import clock
from app.flow.texts.lazy_text import Text, _l
from app.models.master.dictionary import TABLES, Field
from app.models.master.dictionary import fields as f
from app.sheets.kinds import Kind
from app.sheets.reading.columns import Column
from app.web.sheets import Sheet

NUMBERS = (f.WHOLE, f.EXACT, f.QUANTITY)
REFERENCES = (f.CODE_OF, f.CODES_OF, f.ROW_OF)
SAID = " · "
CODE = "A-001"


def template_of(kind: Kind) -> Sheet:
    return sheet_to_fill_in(kind.key, kind.own_columns)


def second_template_of(kind: Kind) -> Sheet:
    """The same of the second file. Raises LookupError where there is none."""
    if kind.second is None:
        raise LookupError(kind.key)
    return sheet_to_fill_in(*kind.second)


def sheet_to_fill_in(name: str, columns: Sequence[Column]) -> Sheet:
    """The file's sheet: a sentence, what each column holds, an example, the heads."""
    told = _l(
        "Fill in below the row with the names of the columns, a row for each. The rows above it, "
        "with the example, are not read."
    )
    rows = [
        [SAID.join(map(str, explained(column.field))) for column in columns],
        [example(column.field) for column in columns],
        [column.label for column in columns],
    ]
    return (name, [told, *[""] * (len(columns) - 1)], rows)


def explained(of: Field) -> list[Text | str]:
    """What belongs in a column: whether it must be filled in, what may stand there, its unit."""
    said: list[Text | str] = [_l("required") if of.required else _l("may be empty")]
    if of.kind in REFERENCES and (table := named_by(of)):
        said.append(_l("codes of: %(table)s", table=table))
    if of.options:
        said.append(" / ".join(dict.fromkeys(str(label) for _, label in of.options)))
    if of.unit:
        said.append(of.unit)
    if of.hint:
        said.append(of.hint)
    return said


def named_by(of: Field) -> Text | None:
    """What the table is called whose codes a field names."""
    return next((t.label for t in TABLES.values() if t.model is of.refers), None)


def example(of: Field) -> Any:
    """A value as it may stand in a column."""
    if of.kind in NUMBERS:
        return max(1, math.ceil(Decimal(of.low or 0)))
    if of.kind == f.DAY:
        return clock.today()
    if of.kind == f.YES:
        return "N"
    if of.options:
        return of.options[0][1]
    is_code = of.kind in REFERENCES or of.name == "code"
    return CODE if is_code else "" if of.pattern else of.label
