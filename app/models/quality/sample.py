"""Samples: incoming and finished lots under test (clauses 3.1, 5.1 to 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.production import FAIL_INSPECTION, PASS_INSPECTION
from app.flow.rules.blockers import STOCK
from app.flow.samples import ENTER_RESULTS, SAMPLES
from app.flow.texts.lazy_text import _l, halves
from app.models.master.plant import zone_for
from app.models.quality.test_result import TestResult, incoming_tests
from app.models.records.column_types import Moment
from app.models.records.errors import Blocked
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.stock import REJECTED, RELEASED, Lot, relocate
from app.plant import bounds
from app.plant.bounds import Odd
from app.plant.quality.censored import Censored
from app.plant.quality.verdict import ASSAY, FAILED, PASSED, judge
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.production.production_order import ProductionOrder

SEVERITY = ("critical", "major", "minor")


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
    results: Mapped[list[TestResult]] = relationship(
        back_populates="sample",
        order_by="TestResult.position",
        primaryjoin="and_(Sample.id == TestResult.sample_id, TestResult.set_aside.is_(None))",
    )
    earlier: Mapped[list[TestResult]] = relationship(
        viewonly=True,
        order_by="TestResult.id",
        primaryjoin="and_(Sample.id == TestResult.sample_id, TestResult.set_aside.is_not(None))",
    )

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
        return "; ".join(f"{r.name.together}: {r.value} ({r.limits})" for r in self.failed_results)

    @property
    def worst_class(self) -> str:
        """The gravest defect class among the failures; major where none is classed."""
        classes = {r.defect_class for r in self.failed_results}
        return next((c for c in SEVERITY if c in classes), "major")

    def who_did(self, key: str, by: User) -> list[int]:
        """Several inspectors may have tested; none of them may release."""
        return (
            sorted({r.by_id for r in (*self.results, *self.earlier) if r.by_id} | {by.id})
            if key == ENTER_RESULTS.key
            else super().who_did(key, by)
        )

    # Effects

    def request(self, by: User, *, lot: Lot) -> dict[str, Any]:
        """An incoming lot asks to be sampled."""
        self.number, self.lot, self.due = next_number("S"), lot, clock.today()
        self.results = incoming_tests(lot)
        return {"number": self.number, "lot": lot.lot_no}

    def draw_finished(
        self, by: User, *, card: ProductionOrder, size: int, place: str
    ) -> dict[str, Any]:
        """Sample a finished lot; the tests are the product's release tests."""
        self.number, self.card, self.lot, self.due, self.rush = (
            next_number("S"),
            card,
            required(card.lot),
            card.due,
            card.rush,
        )
        tests = [t for t in card.tests if t.kind == "release"]
        self.results = [TestResult.of(position, test) for position, test in enumerate(tests, 1)]
        return {"number": self.number, **self.draw(by, size=size, place=place)}

    def draw(self, by: User, *, size: int, place: str) -> dict[str, Any]:
        self.size, self.place, self.drawn_by, self.drawn_at = size, place, by, clock.happened()
        return {"lot": self.lot.lot_no, "size": size, "place": place}

    def enter_results(
        self, by: User, *, results: list[dict[str, Any]], reason: str = ""
    ) -> dict[str, Any]:
        """Take readings: ``[{"result": id, "value": Decimal, "conforms": bool, "instrument": …,
        "withdrawn": bool}, …]``; old values stay in the event.
        """
        result_of = {r.id: r for r in self.results}
        withdrawn = [
            result_of[entry["result"]]
            for entry in results
            if entry.get("withdrawn") and result_of[entry["result"]].value
        ]
        if withdrawn and not reason:
            raise Blocked(
                _l(
                    "%(test)s: %(value)s is on record; changing it needs a reason.",
                    test=withdrawn[0].name,
                    value=halves(required(withdrawn[0].value)),
                )
            )
        entered = [
            result_of[entry["result"]].enter(by, reason=reason, **entry) for entry in results
        ]
        return {
            "results": [e for e in entered if e]
            + self.lay_aside(by, withdrawn, "withdrawn", reason)
        }

    def lay_aside(
        self, by: User, chosen: list[TestResult], kind: str, reason: str
    ) -> list[dict[str, Any]]:
        """Let results count no more; their tests are to be done anew. Returns what stood there."""
        laid = [result.lay_aside(by, kind, reason) for result in chosen]
        db.session.add_all(anew for _, anew in laid)
        db.session.flush()
        db.session.expire(self, ["results", "earlier"])
        return [facts for facts, _ in laid]

    def chosen(self, tests: list[int] | None) -> list[TestResult]:
        """The entered results among these; without any, all that are entered."""
        return [
            result for result in self.results if result.value and (not tests or result.id in tests)
        ]

    def retest(self, by: User, *, reason: str, tests: list[int] | None = None) -> dict[str, Any]:
        """Measure again: the new result stands beside the old one, which is kept and printed."""
        return {"results": self.lay_aside(by, self.chosen(tests), "retested", reason)}

    def retract(self, by: User, *, reason: str, tests: list[int] | None = None) -> dict[str, Any]:
        """Take back what was reported too soon or wrongly."""
        return {"results": self.lay_aside(by, self.chosen(tests), "retracted", reason)}

    def invalidate(
        self, by: User, *, reason: str, tests: list[int] | None = None
    ) -> dict[str, Any]:
        """A result was none: a wrong instrument, a wrong sample."""
        return {"results": self.lay_aside(by, self.chosen(tests), "invalidated", reason)}

    def release(self, by: User) -> dict[str, Any]:
        """Passed: a finished lot may be stocked in; an incoming one becomes usable in its own
        store.
        """
        changed = self.assayed()
        if self.card:
            self.card.perform(PASS_INSPECTION.key, by=by)
        else:
            self.settle_incoming(by, RELEASED, required(self.lot.material).storage_zone)
        return {"lot": self.lot.lot_no, "verdict": PASSED, **changed}

    def assayed(self) -> dict[str, Any]:
        """Give an incoming lot the assay that was measured, which formulas are charged by; old
        and new, or nothing.
        """
        measured = next((r.reading for r in self.results if r.code == ASSAY), None)
        if self.card or not isinstance(measured, Decimal) or measured == self.lot.assay:
            return {}
        before, self.lot.assay = self.lot.assay, measured
        return {"changed": {"assay": [before, measured]}}

    def reject(self, by: User, *, reason: str, containment: str = "") -> dict[str, Any]:
        """Failed: the lot is rejected and set apart."""
        if self.card:
            self.card.perform(FAIL_INSPECTION.key, by=by, reason=reason, containment=containment)
        else:
            self.settle_incoming(
                by, REJECTED, zone_for("nonconforming", required(self.lot.material).incompat_class)
            )
        return {"lot": self.lot.lot_no, "verdict": FAILED, "containment": containment}

    def settle_incoming(self, by: User, status: str, zone: str) -> None:
        self.lot.status = status
        relocate(self.lot, zone, by=by, record=self)
        reevaluate(STOCK, {required(self.lot.material_id): None})

    # What the figures beside a field say of it: the flow names these as bounds

    def bounds_of_size(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        yield from bounds.sample(entered["size"], self.lot.quantity, self.lot.uom)

    def bounds_of_results(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        results = {result.id: result for result in self.results}
        for row, entry in enumerate(entered["results"]):
            result, value = results.get(entry["result"]), entry.get("value")
            if (
                result is None
                or result.is_text
                or not isinstance(value, (Decimal, Censored))
                or value == result.reading
            ):
                continue
            yield from (
                Odd(odd.sentence, odd.possible, row)
                for odd in self.bounds_of_reading(result, value)
            )

    def bounds_of_reading(self, result: Any, value: Decimal | Censored) -> Iterator[Odd]:
        """A reading that misses its limits is typed twice and fails: no more is asked of it."""
        if wrong := next(bounds.reading(value, result.lower, result.uom), None):
            yield wrong
        elif result.code == ASSAY and self.card is None and isinstance(value, Decimal):
            material = required(self.lot.material)
            failed = judge(value, result.lower, result.upper) == FAILED
            found = bounds.assay(value, material.assay_min_pct, material.assay_max_pct)
            yield from (odd for odd in found if not (odd.possible and failed))
