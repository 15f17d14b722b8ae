"""Running the card (clauses 4.1 to 4.3): start, the steps of the work instruction, anomalies,
the finished lot.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app import clock
from app.extensions import Model, db
from app.flow.production import SIGN_STEP
from app.flow.roles import OPERATOR, SUPERVISOR
from app.flow.rules.blockers import LINE, Blocker
from app.flow.rules.guards import line_is_free
from app.flow.rules.tags import HALTED
from app.flow.texts.lazy_text import Both, Text, _l
from app.models.floor.deviations import report_deviation
from app.models.master import Line, SpecTest, WorkStep
from app.models.master.plant import zone_for
from app.models.people.signers import whose
from app.models.production.card import ON_THE_LINE
from app.models.production.scanning import Scanning, in_brief
from app.models.production.split_hold_cancel import Apart
from app.models.records.column_types import Exact, Key, Moment
from app.models.records.errors import Blocked, MovedOn
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.stock import QUARANTINE, Lot, move, take_in
from app.plant.quality.censored import Censored
from app.plant.quality.verdict import PASSED, UNCLEAR, expiry_date, judge
from app.required import required

if TYPE_CHECKING:
    from app.models.floor.anomaly import Anomaly
    from app.models.people.user import User


class StepRecord(Model):
    """One signing of a step: the step as it then read, the reading, its verdict, who, when, and
    the second person where one is demanded.
    """

    __tablename__ = "step_record"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("production_order.id"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("work_step.id"))
    wi_code: Mapped[str] = mapped_column(String(40))
    wi_version: Mapped[str] = mapped_column(String(10))
    step_no: Mapped[int]
    text_zh: Mapped[str] = mapped_column(String(400))
    text_en: Mapped[str] = mapped_column(String(400))
    parameter_zh: Mapped[str] = mapped_column(String(60), default="")
    parameter_en: Mapped[str] = mapped_column(String(60), default="")
    lower: Mapped[Decimal | None] = mapped_column(Exact)
    upper: Mapped[Decimal | None] = mapped_column(Exact)
    uom: Mapped[str] = mapped_column(String(12), default="")
    round: Mapped[int] = mapped_column(default=0)
    value: Mapped[str] = mapped_column(String(120), default="")
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    second_at: Mapped[datetime | None] = mapped_column(Moment)

    step: Mapped[WorkStep] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    second_by: Mapped[User | None] = relationship(foreign_keys=[second_by_id])

    @property
    def text(self) -> Both:
        return Both(self.text_zh, self.text_en)

    @property
    def parameter(self) -> Both:
        return Both(self.parameter_zh, self.parameter_en)


class Execution(Scanning, Apart):
    """What the card does on the line."""

    __abstract__ = True

    @declared_attr
    def step_records(cls) -> Mapped[list[StepRecord]]:
        return relationship(StepRecord, order_by=StepRecord.id)

    @declared_attr
    def anomalies(cls) -> Mapped[list[Anomaly]]:
        return relationship("Anomaly", back_populates="card", order_by="Anomaly.id")

    @property
    def steps(self) -> list[WorkStep]:
        """The steps to sign; notes are shown only."""
        return (
            [s for s in self.instruction.steps if s.entry_type != "note"]
            if self.instruction
            else []
        )

    @property
    def passing_records(self) -> dict[int, StepRecord]:
        """The latest passing record of each step, by its id, in this round."""
        return {r.step_id: r for r in self.step_records if r.round == self.reworked and r.passed}

    def record_of(self, step: WorkStep) -> StepRecord | None:
        """The step's latest passing record in this round."""
        return self.passing_records.get(step.id)

    def is_on_paper(self, step: WorkStep) -> bool:
        """Whether it was signed on paper before the cut-over; a rework signs all anew."""
        return not self.reworked and step.step_no <= self.paper_steps

    @property
    def open_step(self) -> WorkStep | None:
        """The first step not signed, or not yet countersigned."""
        signed = self.passing_records
        for step in self.steps:
            record = signed.get(step.id)
            if self.is_on_paper(step):
                continue
            if record is None or (step.second_role and not record.second_by_id):
                return step
        return None

    @property
    def unfinished_signature(self) -> StepRecord | None:
        """The open step's record that waits for a second person."""
        step = self.open_step
        return self.record_of(step) if step else None

    def limits_of(self, step: WorkStep) -> tuple[Decimal | None, Decimal | None, str]:
        """Lower and upper limit (inclusive) and unit: the step's own, or those of the product's
        test it refers to.
        """
        test = self.test_of(step)
        return (test.lower, test.upper, test.uom) if test else (step.lower, step.upper, step.uom)

    def test_of(self, step: WorkStep) -> SpecTest | None:
        """The product's test that a step refers to."""
        return (
            next((t for t in self.tests if t.code == step.limit_ref), None)
            if step.limit_ref
            else None
        )

    def roles_to_sign(self) -> set[str]:
        step = self.open_step
        if step is None or self.unfinished_signature:
            return {OPERATOR.key}
        return {step.role, SUPERVISOR.key} if step.role == OPERATOR.key else {step.role}

    def roles_to_second(self) -> set[str]:
        """Who signs the open step after whoever signs it now."""
        step = self.open_step
        return (
            {step.second_role}
            if step and step.second_role and not self.unfinished_signature
            else set()
        )

    def roles_to_countersign(self) -> set[str]:
        step = self.open_step if self.unfinished_signature else None
        return {step.second_role} if step and step.second_role else set()

    def whose_signature(self) -> Text | str:
        return whose(self.roles_to_countersign(), self.doers.get(SIGN_STEP.key, ()))

    @property
    def is_deliverable(self) -> bool:
        """Whether its lot may leave the plant today."""
        return self.lot is None or self.lot.is_usable(clock.today())

    def standstill(self) -> Blocker | None:
        """A halted card waits for its anomalies."""
        open_ones = [a for a in self.anomalies if a.stops] if self.current_stage.has(HALTED) else []
        if not open_ones:
            return None
        first = open_ones[0]
        return Blocker(
            "halted_by_anomaly",
            _l(
                "Anomaly %(number)s (%(code)s): %(stage)s",
                number=first.number,
                code=first.code.code,
                stage=first.current_stage.label,
            ),
            {"anomaly": first.number},
        )

    # Effects

    def start_run(self, by: User) -> dict[str, Any]:
        """Start the clock. Starting is production's receipt of the plan, too."""
        self.take_line()
        if self.in_rework:
            self.take_to_line(by)
        receipt = self.acknowledge_plan(by)
        self.started_at = self.started_at or clock.happened()
        instruction = self.instruction
        return {
            **receipt,
            "line": required(required(self.plan).line).code,
            "lot": self.lot_no,
            "instruction": f"{instruction.code} {instruction.version}" if instruction else None,
        }

    def call_off_run(self, by: User) -> None:
        """Take the start back: nothing is signed yet. A rework keeps the start of its first run."""
        if self.in_rework:
            self.bring_back(by)
        else:
            self.started_at = None
        self.owe_receipts()

    def take_line(self) -> None:
        """Make sure that nobody else starts on the line in the same moment.

        Raises Blocked for the second.
        """
        db.session.execute(
            select(Line.id).where(Line.id == required(self.plan).line_id).with_for_update()
        )
        if blocker := line_is_free(self):
            raise Blocked(blocker.sentence)

    def has_moved(self, source: str | None) -> None:
        """A run that begins takes its line, one that ends frees it for those who wait."""
        if (source in ON_THE_LINE) != (self.stage in ON_THE_LINE):
            reevaluate(LINE, required(self.plan).line_id)
        super().has_moved(source)

    def sign_step(
        self,
        by: User,
        *,
        step_no: int,
        value: Decimal | Censored | str | list[str] = "",
        conforms: bool = True,
        note: str = "",
    ) -> dict[str, Any]:
        """Sign the open step.

        A reading out of limits is kept, reported as an anomaly, and halts the run.
        """
        step = self.open_step
        if step is None or step.step_no != step_no:
            raise MovedOn(self.moved_on())
        lower, upper, uom = self.limits_of(step)
        if step.entry_type == "scan":
            value = self.read_scans(value if isinstance(value, list) else str(value), conforms)
        verdict = judge(value, lower, upper) if isinstance(value, (Decimal, Censored)) else PASSED
        if verdict == UNCLEAR:
            raise Blocked(
                _l(
                    "%(test)s: “%(value)s” cannot be judged against the limits.",
                    test=step.parameter,
                    value=str(value),
                )
            )
        passed = conforms and verdict == PASSED
        value = str(value) if isinstance(value, Censored) else value
        self.step_records.append(
            StepRecord(
                step=step,
                wi_code=step.instruction.code,
                wi_version=step.instruction.version,
                step_no=step.step_no,
                text_zh=step.text_zh,
                text_en=step.text_en,
                parameter_zh=step.parameter_zh,
                parameter_en=step.parameter_en,
                lower=lower,
                upper=upper,
                uom=uom,
                round=self.reworked,
                value=in_brief(f"{value} {uom}".strip()) if value != "" else "",
                passed=passed,
                note=note,
                by=by,
                at=clock.happened(),
            )
        )
        if not passed:
            report_deviation(self, by, step, value, uom)
        return {
            "step": step.step_no,
            "value": value,
            "unit": uom,
            "limits": [lower, upper],
            "passed": passed,
            "note": note,
        }

    def after_step(self) -> str:
        return "running" if self.step_records[-1].passed else "halted"

    def countersign_step(self, by: User, *, note: str = "") -> dict[str, Any]:
        """The second person's signature; the flow keeps the first person from giving it."""
        record = required(self.unfinished_signature)
        record.second_by, record.second_at = by, clock.happened()
        return {"step": record.step.step_no, "note": note}

    def post_lot(
        self, by: User, *, good: int, rejected: int, reject_reason: str = ""
    ) -> dict[str, Any]:
        """Count the run and post the good units as quarantine stock."""
        self.good, self.rejected = good, self.rejected + rejected
        self.finished_at = clock.happened()
        zone = zone_for("quarantine", self.product.incompat_class)
        if self.lot is None:
            made_on = clock.local(required(self.started_at)).date()
            self.lot = Lot(
                lot_no=self.lot_no,
                product=self.product,
                status=QUARANTINE,
                made_on=made_on,
                expiry=expiry_date(made_on, self.product.shelf_life_days),
            )
            take_in(self.lot, zone, good, "production", by=by, record=self)
        else:
            self.lot.status = QUARANTINE  # until then it was blocked
            move(self.lot, zone, good, "rework", by=by, record=self)
        return {
            "good": good,
            "rejected": rejected,
            "reject_reason": reject_reason,
            "lot": self.lot.lot_no,
            "zone": zone,
        }

    def abort_run(self, by: User, *, good: int, rejected: int, reason: str) -> dict[str, Any]:
        """Give the run up: what was filled is set apart, Quality decides on it; the rest is a
        card of its own.
        """
        counts = (
            self.post_lot(by, good=good, rejected=rejected, reject_reason=reason)
            if good
            else {"good": 0, "rejected": rejected}
        )
        if not good:
            self.rejected, self.finished_at = self.rejected + rejected, clock.happened()
        self.set_apart(by, description=reason, reason=reason)
        return counts | (self.make_rest(by) if 0 < good < self.quantity else {})
