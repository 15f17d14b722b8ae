"""One customer entered twice becomes one: a keeper proposes it, another one looks and confirms.

What is open goes on with the customer that stays: orders, shipments, addresses. What has ended
stays under the name it was signed with; the one that stays is found by it as well. Nothing that is
sealed changes: each row that moves has an event that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, select

from app.extensions import db
from app.flow.rules.blockers import PAYMENT
from app.flow.texts.lazy_text import Text, _l
from app.models.master import Customer, CustomerAddress
from app.models.master.customer_finder import squeezed
from app.models.master.dictionary import TABLES, keepers_of
from app.models.master.editing import create, history, lock, record, values_of
from app.models.records.errors import Blocked
from app.models.records.rules.reevaluation import reevaluate
from app.models.records.search_index.entries import note
from app.models.sales.order import Order
from app.models.warehouse.shipment import Shipment

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.event import Event

CUSTOMERS, ADDRESSES = TABLES["customer"], TABLES["address"]
# What an open order takes from its customer: it is as the one that stays has it from then on.
TERMS = (
    "payment_rule",
    "payment_terms",
    "min_remaining_shelf_life_pct",
    "coa_required",
    "label_variant",
    "required_documents",
    "special_requirements",
)


@dataclass(frozen=True)
class Merging:
    """What becomes of a customer entered twice (``double``) and of the one that ``stays``."""

    double: Customer
    stays: Customer

    # What a look at it shows

    @cached_property
    def orders(self) -> list[Order]:
        """The open orders; they go on with the one that stays."""
        mine = select(Order).where(Order.customer_id == self.double.id)
        return list(db.session.scalars(mine.where(Order.stage.in_(Order.flow.open)).order_by("id")))

    @cached_property
    def shipments(self) -> list[Shipment]:
        mine = select(Shipment).where(Shipment.customer_id == self.double.id)
        return list(
            db.session.scalars(mine.where(Shipment.stage.in_(Shipment.flow.open)).order_by("id"))
        )

    @property
    def past_orders(self) -> int:
        """How many orders have ended; they keep the name they were signed with."""
        mine = select(func.count()).where(Order.customer_id == self.double.id)
        return db.session.scalar(mine.where(Order.stage.in_(Order.flow.ended))) or 0

    @property
    def due(self) -> Decimal:
        """What is still to be paid of the open orders."""
        return sum((max(o.amount_due - o.amount_paid, Decimal(0)) for o in self.orders), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return sum((order.amount_paid for order in self.orders), Decimal(0))

    @property
    def terms(self) -> list[str]:
        """The names of the terms in which the two differ."""
        return [n for n in TERMS if getattr(self.double, n) != getattr(self.stays, n)]

    @cached_property
    def places(self) -> list[tuple[CustomerAddress, CustomerAddress | None, str]]:
        """Each address in use or named by what is open, the same place of the one that stays if
        there is one, and the code it has there.
        """
        named = {o.address_id for o in self.orders} | {s.address_id for s in self.shipments}
        mine = select(CustomerAddress).where(CustomerAddress.customer_id == self.double.id)
        taken = set(
            db.session.scalars(
                select(CustomerAddress.code).where(CustomerAddress.customer_id == self.stays.id)
            )
        )
        places: list[tuple[CustomerAddress, CustomerAddress | None, str]] = []
        for place in db.session.scalars(mine.order_by(CustomerAddress.code)):
            if place.active or place.id in named:
                same = next((a for a in self.stays.addresses if alike(a, place)), None)
                code = same.code if same else free(place.code, taken)
                taken.add(code)
                places.append((place, same, code))
        return places

    @property
    def refusal(self) -> Text | None:
        """Why these two cannot be merged."""
        if self.double.id == self.stays.id or not (self.double.active and self.stays.active):
            return _l("Choose another customer in use that stays.")
        if self.stays.merge_into_id or db.session.scalar(
            select(Customer.id)
            .where(Customer.merge_into_id == self.double.id, Customer.active)
            .limit(1)
        ):
            return _l("One of the two is part of another proposal. Decide about that first.")
        return None

    # What is done

    def propose(self, by: User, *, revision: int, reason: str) -> None:
        """Ask another keeper to confirm. Raises Blocked or MovedOn; the caller commits."""
        lock(CUSTOMERS, self.double, revision)
        if self.double.merge_into_id:
            raise Blocked(_l("It is proposed already. Decide about that first."))
        if self.refusal:
            raise Blocked(self.refusal)
        self.double.merge_into_id = self.stays.id
        self.say("propose_merge", by, reason)

    def drop(self, by: User, *, revision: int, reason: str) -> None:
        """Take a proposal back, or turn it down."""
        lock(CUSTOMERS, self.double, revision)
        proposal(self.double)
        self.double.merge_into_id = None
        self.say("drop_merge", by, reason)

    def confirm(self, by: User, *, revision: int, stays_revision: int, reason: str) -> None:
        """Merge them as proposed. Raises Blocked or MovedOn; the caller commits."""
        pair = ((self.double, revision), (self.stays, stays_revision))
        for row, seen in sorted(pair, key=lambda each: each[0].id):
            lock(CUSTOMERS, row, seen)
        if proposal(self.double).actor_id == by.id:
            raise Blocked(_l("Somebody else than who proposed it confirms it."))
        if self.refusal:
            raise Blocked(self.refusal)
        orders, shipments = self.orders, self.shipments
        moved = self.move_addresses(by, reason)
        for order in orders:
            self.move(order, moved, by, reason)
        for shipment in shipments:
            self.move(shipment, moved, by, reason)
        self.end(by, reason, [each.ref for each in (*orders, *shipments)])

    def move_addresses(self, by: User, reason: str) -> dict[int, CustomerAddress]:
        """Enter the addresses at the one that stays, unless it has them; return the new ones by
        the old one's id.
        """
        moved: dict[int, CustomerAddress] = {}
        for place, same, code in self.places:
            values = values_of(ADDRESSES, place) | {"customer": self.stays.code, "code": code}
            new = same or cast("CustomerAddress", create(ADDRESSES, values, by=by))
            moved[place.id] = new
            if place.active:
                place.active = False
                into = ADDRESSES.title(new)
                record(ADDRESSES, place, "merge", by, {"into": into, "reason": reason})
        return moved

    def move(
        self, row: Order | Shipment, moved: dict[int, CustomerAddress], by: User, reason: str
    ) -> None:
        """Let what is open go on with the one that stays, as an event of its own."""
        row.lock()
        row.customer = self.stays
        if row.address_id:
            row.address = moved[row.address_id]
        db.session.flush()
        note(row)
        row.write_event(
            "follow_customer",
            by=by,
            role=by.acting_role(keepers_of("customer")),
            clause="四",
            data={"customer": f"{self.double.code} → {self.stays.code}", "reason": reason},
        )
        row.touch()
        if isinstance(row, Order):
            reevaluate(PAYMENT, row.id)
            for card in (c for c in row.cards if not c.current_stage.ends):
                card.lock()
                note(card)
                card.touch()

    def end(self, by: User, reason: str, moved: Iterable[str]) -> None:
        """Retire the double, with an event on both; whoever was merged into it leads on."""
        self.double.active = False
        names = (self.double.code, self.double.name_local, self.double.name_en)
        former = (c.former_names.splitlines() for c in (self.stays, self.double))
        self.stays.former_names = "\n".join(dict.fromkeys(filter(None, (*chain(*former), *names))))
        for earlier in db.session.scalars(
            select(Customer).where(Customer.merge_into_id == self.double.id).order_by(Customer.id)
        ):
            earlier.merge_into_id = self.stays.id
            record(CUSTOMERS, earlier, "merge", by, {"into": self.stays.code, "reason": reason})
        self.say("merge", by, reason, moved=sorted(moved))
        data = {"merged": self.double.code, "reason": reason}
        record(CUSTOMERS, self.stays, "absorb", by, data)

    def say(self, action: str, by: User, reason: str, **more: Any) -> None:
        data = {"into": self.stays.code, "reason": reason, **more}
        record(CUSTOMERS, self.double, action, by, data)


def proposal(double: Customer) -> Event:
    """The event that proposed to merge a customer. Raises Blocked where nothing is proposed."""
    if not (double.active and double.merge_into_id):
        raise Blocked(_l("Nothing is proposed here any more."))
    return next(e for e in history(CUSTOMERS, double) if e.action == "propose_merge")


def alike(one: CustomerAddress, other: CustomerAddress) -> bool:
    """Whether two addresses are the same place, however they are written."""
    return words(one) == words(other) != ""


def words(place: CustomerAddress) -> str:
    return squeezed(place.address_local or place.address_en)


def free(code: str, taken: set[str]) -> str:
    """The code itself, or with the first number behind it that is not taken."""
    numbers = range(2, len(taken) + 3)
    return next(each for each in (code, *(f"{code}-{n}" for n in numbers)) if each not in taken)
