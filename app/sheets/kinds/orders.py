"""Open orders of customers: they enter as messages that came in, to be reviewed like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock
from app.content.tables import Table
from app.extensions import db
from app.flow.orders import RECEIVE
from app.flow.roles import SALES
from app.flow.texts.lazy_text import _l, for_record
from app.flow.texts.terms import CHANNELS
from app.models.master import Customer, CustomerAddress, Product
from app.models.master.dictionary import Field
from app.models.master.dictionary.fields import DAY, choice, long, text, whole
from app.models.records.rules.bounding import Explained
from app.models.sales.carrying_over import ON_PAPER
from app.models.sales.order import Order
from app.plant import reading
from app.sheets.kinds.listed import Listed
from app.sheets.reading.cells import Reader
from app.sheets.reading.columns import Column
from app.sheets.reading.days import NoDay, moment_of
from app.sheets.reading.known import Known
from app.sheets.reading.plan import NEW, SAME, WRONG, Plan, Planned, Settings, Tell, quiet
from app.sheets.reading.rows import Read, Sources, read_row

if TYPE_CHECKING:
    from app.models.people.user import User

CASES = frozenset(("箱", "case", "cases", "ctn", "carton", "cartons"))
MOST_LINES = 50
# Why figures are taken that hardly can be: the review asks about them.
AS_WRITTEN = for_record("以导入的文件为准", "as the imported file says")
TOLD = 200
HEAD = (
    Column(
        "customer_po",
        text("customer_po", _l("Customer PO no."), required=True),
        ("客户订单号", "订单号", "订单编号", "采购单号", "orderID"),
    ),
    Column(
        "customer_code",
        text("customer", _l("Customer"), required=True),
        ("客户编码", "客户编号", "客户", "客户名称", "customerID"),
    ),
    Column(
        "address_code",
        text("address", _l("Delivery address")),
        ("地址编码", "送货地址", "收货地址"),
    ),
    Column(
        "channel",
        choice("channel", _l("Channel"), tuple(CHANNELS.items()), required=False),
        ("来源", "渠道"),
    ),
    Column(
        "received_at", text("received_at", _l("Received at")), ("下单日期", "订单日期", "orderDate")
    ),
)
LINES = (
    Column("line_no", whole("line_no", _l("Line no."), required=False), ("行号", "序号")),
    Column(
        "product_code",
        text("product", _l("Product"), required=True),
        ("产品编码", "货号", "产品", "品名", "productID"),
    ),
    Column("qty", whole("quantity", _l("Quantity"), "pcs", high=10**9), ("数量", "订购数量")),
    Column("uom", text("uom", _l("Unit")), ("单位",)),
    Column(
        "requested_date",
        Field("requested_date", _l("Requested delivery date"), DAY, required=False),
        ("要求到货", "要求交期", "交货日期", "需求日期", "requiredDate"),
    ),
    Column("customer_note", long("note", _l("Note")), ("备注", "说明")),
)
OF_HEAD = frozenset(column.field.name for column in HEAD)


@dataclass
class Wanted:
    """An order of a file: ``rows`` are its lines' rows, ``words`` what the file says of it."""

    first: Read
    planned: Planned
    head: dict[str, Any]
    rows: list[Planned] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    message: str = ""
    requested: Any = None


class Orders(Listed):
    """A row is a line of an order, or with a second file of lines a row is an order.

    What a review has to find (an unknown product, a day long over) is taken in as it is.
    """

    key, file, label = "orders", "sample_orders", _l("Open orders")
    keepers = frozenset({SALES.key})
    takes_lines = True
    own = (*HEAD, *LINES)
    key_fields = ("customer_po",)

    def plan(self, table: Table, settings: Settings, tell: Tell = quiet) -> Plan:
        known = Known()
        reader = Reader(known.find, settings.wishes.decimal, settings.shift, settings.fractions)
        sources = Sources.of(table, self.columns, settings.columns, settings.constants)
        plan = Plan.of(table, sources)
        orders: dict[str, Wanted] = {}
        self.read(table, sources, reader, known, orders, plan, settings, tell)
        if settings.lines:
            second = settings.lines
            of_lines = Sources.of(second, self.columns, settings.line_columns, {})
            plan.hold_lines(second, of_lines)
            self.read(second, of_lines, reader, known, orders, plan, settings, tell, second=True)
        there = self.there(orders)
        for order in orders.values():
            self.settle(order, there)
        plan.more = list(orders.values())
        return plan

    def read(
        self,
        table: Table,
        sources: Sources,
        reader: Reader,
        known: Known,
        orders: dict[str, Wanted],
        plan: Plan,
        settings: Settings,
        tell: Tell,
        second: bool = False,
    ) -> None:
        """Read the rows of a table into orders and their lines."""
        has_lines = "product" in sources.by_field
        names = "\t".join(head.name for head in table.heads)
        for done, (at, cells) in enumerate(table.rows):
            read = read_row(at, cells, sources, reader, table, lambda _r, _f: "")
            number = str(read.values.get("customer_po", ""))
            row = Planned(read.number, number, NEW, said=read.said, cells=read.row)
            plan.rows.append(row)
            order = orders.get(number)
            if order is None and second:
                read.wrong(
                    _l("The first file has no order “%(number)s”.", number=number),
                    sources.by_field.get("customer_po"),
                )
            elif order is None:
                order = orders[number] = self.begun(read, row, sources, known, settings)
            if order:
                if not order.words or (second and len(order.words) == 2):
                    order.words.append(names)
                order.words.append("\t".join("" if cell is None else str(cell) for cell in cells))
                order.rows.append(row)
            if order and has_lines and (line := self.line(read, sources, known, order.requested)):
                order.lines.append(line)
            if read.faults:
                row.state, row.faults = WRONG, read.faults
            if done % TOLD == 0:
                tell(done, len(table.rows))

    def begun(
        self, read: Read, row: Planned, sources: Sources, known: Known, settings: Settings
    ) -> Wanted:
        """An order at its first row."""
        said = read.values
        for name in ("customer_po", "customer"):
            if name not in sources.by_field:
                label = next(c.label for c in HEAD if c.field.name == name)
                read.wrong(_l("No column of the file says “%(name)s”.", name=label))
        head: dict[str, Any] = {
            "customer_po": reading.code(said.get("customer_po"))[:60],
            "channel": said.get("channel") or "email",
            "received_at": clock.now(),
        }
        try:
            if said.get("received_at"):
                raw = read.row[sources.by_field["received_at"].heads[0].place]
                moment, _ = moment_of(raw, clock.plant_zone())
                head["received_at"] = moment + settings.shift
        except NoDay as wrong:
            read.wrong(wrong.sentence, sources.by_field.get("received_at"))
        head |= self.caller(read, known)
        return Wanted(read, row, head, requested=said.get("requested_date"))

    def caller(self, read: Read, known: Known) -> dict[str, Any]:
        """Who orders: a customer of the master data at one of its addresses, else in the words of
        the file, which the review sees.
        """
        called, place = str(read.values.get("customer") or ""), read.values.get("address") or ""
        customer = known.find(Customer, called)
        if customer is None:
            return {
                "customer_id": None,
                "address_id": None,
                "customer_text": called[:120],
                "address_text": str(place)[:300],
                "phone_text": "",
            }
        there = [a for a in customer.addresses if a.code == place] or (
            customer.addresses if len(customer.addresses) == 1 else []
        )
        return {
            "customer_id": customer.id,
            "address_id": there[0].id if there else None,
            "customer_text": "",
            "address_text": "",
            "phone_text": "",
        }

    def line(
        self, read: Read, sources: Sources, known: Known, requested: Any
    ) -> dict[str, Any] | None:
        """A line as an order takes it in, ``requested`` where it says no other day; None where it
        cannot be one.
        """
        said = read.values
        if "quantity" not in sources.by_field:
            read.wrong(_l("No column of the file says “%(name)s”.", name=_l("Quantity")))
        if "product" not in said or "quantity" not in said:
            return None
        quantity, product = said["quantity"], known.find(Product, said["product"])
        if str(said.get("uom") or "").strip().casefold() in CASES and product:
            quantity *= product.units_per_case
            read.said.append(f"{said['quantity']} {said['uom']} → {quantity:,}")
        return {
            "product_text": (product.code if product else str(said["product"]))[:120],
            "product_code": product.code if product else "",
            "quantity": quantity,
            "requested_date": said.get("requested_date") or requested,
            "note": str(said.get("note") or "")[:400],
        }

    def settle(self, order: Wanted, there: dict[tuple[str, Any], Order]) -> None:
        """What can be said of an order once all its lines are known."""
        known_as = order.head["customer_id"] or order.head["customer_text"]
        old = there.get((order.head["customer_po"], known_as))
        wrong = next((row for row in order.rows if row.faults), None)
        at = Read(order.first.number, order.first.row)
        if not order.lines and not wrong:
            at.wrong(_l("It has no line."))
        elif len(order.lines) > MOST_LINES:
            at.wrong(_l("An order has at most %(n)s lines.", n=MOST_LINES))
        elif old is not None and not is_same(old, order):
            at.wrong(
                _l(
                    "Order %(number)s is there already, and not so. Correct it there.",
                    number=old.ref,
                )
            )
        elif wrong:
            at.wrong(_l("Another row of %(code)s is wrong.", code=order.head["customer_po"]))
        state = WRONG if at.faults else SAME if old is not None else NEW
        for row in order.rows:
            row.state = state
            row.faults = row.faults or (at.faults if state == WRONG else [])
        order.message = order.message or "\n".join(order.words)

    def there(self, orders: dict[str, Wanted]) -> dict[tuple[str, Any], Order]:
        """The orders that are there by number and customer, of those that a file names."""
        found: dict[tuple[str, Any], Order] = {}
        numbers = [each.head["customer_po"] for each in orders.values()]
        for first in range(0, len(numbers), 500):
            query = select(Order).where(Order.customer_po.in_(numbers[first : first + 500]))
            for order in db.session.scalars(query.options(selectinload(Order.lines))):
                found[order.customer_po, order.customer_id or order.customer_text] = order
        return found

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        wanted = {id(row) for row in rows}
        for order in plan.more:
            if any(id(row) in wanted for row in order.rows):
                Order.create(
                    RECEIVE.key,
                    by=by,
                    unusual=Explained(AS_WRITTEN),
                    message=order.message,
                    lines=order.lines,
                    **order.head,
                )

    @property
    def own_columns(self) -> list[Column]:
        return list(self.own)

    def exported(self) -> Iterator[Sequence[Any]]:
        """A row for each line, in the order of receipt."""
        names = {
            row.id: (row.code, row.name_local or row.name_en)
            for row in db.session.execute(
                select(Customer.id, Customer.code, Customer.name_local, Customer.name_en)
            )
        }
        codes: dict[Any, str] = {
            row.id: row.code for row in db.session.execute(select(Product.id, Product.code))
        }
        places: dict[Any, str] = {
            row.id: row.code
            for row in db.session.execute(select(CustomerAddress.id, CustomerAddress.code))
        }
        lines = Order.lines.property.mapper.class_
        query = (
            select(
                Order.customer_po,
                Order.customer_id,
                Order.customer_text,
                Order.address_id,
                Order.address_text,
                Order.channel,
                Order.received_at,
                lines.line_no,
                lines.product_id,
                lines.product_text,
                lines.quantity,
                lines.requested_date,
                lines.note,
            )
            .join(lines, lines.order_id == Order.id)
            .where(Order.channel != ON_PAPER)  # what was carried over is a kind of its own
            .order_by(Order.received_at, Order.id, lines.line_no)
        )
        for row in db.session.execute(query.execution_options(yield_per=1000)):
            yield [
                row.customer_po,
                names[row.customer_id][0] if row.customer_id else row.customer_text,
                places.get(row.address_id, row.address_text),
                row.channel,
                stamp(row.received_at),
                row.line_no,
                codes.get(row.product_id, row.product_text),
                row.quantity,
                None,
                row.requested_date,
                row.note,
            ]


def stamp(moment: datetime) -> str:
    """A moment with its zone, so that it is the same when it is read again."""
    return clock.local(moment).isoformat()


def is_same(old: Order, new: Wanted) -> bool:
    """Whether an order that is there has the lines of the file."""
    return sorted(
        (line.product.code if line.product else line.product_text, line.quantity)
        for line in old.lines
    ) == sorted((line["product_text"], line["quantity"]) for line in new.lines)
