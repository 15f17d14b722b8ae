"""Shipments in the play: assembled from cards in stock, packed, confirmed, sent, followed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.clock import local
from app.demo.play.clock import after
from app.demo.play.world import Script, World
from app.extensions import db
from app.jobs import vouchers
from app.models.production.production_order import ProductionOrder
from app.models.warehouse.shipment import Shipment
from app.required import required

BOOKED = {"booking_no": "YY-20618", "booking_slot": "3 号月台 09:00-09:30"}


@dataclass(frozen=True)
class Delivery:
    """Cards of one address, by order and line, from a day and hour on; the stage the shipment is
    to reach.
    """

    cards: tuple[tuple[str, int], ...]
    until: str
    day: int
    hour: str = "09:30"
    carrier: str = "示例物流"
    vehicle: str = "示A·00318"
    driver: str = "钱师傅"
    feedback: str = ""
    discrepancies: str = ""
    cancelled: str = ""
    asked: tuple[bool, bool, int] = (True, True, 5)  # goods right, on time, how satisfied


def delivery_story(world: World, delivery: Delivery) -> Script:
    """Play one shipment until it stands in the stage it is to reach."""
    yield world.days.at(delivery.day, delivery.hour)
    while not all(in_stock(world.card(*ref)) for ref in delivery.cards):
        yield after(world.now, 45)
    cards = [required(world.card(*ref)) for ref in delivery.cards]
    packer, shipper = "store1", "store2"
    shipment = world.make(Shipment, "assemble", packer, card_ids=[card.id for card in cards])
    yield after(world.now, 20)
    if delivery.cancelled:
        world.act(shipment, "cancel", packer, reason=delivery.cancelled)
    for moment in sending(world, shipment, delivery, packer, shipper):
        if shipment.stage == delivery.until:
            return
        yield moment


def sending(
    world: World, shipment: Shipment, delivery: Delivery, packer: str, shipper: str
) -> Script:
    yield after(world.now, 50)
    world.act(
        shipment,
        "pack",
        packer,
        packages=sum(packages(card) for card in shipment.cards),
        pallets=max(1, shipment.gross_mass // 600_000_000),
        packing_note="",
    )
    yield after(world.now, 60)
    windows = shipment.address.receiving_windows
    arrives = local(world.now).date() + timedelta(days=max(1, shipment.address.transit_days))
    world.act(
        shipment,
        "confirm",
        shipper,
        confirmed_with=shipment.address.receiver,
        delivery_on=arrives,
        window=windows[0] if windows else "",
        address_right=True,
        **(BOOKED if shipment.address.dock_booking else {}),
    )
    yield after(world.now, 75)
    world.act(
        shipment,
        "ship",
        shipper,
        carrier=delivery.carrier,
        vehicle=delivery.vehicle,
        driver=delivery.driver,
        waybill=f"SL{shipment.id:06d}",
    )
    world.act(shipment, "print_note", shipper)
    yield world.days.at((arrives - world.days.last).days, "15:20")
    world.act(
        shipment,
        "follow_up",
        "sales2",
        received_on=arrives,
        received_by=shipment.address.receiver,
        discrepancies=delivery.discrepancies,
        feedback=delivery.feedback,
        **dict(zip(("goods_right", "on_time", "satisfied"), delivery.asked, strict=True)),
    )


def in_stock(card: ProductionOrder | None) -> bool:
    return card is not None and card.stage == "in_stock" and card.shipment_id is None


def packages(card: ProductionOrder) -> int:
    return -(-card.good // card.product.units_per_case)


def vouchers_story(world: World, login: str, day: int, hour: str) -> Script:
    """What moved so far goes to the bookkeeping; what moves afterwards waits."""
    yield world.days.at(day, hour)
    vouchers.put_on_record(vouchers.make({}, 0, None), vouchers.tokens(), world.who(login))
    db.session.commit()
