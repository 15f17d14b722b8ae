"""What the page of a count tells: lot by lot what was counted, what the book said of that moment,
why they differ, and who counts on what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.flow.rules.tags import COUNTED
from app.flow.texts.lazy_text import Text, _l, listed
from app.flow.texts.terms import unit
from app.flow.warehouse.counts import BEGIN, ENTER
from app.plant.quantities import from_base
from app.screens.record.fact import Fact, Mark

if TYPE_CHECKING:
    from app.models.warehouse.counting.count_line import CountLine
    from app.models.warehouse.counting.stock_count import StockCount

SHOWN = 200  # lines on the page at first


class AboutCount:
    """The count as who counts, and who signs it, look at it."""

    def __init__(self, count: StockCount) -> None:
        self.count = count

    enter = ENTER.key

    @property
    def timing(self) -> list[Fact]:
        return [Fact(_l("Begun at"), self.count.created_at)]

    @property
    def marks(self) -> Sequence[Mark]:
        waits = self.count.current_stage.has(COUNTED)
        return [Mark("waiting", _l("Above the limit"))] if waits else []

    @property
    def facts(self) -> list[Fact]:
        count = self.count
        begun = next((e for e in count.deeds if e.action == BEGIN.key), None)
        return [
            Fact(_l("Zone"), f"{count.zone} {count.storage_zone.name}"),
            Fact(_l("Lot"), count.lot.lot_no if count.lot else "", lot=count.lot),
            Fact(_l("Begun by"), begun.who if begun else ""),
            Fact(_l("Begun at"), count.created_at),
            Fact(_l("Lots"), count.amount),
            Fact(_l("Differences"), "" if self.is_open else len(count.differing)),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still counted, and what differs is not known."""
        return all(line.book is None for line in self.count.lines)

    @property
    def is_blind(self) -> bool:
        return self.count.is_blind

    @cached_property
    def books(self) -> dict[int, int]:
        """What the book says of each lot, by its id: as it was closed, until then of when it was
        counted, or of now.
        """
        if not self.is_open:
            return {line.lot_id: line.book or 0 for line in self.count.lines}
        return self.count.books()

    @property
    def lines(self) -> list[CountLine]:
        """Its lines, those that differ first once that is known."""
        return sorted(self.count.lines, key=lambda line: not line.differs)

    def prepared(self, line: CountLine) -> Any:
        """The cards for which some of the lot is weighed out and still in the book."""
        claims = self.count.claims.get(line.lot_id, ())
        return listed(dict.fromkeys(claim.ref for claim in claims if claim.prepared))

    @property
    def shortfalls(self) -> list[Text]:
        """Who counts on more than there is, as long as the book is not adjusted."""
        if self.is_open or self.count.is_adjusted():
            return []
        return self.count.shortfalls({x.id: x.difference or 0 for x in self.count.differing})

    def sheet(self) -> tuple[str, list[Any], list[list[Any]]]:
        """Its lines to take away; what the book said is known once the count is closed."""
        heads = [
            _l("Zone"),
            _l("Code"),
            _l("Name"),
            _l("Lot"),
            _l("Supplier’s lot no."),
            _l("Expiry"),
            _l("Unit"),
            _l("What the book said"),
            _l("Counted"),
            _l("Difference"),
            _l("Reason"),
        ]
        return self.count.ref, heads, [self.row(line) for line in self.count.lines]

    def row(self, line: CountLine) -> list[Any]:
        lot = line.lot

        def amount(base: int | None) -> Any:
            return None if base is None else from_base(base, lot.uom)

        return [
            self.count.zone,
            lot.item.code,
            lot.item.name,
            lot.lot_no,
            lot.supplier_lot,
            lot.expiry,
            unit(lot.uom),
            amount(line.book),
            amount(line.counted),
            amount(line.difference),
            line.reason,
        ]
