"""Finding records: by a number somebody scanned or typed, or by any part of what they may be
looked up by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import func, literal, select, union_all

from app import clock
from app.extensions import db
from app.flow.departments import WITH_BOARD, Department
from app.flow.flows import FLOWS
from app.flow.grammar import Flow, Stage
from app.models.master.dictionary.things import address
from app.models.people.user import User
from app.models.production.plan import Plan
from app.models.production.production_order import ProductionOrder
from app.models.records.column_types import normal
from app.models.records.kinds import KINDS, records
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.records.search_index.newest import ALL_LOTS, RECORDS, newest, sought
from app.models.sales.order import Order
from app.models.vouchers.batch import READERS, VoucherBatch
from app.models.warehouse import lots
from app.models.warehouse.stock import Lot
from app.plant import reading
from app.screens.board.columns import stages_on
from app.screens.search import things
from app.screens.search.near_misses import in_full, may_have_slipped, nearly

AT_MOST = 20  # what somebody looks through before typing more
# beside the records: a lot stands among the words of its card, sample and plan as well
LOTS_AT_MOST = 8


def address_of(q: str, by: User) -> str | None:
    """Return the address of the one thing with this number: a record, a lot, a document; or None.

    A lot that is only planned leads to its card, a supplier's number to our lot if there is but one
    of it.

    A scanned code may be the address of a page of ours: its last word is the number. ``42-1`` is
    the card of this year.
    """
    if lot := lots.scanned(reading.code(q)):
        return lots.address(lot)
    if (thing := things.scanned(scanned(q))) and not by.spot:
        return address(thing)
    number = reading.code(scanned(q)).upper()
    if not any(c.isdigit() for c in number) or len(number) > 60:
        return None
    short = in_full(normal(number))
    years = (
        [f"{short[0] or clock.today().year}{short[1]}".upper()] if short and "-" in number else []
    )
    for each in (number, *years):
        if matches := db.session.execute(union_all(*exact(each))).first():
            flow = FLOWS[matches.flow]
            return f"/{department_for(by, flow, flow.stage(matches.stage)).key}/{matches.ref}"
    if named := lots.lots_of(number):
        return lots.address(named[0]) if len(named) == 1 else None
    if card := planned_as(number):
        return f"/{department_for(by, card.flow, card.current_stage).key}/{card.ref}"
    document = Document.find(number.replace("-R", "-r"))
    if document:
        return f"/documents/{document.name}"
    batch = VoucherBatch.called(number) if by.has_role(READERS) and not by.spot else None
    return f"/vouchers/{batch.id}" if batch else None


def scanned(q: str) -> str:
    """The number in what a scanner typed: the code's own text, or the end of the address it holds.

    An input method may have widened it.
    """
    plain = reading.code(q)
    if not re.match(r"https?://", plain, re.IGNORECASE):
        return plain
    try:
        address = urlsplit(plain)
    except ValueError:
        return plain
    query = parse_qs(address.query).get("q", [""])[0]
    if (place := address.path.find("/lots/")) >= 0:  # a lot number may hold strokes of its own
        return unquote(address.path[place + len("/lots/") :])
    return query or unquote(address.path).rstrip("/").rsplit("/", 1)[-1]


def department_for(user: User, flow: Flow, stage: Stage) -> Department:
    """Where this person looks at what stands in this stage: on a board of their own if it is
    there, else where it is worked on.
    """
    own = [role.department for role in user.roles if role.department in WITH_BOARD]
    here = [d for d in own if d in stage.departments] or [
        d for d in own if any((f, s) == (flow, stage) for f, s, _ in stages_on(d))
    ]
    return (here or stage.departments)[0]


def exact(number: str) -> Iterable[Any]:
    """Yield the SELECTs that may know a record's number, the likelier meaning first; each looks
    it up in an index.
    """
    for flow, kind in ((key, KINDS[key]) for key in FLOWS):
        ref = func.coalesce(kind.number, kind.request_no) if kind is Order else kind.number
        for column in (kind.number, kind.request_no) if kind is Order else (kind.number,):
            yield select(literal(flow).label("flow"), kind.stage, ref.label("ref")).where(
                column == number
            )


def planned_as(number: str) -> ProductionOrder | None:
    """The card that will make a lot of this number, which its issued plan has taken."""
    return db.session.scalar(
        select(ProductionOrder)
        .join(Plan, Plan.card_id == ProductionOrder.id)
        .where(Plan.lot_no == number, Plan.holds_or_held())
        .limit(1)
    )


@dataclass(frozen=True)
class Findings:
    """Records grouped by flow, and lots, the newest first; ``exact`` is False where nothing
    holds the words and these only nearly do. ``full``: there may be older ones. ``things`` are the
    products, customers, materials and lines that are called so.
    """

    groups: dict[str, list[Record]]
    lots: Sequence[Lot] = ()
    exact: bool = True
    full: bool = False
    things: Sequence[Any] = ()

    @property
    def count(self) -> int:
        return sum(map(len, self.groups.values())) + len(self.lots)


def search(q: str, most: int = AT_MOST) -> Findings:
    """Return the newest records and lots that hold the words anywhere in what they may be looked
    up by.
    """
    keys, ids, exact = keys_of(q, most)
    full = len(keys) == most or len(ids) == LOTS_AT_MOST
    return Findings(by_flow(keys), lots_of_ids(ids), exact, full, things.called(scanned(q)))


def keys_of(q: str, most: int) -> tuple[list[tuple[str, int]], list[int], bool]:
    """Flow and id of the records and the ids of the lots that are found; False where they but
    nearly hold the words.
    """
    word = normal(scanned(q))
    short = in_full(word)
    asked = sought(word, "".join(short)) if short else sought(word)
    lots_at_most = min(most, LOTS_AT_MOST)
    entries = newest(asked, RECORDS, most), newest(asked, ALL_LOTS, lots_at_most)
    exact = any(entries)
    if not exact and may_have_slipped(word):
        entries = nearly(word, RECORDS, most), nearly(word, ALL_LOTS, lots_at_most)
    records_found, lots_found = entries
    keys = [(row.flow, row.record_id) for row in records_found]
    return keys, [row.record_id for row in lots_found], exact


def by_flow(keys: list[tuple[str, int]]) -> dict[str, list[Record]]:
    """The records of the keys, by flow in the order of the procedure."""
    records_by_key = records(keys)
    groups: dict[str, list[Record]] = {flow: [] for flow in FLOWS}
    for key in keys:
        groups[key[0]].append(records_by_key[key])
    return {flow: group for flow, group in groups.items() if group}


def lots_of_ids(ids: list[int]) -> Sequence[Lot]:
    """The lots of these ids, newest first."""
    called = select(Lot).where(Lot.id.in_(ids)).order_by(Lot.id.desc()).options(*lots.WITH)
    return db.session.scalars(called).all() if ids else ()
