"""One order worked through the real actions, with a lot that fails, is reworked and passes, so
that every document is made.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from app import clock, documents
from app.demo.load import load
from app.extensions import db
from app.models.master import Customer, Line, StorageZone
from app.models.people.user import User
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.models.records.record import Record
from app.models.sales.order import Order
from app.models.warehouse.shipment import Shipment
from app.storage import archive

MESSAGE = (
    "您好,请安排 6,000 瓶柠檬洗洁精。\n<script>alert('x')</script> file:///etc/passwd 😀\n"
    "Please deliver in the morning & call first."
)
REASON = "实测偏低 <b>too low</b>"
LABEL = "柠檬洗洁精 500 mL".encode()


@dataclass
class Journey:
    """What came of it: the order, its card, and each document with its PDF by kind (the latest)
    and by number.
    """

    order: Order
    card: Record
    pdfs: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)


class Walk:
    """Does actions as the named person; the plant's clock goes on by five minutes each time."""

    def __init__(self, start: datetime, printer):
        self.now, self.printer = start, printer
        self.pdfs: dict[str, bytes] = {}
        self.numbers: dict[str, list[str]] = {}

    def person(self, login: str) -> User:
        return db.session.scalar(select(User).where(User.login == login))

    def tick(self) -> None:
        self.now += timedelta(minutes=5)
        clock.set_clock(self.now)

    def do(self, record: Record, action: str, login: str, **data) -> None:
        self.tick()
        record.perform(action, by=self.person(login), **data)
        db.session.commit()
        self.file()

    def file(self) -> None:
        """File what was ordered, as the worker does."""
        for document in db.session.scalars(
            select(Document).where(Document.filed_at.is_(None)).order_by(Document.id)
        ).all():
            pdf = documents.produce(document, self.printer)
            self.pdfs[document.name] = pdf
            self.numbers.setdefault(document.kind, []).append(document.name)
            stored = archive.store(document, pdf)
            document.sha256, document.size, document.filed_at = (
                stored.sha256,
                stored.size,
                clock.now(),
            )
            document.record.write_event(
                "file_document",
                by=None,
                clause=document.type.clause,
                data={"document": document.name, "sha256": document.sha256},
            )
            db.session.commit()


def someone(role: str, *others: str) -> str:
    """The login of an active person with a role who is none of the others."""
    people = db.session.scalars(select(User).order_by(User.id))
    return next(u.login for u in people if role in u.role_keys and u.login not in others)


def travel(printer) -> Journey:
    """Load the demo plant and take one line from the message to the dossier.

    Needs an app context on an empty database.
    """
    start = clock.now() - timedelta(days=9)
    clock.set_clock(start)
    load(clock.today())
    db.session.commit()
    walk = Walk(start, printer)
    customer = db.session.scalar(select(Customer).where(Customer.code == "C-001"))
    clerk = someone("sales")
    order = Order.create(
        "receive",
        by=walk.person(clerk),
        message=MESSAGE,
        customer_id=customer.id,
        address_id=customer.addresses[0].id,
        customer_po="PO-HT-2611-01",
        channel="email",
        received_at=start,
        lines=[
            {
                "product_text": "P-DW-500",
                "quantity": 6000,
                "requested_date": clock.today() + timedelta(days=8),
            }
        ],
    )
    walk.do(order, "start_review", clerk)
    walk.do(order, "approve", clerk, customer_right=True, content_right=True)
    card = order.cards[0]
    say(walk, card, clerk)
    make(walk, card)
    deliver(walk, card, clerk)
    clock.set_clock(None)
    return Journey(order, card, walk.pdfs, walk.numbers)


def say(walk: Walk, card, clerk: str) -> None:
    """Name somebody in a comment, and attach a file."""
    walk.tick()
    file = Attachment.new("标签稿.txt", "text/plain")
    stored = archive.store(file, LABEL)
    file.sha256, file.size = stored.sha256, stored.size
    card.comment(walk.person(clerk), f"@{someone('planner')} 标签已定稿", [file])
    db.session.commit()


def make(walk: Walk, card) -> None:
    """Plan, prepare, run, fail, rework, run again, pass, stock in."""
    line = db.session.scalar(select(Line).where(Line.code == "L1"))
    planner, head = someone("planner"), someone("production_head", someone("planner"))
    walk.do(
        card,
        "draw_up",
        planner,
        line_id=line.id,
        start=walk.now + timedelta(days=1),
        end=walk.now + timedelta(days=1, hours=5),
        crew=4,
        crew_names="甲班",
        promised_date=clock.today() + timedelta(days=7),
        note="先做 first",
    )
    walk.do(card, "answer_warehouse", someone("storekeeper"), in_time=True)
    walk.do(card, "answer_purchasing", someone("buyer"), in_time=True)
    walk.do(card, "approve_plan", head)
    keeper = someone("storekeeper")
    second = someone("storekeeper", keeper)
    walk.do(card, "start_preparing", keeper)
    walk.do(
        card, "prepare", keeper, picks=[{"pick": p.id, "quantity": p.proposed} for p in card.picks]
    )
    walk.do(card, "hand_over", second)
    operator = someone("operator")
    short = card.picks[0]
    walk.do(
        card,
        "accept_materials",
        operator,
        lines=[
            {
                "pick": p.id,
                "accepted": True,
                "received": p.prepared - (1000 if p is short else 0),
                "reason": "溢漏 spilt" if p is short else "",
            }
            for p in card.picks
        ],
    )
    run(walk, card, operator, 5990)
    inspect(walk, card, fails=True)
    walk.do(
        card,
        "rework",
        someone("quality_head"),
        reason=REASON,
        instructions="补加活性物后复检 top up",
    )
    walk.do(
        card,
        "draw_up",
        planner,
        line_id=line.id,
        start=walk.now + timedelta(hours=2),
        end=walk.now + timedelta(hours=4),
        crew=2,
        crew_names="甲班",
        promised_date=clock.today() + timedelta(days=7),
        note="补加 top up",
        materials=[],
    )
    walk.do(card, "answer_warehouse", someone("storekeeper"), in_time=True)
    walk.do(card, "answer_purchasing", someone("buyer"), in_time=True)
    walk.do(card, "approve_plan", head)
    run(walk, card, operator, 5980)
    inspect(walk, card, fails=False)
    zone = next(
        z
        for z in db.session.scalars(
            select(StorageZone).where(StorageZone.kind == "finished").order_by(StorageZone.code)
        )
        if card.product.incompat_class in z.classes
    )
    walk.do(card, "stock_in", keeper, zone=zone.code)


def run(walk: Walk, card, operator: str, good: int, rejected: int = 10) -> None:
    walk.do(card, "start", operator)
    while step := card.open_step:
        if card.unfinished_signature:
            signed = card.unfinished_signature
            walk.do(card, "countersign_step", someone(step.second_role, signed.by.login))
            continue
        lower, upper, _uom = card.limits_of(step)
        value = lower if lower is not None else upper if upper is not None else Decimal(1)
        scans = [lot.lot_no for lot in card.issued_lots]
        walk.do(
            card,
            "sign_step",
            someone(step.role),
            step_no=step.step_no,
            value=value
            if step.entry_type in ("measure", "count")
            else scans
            if step.entry_type == "scan"
            else "",
        )
    walk.do(card, "finish", operator, good=good, rejected=rejected, reject_reason="漏液 leak")


def inspect(walk: Walk, card, fails: bool) -> None:
    inspector = someone("inspector")
    head = someone("quality_head", inspector)
    walk.do(card, "draw_sample", inspector, size=5, place="L1 线尾")
    sample = card.sample
    walk.do(sample, "start_testing", inspector)
    entries = []
    for n, result in enumerate(sample.results):
        bad = fails and n == 0
        if result.is_text:
            entries.append({"result": result.id, "conforms": not bad, "instrument": ""})
        else:
            good = result.lower if result.lower is not None else result.upper
            entries.append(
                {
                    "result": result.id,
                    "value": good - 100 if bad else good,
                    "instrument": "PH-01 / 2027-03-01",
                }
            )
    walk.do(sample, "enter_results", inspector, results=entries)
    walk.do(sample, "report", inspector)
    if fails:
        walk.do(sample, "reject", head, reason=REASON, containment="隔离区挂红牌 red tag")
    else:
        walk.do(sample, "release", head)


def deliver(walk: Walk, card, clerk: str) -> None:
    keeper = someone("storekeeper")
    walk.tick()
    shipment = Shipment.create("assemble", by=walk.person(keeper), card_ids=[card.id])
    walk.do(shipment, "pack", keeper, packages=499, pallets=9)
    walk.do(
        shipment,
        "confirm",
        keeper,
        confirmed_with="林示一",
        delivery_on=clock.today() + timedelta(days=1),
        window="08:30-11:30",
        address_right=True,
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
    walk.do(card, "forgo_rest", clerk, reason=REASON)  # of 6,000 the rework left 5,980
    walk.do(
        shipment,
        "follow_up",
        clerk,
        received_on=clock.today(),
        received_by="林示一",
        discrepancies="",
        feedback="很好 good",
    )
