"""What a lot's page tells: how it stands, where, its certificates, every movement, where it came
from and where it went.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.documents import QUALITY_REPORT
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import MOVEMENTS, term
from app.models.people.user import User
from app.models.production.plan import free_stock
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import lots_on_offer
from app.models.purchasing.requisition import Requisition
from app.models.quality.sample import Sample, TestResult
from app.models.records.kinds import records
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.vouchers.batch import VoucherLine
from app.models.warehouse.complaint import Complaint, complaints_about
from app.models.warehouse.genealogy import (
    CARD,
    CUSTOMER,
    LOT,
    PROMISED,
    SHIPMENT,
    SUPPLIER,
    Edge,
    Genealogy,
    genealogy,
    receipts_of,
)
from app.models.warehouse.stock import Lot, StockMovement
from app.plant.quantities import from_base
from app.plant.warehouse.genealogy_layout import Layout, layout
from app.required import required
from app.screens.record.about.lot_actions import actions_on
from app.screens.record.fact import Mark, lot_mark

SHOWN = 50  # movements on the page at first
CERTIFICATE = "COA"
KINDS = {
    SUPPLIER: _l("Supplier"),
    LOT: _l("Lot"),
    CARD: _l("Production order"),
    SHIPMENT: _l("Shipment"),
    CUSTOMER: _l("Customer"),
    PROMISED: _l("Promised to a customer"),
}


@dataclass(frozen=True)
class Movement:
    """A line of the ledger with what it left of the lot, who wrote it, and the record that it
    was for.
    """

    line: StockMovement
    left: int
    by: User | None
    record: Record | None
    voucher: str  # under which it went to the bookkeeping

    @property
    def kind(self) -> Any:
        return term(MOVEMENTS, self.line.kind)


class AboutLot:
    """The lot as whoever asks for it looks at it."""

    def __init__(self, lot: Lot) -> None:
        self.lot = lot

    @property
    def mark(self) -> Mark:
        return lot_mark(self.lot)

    @property
    def places(self) -> list[tuple[str, int]]:
        """Where how much of it stands."""
        return [(stock.zone, stock.quantity) for stock in self.lot.stocks if stock.quantity]

    @property
    def free(self) -> int | None:
        """What of it nobody counts on; None where nothing may be taken of it."""
        if self.mark.kind != "passed":
            return None
        if self.lot.product:
            return max(0, free_stock(self.lot))
        material = required(self.lot.material_id)
        offer = lots_on_offer([material], clock.today())[material]
        return next((free for lot, free in offer if lot.id == self.lot.id), 0)

    def actions(self, user: User) -> list[tuple[str, Any]]:
        """Address and label of what this person may do with it where it belongs to no card."""
        return actions_on(self.lot, user)

    # What proves what it is

    @cached_property
    def samples(self) -> list[Sample]:
        """Its own samples, and of a part of a lot those that the whole went by."""
        mine = db.session.scalars(
            select(Sample).where(Sample.lot_id == self.lot.id).order_by(Sample.id)
        ).all()
        return list(
            dict.fromkeys([*(s for card in self.cards if (s := card.sample_it_went_by)), *mine])
        )

    @cached_property
    def complaints(self) -> list[Complaint]:
        """What customers complained of in it."""
        return complaints_about(self.lot)

    @cached_property
    def cards(self) -> list[ProductionOrder]:
        """The cards whose lot it is: that made it, were split off with it, or are supplied from
        it.
        """
        return list(
            db.session.scalars(
                select(ProductionOrder)
                .where(ProductionOrder.lot_id == self.lot.id)
                .order_by(ProductionOrder.id)
            )
        )

    @cached_property
    def purchases(self) -> list[Requisition]:
        return receipts_of(self.lot)

    @property
    def certificate(self) -> TestResult | None:
        """What the incoming inspection found of the supplier's certificate."""
        return next(
            (
                r
                for sample in reversed(self.samples)
                for r in sample.results
                if r.code == CERTIFICATE and r.verdict
            ),
            None,
        )

    @cached_property
    def reports(self) -> list[Document]:
        """The quality reports on it."""
        sample_ids = [sample.id for sample in self.samples]
        return list(
            db.session.scalars(
                select(Document)
                .where(
                    Document.flow == Sample.flow.key,
                    Document.record_id.in_(sample_ids),
                    Document.kind == QUALITY_REPORT.key,
                )
                .order_by(Document.id)
            )
        )

    @cached_property
    def files(self) -> list[Attachment]:
        """What people attached to its samples and purchases: a supplier's certificate is put
        there.
        """
        return (
            Attachment.of([*self.samples, *self.purchases])
            if self.samples or self.purchases
            else []
        )

    # What happened to it

    @cached_property
    def movements(self) -> list[Movement]:
        """Every movement, the newest first."""
        lines = db.session.execute(
            select(StockMovement, User, VoucherLine.number)
            .outerjoin(User, StockMovement.by_id == User.id)
            .outerjoin(VoucherLine, VoucherLine.movement_id == StockMovement.id)
            .where(StockMovement.lot_id == self.lot.id)
            .order_by(StockMovement.id)
        ).all()
        records_by_key = records(
            (line.flow, line.record_id) for line, *_ in lines if line.flow and line.record_id
        )
        balance, movements = 0, []
        for line, by, voucher in lines:
            balance += line.quantity
            key = (line.flow or "", line.record_id or 0)
            movements.append(Movement(line, balance, by, records_by_key.get(key), voucher or ""))
        return movements[::-1]

    # Where it came from and where it went

    @cached_property
    def genealogy(self) -> Genealogy:
        return genealogy(self.lot)

    @cached_property
    def picture(self) -> Layout:
        found = self.genealogy
        return layout(
            found.focus, [(edge.source, edge.target) for edge in (*found.up, *found.down)]
        )

    @cached_property
    def ways(self) -> list[tuple[Any, list[Edge]]]:
        """The two lists beside the picture, the nearest first."""
        return [
            (_l("Where it came from"), self.genealogy.up),
            (_l("Where it went"), self.genealogy.down),
        ]

    def thing(self, key: tuple[str, int]) -> Any:
        return self.genealogy.things[key]

    def name(self, key: tuple[str, int]) -> str:
        """What people call one of them: its number, or a customer's or supplier's name."""
        thing = self.thing(key)
        return (
            thing.lot_no
            if key[0] == LOT
            else thing.ref
            if isinstance(thing, Record)
            else str(thing.name)
        )

    def what(self, key: tuple[str, int]) -> str:
        """What it is about, in a word."""
        kind, thing = key[0], self.thing(key)
        if kind == LOT:
            return str(thing.item.name)
        if kind == PROMISED:
            return str(thing.party or thing.headline)
        return str(thing.headline) if isinstance(thing, Record) else thing.code

    def stand(self, key: tuple[str, int]) -> str:
        """How it stands, or what it is."""
        thing = self.thing(key)
        return (
            str(lot_mark(thing).word)
            if key[0] == LOT
            else str(thing.current_stage.label)
            if isinstance(thing, Record)
            else str(KINDS[key[0]])
        )

    def kind(self, key: tuple[str, int]) -> Any:
        return KINDS[key[0]]


def sheets(about: AboutLot) -> Iterator[tuple[str, list[Any], list[list[Any]]]]:
    """Yield the lists to take away: name, heads, rows."""
    heads = [
        _l("Way"),
        _l("Kind"),
        _l("Came from"),
        _l("What"),
        _l("Kind"),
        _l("Went to"),
        _l("What"),
        _l("Lot"),
        _l("Quantity"),
        _l("Unit"),
        _l("When"),
        _l("State"),
    ]
    yield (
        "trace",
        heads,
        [
            [
                way,
                about.kind(e.source),
                about.name(e.source),
                about.what(e.source),
                about.kind(e.target),
                about.name(e.target),
                about.what(e.target),
                e.goods.lot_no if e.goods else "",
                None if e.quantity is None else from_base(e.quantity, required(e.goods).uom),
                e.goods.uom if e.goods else "",
                e.at,
                about.stand(e.target),
            ]
            for way, edges in about.ways
            for e in edges
        ],
    )
    uom = about.lot.uom
    yield (
        "movements",
        [
            _l("When"),
            _l("Movement"),
            _l("Zone"),
            _l("Quantity"),
            _l("Left"),
            _l("Unit"),
            _l("Record"),
            _l("By"),
        ],
        [
            [
                m.line.at,
                m.kind,
                m.line.zone,
                from_base(m.line.quantity, uom),
                from_base(m.left, uom),
                uom,
                m.record.ref if m.record else "",
                m.by.name_at(m.line.at) if m.by else "",
            ]
            for m in about.movements
        ],
    )
