"""Open orders at the cut-over (期初): each line comes in at the stage in which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.orders import CARRY_OVER
from app.flow.production import (
    TO_INSPECT_YET,
    TO_SHIP_YET,
)
from app.flow.roles import SALES
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, Product, StorageZone
from app.models.people.user import User
from app.models.sales.order import Order
from app.models.warehouse.made_before import Made
from app.models.warehouse.stock import QUARANTINE, RELEASED
from app.plant import reading
from app.plant.quality.verdict import expiry_date
from app.required import required
from app.sheets.kinds.cut_over.carried import Carried
from app.sheets.kinds.cut_over.columns import COLUMNS
from app.sheets.kinds.cut_over.there import carried_over, lots_named, taken
from app.sheets.kinds.listed import Listed, Pass, differs
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, WRONG, Change, Plan, Planned
from app.sheets.reading.rows import Read

STATUS = {TO_INSPECT_YET: QUARANTINE, TO_SHIP_YET: RELEASED}
ZONES = {TO_INSPECT_YET: "quarantine", TO_SHIP_YET: "finished"}
OF_MADE = ("lot_number", "made_on", "zone")


class OpenOrders(Listed):
    """A row is a line of an order that is not fulfilled, at the stage in which it stands."""

    key, file, label = "open-orders", "open_orders", _l("Open orders at the cut-over")
    keepers = frozenset({SALES.key})
    key_fields = ("order_number", "line_no")
    own = COLUMNS

    def prepare(self, at: Pass) -> None:
        people = db.session.scalars(select(User).where(User.active)).all()
        named = {
            reading.folded(person.name): person for person in people if not person.has_namesake
        }
        at.more["people"] = named | {person.login: person for person in people}
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
        if said.get("ordered_on") and said["ordered_on"] > clock.today():
            read.wrong(_l("This day lies ahead."), at.source("ordered_on"))
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
        at.more["lots"] = lots_named(
            row.work.made.lot for row in plan.rows if row.work and row.work.made
        )
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
            if odd := next(old.unlike(work), None):
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
