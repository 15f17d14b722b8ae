"""The count sheet 《盘点表》: every lot of a zone with its code and room for a pen; once the book
is adjusted, what was counted, what differs and why, and who signed (3.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.documents.paper.bilingual import both, day, joined, moment, number, quantity
from app.documents.paper.blocks import (
    Column,
    Field,
    Fields,
    Paper,
    Scan,
    SignOff,
    SignOffs,
    Table,
)
from app.documents.paper.heading import last, lot_code, seen, sheet, signature
from app.flow.rules.settings import YES
from app.flow.texts.lazy_text import Both, as_signed
from app.flow.warehouse.counts import ADJUST_LOT, APPROVE, BEGIN, ENTER, SUBMIT
from app.models.records.papers.document import Document
from app.models.records.rules.plant_settings import plant_setting

if TYPE_CHECKING:
    from app.models.records.event import Event
    from app.models.warehouse.counting.count_line import CountLine
    from app.models.warehouse.counting.stock_count import StockCount

NAMING = (
    Column(Both("序号", "No."), 3),
    Column(Both("批次码", "Lot code"), 7),
    Column(Both("编码", "Code"), 6),
    Column(Both("名称/规格", "Name / grade")),
    Column(Both("批号", "Lot no."), 10),
    Column(Both("供应商批号", "Supplier’s lot no."), 8),
    Column(Both("效期", "Expiry"), 8),
    Column(Both("单位", "UoM"), 4),
)
BOOK = Column(Both("账面数量", "Book quantity"), 9, number=True)
COUNTED = Column(Both("实盘数量", "Counted quantity"), 10, number=True)
DIFFERENCE = Column(Both("差异", "Difference"), 7, number=True)
REASON = Column(Both("差异原因/备注", "Reason / remarks"), 12)
COUNTED_BY = Both("盘点人", "Counted by")
BY_HAND = "\u00a0"  # an empty cell: a dash would be an answer
EMPTY_ROWS = 5  # for lots that stand there and are not on the sheet


def context(count: StockCount, document: Document) -> Paper:
    """Return the sheet of a count as it stood when it was ordered: to be filled in, or closed."""
    events = seen(count, document)
    closed = last(events, SUBMIT, ADJUST_LOT)
    return sheet(
        document,
        refs={Both("盘点单号", "Count no."): count.ref},
        code=count.ref,
        landscape=True,
        blocks=(
            Fields(tuple(head(count, closed)), columns=4),
            adjusted(count) if closed else to_fill_in(count, document),
            SignOffs(signatures(count, events, closed)),
        ),
    )


def head(count: StockCount, closed: Event | None) -> list[Field]:
    zone = joined(count.zone, count.storage_zone.name, by=" ")
    fields = [
        Field(Both("库区", "Zone"), zone),
        Field(Both("开始时间", "Begun at"), moment(count.created_at)),
        Field(Both("批次数", "Lots"), number(count.lots)),
    ]
    if closed:
        return [*fields, Field(Both("差异批次", "Lots that differ"), number(len(count.differing)))]
    note = Both("盘点时间:____-__-__ __:__", "Counted at: ____-__-__ __:__")
    return [*fields, Field(Both("实盘时间", "When it was counted"), note)]


def to_fill_in(count: StockCount, document: Document) -> Table:
    """Every lot that stood on the sheet, with room for a pen; the book only where a plant has it
    shown.
    """
    shown = plant_setting("count_blind") != YES
    columns = (*NAMING, *((BOOK,) if shown else ()), COUNTED, REASON)
    said = count.books(document.ordered_at) if shown else {}
    rows = [
        (
            *naming(n, line),
            *((uom(line, said[line.lot_id]),) if shown else ()),
            BY_HAND,
            BY_HAND,
        )
        for n, line in enumerate((line for line in count.lines if not line.found), 1)
    ]
    empty = (BY_HAND,) * len(columns)
    return Table(columns, (*rows, *[empty] * EMPTY_ROWS), small=True)


def adjusted(count: StockCount) -> Table:
    rows = [
        (
            *naming(n, line),
            uom(line, line.book),
            uom(line, line.counted),
            difference(line),
            as_signed(line.reason) or None,
        )
        for n, line in enumerate(count.lines, 1)
    ]
    return Table((*NAMING, BOOK, COUNTED, DIFFERENCE, REASON), tuple(rows), small=True)


def naming(position: int, line: CountLine) -> tuple[Any, ...]:
    lot = line.lot
    return (
        str(position),
        Scan(lot_code(lot)),
        lot.item.code,
        both(lot.item.name),
        lot.lot_no,
        lot.supplier_lot or None,
        day(lot.expiry) if lot.expiry else None,
        lot.uom,
    )


def uom(line: CountLine, base: int | None) -> Any:
    return quantity(base, line.lot.uom, unit=False)


def difference(line: CountLine) -> Any:
    more = line.difference
    return f"{'+' if more > 0 else ''}{uom(line, more)}" if more else None


def signatures(count: StockCount, events: list[Event], closed: Event | None) -> tuple[SignOff, ...]:
    """Who counted, closed and approved it; of a sheet to fill in boxes to sign by hand."""
    if closed is None:
        begun = signature(Both("制表人", "Drawn up by"), count, last(events, BEGIN))
        return begun, SignOff(COUNTED_BY), SignOff(Both("复盘人", "Counted again by"))
    counters = {event.actor_id: event for event in events if event.action == ENTER.key}
    signed = last(events, APPROVE)
    return (
        *(signature(COUNTED_BY, count, event) for event in counters.values()),
        signature(Both("结盘人", "Closed by"), count, closed),
        *([signature(Both("批准人", "Approved by"), count, signed)] if signed else []),
    )
