"""Open orders at the cut-over (期初): each line comes in at the stage in which it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.orders import CARRY_OVER
from app.flow.production import (
    CARRIED,
    PRODUCTION_ORDERS,
    TO_INSPECT_YET,
    TO_MAKE_YET,
    TO_SHIP_YET,
)
from app.flow.roles import SALES
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, Product, StorageZone
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import DAY, Options, choice, code_of, long, text, whole
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.sales.order import Order
from app.models.warehouse.made_before import Made
from app.models.warehouse.stock import QUARANTINE, RELEASED, Lot
from app.plant import reading
from app.plant.quality.verdict import expiry_date
from app.required import required
from app.sheets.kinds.cut_over.carried import Carried, carried_over
from app.sheets.kinds.listed import Listed, Pass, differs
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, WRONG, Change, Plan, Planned
from app.sheets.reading.rows import Read

# What a number may hold that stands in addresses, on papers and in scans.
NUMBER = r"[^\s/\\?#%|;]{1,24}"
STATUS = {TO_INSPECT_YET: QUARANTINE, TO_SHIP_YET: RELEASED}
ZONES = {TO_INSPECT_YET: "quarantine", TO_SHIP_YET: "finished"}
STAGES: Options = (
    *((key, PRODUCTION_ORDERS.stage(key).label) for key in CARRIED),
    (TO_MAKE_YET, "已计划"),
    (TO_MAKE_YET, "planned"),
    (TO_INSPECT_YET, "待检"),
    (TO_INSPECT_YET, "in quarantine"),
    (TO_SHIP_YET, "在库"),
    (TO_SHIP_YET, "in stock"),
    (TO_SHIP_YET, "部分发货"),
    (TO_SHIP_YET, "part shipped"),
)
OF_MADE = ("lot_number", "made_on", "zone")


class OpenOrders(Listed):
    """A row is a line of an order that is not fulfilled, at the stage in which it stands."""

    key, file, label = "open-orders", "open_orders", _l("Open orders at the cut-over")
    keepers = frozenset({SALES.key})
    key_fields = ("order_number", "line_no")
    own = (
        Column(
            "order_number",
            text("order_number", _l("Order no."), required=True, pattern=NUMBER),
            ("订单编号", "订单号"),
        ),
        Column(
            "line_no", whole("line_no", _l("Line no."), low=1, high=99, required=False), ("行号",)
        ),
        Column("customer", code_of("customer", _l("Customer"), Customer), ("客户编码", "客户")),
        Column("address", text("address", _l("Delivery address")), ("地址编码", "送货地址")),
        Column("customer_po", text("customer_po", _l("Customer PO no.")), ("客户订单号",)),
        Column(
            "ordered_on", Field("ordered_on", _l("Ordered on"), DAY, required=False), ("下单日期",)
        ),
        Column("product", code_of("product", _l("Product"), Product), ("产品编码", "产品", "货号")),
        Column(
            "quantity",
            whole("quantity", _l("Ordered quantity"), "pcs", low=1, high=10**9),
            ("订购数量", "数量"),
        ),
        Column(
            "requested_date",
            Field("requested_date", _l("Requested delivery date"), DAY, required=False),
            ("要求交期", "要求到货"),
        ),
        Column(
            "promised_date",
            Field("promised_date", _l("Promised date"), DAY, required=False),
            ("承诺交期",),
        ),
        Column("stage", choice("stage", _l("Stage"), STAGES), ("阶段", "状态")),
        Column("lot_number", text("lot_number", _l("Lot no.")), ("批号", "成品批号")),
        Column(
            "lot_quantity",
            whole("lot_quantity", _l("Units of the lot"), "pcs", high=10**9, required=False),
            ("批数量", "成品数量"),
        ),
        Column("made_on", Field("made_on", _l("Made on"), DAY, required=False), ("生产日期",)),
        Column(
            "expiry", Field("expiry", _l("Expiry"), DAY, required=False), ("有效期至", "有效期")
        ),
        Column(
            "zone",
            code_of("zone", _l("Storage zone"), StorageZone, required=False),
            ("库位", "库区"),
        ),
        Column(
            "shipped_quantity",
            whole("shipped_quantity", _l("Shipped before"), "pcs", high=10**9, required=False),
            ("已发数量", "已发货数量"),
        ),
        Column("note", long("note", _l("Note")), ("备注",)),
        Column(
            "vouched_by",
            text("vouched_by", _l("Vouched for by"), required=True),
            ("期初确认人", "确认人", "担保人"),
        ),
    )

    def prepare(self, at: Pass) -> None:
        people = db.session.scalars(select(User).where(User.active)).all()
        named = {
            reading.folded(person.name): person for person in people if not person.has_namesake
        }
        at.more["people"] = named | {person.login: person for person in people}
        at.more["lots"] = {lot.lot_no: lot for lot in db.session.scalars(select(Lot))}
        at.more["carried"] = carried_over()
        at.more |= {"mine": {}, "orders": {}}

    # A row

    def compare(self, read: Read, planned: Planned, at: Pass) -> None:
        said = read.values
        product: Any = at.known.coded(Product, said["product"])
        customer: Any = at.known.coded(Customer, said["customer"])
        vouching = at.more["people"].get(reading.folded(said["vouched_by"]))
        if vouching is None:
            read.wrong(_l("Nobody on the staff has this login or name."), at.source("vouched_by"))
        place = said.get("address") or ""
        there = [a for a in customer.addresses if a.active and place in ("", a.code)]
        if len(there) != 1:
            read.wrong(
                _l("Say one of the customer’s addresses, by its code."), at.source("address")
            )
        if not (said.get("requested_date") or said.get("promised_date")):
            read.wrong(_l("Say by when the customer wants it."), at.source("requested_date"))
        left = said["quantity"] - (said.get("shipped_quantity") or 0)
        if left < 1:
            read.wrong(
                _l("All of it was shipped: the line is not open."), at.source("shipped_quantity")
            )
        made = self.made(read, at, product, left)
        if not read.faults:
            planned.state = NEW
            planned.changes = [Change("quantity", None, left, "pcs")]
            planned.work = Carried.of(
                said, customer.id, there[0].id, product.code, left, made, required(vouching).id
            )

    def made(self, read: Read, at: Pass, product: Any, left: int) -> Made | None:
        """The finished goods of a row, or what is wrong with what it says of them."""
        said, stage = read.values, read.values["stage"]
        named = [name for name in (*OF_MADE, "lot_quantity", "expiry") if said.get(name)]
        if stage not in STATUS:
            for name in named:
                read.wrong(_l("What is to be made has no lot yet."), at.source(name))
            return None
        for column in self.own:
            if column.field.name in OF_MADE and column.field.name not in named:
                read.wrong(
                    _l("Goods that are made need: %(what)s.", what=column.label),
                    at.source(column.field.name),
                )
        if read.faults:
            return None
        zone: Any = at.known.coded(StorageZone, said["zone"])
        if zone.kind != ZONES[stage] or product.incompat_class not in zone.classes:
            read.wrong(_l("Goods at this stage do not stand in this zone."), at.source("zone"))
        units = said.get("lot_quantity") or left
        if units > left:
            read.wrong(
                _l("Only %(left)s units of the line are open.", left=f"{left:,}"),
                at.source("lot_quantity"),
            )
        made = Made(
            lot=reading.code(said["lot_number"]),
            product=product,
            status=STATUS[stage],
            good=units,
            zone=said["zone"],
            made_on=said["made_on"],
            expiry=said.get("expiry") or expiry_date(said["made_on"], product.shelf_life_days),
        )
        if len(made.lot) > 28:
            read.wrong(_l("At most %(n)s characters.", n=28), at.source("lot_number"))
        if made.made_on > clock.today():
            read.wrong(_l("This day lies ahead."), at.source("made_on"))
        return made

    # All rows

    def row(self, read: Read, at: Pass) -> Planned:
        planned = super().row(read, at)
        number = reading.code(str(read.values.get("order_number") or "")).upper()
        at.more["orders"].setdefault(number, []).append(planned)
        return planned

    def close(self, plan: Plan, at: Pass) -> None:
        """Look at the rows of each order together, and at what is there."""
        for rows in at.more["orders"].values():
            for place, row in enumerate(rows, 1):
                if row.work:
                    row.work.line_no = row.work.line_no or place
                    row.work.words = "\t".join(plan.heads)
        at.more["taken"] = taken(row.work for row in plan.rows if row.work)
        for number, rows in at.more["orders"].items():
            for row in rows:
                if row.work:
                    self.check(row, rows, at)
            self.together(number, rows)

    def check(self, row: Planned, rows: list[Planned], at: Pass) -> None:
        """Compare a row with the others of its order, and with what is there."""
        check, work = Read(row.number, row.cells), row.work
        first = next(other for other in rows if other.work)
        same = next(o for o in rows if o.work and o.work.line_no == work.line_no)
        if work.head != first.work.head:
            check.wrong(_l("Row %(row)s says otherwise of this order.", row=first.number))
        if same is not row:
            check.wrong(_l("Row %(row)s of the file is about the same.", row=same.number))
        if old := at.more["carried"].get(work.number):
            row.state = SAME
            if odd := next(work.unlike(old), None):
                differs(check, odd)
        elif {work.number, work.card_number} & at.more["taken"]:
            check.wrong(_l("This number is taken: what bears it was not carried over."))
        else:
            self.check_lot(work.made, check, at)
        row.faults = [*row.faults, *check.faults]

    def check_lot(self, made: Made | None, check: Read, at: Pass) -> None:
        """A lot's number is one lot's: in stock several lines may have units of it, in quarantine
        it passes or fails as one.
        """
        if made is None:
            return
        there, mine = at.more["lots"].get(made.lot), at.more["mine"].setdefault(made.lot, made)
        if there and not made.is_of(there):
            check.wrong(_l("Lot %(lot)s is there already, and not so.", lot=made.lot))
        elif (mine.product, mine.status, mine.made_on, mine.expiry) != (
            made.product,
            made.status,
            made.made_on,
            made.expiry,
        ):
            check.wrong(_l("Another row says otherwise of lot %(lot)s.", lot=made.lot))
        elif made.status == QUARANTINE and (there or mine is not made):
            check.wrong(
                _l(
                    "Lot %(lot)s waits for Quality as one: bring it in with one line, and split "
                    "the card there.",
                    lot=made.lot,
                )
            )

    def together(self, number: str, rows: list[Planned]) -> None:
        """An order comes in whole: where a row of it is wrong, all are."""
        if not any(row.faults for row in rows):
            return
        for row in rows:
            if not row.faults:
                alone = Read(row.number, row.cells)
                alone.wrong(_l("Another row of %(code)s is wrong.", code=number))
                row.faults = alone.faults
            row.state = WRONG

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        orders: dict[str, list[Planned]] = {}
        for row in rows:
            orders.setdefault(row.work.number, []).append(row)
        for number, lines in orders.items():
            words = [lines[0].work.words]
            for row in lines:
                words.append("\t".join("" if c is None else str(c) for c in row.cells))
            Order.create(
                CARRY_OVER.key,
                by=by,
                number=number,
                message="\n".join(words),
                lines=[row.work.line for row in lines],
                cards=[row.work.card for row in lines],
                **lines[0].work.head,
            )

    @property
    def own_columns(self) -> list[Column]:
        return list(self.own)

    def exported(self) -> Iterator[Sequence[Any]]:
        """A row for each line, as it was carried over."""
        people = {row.id: row.login for row in db.session.execute(select(User.id, User.login))}
        for order in carried_over().values():
            for line in order.rows():
                yield [*line[:-1], people[line[-1]]]


def taken(works: Iterable[Carried]) -> set[str]:
    """The numbers of orders and cards of a file that records bear already."""
    numbers = list({number for work in works for number in (work.number, work.card_number)})
    found: set[str] = set()
    for first in range(0, len(numbers), 500):
        some = numbers[first : first + 500]
        for column in (Order.number, Order.request_no, ProductionOrder.number):
            found |= {
                each for each in db.session.scalars(select(column).where(column.in_(some))) if each
            }
    return found
