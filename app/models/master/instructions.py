"""Work instructions: what an operator does, measures and signs, step by step."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.flow.texts.lazy_text import Both
from app.models.master.base import Master, Versioned
from app.models.records.column_types import Exact


class WorkInstruction(Versioned):
    """One version of a work instruction of a family."""

    __tablename__ = "work_instruction"

    family: Mapped[str] = mapped_column(String(10), ForeignKey("product_family.code"))
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120))

    steps: Mapped[list[WorkStep]] = relationship(
        back_populates="instruction",
        order_by="WorkStep.step_no",
        primaryjoin=(
            "and_(WorkInstruction.id == WorkStep.instruction_id, "
            "or_(WorkStep.active.is_(True), WorkStep.superseded.is_(True)))"
        ),
    )

    @property
    def title(self) -> Both:
        return Both(self.title_zh, self.title_en)


class WorkStep(Master):
    """One step.

    ``entry_type`` is confirm, measure, count, scan, signature, or note (shown, never signed).

    With ``limit_ref`` the limits are those of the product's test of that code; ``repeat_minutes``
    during filling; at a ``hold_point`` work waits; ``second_role`` is a second person's signature;
    ``anomaly`` the kind that is reported where it is not as it must be.
    """

    __tablename__ = "work_step"
    __table_args__ = (UniqueConstraint("instruction_id", "step_no"),)

    instruction_id: Mapped[int] = mapped_column(ForeignKey("work_instruction.id"))
    step_no: Mapped[int]
    section_zh: Mapped[str] = mapped_column(String(40))
    section_en: Mapped[str] = mapped_column(String(40))
    text_zh: Mapped[str] = mapped_column(String(400))
    text_en: Mapped[str] = mapped_column(String(400))
    entry_type: Mapped[str] = mapped_column(String(12))
    parameter_zh: Mapped[str] = mapped_column(String(60), default="")
    parameter_en: Mapped[str] = mapped_column(String(60), default="")
    uom: Mapped[str] = mapped_column(String(12), default="")
    lower: Mapped[Decimal | None] = mapped_column(Exact)
    upper: Mapped[Decimal | None] = mapped_column(Exact)
    limit_ref: Mapped[str | None] = mapped_column(String(20))
    repeat_minutes: Mapped[int | None]
    hold_point: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(String(20))
    second_role: Mapped[str | None] = mapped_column(String(20))
    anomaly: Mapped[str | None] = mapped_column(String(40), ForeignKey("anomaly_code.code"))
    # Retired with its instruction by a newer revision, not before.
    superseded: Mapped[bool] = mapped_column(default=False)

    instruction: Mapped[WorkInstruction] = relationship(back_populates="steps")

    @property
    def section(self) -> Both:
        return Both(self.section_zh, self.section_en)

    @property
    def text(self) -> Both:
        return Both(self.text_zh, self.text_en)

    @property
    def parameter(self) -> Both:
        return Both(self.parameter_zh, self.parameter_en)
