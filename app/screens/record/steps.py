"""The steps of the work instruction with what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Both, Text, _l
from app.flow.texts.terms import unit as unit_word
from app.models.master import WorkStep
from app.models.production.execution import StepRecord

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder


@dataclass(frozen=True)
class StepLine:
    """A step, its state (done, paper, current, ahead, note), its limits in words, the record in
    force and the earlier failed ones.
    """

    step: WorkStep
    state: str
    limits: Text | str
    record: StepRecord | None
    failed: list[StepRecord]
    awaited: Text | str = ""  # whose signature is missing beside the first

    @property
    def text(self) -> Both:
        """What is to be done; of a signed step as it read when it was signed."""
        return (self.record or self.step).text

    @property
    def parameter(self) -> Both:
        return (self.record or self.step).parameter

    @property
    def role(self) -> Text | str:
        return role_name(self.step.role)

    @property
    def second(self) -> Text | str:
        return role_name(self.step.second_role)


def step_lines(card: ProductionOrder) -> list[StepLine]:
    """Every step of the card's instruction in order, notes included."""
    instruction = card.instruction
    if instruction is None:
        return []
    current = card.open_step if card.started_at else None
    return [line_of(card, step, current) for step in instruction.steps]


def line_of(card: ProductionOrder, step: WorkStep, current: WorkStep | None) -> StepLine:
    record = card.record_of(step)
    complete = record and (not step.second_role or record.second_by_id)
    state = (
        "note"
        if step.entry_type == "note"
        else "paper"
        if card.is_on_paper(step)
        else "current"
        if step is current
        else "done"
        if complete
        else "ahead"
    )
    failed = [r for r in card.step_records if r.step_id == step.id and not r.passed]
    limits = (record.lower, record.upper, record.uom) if record else card.limits_of(step)
    awaited = card.whose_signature() if state == "current" and record else ""
    return StepLine(step, state, limits_in_words(*limits), record, failed, awaited)


def notes_near(step: WorkStep) -> list[WorkStep]:
    """The notes of a step's section: emergency measures belong beside the work."""
    return [
        s
        for s in step.instruction.steps
        if s.entry_type == "note"
        and (s.section_zh, s.section_en) == (step.section_zh, step.section_en)
    ] or [s for s in step.instruction.steps if s.entry_type == "note"]


def role_name(key: str | None) -> Text | str:
    return ROLES[key].label if key in ROLES else ""


def limits_in_words(lower: Decimal | None, upper: Decimal | None, uom: str) -> Text | str:
    low, high = plain(lower), plain(upper)
    unit = "" if uom == "text" else unit_word(uom)
    if low and high and "-" in low + high:
        return _l("%(low)s to %(high)s %(unit)s", low=low, high=high, unit=unit)
    if low and high:
        return f"{low}–{high} {unit}".strip()
    return f"≥ {low} {unit}".strip() if low else f"≤ {high} {unit}".strip() if high else ""


def plain(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")
