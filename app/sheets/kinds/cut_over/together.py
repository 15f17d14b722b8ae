"""The rows of open orders together: an order comes in whole, a lot is one lot, a line runs once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from app import clock
from app.flow.texts.lazy_text import _l
from app.models.warehouse.made_before import Made
from app.models.warehouse.stock import QUARANTINE
from app.plant import reading
from app.required import required
from app.sheets.kinds.cut_over.carried import in_words
from app.sheets.kinds.cut_over.kits import lacking, look_up, read_kits, unlike_formula
from app.sheets.kinds.cut_over.made import LONGEST_LOT
from app.sheets.kinds.listed import Pass, differs
from app.sheets.reading.plan import SAME, WRONG, Plan, Planned
from app.sheets.reading.rows import Read


def number_of(read: Read) -> str:
    """The number of the order that a row is of."""
    return reading.code(str(read.values.get("order_number") or "")).upper()


def hold_kits(plan: Plan, at: Pass, unit: Any) -> None:
    """Give each card that was begun the kit that the second file has of it."""
    found: dict[int, list[Any]] = defaultdict(list)
    said = at.more["said"] = defaultdict(set)
    kits = list(read_kits(plan, at, unit))
    holder = look_up(at, [read for _, read in kits]) if kits else None
    for row, read in kits:
        rows = at.more["orders"].get(number_of(read), [])
        own = [each for each in rows if each.work and each.work.begun]
        line_no = read.values.get("line_no")
        cards = [each for each in own if line_no in (None, each.work.line_no)]
        if len(cards) != 1 and not any(each.faults for each in rows):
            read.wrong(_l("The first file has no such line that is prepared or runs."))
        elif cards and not read.faults and number_of(read) not in at.more["carried"]:
            words = cards[0].work.kit_words
            words += [*(() if words else ["\t".join(plan.line_heads)]), in_words(row)]
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


def check(row: Planned, rows: list[Planned], at: Pass) -> None:
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
        check_begun(row, check, at)
    else:
        check_lot(work.made, check, at)
    row.faults = [*row.faults, *check.faults]


def check_begun(row: Planned, check: Read, at: Pass) -> None:
    """A run takes its line and the number of its lot alone, and its kit says what it is of."""
    work, on_line = row.work, row.work.begun
    if missing := lacking(at, work, at.more["said"][id(row)]):
        check.wrong(missing)
    row.said.extend(unlike_formula(at, work, on_line.kit))
    if on_line.lot and on_line.lot in at.more["planned"]:
        check.wrong(_l("Lot %(lot)s is there already, and not so.", lot=on_line.lot))
    elif on_line.lot:
        at.more["planned"].add(on_line.lot)
    if len(on_line.lot) > LONGEST_LOT:
        check.wrong(_l("At most %(n)s characters.", n=LONGEST_LOT), at.source("lot_number"))
    if on_line.running:
        check_run(row, check, at)


def check_run(row: Planned, check: Read, at: Pass) -> None:
    """A run has its line alone, and began before the plant did."""
    work, on_line = row.work, row.work.begun
    other = at.more["on_line"].setdefault(on_line.line.id, work.card_number)
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


def check_lot(made: Made | None, check: Read, at: Pass) -> None:
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


def together(number: str, rows: list[Planned]) -> None:
    """An order comes in whole: where a row of it is wrong, all are."""
    if not any(row.faults for row in rows):
        return
    for row in rows:
        if not row.faults:
            alone = Read(row.number, row.cells)
            alone.wrong(_l("Another row of %(code)s is wrong.", code=number))
            row.faults = alone.faults
        row.state = WRONG
