"""What waits for the bookkeeping, what of it lacks a code there, and what went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.rules.settings import YES
from app.flow.texts.lazy_text import Text, _l
from app.models.master.voucher_map.codes import MAPPED
from app.models.records.number_series import coming_number
from app.models.records.rules.plant_settings import plant_setting
from app.models.vouchers.batch import SERIES, VoucherBatch, VoucherLine
from app.models.vouchers.lines import (
    LOT,
    MOST,
    Line,
    count_waiting,
    counted_as,
    filled,
    lacking,
    waiting,
)
from app.models.vouchers.mapping import Mapping
from app.models.warehouse.stock import StockMovement
from app.plant.quantities import from_base
from app.plant.warehouse.vouchers import VOUCHERS, Entry

HEADS = (
    _l("Kind of voucher"),
    _l("Date"),
    _l("Item code"),
    _l("Item name"),
    _l("Lot"),
    _l("Zone"),
    _l("Quantity"),
    _l("Unit"),
    _l("Record"),
    _l("What it lacks"),
)


@dataclass(frozen=True)
class Counted:
    """A kind of voucher with how many movements can go, and how many lack something."""

    label: Text
    ready: int
    behind: int


class Outgoing:
    """All that waits, as far as one sending reaches."""

    def __init__(self) -> None:
        self.mapping = Mapping.read()
        self.lines: list[Line] = waiting()
        filled(self.lines, self.mapping, coming_number(SERIES))

    @property
    def is_on(self) -> bool:
        return plant_setting("vouchers") == YES

    @property
    def is_laid_out(self) -> bool:
        return bool(self.mapping.columns)

    @cached_property
    def count(self) -> int:
        """How many wait in all."""
        return len(self.lines) if len(self.lines) < MOST else count_waiting()

    @property
    def ready(self) -> int:
        return sum(not line.lacks for line in self.lines) if self.is_laid_out else 0

    @property
    def kinds(self) -> list[Counted]:
        """The kinds of vouchers that there are among them."""
        some = {key: [line for line in self.lines if line.entry.voucher == key] for key in VOUCHERS}
        return [
            Counted(VOUCHERS[key], sum(not e.lacks for e in each), sum(bool(e.lacks) for e in each))
            for key, each in some.items()
            if each
        ]

    @property
    def unmapped(self) -> list[tuple[str, Text, str]]:
        """What of ours has no code there: the kind of thing, its name, our code."""
        return [(kind, MAPPED[kind], ours) for kind, ours in lacking(self.lines)]

    def rows(self) -> Iterator[list[Any]]:
        """The same as a list to take away."""
        for line in self.lines:
            yield [*row_of(line.movement, line.entry.voucher, line.entry.quantity),
                   line.record.ref if line.record else "",
                   "; ".join(str(each) for each in line.lacks)]  # fmt: skip


def row_of(movement: StockMovement, voucher: str, quantity: int) -> list[Any]:
    lot = movement.lot
    return [
        VOUCHERS[voucher],
        movement.at,
        lot.item.code,
        lot.item.name,
        lot.lot_no,
        movement.zone,
        from_base(quantity, lot.uom),
        lot.uom,
    ]


SENT = (*HEADS[:8], _l("Voucher no."))


@dataclass(frozen=True)
class Sent:
    """A movement that went out, and the number of its voucher."""

    movement: StockMovement
    number: str

    @cached_property
    def entry(self) -> Entry:
        return counted_as(self.movement)

    @property
    def label(self) -> Text:
        return VOUCHERS[self.entry.voucher]

    @property
    def row(self) -> list[Any]:
        entry = self.entry
        return [*row_of(self.movement, entry.voucher, entry.quantity), self.number]


def sent_with(batch: VoucherBatch) -> list[Sent]:
    """What went out with a sending, in the order in which it moved."""
    lines = (
        select(StockMovement, VoucherLine.number)
        .join(VoucherLine, VoucherLine.movement_id == StockMovement.id)
        .where(VoucherLine.batch_id == batch.id)
        .options(*LOT)
        .order_by(VoucherLine.movement_id)
    )
    return [Sent(movement, number) for movement, number in db.session.execute(lines)]
