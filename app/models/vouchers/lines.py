"""Movements that wait, as the lines of vouchers; or what each of them still lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master.voucher_map.codes import (
    CUSTOMER,
    ITEM,
    SUPPLIER,
    TAX,
    VOUCHER,
    WAREHOUSE,
)
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.kinds import records
from app.models.records.record import Record
from app.models.vouchers.batch import VoucherLine
from app.models.vouchers.booked import booked_as
from app.models.vouchers.mapping import Mapping, Unmapped
from app.models.warehouse.disposition import Disposition
from app.models.warehouse.stock import Lot, StockMovement
from app.models.warehouse.unsent import UnsentMovement
from app.plant.warehouse.vouchers import (
    PRODUCT_IN,
    PURCHASE_IN,
    SALES_OUT,
    TAKEN_BACK,
    VOUCHERS,
    Entry,
    entry_of,
    in_their_unit,
    price_in,
)

MOST = 2000  # movements of one sending
RED, BLACK = "红字", "蓝字"  # as the bookkeeping calls them, in any language of ours
LOT = (
    joinedload(StockMovement.lot).joinedload(Lot.material),
    joinedload(StockMovement.lot).joinedload(Lot.product),
    joinedload(StockMovement.lot).joinedload(Lot.supplier),
)


@dataclass
class Line:
    """A movement with what it counts as; ``says`` by the names of what columns may hold,
    ``lacks`` why it cannot go yet.
    """

    movement: StockMovement
    entry: Entry
    record: Record | None
    person: str
    booked: Lot  # the lot under which it is booked
    number: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    lacks: list[Text] = field(default_factory=list)
    unmapped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lot(self) -> Lot:
        return self.movement.lot

    @property
    def label(self) -> Text:
        return VOUCHERS[self.entry.voucher]

    @property
    def party(self) -> tuple[str, Any] | None:
        """Whom it is with: the kind of partner and the row."""
        if self.entry.voucher == PURCHASE_IN and self.lot.supplier:
            return SUPPLIER, self.lot.supplier
        if self.entry.voucher != SALES_OUT:
            return None
        shipment = getattr(self.record, "shipment", None)
        return (CUSTOMER, shipment.customer) if shipment else None


def count_waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(UnsentMovement)) or 0


def waiting(most: int = MOST) -> list[Line]:
    """The movements that wait, oldest first."""
    rows = db.session.execute(
        select(StockMovement, User)
        .join(UnsentMovement, UnsentMovement.movement_id == StockMovement.id)
        .outerjoin(User, StockMovement.by_id == User.id)
        .where(UnsentMovement.waits())
        .options(*LOT)
        .order_by(UnsentMovement.movement_id)
        .limit(most)
    ).all()
    known = records((m.flow, m.record_id) for m, _ in rows if m.flow and m.record_id)
    wholes = booked_as({movement.lot_id for movement, _ in rows})
    lines = []
    for movement, by in rows:
        record = known.get((movement.flow or "", movement.record_id or 0))
        lot = wholes.get(movement.lot_id, movement.lot)
        lines.append(Line(movement, counted_as(movement), record, by.name if by else "", lot))
    return lines


def counted_as(movement: StockMovement) -> Entry:
    """The voucher that a movement belongs to, and how much of it it is."""
    back = movement.kind == "return" and movement.flow == Disposition.flow.key
    return entry_of(movement.kind, movement.quantity, from_customer=back)


def filled(lines: list[Line], mapping: Mapping, number: str) -> list[Line]:
    """Give each line its voucher and what its columns say, or what it lacks; those that go come
    back. One voucher holds what one record moved on one day.
    """
    going: dict[int, Line] = {}
    behind: set[int] = set()
    vouchers: dict[Any, tuple[str, int]] = {}
    for line in lines:
        says(line, mapping)
        first, sent_as = taken_back(line) if line.entry.is_red else (None, "")
        if first in behind:
            line.lacks.append(_l("What it takes back has not gone out yet."))
        if line.lacks:
            behind.add(line.movement.id)
            continue
        key = grouped(line)
        voucher, last = vouchers.get(key, (f"{number}-{len(vouchers) + 1:03d}", 0))
        vouchers[key] = voucher, last + 1
        line.number = voucher
        if line.entry.is_red:
            sent_as = sent_as or (going[first].number if first in going else "")
            line.says["takes_back"] = sent_as or line.says["record"]
        line.says |= {"number": voucher, "line": last + 1, "file": number}
        going[line.movement.id] = line
    return list(going.values())


def grouped(line: Line) -> tuple[Any, ...]:
    """What the lines of one voucher have in common."""
    move = line.movement
    party = line.party
    return (
        line.entry.voucher,
        line.entry.is_red,
        move.flow,
        move.record_id,
        line.says["date"],
        party and party[1].id,
    )


def says(line: Line, mapping: Mapping) -> None:
    """What the columns say of a movement; what the mapping lacks for it is noted."""
    lot, entry, party = line.lot, line.entry, line.party
    item, needs = lot.item, mapping.needs(line.entry.voucher)
    line.says = {
        "date": clock.local(line.movement.at).date(),
        "item_name": item.name_zh or item.name_en,
        "batch": line.booked.lot_no,
        "made_on": lot.made_on,
        "expiry": lot.expiry,
        "party_name": (party[1].name.zh or party[1].name.en) if party else "",
        "record": line.record.ref if line.record else "",
        "purchase_no": getattr(line.record, "purchase_no", ""),
        "red": RED if entry.is_red else BLACK,
        "takes_back": "",
        "person": line.person,
    }
    asked = [("item", ITEM, item.code)]
    asked += [("warehouse", WAREHOUSE, mapping.home_of(item))] if "warehouse" in needs else []
    asked += [("voucher", VOUCHER, entry.voucher)] if "voucher" in needs else []
    asked += [("tax", TAX, entry.voucher)] if "tax" in needs else []
    asked += [("party", party[0], party[1].code)] if party and "party" in needs else []
    for name, kind, ours in asked:
        try:
            line.says[name] = mapping.theirs(kind, ours)
        except Unmapped as lacking:
            note(line, lacking)
    line.says.setdefault("party", "")
    if "tax" in line.says:
        line.says["tax"] = as_number(line.says["tax"])
    count(line, mapping)


def count(line: Line, mapping: Mapping) -> None:
    """How much it is in their unit, and what one costs."""
    item, uom = line.lot.item, line.lot.uom
    try:
        unit, per = mapping.unit_of(item.code, uom)
    except Unmapped as lacking:
        note(line, lacking)
        return
    quantity = in_their_unit(line.entry.quantity, uom, per)
    if quantity is None:
        line.lacks.append(
            _l(
                "%(item)s: this much cannot be written exactly in %(unit)s.",
                item=item.code,
                unit=unit,
            )
        )
    line.says |= {"unit": unit, "quantity": quantity, "price": price_in(price_of(line), per)}


def price_of(line: Line) -> Decimal | None:
    """What one of our units costs: as the order says of what was sold, else the master data."""
    lot, record = line.lot, line.record
    card = record.card if isinstance(record, Disposition) else record
    if line.entry.voucher == SALES_OUT and isinstance(card, ProductionOrder) and card.line:
        return card.line.unit_price
    return lot.material.unit_cost if lot.material else None


def note(line: Line, lacking: Unmapped) -> None:
    if (lacking.kind, lacking.ours) not in line.unmapped:
        line.unmapped.append((lacking.kind, lacking.ours))
        line.lacks.append(lacking.sentence)


def as_number(text: str) -> Any:
    """A rate as a number where it is one."""
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else text


def taken_back(line: Line) -> tuple[int | None, str]:
    """The movement that a red line takes back, the last one before it, and the number under which
    that went out; None where there is none.
    """
    move, record = line.movement, line.record
    upwards = line.entry.voucher in (PURCHASE_IN, PRODUCT_IN)
    query = (
        select(StockMovement.id, VoucherLine.number)
        .outerjoin(VoucherLine, VoucherLine.movement_id == StockMovement.id)
        .where(
            StockMovement.lot_id.in_({move.lot_id, line.booked.id}),
            StockMovement.kind.in_(TAKEN_BACK[line.entry.voucher]),
            StockMovement.quantity > 0 if upwards else StockMovement.quantity < 0,
            StockMovement.id < move.id,
        )
        .order_by(StockMovement.id.desc())
        .limit(1)
    )
    if isinstance(record, Disposition) and record.card_id:
        query = query.where(StockMovement.record_id == record.card_id)
    elif move.kind in ("issue", "return"):
        query = query.where(StockMovement.record_id == move.record_id)
    found = db.session.execute(query).first()
    return (found.id, found.number or "") if found else (None, "")


def lacking(lines: list[Line]) -> Iterator[tuple[str, str]]:
    """What of ours the mapping does not name, each once."""
    yield from dict.fromkeys(pair for line in lines for pair in line.unmapped)
