"""Work instructions with their steps: a file has both, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.flow.texts.lazy_text import _l
from app.models.master import WorkStep
from app.models.master.dictionary import TABLES, Field
from app.sheets.kinds.composite import Composite, Lines
from app.sheets.kinds.declared import both
from app.sheets.kinds.table_kind import TableKind
from app.sheets.reading.columns import Column

PARAMETER = Column(
    "parameter", Field("parameter", _l("Reading"), required=False), parts=both("parameter")
)


@dataclass
class Instructions(Composite):
    """An export has a row for each step, with the instruction beside it."""

    @property
    def own_columns(self) -> list[Column]:
        steps = [c for c in self.lines.own_columns if c.field.name != self.lines.owner]
        return [*self.head.own_columns, *steps]

    def exported(self) -> Iterator[Sequence[Any]]:
        steps = [c for c in self.lines.own_columns if c.field.name != self.lines.owner]
        rows = sorted(self.lines.existing().items(), key=lambda each: each[0])
        for _, step in rows:
            if isinstance(step, WorkStep) and step.active and step.instruction.active:
                yield [
                    *(self.head.shown(step.instruction, c) for c in self.head.own_columns),
                    *(self.lines.shown(step, c) for c in steps),
                ]


INSTRUCTIONS = Instructions(
    "instructions",
    "work_instructions",
    TABLES["instruction"].label,
    TableKind(
        "instructions",
        "work_instructions",
        TABLES["instruction"],
        TABLES["instruction"].label,
        {"code": "wi_code", "family": "family_code"},
    ),
    Lines(
        "steps",
        "work_instructions",
        TABLES["step"],
        TABLES["step"].label,
        {"instruction": "wi_code", "text_zh": "instruction_zh", "text_en": "instruction_en"},
        parts=(PARAMETER,),
        revives=True,
        owner="instruction",
    ),
    "step_no",
)
