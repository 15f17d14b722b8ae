"""Shipments (clauses 6.1 to 6.3): finished cards of one customer, to one address, on one
vehicle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from app import clock
from app.extensions import db
from app.flow.dispositions import COME_BACK
from app.flow.production import CLOSE, PACK, SHIP, UNPACK
from app.flow.rules.blockers import LOT, PAYMENT, SHIPMENT, SHORTFALL, Blocker, Topic
from app.flow.shipments import SHIPMENTS
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.master import Customer, CustomerAddress
from app.models.production.production_order import ProductionOrder
from app.models.quality.shelf_life import too_old_on
from app.models.records.column_types import Moment
from app.models.records.errors import Blocked
from app.models.records.number_series import next_number
from app.models.records.record import Record
from app.models.records.rules.reevaluation import reevaluate
from app.models.warehouse.disposition import Disposition
from app.models.warehouse.loading import conflicts_on_vehicle, load_apart
from app.plant import bounds
from app.plant.bounds import Odd
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.event import Event
    from app.models.records.papers.attachment import Attachment
    from app.models.warehouse.complaint import Complaint


class Shipment(Record):
    """What goes to a customer at once; its cards follow it."""

    __tablename__ = "shipment"
    __table_args__ = (
        Index("ix_shipment_board", "stage", "due"),
        Index("ix_shipment_shipped_at", "shipped_at"),
        Index("ix_shipment_received_on", "received_on"),
    )
    flow = SHIPMENTS

    number: Mapped[str] = mapped_column(String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("customer_address.id"))
    packages: Mapped[int | None]
    pallets: Mapped[int | None]
    packing_note: Mapped[str] = mapped_column(String(400), default="")
    confirmed_with: Mapped[str] = mapped_column(String(80), default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    delivery_on: Mapped[date | None]
    window: Mapped[str] = mapped_column(String(40), default="")
    carrier: Mapped[str] = mapped_column(String(80), default="")
    vehicle: Mapped[str] = mapped_column(String(40), default="")
    driver: Mapped[str] = mapped_column(String(80), default="")
    waybill: Mapped[str] = mapped_column(String(60), default="")
    shipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    shipped_at: Mapped[datetime | None] = mapped_column(Moment)
    received_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(String(80), default="")
    discrepancies: Mapped[str] = mapped_column(String(400), default="")
    feedback: Mapped[str] = mapped_column(String(1000), default="")
    # What the customer answered to the three questions; None where they did not.
    goods_right: Mapped[bool | None]
    on_time: Mapped[bool | None]
    satisfied: Mapped[int | None]
    signed_copy: Mapped[str] = mapped_column(String(32), default="", server_default="")
    booking_no: Mapped[str] = mapped_column(String(60), default="", server_default="")
    booking_slot: Mapped[str] = mapped_column(String(60), default="", server_default="")

    customer: Mapped[Customer] = relationship()
    address: Mapped[CustomerAddress] = relationship()
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    shipped_by: Mapped[User | None] = relationship(foreign_keys=[shipped_by_id])
    cards: Mapped[list[ProductionOrder]] = relationship(
        back_populates="shipment",
        order_by="ProductionOrder.id",
        foreign_keys="ProductionOrder.shipment_id",
    )

    returns: Mapped[list[Disposition]] = relationship(
        back_populates="shipment", order_by="Disposition.id"
    )

    complaints: Mapped[list[Complaint]] = relationship(
        back_populates="shipment", order_by="Complaint.id"
    )

    @property
    def headline(self) -> Any:
        return self.customer.name

    @property
    def party(self) -> Any:
        return listed(card.number for card in self.cards)

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.customer), selectinload(cls.cards))

    def search_words(self) -> list[str]:
        return [self.number, self.waybill, *(card.number for card in self.cards)]

    def search_subjects(self) -> list[Any]:
        return [self.customer]

    @property
    def lacks_signed_copy(self) -> bool:
        """Whether it has left, and the note that the customer signed is not back."""
        return bool(self.shipped_at) and not self.signed_copy

    @property
    def booking(self) -> str:
        """The booked dock: number and slot."""
        return " · ".join(filter(None, (self.booking_no, self.booking_slot)))

    @property
    def gross_mass(self) -> int:
        """Gross mass in mg: full cases, and loose units by the unit."""
        return sum(gross_mass(card) for card in self.cards)

    @property
    def expected_packages(self) -> int:
        """Cases or drums that its goods fill, each card's last one perhaps in part."""
        return sum(-(-card.good // max(1, card.product.units_per_case)) for card in self.cards)

    @property
    def expected_pallets(self) -> int | None:
        """Pallets that its goods fill, loaded together; None where a product's packaging names
        no pallet.
        """
        full = [
            next((item.units_per_item for item in card.packaging if item.per == "pallet"), 0)
            for card in self.cards
        ]
        return (
            ceil(
                sum(
                    Fraction(card.good, units) for card, units in zip(self.cards, full, strict=True)
                )
            )
            if all(full)
            else None
        )

    @property
    def arrival(self) -> date:
        """The day on which the goods are to be at the customer: as confirmed, before that as
        promised.
        """
        return max(self.delivery_on or self.due or clock.today(), clock.today())

    @property
    def day_has_passed(self) -> bool:
        """Whether the day that the customer confirmed is over."""
        return bool(self.delivery_on and self.delivery_on < clock.today())

    def expires_before(self, day: date) -> Blocker | None:
        """What speaks against it where goods will have expired by the day of delivery."""
        for card in self.cards:
            if card.lot and card.lot.expiry and card.lot.expiry < day:
                return Blocker(
                    "goods_expire",
                    _l(
                        "Lot %(lot)s expires on %(expiry)s, before the delivery on %(day)s; cancel "
                        "the shipment and ask the planner for another lot.",
                        lot=card.lot.lot_no,
                        expiry=card.lot.expiry.isoformat(),
                        day=day.isoformat(),
                    ),
                )
        return None

    @classmethod
    def affected(cls, topic: Topic, key: Any) -> Any:
        return cls.cards.any(CARDS[topic](key)) if topic in CARDS else super().affected(topic, key)

    # Effects

    def assemble(self, by: User, *, card_ids: list[int]) -> dict[str, Any]:
        """Take cards in stock onto one shipment.

        Raises Blocked for cards of several customers or addresses.
        """
        cards = list(
            db.session.scalars(
                select(ProductionOrder)
                .where(ProductionOrder.id.in_(card_ids))
                .order_by(ProductionOrder.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
        )
        if len({card.order and card.order.address_id for card in cards}) != 1 or not cards[0].order:
            raise Blocked(
                _l("A shipment goes to one address of one customer; choose cards that share it.")
            )
        if elsewhere := next(
            (c for c in cards if c.stage not in PACK.sources or c.shipment_id), None
        ):
            raise Blocked(
                _l("%(ref)s is not free in stock any more; choose again.", ref=elsewhere.ref)
            )
        if spoilt := next((c for c in cards if not c.is_deliverable), None):
            raise Blocked(
                _l(
                    "Lot %(lot)s of %(ref)s has expired or is blocked; set it apart for Quality.",
                    lot=required(spoilt.lot).lot_no,
                    ref=spoilt.ref,
                )
            )
        self.number = next_number("SH")
        order = cards[0].order
        self.customer, self.address = required(order.customer), required(order.address)
        self.due = min((card.due for card in cards if card.due), default=None)
        self.rush = any(card.rush for card in cards)
        self.cards = cards
        reevaluate(SHIPMENT, card_ids)
        return {"number": self.number, "cards": [card.number for card in cards]}

    def pack(
        self, by: User, *, packages: int, pallets: int, packing_note: str = ""
    ) -> dict[str, Any]:
        self.packages, self.pallets, self.packing_note = packages, pallets, packing_note
        for card in self.cards:
            card.perform(PACK.key, by=by)
        return {
            "packages": packages,
            "pallets": pallets,
            "note": packing_note,
            "contents": [
                [card.number, required(card.lot).lot_no, card.good] for card in self.cards
            ],
        }

    def confirm(
        self,
        by: User,
        *,
        confirmed_with: str,
        delivery_on: date,
        window: str,
        address_right: bool,
        booking_no: str = "",
        booking_slot: str = "",
    ) -> None:
        """The customer has said when, and where it wants so, which dock is booked."""
        if self.address.dock_booking and not (booking_no and booking_slot):
            raise Blocked(
                _l(
                    "%(customer)s receives at a booked dock only; book it first, and enter number "
                    "and slot.",
                    customer=self.customer.name,
                )
            )
        self.booking_no, self.booking_slot = booking_no, booking_slot
        if blocker := self.expires_before(delivery_on):
            raise Blocked(blocker.sentence)
        self.confirmed_with, self.delivery_on, self.window = confirmed_with, delivery_on, window
        self.confirmed_by, self.confirmed_at, self.due = by, clock.happened(), delivery_on

    def ship(
        self,
        by: User,
        *,
        carrier: str,
        vehicle: str,
        driver: str,
        waybill: str = "",
        along: Sequence[int] = (),
        apart: bool = False,
        together: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Let it go, and the confirmed shipments ``along`` with it on the same vehicle: all of
        them or none. Raises Blocked where goods would stand together that must be loaded
        ``apart``. ``together`` names those of a vehicle that goes already.
        """
        others = sorted(
            (db.session.get_one(Shipment, number) for number in set(along) - {self.id}),
            key=lambda each: each.id,
        )
        if not apart and (
            conflict := next(iter(conflicts_on_vehicle((self, *others))), None) if others else None
        ):
            raise Blocked(load_apart(*conflict))
        self.carrier, self.vehicle, self.driver, self.waybill = carrier, vehicle, driver, waybill
        self.shipped_by, self.shipped_at = by, clock.happened()
        for card in self.cards:
            card.perform(SHIP.key, by=by)
        transport: dict[str, Any] = {
            "carrier": carrier,
            "vehicle": vehicle,
            "driver": driver,
            "waybill": waybill,
        }
        drops = list(together) or [each.ref for each in (self, *others) if others]
        for other in others:
            other.perform("ship", by=by, **transport, together=drops)
        return {**transport, "together": drops, "apart": bool(others and apart)}

    def follow_up(
        self,
        by: User,
        *,
        received_on: date,
        received_by: str,
        discrepancies: str = "",
        feedback: str = "",
        goods_right: bool | None = None,
        on_time: bool | None = None,
        satisfied: int | None = None,
    ) -> None:
        """Sales heard from the customer: the cards close, and with the last of them the order."""
        self.received_on, self.received_by = received_on, received_by
        self.discrepancies, self.feedback = discrepancies, feedback
        self.goods_right, self.on_time, self.satisfied = goods_right, on_time, satisfied
        for card in self.cards:
            card.perform(CLOSE.key, by=by)
        for order in sorted(
            {required(card.order) for card in self.cards}, key=lambda order: order.id
        ):  # in one order for all who lock them
            order.end_if_complete(by)

    def prove(self, by: User, text: str, files: list[Attachment]) -> Event:
        """Put the delivery note as the customer signed it to the shipment."""
        if not self.shipped_at:
            raise Blocked(_l("The goods have not left yet; there is nothing to sign for."))
        self.lock()
        if files:
            self.signed_copy = files[0].name
        return self.comment(by, text, files, proof=True)

    def record_return(
        self,
        by: User,
        *,
        card_id: int,
        quantity: int,
        reason: str,
        complaint_id: int | None = None,
    ) -> dict[str, Any]:
        """Goods of one card have come back, perhaps because the customer complained of them: into
        quarantine, until Quality has inspected them and decided.
        """
        card, units_out = next(((c, n) for c, n in self.cards_out if c.id == card_id), (None, 0))
        if card is None or not 0 < quantity <= units_out:
            raise Blocked(_l("At most %(left)s units can come back.", left=f"{units_out:,}"))
        complaint = next((each for each in self.complaints if each.id == complaint_id), None)
        if complaint_id and (complaint is None or complaint.card_id != card_id):
            raise Blocked(_l("The complaint is about other goods than those that came back."))
        disposition = Disposition.create(
            COME_BACK.key,
            by=by,
            shipment=self,
            card=card,
            quantity=quantity,
            reason=reason,
            complaint=complaint,
        )
        if complaint:
            complaint.touch()
        return {
            "card": card.number,
            "quantity": quantity,
            "lot": disposition.lot.lot_no,
            "decision": disposition.ref,
            "complaint": complaint and complaint.number,
        }

    @property
    def cards_out(self) -> list[tuple[ProductionOrder, int]]:
        """Its cards with the units that have not come back."""
        back = {
            card.id: sum(r.quantity for r in self.returns if r.card_id == card.id)
            for card in self.cards
        }
        return [
            (card, card.good - back[card.id]) for card in self.cards if card.good > back[card.id]
        ]

    def cancel(self, by: User, *, reason: str) -> dict[str, Any]:
        cards = list(self.cards)
        for card in cards:
            card.lock()
            if card.stage in UNPACK.sources:
                card.perform(UNPACK.key, by=by)
            card.shipment = None
        reevaluate(SHIPMENT, [card.id for card in cards])
        return {"cards": [card.number for card in cards]}

    def too_old_on_arrival(self, entered: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        return too_old_on(self.cards, entered.get("delivery_on") or self.arrival)

    # What the figures beside a field say of it: the flow names these as bounds

    def bounds_of_packages(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        units = sum(card.good for card in self.cards)
        yield from bounds.most(
            entered["packages"], units, _l("%(units)s units are to be packed", units=f"{units:,}")
        )

    def bounds_of_pallets(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        packages = entered["packages"]
        yield from bounds.most(
            entered["pallets"] or 0,
            packages,
            _l("%(packages)s cases or drums stand on them", packages=f"{packages:,}"),
        )

    def bounds_of_arrival(self, entered: Mapping[str, Any]) -> Iterator[Odd]:
        day, left = entered["received_on"], self.shipped_at and clock.local(self.shipped_at).date()
        if left and day < left:
            yield Odd(
                _l(
                    "The goods left on %(day)s; they were not received before.",
                    day=left.isoformat(),
                )
            )
        elif left and day - left > timedelta(days=365):
            yield Odd(
                _l(
                    "The goods left on %(day)s, more than a year before %(received)s.",
                    day=left.isoformat(),
                    received=day.isoformat(),
                ),
                True,
            )


# Which of its cards make a shipment read what has changed.
CARDS: dict[Topic, Callable[[int], Any]] = {
    PAYMENT: ProductionOrder.is_of_order,
    LOT: lambda lot: ProductionOrder.lot_id == lot,
    SHORTFALL: lambda card: ProductionOrder.id == card,
}


def gross_mass(card: ProductionOrder) -> int:
    """Gross mass (mg) of a card's good units."""
    product = card.product
    cases, loose = (
        divmod(card.good, product.units_per_case) if product.units_per_case > 1 else (0, card.good)
    )
    return cases * product.case_gross_mass_mg + loose * product.gross_mass_mg
