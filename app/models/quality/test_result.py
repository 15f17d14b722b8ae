"""One test of a sample: what is demanded, what was found, by whom; and results that do not count
any more (clause 5.1).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import Model
from app.flow.texts.lazy_text import Both, _l, halves
from app.models.records.column_types import Exact, Key, Moment
from app.models.records.errors import Blocked
from app.plant.quality.censored import Censored, kept_reading
from app.plant.quality.verdict import ASSAY, FAILED, PASSED, UNCLEAR, judge
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.quality.sample import Sample
    from app.models.warehouse.stock import Lot

# What is checked of every incoming lot: code, Chinese, English, defect class.
INCOMING = (
    ("COA", "供应商检验报告", "Supplier's certificate", "major"),
    ("APP", "外观", "Appearance", "major"),
    ("LABEL", "标识与批号", "Label and lot number", "critical"),
)


class TestResult(Model):
    """One test of a sample: requirement, reading and verdict.

    Text tests are judged as conforming or not.

    ``set_aside`` says why a result is no longer the one that counts: retested (a new one stands
    beside it), retracted (taken back after it was reported), invalidated (it was wrong to begin
    with) or withdrawn (taken back while testing).
    """

    __tablename__ = "test_result"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    uom: Mapped[str] = mapped_column(String(12), default="")
    lower: Mapped[Decimal | None] = mapped_column(Exact)
    upper: Mapped[Decimal | None] = mapped_column(Exact)
    target: Mapped[str] = mapped_column(String(120), default="")
    method: Mapped[str] = mapped_column(String(120), default="")
    defect_class: Mapped[str] = mapped_column(String(20))
    statutory: Mapped[bool] = mapped_column(default=False)
    value: Mapped[str | None] = mapped_column(String(60))
    verdict: Mapped[str | None] = mapped_column(String(10))
    instrument: Mapped[str] = mapped_column(String(80), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime | None] = mapped_column(Moment)
    set_aside: Mapped[str | None] = mapped_column(String(12))
    set_aside_reason: Mapped[str] = mapped_column(String(1000), default="")
    set_aside_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_aside_at: Mapped[datetime | None] = mapped_column(Moment)

    sample: Mapped[Sample] = relationship(back_populates="results")
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    set_aside_by: Mapped[User | None] = relationship(foreign_keys=[set_aside_by_id])

    @classmethod
    def of(cls, position: int, test: Any) -> TestResult:
        return cls(
            position=position,
            code=test.code,
            name_zh=test.name_zh,
            name_en=test.name_en,
            uom=test.uom,
            lower=test.lower,
            upper=test.upper,
            target=test.target,
            method=test.method,
            defect_class=test.defect_class,
            statutory=test.is_statutory,
        )

    @property
    def name(self) -> Both:
        return Both(self.name_zh, self.name_en)

    @property
    def is_text(self) -> bool:
        return self.lower is None and self.upper is None

    @property
    def limits(self) -> str:
        """The requirement in words of figures: ``6–8 pH``, ``≥ 15 %``, or the text to conform
        to.
        """
        if self.is_text:
            return self.target
        unit = f" {self.uom}" if self.uom and self.uom != "text" else ""
        if self.lower is None:
            return f"≤ {self.upper}{unit}"
        return f"≥ {self.lower}{unit}" if self.upper is None else f"{self.lower}–{self.upper}{unit}"

    @property
    def reading(self) -> Decimal | Censored | None:
        """What was measured."""
        return None if self.is_text else kept_reading(self.value)

    def enter(
        self,
        by: User,
        *,
        value: Decimal | Censored | None = None,
        conforms: bool | None = None,
        instrument: str = "",
        reason: str = "",
        **_: Any,
    ) -> dict[str, Any] | None:
        """Take a reading and judge it; returns old and new, or None where nothing new was entered.

        What is on record changes with a reason only.
        """
        if self.is_text:
            if conforms is None:
                return None
            verdict = PASSED if conforms else FAILED
            reading_shown = "合格 conforms" if conforms else "不合格 does not conform"
        else:
            if value is None:
                return None
            verdict, reading_shown = judge(value, self.lower, self.upper), reading_in_words(value)
        if verdict == UNCLEAR:
            raise Blocked(
                _l(
                    "%(test)s: “%(value)s” cannot be judged against the limits.",
                    test=self.name,
                    value=str(value),
                )
            )
        unchanged = self.value == reading_shown or (not self.is_text and self.reading == value)
        if unchanged and self.instrument == instrument:
            return None
        if self.value and not unchanged and not reason:
            raise Blocked(
                _l(
                    "%(test)s: %(value)s is on record; changing it needs a reason.",
                    test=self.name,
                    value=halves(self.value),
                )
            )
        before = (
            {"before": self.value, "before_by": self.by_id}
            if self.value and not unchanged
            else {"before": self.value}
        )
        self.value, self.verdict = (self.value if unchanged else reading_shown), verdict
        self.instrument, self.by, self.at = instrument, by, clock.happened()
        return {
            "test": self.code,
            **before,
            "value": self.value,
            "verdict": verdict,
            "instrument": instrument,
        }

    def lay_aside(self, by: User, kind: str, reason: str) -> tuple[dict[str, Any], TestResult]:
        """Keep the result as one that does not count any more; returns what stood there and the
        same test, still to be done.
        """
        self.set_aside, self.set_aside_reason, self.set_aside_by, self.set_aside_at = (
            kind,
            reason,
            by,
            clock.happened(),
        )
        anew = {name: getattr(self, name) for name in REQUIREMENT}
        return {
            "test": self.code,
            "before": self.value,
            "before_by": self.by_id,
            "set_aside": kind,
        }, TestResult(**anew)


REQUIREMENT = (
    "sample_id",
    "position",
    "code",
    "name_zh",
    "name_en",
    "uom",
    "lower",
    "upper",
    "target",
    "method",
    "defect_class",
    "statutory",
)


def reading_in_words(reading: Decimal | Censored) -> str:
    """A reading as it is kept."""
    return str(reading) if isinstance(reading, Censored) else format(reading, "f")


def incoming_tests(lot: Lot) -> list[TestResult]:
    """What an incoming lot is checked for; the assay too where formulas correct for it."""
    tests = [
        TestResult(
            position=n,
            code=c,
            name_zh=zh,
            name_en=en,
            defect_class=k,
            uom="text",
            target="合格 conforms",
        )
        for n, (c, zh, en, k) in enumerate(INCOMING, 1)
    ]
    nominal = required(lot.material).nominal_active_pct
    if nominal is not None:
        tests.append(
            TestResult(
                position=len(tests) + 1,
                code=ASSAY,
                name_zh="含量",
                name_en="Assay",
                uom="%",
                defect_class="major",
                lower=nominal * Decimal("0.8"),
            )
        )
    return tests
