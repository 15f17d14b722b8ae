"""A few days of the plant, worked through the real actions to their end: runs for stock, orders
supplied from them, their shipments, a purchase and a problem for each run.

What came of it is multiplied (bench/multiply.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import master as m
from app.models.floor.anomaly import Anomaly
from app.models.master.codes import AnomalyCode
from app.models.master.plant import zone_for
from app.models.production.production_order import ProductionOrder
from app.models.purchasing.requisition import Requisition
from app.models.quality.sample import Sample
from app.models.records.record import Record
from app.models.sales.order import Order
from app.models.warehouse.shipment import Shipment
from app.models.warehouse.stock import RELEASED, Lot, take_in
from tests.documents import journey
from tests.documents.journey import someone

RUNS, SHIPMENTS, TOGETHER = 3, 4, 6
ORDERS = RUNS * SHIPMENTS * TOGETHER
FRESH = timedelta(days=8)  # what is bought or laid in lasts so long: it is used first
BULK = 3_000_000_000  # mg of each run
CHECKED = dict.fromkeys(
    ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right"), True
)


class Walk(journey.Walk):
    """Does actions as the named person; nothing is printed."""

    def __init__(self, start: datetime):
        super().__init__(start, None)

    def file(self) -> None:
        db.session.expire_all()

    def create(self, kind: type[Record], action: str, login: str, **data: object) -> Record:
        self.tick()
        record = kind.create(action, by=self.person(login), **data)
        db.session.commit()
        return record


def live(start: datetime) -> None:
    """Work from a moment on until everything is closed; the clock runs again afterwards."""
    walk = Walk(start)
    products = [
        product
        for product in db.session.scalars(select(m.Product).order_by(m.Product.code))
        if product.rates and product.formula
    ]
    payers = select(m.Customer).where(m.Customer.payment_rule == "net").order_by(m.Customer.code)
    customers = [each for each in db.session.scalars(payers) if not each.required_documents]
    for number, product in enumerate(products[:: len(products) // RUNS][:RUNS]):
        card = made(walk, product)
        for turn in range(SHIPMENTS):
            delivered(walk, card, customers[(number * SHIPMENTS + turn) % len(customers)])
    clock.set_clock(None)


def made(walk: Walk, product: m.Product) -> ProductionOrder:
    """A run for stock: planned, prepared, run, tested, kept."""
    planner, keeper, operator = someone("planner"), someone("storekeeper"), someone("operator")
    quantity = BULK // product.fill_mass_mg
    soon = clock.today() + timedelta(days=3)
    card = walk.create(
        ProductionOrder,
        "make_to_stock",
        planner,
        product_id=product.id,
        quantity=quantity,
        requested_date=soon,
    )
    begins = walk.now + timedelta(hours=12)
    walk.do(
        card,
        "draw_up",
        planner,
        line_id=product.rates[0].line_id,
        start=begins,
        end=begins + timedelta(hours=8),
        crew=4,
        promised_date=soon,
    )
    walk.do(card, "answer_warehouse", keeper, in_time=True)
    walk.do(card, "answer_purchasing", someone("buyer"), in_time=True)
    walk.do(card, "approve_plan", someone("production_head", planner))
    supplied(walk, card)
    walk.do(card, "start_preparing", keeper)
    picks = [{"pick": pick.id, "quantity": pick.proposed} for pick in card.picks]
    walk.do(card, "prepare", keeper, picks=picks)
    walk.do(card, "hand_over", someone("storekeeper", keeper))
    lines = [
        {"pick": pick.id, "accepted": True, "received": pick.prepared, "reason": ""}
        for pick in card.picks
    ]
    walk.do(card, "accept_materials", operator, lines=lines)
    finished(walk, card, operator)
    walk.do(card, "draw_sample", someone("inspector"), size=5, place="线尾")
    tested(walk, card.sample)
    walk.do(card, "stock_in", keeper, zone=zone_for("finished", product.incompat_class))
    walk.do(card, "keep_in_stock", keeper)
    problem(walk, card)
    return card


def tested(walk: Walk, sample: Sample) -> None:
    """A sample that is drawn already: tested, reported, released."""
    inspector = someone("inspector")
    walk.do(sample, "start_testing", inspector)
    entries = [
        {"result": result.id, "conforms": True, "instrument": ""}
        if result.is_text
        else {
            "result": result.id,
            "value": sample.lot.assay or (result.upper if result.lower is None else result.lower),
            "instrument": "PH-01",
        }
        for result in sample.results
    ]
    walk.do(sample, "enter_results", inspector, results=entries)
    walk.do(sample, "report", inspector)
    walk.do(sample, "release", someone("quality_head", inspector))


def finished(walk: Walk, card: ProductionOrder, operator: str) -> None:
    """Started, signed step by step, finished: as many good ones as the orders take."""
    good = card.quantity // (SHIPMENTS * TOGETHER) * SHIPMENTS * TOGETHER
    journey.run(walk, card, operator, good, card.quantity - good)


def problem(walk: Walk, card: ProductionOrder) -> None:
    """Something that was wrong, and was put right."""
    head = someone("supervisor")
    code = db.session.scalars(select(AnomalyCode.id).order_by(AnomalyCode.id)).first()
    anomaly = walk.create(
        Anomaly,
        "report",
        head,
        code_id=code,
        card=card,
        description="标签有气泡",
    )
    walk.do(anomaly, "acknowledge", head)
    walk.do(anomaly, "resolve", head, measures="重新贴标")


def delivered(walk: Walk, made: ProductionOrder, customer: m.Customer) -> None:
    """Orders of a customer, supplied from what was made, on one vehicle."""
    clerk, planner, keeper = someone("sales"), someone("planner"), someone("storekeeper")
    each = made.good // (SHIPMENTS * TOGETHER)
    cards = []
    for number in range(TOGETHER):
        day = clock.today()
        order = walk.create(
            Order,
            "receive",
            clerk,
            message="请安排下列产品,谢谢。",
            channel="email",
            customer_id=customer.id,
            address_id=customer.addresses[0].id,
            received_at=walk.now,
            customer_po=f"HT-{day}-{made.id}{number}",
            lines=[
                {
                    "product_text": made.product.code,
                    "quantity": each,
                    "requested_date": day + timedelta(days=5),
                }
            ],
        )
        walk.do(order, "start_review", clerk)
        walk.do(order, "approve", clerk, **CHECKED)
        card = order.cards[0]
        walk.do(card, "supply_from_stock", planner, lot_id=made.lot_id, promised_date=card.due)
        walk.do(card, "approve_plan", someone("production_head", planner))
        cards.append(card)
    shipment = walk.create(Shipment, "assemble", keeper, card_ids=[card.id for card in cards])
    walk.do(shipment, "pack", keeper, packages=TOGETHER, pallets=TOGETHER)
    walk.do(
        shipment,
        "confirm",
        keeper,
        confirmed_with="林示一",
        address_right=True,
        delivery_on=clock.today() + timedelta(days=1),
        window="08:30-11:30",
    )
    walk.do(
        shipment,
        "ship",
        keeper,
        carrier="示例物流",
        vehicle="沪A·00001",
        driver="张示",
        waybill="WB-1",
    )
    walk.do(
        shipment,
        "follow_up",
        clerk,
        received_on=clock.today(),
        received_by="林示一",
        discrepancies="",
        feedback="很好",
    )


def supplied(walk: Walk, card: ProductionOrder) -> None:
    """All that a run needs, and no more: the first material is bought, the rest is laid in."""
    needs = [need for need in card.plan.requirements if not need.material.untracked]
    bought(walk, card, needs[0].material, needs[0].quantity)
    for need in needs[1:]:
        laid_in(card, need.material, need.quantity)
    db.session.commit()


def laid_in(card: ProductionOrder, material: m.Material, amount: int) -> None:
    """A lot of a material that stands in the stores as if it always had."""
    lot = Lot(
        lot_no=f"OP-{clock.today()}-{card.id}-{material.code}",
        material=material,
        supplier=material.supplier,
        status=RELEASED,
        made_on=clock.today(),
        expiry=clock.today() + FRESH,
        assay=material.nominal_active_pct,
    )
    take_in(lot, material.storage_zone, amount, "opening", by=None)


def bought(walk: Walk, card: ProductionOrder, material: m.Material, amount: int) -> None:
    """A material that is ordered for a card, received and released."""
    buyer, inspector = someone("buyer"), someone("inspector")
    order = walk.create(
        Requisition,
        "request",
        buyer,
        material_id=material.id,
        quantity=amount,
        card_id=card.id,
        needed_by=clock.today() + timedelta(days=9),
    )
    walk.do(
        order,
        "order",
        buyer,
        supplier_id=material.supplier_id,
        purchase_no=f"PO-{order.number}",
        promised_date=clock.today() + timedelta(days=9),
    )
    walk.do(
        order,
        "receive",
        buyer,
        quantity=amount,
        supplier_lot=f"SL-{order.number}",
        assay=material.nominal_active_pct,
        expiry=clock.today() + FRESH,
    )
    sample = db.session.scalars(select(Sample).where(Sample.lot_id == order.lot_id)).one()
    walk.do(sample, "draw", inspector, size=5, place="入库口")
    tested(walk, sample)
