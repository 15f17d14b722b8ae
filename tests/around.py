"""A small plant for the pages around the boards: one product, one line, two customers, orders
taken in by the real actions.
"""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import master as m
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.sales.order import Order


def open_plant():
    """Enter the least master data that an order and its plan need. Needs a context; commits."""
    kind = m.IncompatClass(code="N", name_zh="中性", name_en="Neutral")
    family = m.ProductFamily(code="DW", name_zh="洗洁精", name_en="Dish liquid", incompat_class="N")
    formula = m.Formula(
        code="F-DW",
        name_zh="洗洁精",
        name_en="Dish liquid",
        version="1",
        status="approved",
        family="DW",
        incompat_class="N",
        density=Decimal("1.03"),
        standard_yield_pct=Decimal(99),
        effective_from=clock.today(),
    )
    product = m.Product(
        code="P-DW-500",
        name_zh="澄光柠檬洗洁精500g",
        name_en="ChengGuang Lemon Dish Liquid 500 g",
        family="DW",
        incompat_class="N",
        formula=formula,
        pack_qty=500,
        pack_uom="g",
        fill_mass_mg=500_000,
        units_per_case=12,
        gross_mass_mg=560_000,
        case_gross_mass_mg=7_000_000,
        shelf_life_days=730,
        standard="GB/T 9985",
        default_min_remaining_pct=Decimal(50),
        label_version="1",
        list_price=Decimal("4.5"),
    )
    line = m.Line(
        code="L1",
        name_zh="一线",
        name_en="Line 1",
        families=["DW"],
        shift_start="08:00",
        shift_end="20:00",
        shifts_per_day=1,
        crew_std=3,
    )
    rate = m.LineRate(
        line=line,
        product=product,
        units_per_hour=1000,
        crew=3,
        mix_hours_per_batch=Decimal(2),
        min_batch_mg=10**6,
        max_batch_mg=10**10,
        bulk_yield_pct=Decimal(99),
        filling_loss_pct=Decimal(1),
    )
    supplier = m.Supplier(code="V1", name_zh="自来水", name_en="Mains")
    zone = m.StorageZone(code="W1", name_zh="水", name_en="Water", kind="raw", classes=["N"])
    water = m.Material(
        code="R-W",
        name_zh="水",
        name_en="Water",
        kind="raw",
        uom="kg",
        shelf_life_days=1,
        storage_zone="W1",
        supplier=supplier,
        lead_time_days=0,
        unit_cost=Decimal(0),
        untracked=True,
    )
    formula.lines = [
        m.FormulaLine(
            line_no=1,
            material=water,
            percent=Decimal(100),
            phase="A",
            weigh_tolerance_pct=Decimal(1),
        )
    ]
    for part in (
        kind,
        family,
        supplier,
        zone,
        water,
        formula,
        product,
        line,
        rate,
        customer("C001", "海棠示例连锁超市", "Haitang Sample Supermarkets"),
        customer("C002", "北方示例商贸", "Northern Sample Trading"),
    ):
        db.session.add(part)
        db.session.flush()
    db.session.commit()


def customer(code, name_local, name_en):
    address = m.CustomerAddress(
        code="A1", address_local="示例路1号", address_en="1 Sample Road", transit_days=2
    )
    return m.Customer(
        code=code,
        name_local=name_local,
        name_en=name_en,
        country="CN",
        language="zh-CN",
        label_variant="CN",
        min_remaining_shelf_life_pct=Decimal(50),
        addresses=[address],
    )


def person(*roles):
    """Somebody of the plant's staff with these roles and perhaps more; a new one where nobody
    has them all.
    """
    people = db.session.scalars(select(User).order_by(User.id))
    found = next((p for p in people if set(roles) <= p.role_keys), None)
    return found or User.create(login="-".join(roles), name="样", roles=roles)


def take_in(customer="C001", lines=(("P-DW-500", 600),), due=10, po="PO-77", received=None):
    """An order of today, wanted in ``due`` days."""
    customer = m.Customer.by_code(customer)
    return Order.create(
        "receive",
        by=person("sales"),
        customer_id=customer.id,
        address_id=customer.addresses[0].id,
        customer_po=po,
        channel="phone",
        received_at=received or clock.now(),
        message="请订货",
        lines=[
            {
                "product_text": code,
                "quantity": quantity,
                "requested_date": clock.today() + timedelta(days=due),
            }
            for code, quantity in lines
        ],
    )


def approve(order):
    """Review and approve it; its cards come back."""
    clerk = person("sales")
    order.perform("start_review", by=clerk)
    order.perform("approve", by=clerk)
    return order.cards


def plan(card, days=2):
    """Draw up the card's plan on the first line that can fill it."""
    line = db.session.get(m.Line, card.product.rates[0].line_id)
    start = clock.now() + timedelta(days=days)
    card.perform(
        "draw_up",
        by=person("planner"),
        line_id=line.id,
        start=start,
        end=start + timedelta(hours=4),
        crew=3,
        promised_date=card.due,
    )


def issue(card):
    """From its plan to the issued one, by the people of the procedure."""
    plan(card)
    card.perform("answer_warehouse", by=person("storekeeper"), in_time=True)
    card.perform("answer_purchasing", by=person("buyer"), in_time=True)
    card.perform("approve_plan", by=person("production_head"))


def set_back(record, stage=None, **columns):
    """Write a place into the row as the bench does, where only what a page shows of it is
    tested.
    """
    for name, value in {"stage": stage or record.stage, **columns}.items():
        setattr(record, name, value)
    db.session.flush()
