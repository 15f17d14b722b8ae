"""Samples: incoming and finished lots under test (clauses 3.1, 5.1 to 5.3)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.samples import SAMPLES
from app.flow.words import Both
from app.plant.verdict import judge

from .record import Record
from .series import next_number
from .stock import REJECTED, RELEASED, Lot, relocate
from .types import Exact, Key, Moment

if TYPE_CHECKING:
    from .people import User
    from .production import ProductionOrder

PASSED, FAILED = "passed", "failed"
SEVERITY = ("critical", "major", "minor")
# What is checked of every incoming lot: code, Chinese, English, defect class.
ASSAY = "ASSAY"
INCOMING = (("COA", "供应商检验报告", "Supplier's certificate", "major"), ("APP", "外观", "Appearance", "major"),
            ("LABEL", "标识与批号", "Label and lot number", "critical"))  # fmt: skip


class Sample(Record):
    """One sample of one lot, with its tests copied from the specification when it is drawn."""

    __tablename__ = "sample"
    __table_args__ = (Index("ix_sample_board", "stage", "due"),)
    flow = SAMPLES

    number: Mapped[str] = mapped_column(String(30), unique=True)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("production_order.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    size: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(120), default="")
    drawn_at: Mapped[datetime | None] = mapped_column(Moment)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    card: Mapped[ProductionOrder | None] = relationship(back_populates="samples")
    lot: Mapped[Lot] = relationship()
    drawn_by: Mapped[User | None] = relationship(foreign_keys=[drawn_by_id])
    results: Mapped[list[TestResult]] = relationship(back_populates="sample", order_by="TestResult.position")

    @property
    def headline(self) -> Any:
        return self.lot.item.name

    @property
    def party(self) -> Any:
        return self.lot.lot_no

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        lot = joinedload(cls.lot)
        return (lot.joinedload(Lot.material), lot.joinedload(Lot.product), joinedload(cls.card))

    def search_words(self) -> list[str]:
        return [self.number, self.lot.lot_no, self.card.number if self.card else ""]

    def search_subjects(self) -> list[Any]:
        return [self.lot.item]

    @property
    def failed_results(self) -> list[TestResult]:
        return [r for r in self.results if r.verdict == FAILED]

    @property
    def failures(self) -> str:
        """The failed tests with readings and limits, in both languages: they are filed."""
        return "; ".join(f"{r.name_zh} {r.name_en}: {r.value} ({r.limits})" for r in self.failed_results)

    @property
    def worst_class(self) -> str:
        """The gravest defect class among the failures; major where none is classed."""
        classes = {r.defect_class for r in self.failed_results}
        return next((c for c in SEVERITY if c in classes), "major")

    def who_did(self, key: str, by: User) -> list[int]:
        """Several inspectors may have tested; none of them may release."""
        return sorted({r.by.id for r in self.results if r.by}) or [by.id] if key == "enter_results" else super().who_did(key, by)

    # Effects

    def request(self, by: User, *, lot: Lot) -> dict[str, Any]:
        """An incoming lot asks to be sampled."""
        self.number, self.lot, self.due = next_number("S"), lot, clock.today()
        self.results = incoming_tests(lot)
        return {"number": self.number, "lot": lot.lot_no}

    def draw_finished(self, by: User, *, card: ProductionOrder, size: int, place: str) -> dict[str, Any]:
        """Sample a finished lot; the tests are the product's release tests."""
        self.number, self.card, self.lot, self.due, self.rush = next_number("S"), card, card.lot, card.due, card.rush
        tests = [t for t in card.product.tests if t.kind == "release" and t.active]
        self.results = [TestResult.of(position, test) for position, test in enumerate(tests, 1)]
        return {"number": self.number, **self.draw(by, size=size, place=place)}

    def draw(self, by: User, *, size: int, place: str) -> dict[str, Any]:
        self.size, self.place, self.drawn_by, self.drawn_at = size, place, by, clock.now()
        return {"lot": self.lot.lot_no, "size": size, "place": place}

    def enter_results(self, by: User, *, results: list[dict[str, Any]]) -> dict[str, Any]:
        """Take readings: ``[{"result": id, "value": Decimal, "conforms": bool, "instrument": …}, …]``; old values stay in the event."""
        found = {r.id: r for r in self.results}
        entered = [found[entry["result"]].enter(by, **entry) for entry in results]
        return {"results": [e for e in entered if e]}

    def release(self, by: User) -> dict[str, Any]:
        """Passed: a finished lot may be stocked in; an incoming one becomes usable in its own store."""
        changed = self.assayed()
        if self.card:
            self.card.perform("pass_inspection", by=by)
        else:
            self.settle_incoming(by, RELEASED, self.lot.material.storage_zone)
        return {"lot": self.lot.lot_no, "verdict": PASSED, **changed}

    def assayed(self) -> dict[str, Any]:
        """Give an incoming lot the assay that was measured, which formulas are charged by; old and new, or nothing."""
        measured = next((Decimal(r.value) for r in self.results if r.code == ASSAY and r.value), None)
        if self.card or measured in (None, self.lot.assay):
            return {}
        before, self.lot.assay = self.lot.assay, measured
        return {"changed": {"assay": [before, measured]}}

    def reject(self, by: User, *, reason: str, containment: str = "") -> dict[str, Any]:
        """Failed: the lot is rejected and set apart."""
        if self.card:
            self.card.perform("fail_inspection", by=by, reason=reason, containment=containment)
        else:
            from .execution import zone_for

            self.settle_incoming(by, REJECTED, zone_for("nonconforming", self.lot.material.incompat_class))
        return {"lot": self.lot.lot_no, "verdict": FAILED, "containment": containment}

    def settle_incoming(self, by: User, status: str, zone: str) -> None:
        from .waiting import refresh_cards_waiting_for

        self.lot.status = status
        relocate(self.lot, zone, by=by, record=self)
        refresh_cards_waiting_for({self.lot.material_id: None})


class TestResult(db.Model):
    """One test of a sample: requirement, reading and verdict. Text tests are judged as conforming or not."""

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

    sample: Mapped[Sample] = relationship(back_populates="results")
    by: Mapped[User | None] = relationship()

    @classmethod
    def of(cls, position: int, test: Any) -> TestResult:
        return cls(position=position, code=test.code, name_zh=test.name_zh, name_en=test.name_en, uom=test.uom,
                   lower=test.lower, upper=test.upper, target=test.target, method=test.method,
                   defect_class=test.defect_class, statutory=test.is_statutory)  # fmt: skip

    @property
    def name(self) -> Both:
        return Both(self.name_zh, self.name_en)

    @property
    def is_text(self) -> bool:
        return self.lower is None and self.upper is None

    @property
    def limits(self) -> str:
        """The requirement in words of figures: ``6–8 pH``, ``≥ 15 %``, or the text to conform to."""
        if self.is_text:
            return self.target
        unit = f" {self.uom}" if self.uom and self.uom != "text" else ""
        if self.lower is None:
            return f"≤ {self.upper}{unit}"
        return f"≥ {self.lower}{unit}" if self.upper is None else f"{self.lower}–{self.upper}{unit}"

    def enter(self, by: User, *, value: Decimal | None = None, conforms: bool | None = None, instrument: str = "",
              **_: Any) -> dict[str, Any] | None:  # fmt: skip
        """Take a reading and judge it; returns old and new, or None where nothing was entered."""
        entered = (conforms is not None) if self.is_text else (value is not None)
        if not entered:
            return None
        verdict = (PASSED if conforms else FAILED) if self.is_text else judge(value, self.lower, self.upper)
        shown = ("合格 conforms" if conforms else "不合格 does not conform") if self.is_text else format(value, "f")
        if (self.value, self.instrument) == (shown, instrument):
            return None
        before, self.value, self.verdict = self.value, shown, verdict
        self.instrument, self.by, self.at = instrument, by, clock.now()
        return {"test": self.code, "before": before, "value": shown, "verdict": verdict, "instrument": instrument}


def incoming_tests(lot: Lot) -> list[TestResult]:
    """What an incoming lot is checked for; the assay too where formulas correct for it."""
    tests = [TestResult(position=n, code=c, name_zh=zh, name_en=en, defect_class=k, uom="text", target="合格 conforms")
             for n, (c, zh, en, k) in enumerate(INCOMING, 1)]  # fmt: skip
    if lot.material.nominal_active_pct is not None:
        tests.append(TestResult(position=len(tests) + 1, code=ASSAY, name_zh="含量", name_en="Assay", uom="%",
                                defect_class="major", lower=lot.material.nominal_active_pct * Decimal("0.8")))  # fmt: skip
    return tests
