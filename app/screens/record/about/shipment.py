"""What the page of a shipment tells: what goes where, packed how, confirmed with whom, carried
by whom.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.extensions import db
from app.flow.shipments import SHIP
from app.flow.texts.lazy_text import Both, Text, _l
from app.models.quality.sample import Sample
from app.models.records.papers.attachment import Attachment
from app.models.warehouse.loading import loading_conflicts
from app.required import required
from app.screens.record.carried_over import mark
from app.screens.record.fact import Fact, Mark, days_until, documents_wanted, receiving

if TYPE_CHECKING:
    from app.models.records.record import Record
    from app.models.warehouse.shipment import Shipment

SIGNED_COPY_MISSING = _l("Signed copy missing")
YES_NO: dict[bool | None, Text] = {True: _l("Yes"), False: _l("No")}


class AboutShipment:
    """The shipment as the warehouse and Sales look at it."""

    def __init__(self, shipment: Shipment) -> None:
        self.shipment = shipment

    @property
    def timing(self) -> list[Fact]:
        shipment = self.shipment
        return [
            Fact(_l("Delivery on"), shipment.delivery_on or shipment.due),
            Fact(_l("Delivery window"), shipment.window),
        ]

    @property
    def marks(self) -> list[Mark]:
        shipment, days_left = self.shipment, days_until(self.shipment.due)
        on_the_way = shipment.shipped_at is not None or shipment.current_stage.ends
        late = (
            [Mark("late", _l("%(n)s d late", n=-days_left))]
            if days_left is not None and days_left < 0 and not on_the_way
            else []
        )
        unpaid = [Mark("hold", _l("Payment missing"))] if self.unpaid and not on_the_way else []
        copy = [Mark("waiting", SIGNED_COPY_MISSING)] if shipment.lacks_signed_copy else []
        return [*late, *unpaid, *copy, *self.carried_over]

    @property
    def carried_over(self) -> list[Mark]:
        """The mark of what began on paper (期初), once for each that says so differently."""
        found = [each for card in self.shipment.cards for each in mark(card)]
        return list({str(each.word): each for each in found}.values())

    @cached_property
    def signed_copies(self) -> list[Attachment]:
        """The delivery note as the customer signed it, photographed or scanned."""
        if not self.shipment.signed_copy:
            return []
        files = Attachment.of([self.shipment])
        return [each for each in files if each.event.data.get("proof")]

    @property
    def unpaid(self) -> list[str]:
        """The orders that must be paid before this goes."""
        return list(
            dict.fromkeys(
                c.order.ref
                for c in self.shipment.cards
                if c.order and c.order.must_be_paid_before(SHIP.key)
            )
        )

    @cached_property
    def conflicts(self) -> list[tuple[Both, Both, Both]]:
        """The classes that may not be loaded side by side, and what would happen."""
        return loading_conflicts(self.shipment.cards)

    @property
    def facts(self) -> list[Fact]:
        customer, address = self.shipment.customer, self.shipment.address
        return [
            Fact(_l("Customer"), customer.name, thing=customer),
            Fact(_l("Ship to"), f"{address.code} · {address.address}"),
            Fact(_l("Receiver"), address.receiver),
            Fact(_l("Phone"), address.phone or customer.phone),
            Fact(_l("Receives"), receiving(address)),
            Fact(_l("Dock booking"), _l("Needed") if address.dock_booking else ""),
            Fact(_l("Transport"), _l("%(n)s d", n=address.transit_days)),
            Fact(_l("Special requirements"), customer.special_requirements),
            Fact(_l("Required documents"), documents_wanted(customer)),
        ]

    @property
    def with_papers(self) -> list[Record]:
        """The samples of the lots it holds: the customer wants their reports."""
        lots = {card.lot_id for card in self.shipment.cards}
        return list(db.session.scalars(select(Sample).where(Sample.lot_id.in_(lots))))

    @property
    def steps(self) -> list[tuple[object, list[Fact]]]:
        """Packing, confirmation, transport and receipt, as far as they have come."""
        s = self.shipment
        packed = [
            Fact(_l("Cases or drums"), s.packages),
            Fact(_l("Pallets"), s.pallets),
            Fact(_l("Note"), s.packing_note),
        ]
        confirmed = [
            Fact(_l("Confirmed with"), s.confirmed_with),
            Fact(_l("Delivery on"), s.delivery_on),
            Fact(_l("Delivery window"), s.window),
            Fact(_l("Dock booking"), s.booking),
            Fact(
                _l("Confirmed by"),
                s.confirmed_by.name_at(required(s.confirmed_at)) if s.confirmed_by else "",
            ),
            Fact(_l("At"), s.confirmed_at),
        ]
        shipped = [
            Fact(_l("Carrier"), s.carrier),
            Fact(_l("Vehicle plate"), s.vehicle),
            Fact(_l("Driver"), s.driver),
            Fact(_l("Waybill no."), s.waybill),
            Fact(
                _l("Shipped by"),
                s.shipped_by.name_at(required(s.shipped_at)) if s.shipped_by else "",
            ),
            Fact(_l("At"), s.shipped_at),
        ]
        received = [
            Fact(_l("Received on"), s.received_on),
            Fact(_l("Received by"), s.received_by),
            Fact(_l("Discrepancies"), s.discrepancies or (_l("none") if s.received_on else "")),
            Fact(_l("Goods right"), YES_NO.get(s.goods_right)),
            Fact(_l("On time"), YES_NO.get(s.on_time)),
            Fact(_l("Satisfied (1 to 5)"), s.satisfied),
            Fact(_l("Feedback"), s.feedback),
        ]
        return [
            (title, facts)
            for title, facts, done in (
                (_l("Packing"), packed, s.packages),
                (_l("Confirmation"), confirmed, s.confirmed_at),
                (_l("Transport"), shipped, s.shipped_at),
                (_l("Receipt"), received, s.received_on),
            )
            if done
        ]
