"""What the page of a sample tells: the lot it stands for, its tests, their limits and readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.texts.lazy_text import Text, _l
from app.flow.texts.terms import DEFECT_CLASSES, LAID_ASIDE, term
from app.required import required
from app.screens.record.fact import Fact, Mark, days_until, lot_mark, verdict

if TYPE_CHECKING:
    from app.models.quality.sample import Sample, TestResult


class AboutSample:
    """The sample as the laboratory looks at it."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample

    @property
    def timing(self) -> list[Fact]:
        return [Fact(_l("Wanted by"), self.sample.due)]

    @property
    def marks(self) -> list[Mark]:
        left = days_until(self.sample.due)
        late = left is not None and left < 0 and not self.sample.current_stage.ends
        failed = (
            [Mark("failed", _l("%(n)s failed", n=self.failed))]
            if self.failed and not self.sample.current_stage.ends
            else []
        )
        return [*([Mark("late", _l("%(n)s d late", n=-left))] if left and late else []), *failed]

    @property
    def failed(self) -> int:
        return len(self.sample.failed_results)

    @property
    def tested(self) -> int:
        return sum(1 for r in self.sample.results if r.verdict)

    @property
    def facts(self) -> list[Fact]:
        sample, lot, card = self.sample, self.sample.lot, self.sample.card
        return [
            Fact(_l("Card"), card.ref if card else "", card.ref if card else ""),
            Fact(_l("Lot"), lot.lot_no, lot=lot),
            Fact(_l("Lot status"), lot_mark(lot).word),
            Fact(_l("Supplier"), lot.supplier.name if lot.supplier else ""),
            Fact(_l("Supplier’s lot no."), lot.supplier_lot),
            Fact(_l("Made or received on"), lot.made_on),
            Fact(_l("Expiry date"), lot.expiry),
            Fact(_l("Zone"), lot.zone),
            Fact(_l("Sample size"), sample.size),
            Fact(_l("Where it was drawn"), sample.place),
            Fact(
                _l("Drawn by"),
                sample.drawn_by.name_at(required(sample.drawn_at)) if sample.drawn_by else "",
            ),
            Fact(_l("Drawn at"), sample.drawn_at),
        ]

    def verdict(self, result: TestResult) -> Mark:
        return verdict(result.verdict)

    def laid_aside(self, result: TestResult) -> Text | str:
        """Why an earlier result is not the one that counts."""
        return term(LAID_ASIDE, result.set_aside)

    def gravity(self, result: TestResult) -> Text | str:
        return term(DEFECT_CLASSES, result.defect_class)
