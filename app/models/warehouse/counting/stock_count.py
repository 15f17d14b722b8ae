"""Counts of stock: a zone lot by lot, or one lot; what differs is adjusted in the book (clause
3.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.flow.rules.blockers import GOODS, STOCK
from app.flow.rules.settings import YES
from app.flow.texts.lazy_text import Text, _l, listed
from app.flow.warehouse.counts import COUNTS
from app.models.master import StorageZone
from app.models.records.errors import Blocked
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.records.rules.plant_settings import plant_setting
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.counting.count_line import CountLine, books, in_unit
from app.models.warehouse.reservations import Claims, claims_on
from app.models.warehouse.stock import Lot, Stock, move
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User

ADJUSTMENT = "adjustment"  # the kind of a stock movement
MOST_NAMED = 50  # lots that an event names


class StockCount(Record):
    """What is there of each lot in a zone; of one lot alone where ``lot`` is set.

    ``lots`` is how many stand on its sheet, ``counted`` how many of them were counted.
    """

    __tablename__ = "stock_count"
    __table_args__ = (
        Index("ix_stock_count_board", "stage", "due"),
        Index("ix_stock_count_zone", "zone", "id"),
    )
    flow = COUNTS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    zone: Mapped[str] = mapped_column(ForeignKey("storage_zone.code"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    lots: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)

    lot: Mapped[Lot | None] = relationship()
    storage_zone: Mapped[StorageZone] = relationship(
        primaryjoin="StockCount.zone == StorageZone.code", viewonly=True
    )
    lines: Mapped[list[CountLine]] = relationship(order_by=CountLine.id)

    @property
    def headline(self) -> Any:
        if self.lot:
            return _l("Lot %(lot)s", lot=self.lot.lot_no)
        return _l("Zone %(zone)s", zone=self.zone)

    @property
    def amount(self) -> Text:
        return _l(
            "%(counted)s of %(lots)s lots counted", counted=self.counted or 0, lots=self.lots or 0
        )

    @property
    def party(self) -> Any:
        return self.storage_zone.name

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.lot), joinedload(cls.storage_zone))

    def search_words(self) -> list[str]:
        return [self.number, self.zone, self.lot.lot_no if self.lot else ""]

    def search_subjects(self) -> list[Any]:
        return [self.lot.item] if self.lot else []

    def who_did(self, key: str, by: User) -> list[int]:
        """Whoever had a hand in the counting may not sign it."""
        return sorted({*self.doers.get(key, ()), by.id})

    @property
    def is_blind(self) -> bool:
        """Whether who counts does not see what the book says."""
        return plant_setting("count_blind") == YES and self.current_stage.key in COUNTING

    def is_adjusted(self) -> bool:
        return self.current_stage.completes

    # What was counted

    def line(self, number: int) -> CountLine:
        """One of its lines by its id. Raises Blocked for one that is none."""
        found = next((line for line in self.lines if line.id == number), None)
        if found is None:
            raise Blocked(_l("The lines have changed meanwhile. Load the page again."))
        return found

    @property
    def to_count(self) -> list[CountLine]:
        return [line for line in self.lines if line.counted is None]

    @property
    def differing(self) -> list[CountLine]:
        """The lines that differ from the book, once the count is closed."""
        return [line for line in self.lines if line.differs]

    @property
    def needs_second(self) -> bool:
        return any(line.is_large for line in self.differing)

    @cached_property
    def claims(self) -> Claims:
        """Who counts on its lots."""
        return claims_on([line.lot_id for line in self.lines])

    def shortfalls(self, differences: Mapping[int, int]) -> list[Text]:
        """A sentence for each lot of which there is less than others count on; ``differences``
        are what the book is to be adjusted by, by the lines' ids.
        """
        said = []
        for line in self.lines:
            claims, more = self.claims.get(line.lot_id, ()), differences.get(line.id, 0)
            left, wanted = line.lot.quantity + more, sum(claim.quantity for claim in claims)
            if more < 0 and left < wanted:
                said.append(
                    _l(
                        "Of lot %(lot)s there is %(left)s, but %(cards)s count on %(wanted)s: the "
                        "planner must choose another lot, or have the rest made or bought.",
                        lot=line.lot.lot_no,
                        left=in_unit(line.lot, left),
                        cards=listed(dict.fromkeys(claim.ref for claim in claims)),
                        wanted=in_unit(line.lot, wanted),
                    )
                )
        return said

    # Effects

    def begin(self, by: User, *, zone: str) -> dict[str, Any]:
        """Put every lot of a zone on a sheet, by what it is of."""
        hold_zone(zone)
        if other := open_count(zone):
            raise Blocked(
                _l("Count %(number)s of this zone is under way; finish that first.", number=other)
            )
        self.open(zone)
        here = select(Stock.lot_id).where(Stock.zone == zone, Stock.is_there())
        lots = db.session.scalars(
            select(Lot)
            .where(Lot.id.in_(here))
            .options(joinedload(Lot.material), joinedload(Lot.product))
        ).all()
        for lot in sorted(lots, key=lambda lot: (lot.item.code, lot.lot_no)):
            self.lines.append(CountLine(lot=lot, found=False, reason=""))
        self.lots = len(self.lines)
        return {"number": self.number, "zone": zone, "lots": self.lots}

    def adjust_lot(
        self, by: User, *, lot_id: int, zone: str, quantity: int, reason: str
    ) -> dict[str, Any]:
        """Count one lot and adjust it: a count of one line."""
        hold_zone(zone)
        lot = db.session.get_one(Lot, lot_id)
        not_elsewhere(lot, zone)
        self.open(zone)
        self.lot = lot
        line = CountLine(lot=lot, found=False, reason=reason)
        self.lines.append(line)
        self.lots = 1
        self.set_counted(line, by, quantity, clock.happened())
        self.close()
        if not line.differs:
            raise Blocked(
                _l(
                    "%(quantity)s is what the book says of lot %(lot)s in zone %(zone)s: there is "
                    "nothing to correct.",
                    quantity=in_unit(lot, quantity),
                    lot=lot.lot_no,
                    zone=zone,
                )
            )
        if not self.needs_second:
            self.adjust(by)
        return {
            "number": self.number,
            "lot": lot.lot_no,
            "zone": zone,
            "differences": self.told(),
            "reason": reason,
        }

    def enter(
        self, by: User, *, counts: list[dict[str, Any]], counted_at: datetime | None = None
    ) -> dict[str, Any]:
        """Take down what was counted of some lots; ``counted_at`` is when, where it was before."""
        if not counts:
            raise Blocked(_l("Enter what was counted of at least one lot."))
        counted: dict[str, list[Any]] = {}
        for each in counts:
            line = self.line(each["line"])
            before = in_unit(line.lot, line.counted)
            self.set_counted(line, by, each["quantity"], counted_at or clock.happened())
            counted[line.lot.lot_no] = [before, in_unit(line.lot, line.counted)]
        return {"counts": counted, "counted_at": counted_at}

    def add(self, by: User, *, lot_id: int) -> dict[str, Any]:
        """Put a lot on the sheet that stands there, whatever the book says."""
        hold_zone(self.zone)
        lot = db.session.get_one(Lot, lot_id)
        if any(line.lot_id == lot.id for line in self.lines):
            raise Blocked(_l("Lot %(lot)s is on the sheet already.", lot=lot.lot_no))
        not_elsewhere(lot, self.zone)
        self.lines.append(CountLine(lot=lot, found=True, reason=""))
        self.lots += 1
        return {"lot": lot.lot_no, "zone": self.zone}

    def submit(self, by: User, *, reasons: dict[int, str]) -> dict[str, Any]:
        """Compare with the book, and adjust it at once where the differences are small.

        ``reasons`` are why lines differ, by their ids.
        """
        self.close()
        for line in self.lines:
            line.reason = reasons.get(line.id, "") if line.differs else ""
            if line.differs and not line.reason:
                raise Blocked(
                    _l("The difference of lot %(lot)s needs its reason.", lot=line.lot.lot_no)
                )
        if not self.needs_second:
            self.adjust(by)
        return {"lots": self.lots, "differences": self.told()}

    def after_count(self) -> str:
        return "to_approve" if self.needs_second else "adjusted"

    def approve(self, by: User) -> dict[str, Any]:
        """Adjust the book as it was counted."""
        self.adjust(by)
        return {"differences": self.told()}

    def recount(self, by: User, *, reason: str) -> dict[str, Any]:
        """What differs is counted once more."""
        differing = self.differing
        for line in self.lines:
            line.book = None
        for line in differing:
            line.counted = line.counted_at = line.counted_by = None
            line.reason = ""
        self.counted = self.lots - len(differing)
        return {"lots": len(differing)}

    # Parts

    def open(self, zone: str) -> None:
        self.number, self.zone, self.due = next_number("ST"), zone, clock.today()
        self.lots = self.counted = 0
        self.lines = []

    def set_counted(self, line: CountLine, by: User, quantity: int, at: datetime) -> None:
        if line.counted is None:
            self.counted += 1
        line.counted, line.counted_at, line.counted_by = quantity, at, by

    def close(self) -> None:
        """Write down what the book said of each lot when it was counted."""
        db.session.flush()
        said = self.books()
        for line in self.lines:
            line.book = said[line.lot_id]

    def books(self, at: datetime | None = None) -> dict[int, int]:
        """What the book said of each lot when it was counted, by the lot's id; of one that is not
        counted yet what it says now, or said ``at`` a moment, which then holds for all.
        """
        now = clock.now()
        return books(self.zone, {x.lot_id: at or x.counted_at or now for x in self.lines})

    def adjust(self, by: User) -> None:
        """Move what is there more, or less, than the book says: what has moved since stays so."""
        differing = sorted(self.differing, key=lambda line: line.lot_id)
        for line in differing:
            move(line.lot, self.zone, required(line.difference), ADJUSTMENT, by=by, record=self)
        materials = {line.lot.material_id for line in differing if line.lot.material_id}
        if materials:
            reevaluate(STOCK, dict.fromkeys(sorted(materials)))
        for product in sorted({line.lot.product_id or 0 for line in differing} - {0}):
            reevaluate(GOODS, product)

    def told(self) -> dict[str, list[Any]]:
        """The differences as an event tells them: what the book said, and what was counted."""
        return {
            line.lot.lot_no: [in_unit(line.lot, line.book), in_unit(line.lot, line.counted)]
            for line in self.differing[:MOST_NAMED]
        }


COUNTING = COUNTS.stages[0].key


def hold_zone(zone: str) -> None:
    """Keep others from putting lots of the zone on another sheet until the transaction ends; what
    moves there is not kept from it.
    """
    db.session.execute(
        select(StorageZone.id).where(StorageZone.code == zone).with_for_update(key_share=True)
    )


def open_count(zone: str, lines: Iterable[Any] = ()) -> str | None:
    """The number of an open count of a zone, with ``lines`` one on whose sheet they hold."""
    return db.session.scalar(
        select(StockCount.number)
        .where(StockCount.zone == zone, StockCount.stands_in(COUNTS.open), *lines)
        .order_by(StockCount.id)
        .limit(1)
    )


def not_elsewhere(lot: Lot, zone: str) -> None:
    """Raises Blocked where an open count has the lot on its sheet: it would be adjusted twice."""
    if other := open_count(zone, [StockCount.lines.any(CountLine.lot_id == lot.id)]):
        raise Blocked(
            _l(
                "Lot %(lot)s is on the sheet of count %(number)s, which is under way; enter it "
                "there.",
                lot=lot.lot_no,
                number=other,
            )
        )


def count_of(lot: Lot) -> StockCount | None:
    """The open count that has a lot on its sheet, if there is one."""
    return db.session.scalar(
        select(StockCount)
        .join(CountLine, CountLine.count_id == StockCount.id)
        .where(CountLine.lot_id == lot.id, StockCount.stands_in(COUNTS.open))
        .order_by(StockCount.id.desc())
        .limit(1)
    )
