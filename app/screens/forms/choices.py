"""What forms offer to choose from: queries only, each returning ``[(value, label), …]``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.flow.grammar import Action
from app.flow.production import PACK
from app.flow.shipments import SHIP
from app.flow.texts.lazy_text import Text
from app.flow.texts.terms import unit
from app.models.master import (
    AnomalyCode,
    CustomerAddress,
    Line,
    Material,
    Product,
    Reason,
    StorageZone,
    Supplier,
)
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.production.scheduling import Conflict, Place, conflicts, places_for
from app.models.sales.order import Order, OrderLine
from app.models.warehouse.disposition import FreeLot, free_lot
from app.models.warehouse.loading import conflicts_on_vehicle, load_apart, loading_conflicts
from app.models.warehouse.shipment import Shipment
from app.plant.quantities import from_base
from app.required import required
from app.screens.forms.complaint_choices import ComplaintChoices
from app.screens.forms.count_choices import CountChoices
from app.screens.forms.customer_choices import CustomerChoices
from app.screens.forms.document_choices import DocumentChoices
from app.screens.record.material_needs import Need, needs_on


@dataclass(frozen=True)
class ShipGroup:
    """The cards in stock for one address, and the pairs of classes among them that must be
    loaded apart.
    """

    address: CustomerAddress
    cards: list[ProductionOrder]
    conflicts: list[Any]


Pairs = list[tuple[Any, Any]]
LAST, OFFERED = (
    60,
    6,
)  # shipments that are looked at for what to offer, and words of a kind that are offered


class Choices(ComplaintChoices, CountChoices, CustomerChoices, DocumentChoices):
    """The offers of one request; ``asked`` are its query arguments, for what a link proposes."""

    def __init__(
        self,
        arguments: Mapping[str, str],
        colleagues: Callable[[], list[User]] = list,
        who: User | None = None,
    ) -> None:
        self.arguments = arguments
        self.colleagues = colleagues
        self.who = who

    def seconds(self, record: Any) -> Pairs:
        """Who may sign second what this person signs now, among those who work at this tablet."""
        roles = record.roles_to_second()
        return (
            [(who.id, who.known_as) for who in self.colleagues() if who.has_role(roles)]
            if roles
            else []
        )

    def asked(self, name: str) -> str:
        return self.arguments.get(name, "")

    def asked_number(self, name: str) -> int | None:
        """A whole number that a link proposes; None for anything else."""
        said = self.asked(name)
        return int(said) if said.isdecimal() and len(said) < 6 else None

    def asked_card_id(self) -> int | None:
        card = ProductionOrder.find(self.asked("card"))
        return card.id if card else None

    def is_card(self, ref: str) -> bool:
        return ProductionOrder.find(ref) is not None

    def asked_shortage(self) -> tuple[int, Decimal] | None:
        """The material that a card lacks and how much of it, in the unit people count in, where
        a link names them.
        """
        material = Material.called(self.asked("material"))
        missing = self.asked("missing")
        return (
            (material.id, from_base(int(missing), material.uom))
            if material and missing.isdecimal() and len(missing) < 18
            else None
        )

    def reasons(self, action: Action) -> Pairs:
        """The reasons that the departments’ lists give for an action: what goes on record, and
        what stands to choose.
        """
        step = next(
            f"{flow.key}.{action.key}"
            for flow in FLOWS.values()
            if flow.action_or_none(action.key) is action
        )
        return [(row.signed, row.name) for row in Reason.offered_for(step)]

    def free_lot(self, code: str) -> FreeLot | None:
        """The lot in stock that a code means, with what of it belongs to no card."""
        return free_lot(code)

    def products(self) -> list[Product]:
        return list(
            db.session.scalars(select(Product).where(Product.active).order_by(Product.code))
        )

    def product_ids(self) -> Pairs:
        return [(p.id, f"{p.code} {p.name}") for p in self.products()]

    def materials(self) -> Pairs:
        rows = db.session.scalars(
            select(Material)
            .where(Material.active, Material.untracked.is_(False))
            .order_by(Material.code)
        )
        return [(m.id, f"{m.code} {m.name} ({unit(m.uom)})") for m in rows]

    def uom_of(self, material_id: int) -> str:
        return db.session.get_one(Material, material_id).uom

    def in_uom(self, quantity: int, uom: str) -> Any:
        return from_base(quantity, uom)

    def suppliers(self) -> Pairs:
        rows = db.session.scalars(
            select(Supplier).where(Supplier.active, Supplier.approved).order_by(Supplier.code)
        )
        return [(s.id, s.name) for s in rows]

    def anomaly_codes(self) -> Pairs:
        return [
            (c.id, f"{c.code} {c.name}")
            for c in db.session.scalars(
                select(AnomalyCode).where(AnomalyCode.active).order_by(AnomalyCode.code)
            )
        ]

    def line_names(self) -> dict[str, Any]:
        return {
            line.code: line.name
            for line in db.session.scalars(select(Line).where(Line.active).order_by(Line.code))
        }

    def lines(self) -> Pairs:
        return [
            (n.id, f"{n.code} {n.name}")
            for n in db.session.scalars(select(Line).where(Line.active).order_by(Line.code))
        ]

    def zones(self, kind: str, incompat_class: str) -> Pairs:
        rows = db.session.scalars(
            select(StorageZone)
            .where(StorageZone.kind == kind, StorageZone.active)
            .order_by(StorageZone.code)
        )
        return [(z.code, f"{z.code} {z.name}") for z in rows if incompat_class in z.classes]

    @cached_property
    def free_cards(self) -> list[ProductionOrder]:
        """Customers' cards in stock that are on no shipment, with all that is shown of them."""
        order = joinedload(ProductionOrder.line).joinedload(OrderLine.order)
        query = (
            select(ProductionOrder)
            .where(
                ProductionOrder.stands_in(PACK.sources),
                ProductionOrder.shipment_id.is_(None),
                ProductionOrder.line_id.is_not(None),
            )
            .options(*ProductionOrder.shown_with(), order.joinedload(Order.address))
            .order_by(ProductionOrder.due, ProductionOrder.id)
        )
        return list(db.session.scalars(query))

    def cards_to_ship(self) -> Pairs:
        return [
            (c.id, f"{c.number} · {c.party} · {c.headline} × {c.amount} · {place.code}")
            for c in self.free_cards
            if (place := required(c.order).address)
        ]

    def groups_to_ship(self) -> list[ShipGroup]:
        """The same cards by where they go, with what may not be loaded side by side."""
        groups: dict[int, list[ProductionOrder]] = {}
        for card in self.free_cards:
            groups.setdefault(required(required(card.order).address_id), []).append(card)
        return [
            ShipGroup(required(required(found[0].order).address), found, loading_conflicts(found))
            for found in groups.values()
        ]

    @cached_property
    def confirmed(self) -> dict[int, Shipment]:
        """Shipments that could leave now: confirmed, and nothing speaks against them."""
        query = (
            select(Shipment)
            .where(Shipment.stands_in(SHIP.sources))
            .options(*Shipment.shown_with(), joinedload(Shipment.address))
        )
        return {
            each.id: each
            for each in db.session.scalars(query.order_by(Shipment.due, Shipment.id)).unique()
            if not each.refusal(SHIP)
        }

    def to_go_along(self, shipment: Shipment) -> Pairs:
        """The others that may go on a shipment's vehicle."""
        return [
            (
                each.id,
                f"{each.number} · {each.customer.name} · {each.address.address} · {each.party}",
            )
            for each in self.confirmed.values()
            if each is not shipment
        ]

    def transport(self) -> tuple[list[str], ...]:
        """Carriers, vehicles and drivers of the last shipments, the latest first, a few of each."""
        last = select(Shipment.carrier, Shipment.vehicle, Shipment.driver).where(
            Shipment.shipped_at.is_not(None)
        )
        rows = db.session.execute(
            last.order_by(Shipment.shipped_at.desc(), Shipment.id.desc()).limit(LAST)
        ).all()
        return tuple(
            list(dict.fromkeys(filter(None, column)))[:OFFERED]
            for column in zip(*rows, strict=True)
        ) or ([], [], [])

    def loading_fault(self, shipment: Shipment, along: Iterable[int]) -> Text | None:
        """What must stand apart on a vehicle that takes these along, in a sentence."""
        others = [self.confirmed[number] for number in along if number in self.confirmed]
        found = conflicts_on_vehicle((shipment, *others)) if others else []
        return load_apart(*found[0]) if found else None

    def needs(self, card: ProductionOrder, line: Any) -> list[Need]:
        """What making the card on a line needs, beside what is free in stock."""
        return needs_on(card, line)

    def conflicts(
        self, card: ProductionOrder, line_id: int, start: Any, end: Any
    ) -> list[Conflict]:
        return conflicts(card, line_id, start, end)

    def line_proposals(self, card: ProductionOrder) -> list[Place]:
        return places_for(card, clock.now())


def reasons_beside(kind: str, action: Action) -> Pairs:
    """What its forms offer for what they ask beside them (``over_limit`` or ``unusual``): the
    lists of those who may do it.
    """
    departments = {role.department.key for role in action.possible_roles if role.department}
    found = {
        row.signed: row.name for row in Reason.offered_for(kind) if row.department in departments
    }
    return list(found.items())
