"""Open orders at the cut-over (期初): each line comes in at the stage in which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.orders import CARRY_OVER
from app.flow.roles import SALES
from app.flow.texts.lazy_text import _l
from app.models.master import Customer, Product
from app.models.people.user import User
from app.models.sales.order import Order
from app.plant import reading
from app.required import required
from app.sheets.kinds.cut_over.begun import begun
from app.sheets.kinds.cut_over.carried import Carried, in_words
from app.sheets.kinds.cut_over.columns import COLUMNS, KIT, OF_LINE
from app.sheets.kinds.cut_over.made import made
from app.sheets.kinds.cut_over.there import (
    carried_over,
    lines_taken,
    lots_named,
    lots_planned,
    taken,
)
from app.sheets.kinds.cut_over.together import check, hold_kits, number_of, together
from app.sheets.kinds.listed import Listed, Pass
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, Change, Plan, Planned
from app.sheets.reading.rows import Read

# What happened since a day longer ago is neither on that paper nor here.
LONGEST_AGO = timedelta(days=92)


class OpenOrders(Listed):
    """A row is a line of an order that is not fulfilled, at the stage in which it stands; in a
    second file one is a lot in the kit of what is prepared or runs.
    """

    key, file, label = "open-orders", "open_orders", _l("Open orders at the cut-over")
    keepers = frozenset({SALES.key})
    takes_lines = True
    key_fields = ("order_number", "line_no")
    own = COLUMNS
    second = "kits", KIT

    @property
    def columns(self) -> list[Column]:
        return [*self.own, *(column for column in KIT if column not in OF_LINE)]

    def prepare(self, at: Pass) -> None:
        at.more["labels"] = {column.field.name: column.label for column in self.own}
        at.more["on_line"] = lines_taken()
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
        check_day(read, at)
        left = said["quantity"] - (said.get("shipped_quantity") or 0)
        if left < 1:
            read.wrong(
                _l("All of it was shipped: the line is not open."), at.source("shipped_quantity")
            )
        goods = made(read, at, product, left)
        on_line = begun(read, at, product, left)
        if not read.faults:
            planned.state = NEW
            planned.changes = [Change("quantity", None, left, "pcs")]
            planned.work = Carried.of(
                said,
                customer.id,
                there[0].id,
                product.code,
                left,
                goods,
                on_line,
                required(vouching).id,
            )

    # All rows

    def row(self, read: Read, at: Pass) -> Planned:
        planned = super().row(read, at)
        at.more["orders"].setdefault(number_of(read), []).append(planned)
        return planned

    def close(self, plan: Plan, at: Pass) -> None:
        """Look at the rows of each order together, and at what is there."""
        for rows in at.more["orders"].values():
            for place, row in enumerate(rows, 1):
                if row.work:
                    row.work.line_no = row.work.line_no or place
                    row.work.words = "\t".join(plan.heads)
        hold_kits(plan, at, lambda read, _field: self.unit(read, at))
        at.more["lots"] = lots_named(
            row.work.made.lot for row in plan.rows if row.work and row.work.made
        )
        begun_lots = {r.work.begun.lot for r in plan.rows if r.work and r.work.begun} - {""}
        at.more["planned"] = lots_planned(begun_lots) | set(lots_named(begun_lots))
        at.more["taken"] = taken(row.work for row in plan.rows if row.work)
        for number, rows in at.more["orders"].items():
            for row in rows:
                if row.work:
                    check(row, rows, at)
            together(number, rows)

    def apply(self, plan: Plan, *, by: User | None, rows: Sequence[Planned]) -> None:
        orders: dict[str, list[Planned]] = {}
        for row in rows:
            if row.work:  # the rows of the kits are in those of their cards
                orders.setdefault(row.work.number, []).append(row)
        for number, lines in orders.items():
            words = [lines[0].work.words]
            for row in lines:
                words.append(in_words(row))
            words += [word for row in lines for word in row.work.kit_words]
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


def check_day(read: Read, at: Pass) -> None:
    """The day of the cut-over: not to come, not long ago, and not before what it carries
    over.
    """
    said, today = read.values, clock.today()
    if said.get("ordered_on") and said["ordered_on"] > today:
        read.wrong(_l("This day lies ahead."), at.source("ordered_on"))
    until = said.get("paper_until")
    if until is None:
        day = today.isoformat()
        read.said.append(_l("On paper until %(day)s: the file says no other day.", day=day))
        return
    before = [said[name] for name in ("ordered_on", "made_on") if said.get(name)]
    if until > today:
        read.wrong(_l("This day lies ahead."), at.source("paper_until"))
    elif until < today - LONGEST_AGO:
        read.wrong(
            _l("This day is more than %(n)s days ago.", n=LONGEST_AGO.days),
            at.source("paper_until"),
        )
    elif before and until < max(before):
        read.wrong(
            _l("It was ordered or made later, on %(day)s.", day=max(before).isoformat()),
            at.source("paper_until"),
        )
