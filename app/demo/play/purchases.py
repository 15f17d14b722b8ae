"""Purchases in the play: the promised deliveries as requisitions, two that came early, lots that
come in, incoming samples.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.demo import load
from app.demo.inputs import MaterialLot, PurchaseReceipt
from app.demo.play.clock import after, within
from app.demo.play.inspection import test
from app.demo.play.world import Script, World
from app.extensions import db
from app.models.master import Material, Supplier
from app.models.purchasing.requisition import Requisition
from app.models.quality.sample import Sample
from app.models.warehouse.stock import QUARANTINE, Lot
from app.required import required

# Deliveries that came before their day: purchase, day and hour of arrival, and how far their
# inspection comes.
EARLY = {"PUR-26-001": (-3, "10:10", "released"), "PUR-26-002": (-1, "15:40", "drawn")}
MORE = {"PUR-26-002": 27000}  # one brought more than was ordered
# How far the incoming inspection of lots that came without a requisition comes.
INCOMING = {"ML26-0135": "reported", "ML26-0132": "testing", "ML26-0129": "to_draw"}


def purchase_story(world: World, receipt: PurchaseReceipt) -> Script:
    """A promised delivery: requested, ordered, perhaps put off, perhaps here already."""
    ordered = within(world.days.at(max((receipt.ordered_on - world.days.last).days, -10), "09:40"))
    yield ordered
    material = Material.by_code(receipt.material_code)
    promised = receipt.expected_on if receipt.status != "late" else world.days.date(-2)
    requisition = world.make(
        Requisition,
        "request",
        "planner1",
        material_id=required(material).id,
        quantity=receipt.quantity,
        needed_by=promised + timedelta(days=2),
        note="低于安全库存" if receipt.status != "late" else "",
    )
    yield after(world.now, 40)
    world.act(
        requisition,
        "order",
        "buyer1",
        supplier_id=required(Supplier.by_code(receipt.supplier_code)).id,
        purchase_no=receipt.purchase_no,
        promised_date=promised,
    )
    if receipt.status == "late":
        yield world.days.at(-2, "16:20")
        world.act(
            requisition,
            "postpone",
            "buyer2",
            promised_date=receipt.expected_on,
            reason=receipt.note.zh,
        )
    if receipt.purchase_no in EARLY:
        day, hour, until = EARLY[receipt.purchase_no]
        yield world.days.at(day, hour)
        world.act(
            requisition,
            "receive",
            "store2",
            quantity=MORE.get(receipt.purchase_no, receipt.quantity),
            supplier_lot=f"S{receipt.purchase_no[-3:]}-2611",
        )
        sample = db.session.scalars(select(Sample).where(Sample.lot_id == requisition.lot_id)).one()
        yield from incoming(world, sample, until)


def lot_story(world: World, lot: MaterialLot) -> Script:
    """A lot that comes in while the plant is played; one in quarantine asks to be inspected."""
    yield world.days.at(
        (lot.received - world.days.last).days,
        "07:40" if lot.received == world.days.last else "10:30",
    )
    here = take_in_lot(world, lot)
    if lot.status == QUARANTINE:
        yield after(world.now, 10)
        sample = world.make(Sample, "request", "store1", lot=here)
        yield from incoming(world, sample, INCOMING[lot.lot_no])


def take_in_lot(world: World, lot: MaterialLot) -> Lot:
    here = load.take_in_lot(lot, "receipt", by=world.who("store2"))
    db.session.commit()
    return here


def incoming(world: World, sample: Sample, until: str) -> Script:
    """The inspection of an incoming lot, as far as it comes."""
    for moment in inspected(world, sample):
        if sample.stage == until:
            return
        yield moment


def inspected(world: World, sample: Sample) -> Script:
    yield after(world.now, 35)
    world.act(sample, "draw", "inspector2", size=3, place="待检区")
    yield from test(world, sample, "inspector2", "qhead2", {})


def spare_request(world: World) -> Script:
    """A storekeeper asks for what is on order already; a shortage of the rush order is still to
    be ordered.
    """
    yield world.days.at(-2, "14:05")
    material = Material.by_code("K-114")
    twice = world.make(
        Requisition,
        "request",
        "store1",
        material_id=required(material).id,
        quantity=4000,
        needed_by=world.days.date(8),
        note="纸箱库存偏低",
    )
    yield after(world.now, 55)
    world.act(twice, "cancel", "buyer1", reason="已有在途采购 PUR-26-005,不重复采购")
    yield world.days.at(0, "11:20")
    for code, quantity in (("L-006", 6000), ("R-021", 3_000_000_000)):
        yield after(world.now, 12)
        world.make(
            Requisition,
            "request",
            "planner2",
            material_id=required(Material.by_code(code)).id,
            quantity=quantity,
            needed_by=world.days.date(3),
            note="加急订单 HT-URG-7 用料",
        )
