"""Open orders at the cut-over (期初): each line comes in at the stage in which it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
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
from app.sheets.kinds.cut_over.begun import BEGUN, begun
from app.sheets.kinds.cut_over.carried import Carried
from app.sheets.kinds.cut_over.columns import COLUMNS, KIT, OF_LINE
from app.sheets.kinds.cut_over.kits import lacking, look_up, read_kits, unlike_formula
from app.sheets.kinds.cut_over.there import (
    carried_over,
    lines_taken,
    lots_named,
    lots_planned,
    taken,
)
from app.sheets.kinds.listed import Listed, Pass, differs
from app.sheets.reading.columns import Column
from app.sheets.reading.plan import NEW, SAME, WRONG, Change, Plan, Planned
from app.sheets.reading.rows import Read

STATUS = {TO_INSPECT_YET: QUARANTINE, TO_SHIP_YET: RELEASED}
ZONES = {TO_INSPECT_YET: "quarantine", TO_SHIP_YET: "finished"}
OF_MADE = ("lot_number", "made_on", "zone")
OF_BEGUN = ("production_line", "tank", "start", "end", "made_so_far", "paper_steps")
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

    @property
    def columns(self) -> list[Column]:
        return [*self.own, *(column for column in KIT if column not in OF_LINE)]

    def prepare(self, at: Pass) -> None:
        at.more["labels"] = {column.field.name: column.label for column in self.own}
        at.more["running"] = lines_taken()
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
        self.check_day(read, at)
        left = said["quantity"] - (said.get("shipped_quantity") or 0)
        if left < 1:
            read.wrong(
                _l("All of it was shipped: the line is not open."), at.source("shipped_quantity")
            )
        made = self.made(read, at, product, left)
        on_line = begun(read, at, product, left) if said["stage"] in BEGUN else None
        if not read.faults:
            planned.state = NEW
            planned.changes = [Change("quantity", None, left, "pcs")]
            planned.work = Carried.of(
                said,
                customer.id,
                there[0].id,
                product.code,
                left,
                made,
                on_line,
                required(vouching).id,
            )

    def check_day(self, read: Read, at: Pass) -> None:
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

    def made(self, read: Read, at: Pass, product: Any, left: int) -> Made | None:
        """The finished goods of a row, or what is wrong with what it says of them."""
        said, stage = read.values, read.values["stage"]
        named = [name for name in (*OF_MADE, "lot_quantity", "expiry") if said.get(name)]
        if stage not in BEGUN:
            for name in (each for each in OF_BEGUN if said.get(each)):
                read.wrong(_l("Only what is begun has this."), at.source(name))
        if stage not in STATUS:
            for name in (n for n in named if stage not in BEGUN or n != "lot_number"):
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
        at.more["orders"].setdefault(number_of(read), []).append(planned)
        return planned

    def close(self, plan: Plan, at: Pass) -> None:
        """Look at the rows of each order together, and at what is there."""
        for rows in at.more["orders"].values():
            for place, row in enumerate(rows, 1):
                if row.work:
                    row.work.line_no = row.work.line_no or place
                    row.work.words = "\t".join(plan.heads)
        self.hold_kits(plan, at)
        at.more["lots"] = lots_named(
            row.work.made.lot for row in plan.rows if row.work and row.work.made
        )
        begun_lots = {r.work.begun.lot for r in plan.rows if r.work and r.work.begun} - {""}
        at.more["planned"] = lots_planned(begun_lots) | set(lots_named(begun_lots))
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
        elif work.begun:
            self.check_begun(row, check, at)
        else:
            self.check_lot(work.made, check, at)
        row.faults = [*row.faults, *check.faults]

    def hold_kits(self, plan: Plan, at: Pass) -> None:
        """Give each card that was begun the kit that the second file has of it."""
        found: dict[int, list[Any]] = defaultdict(list)
        said = at.more["said"] = defaultdict(set)
        kits = list(read_kits(plan, at, lambda read, _field: self.unit(read, at)))
        holder = look_up(at, [read for _, read in kits]) if kits else None
        for row, read in kits:
            rows = at.more["orders"].get(number_of(read), [])
            own = [each for each in rows if each.work and each.work.begun]
            line_no = read.values.get("line_no")
            cards = [each for each in own if line_no in (None, each.work.line_no)]
            if len(cards) != 1 and not any(each.faults for each in rows):
                read.wrong(_l("The first file has no such line that is prepared or runs."))
            elif cards and not read.faults and number_of(read) not in at.more["carried"]:
                said[id(cards[0])].add(read.values["material"])
                found[id(cards[0])].append(required(holder).taken(read, cards[0].work))
            elif number_of(read) in at.more["carried"]:
                row.state = SAME
            at.more["orders"].get(number_of(read), []).append(row)
            row.faults = read.faults
            row.state = WRONG if read.faults else row.state
        for rows in at.more["orders"].values():
            for row in (each for each in rows if each.work and each.work.begun):
                kit = tuple(part for part in found[id(row)] if part)
                row.work.begun = replace(row.work.begun, kit=kit)

    def check_begun(self, row: Planned, check: Read, at: Pass) -> None:
        """A run takes its line and the number of its lot alone, and its kit says what it is of."""
        work, on_line = row.work, row.work.begun
        if missing := lacking(at, work, at.more["said"][id(row)]):
            check.wrong(missing)
        row.said.extend(unlike_formula(at, work, on_line.kit))
        if on_line.lot and on_line.lot in at.more["planned"]:
            check.wrong(_l("Lot %(lot)s is there already, and not so.", lot=on_line.lot))
        elif on_line.lot:
            at.more["planned"].add(on_line.lot)
        if len(on_line.lot) > 28:
            check.wrong(_l("At most %(n)s characters.", n=28), at.source("lot_number"))
        if not on_line.running:
            return
        other = at.more["running"].setdefault(on_line.line.id, work.card_number)
        if other != work.card_number:
            check.wrong(
                _l(
                    "%(line)s is taken by %(other)s; finish that run first.",
                    line=on_line.line.code,
                    other=other,
                )
            )
        until = work.head["paper_until"]
        if clock.local(on_line.start).date() > until:
            check.wrong(
                _l("It was on paper until %(day)s; it cannot have begun later.", day=until),
                at.source("start"),
            )

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
            if row.work:  # the rows of the kits are in those of their cards
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


def number_of(read: Read) -> str:
    """The number of the order that a row is of."""
    return reading.code(str(read.values.get("order_number") or "")).upper()
