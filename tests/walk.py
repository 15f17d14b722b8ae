"""A factory that walks real transitions through the front door: every record reaches its stage
as it would in the plant.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from functools import cache
from html import unescape

from argon2 import PasswordHasher

from app import clock
from app.extensions import db
from app.flow.roles import ROLES
from app.models.controlled.in_force import HOMES
from app.models.controlled.on_paper import Paper
from app.models.controlled.revision import Revision
from app.models.master import AnomalyCode, CustomerAddress, Line, Material, Product, Supplier
from app.models.master.quality import DefectCode
from app.models.people.user import User, UserSession
from app.models.records.kinds import record_of
from tests.staff import log_in, make_user
from tests.trail import step

CHECKLIST = dict.fromkeys(
    ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right"), "y"
)
PASSWORD = "a-long-password-for-tests"
# The way of a card, each stage with what leads to it from the one before.
WAY = {
    "to_plan": "approved",
    "consulting": "draw_up",
    "plan_review": "answers",
    "to_prepare": "approve_plan",
    "preparing": "start_preparing",
    "handed_over": "hand_over",
    "ready": "accept",
    "running": "start",
    "to_inspect": "finish",
    "inspecting": "draw_sample",
    "to_stock_in": "release",
    "in_stock": "stock_in",
}
STAGES = list(WAY)


@cache
def password_hash():
    """One hash for everybody, and a cheap one: a real one is deliberately slow to make and to
    verify.
    """
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class Walk:
    """A plant with one browser for each role and person: ``walk.browser("storekeeper", 2)`` is
    the second storekeeper.
    """

    def __init__(self, app, people=(), trail=None):
        self.app = app
        self.trail = trail
        self.browsers = {}
        self.people = dict(people)

    def browser(self, role, number=1):
        if (role, number) not in self.browsers:
            user = self.people.get((role, number)) or make_user(
                self.app,
                role,
                login=f"{role}{number}x",
                name=f"{ROLES[role].label} {number}",
                language="en",
                password_hash=password_hash(),
            )
            self.browsers[role, number] = log_in(self.app, user)
        return self.browsers[role, number]

    def leave(self):
        """Have everybody's login end; the people come back, as (role, number, id)."""
        with self.app.app_context():
            db.session.execute(db.delete(UserSession))
            db.session.commit()
        everybody = self.people | {who: browser.user_id for who, browser in self.browsers.items()}
        return [(*who, user_id) for who, user_id in everybody.items()]

    def record(self, ref):
        """The record, loaded anew; needs an application context."""
        db.session.expire_all()
        return record_of(ref)

    def look(self, ref, what=lambda record: record.stage):
        """A fact of a record."""
        with self.app.app_context():
            return what(self.record(ref))

    def person(self, who):
        return who if isinstance(who, tuple) else (who, 1)

    def post(self, who, ref, action, department="production", version=None, headers=None, **fields):
        """Post an action as a form would; the answer comes back as it is."""
        version = self.look(ref, lambda r: r.version) if version is None else version
        browser = self.browser(*self.person(who))
        return browser.submit(
            f"/{department}/{ref}/{action}",
            headers=headers,
            version=version,
            password=PASSWORD,
            **fields,
        )

    def do(self, who, ref, action, **fields):
        """Post an action that must succeed; where it opened a record, that one's ref comes back."""
        answer = self.post(who, ref, action, **fields)
        assert answer.status_code == 303, (action, answer.status_code, said(answer))
        return ref

    def open(self, who, flow, action, department="production", **fields):
        """Open a record; its ref comes back."""
        answer = self.browser(*self.person(who)).submit(
            f"/{department}/new/{flow}/{action}", **fields
        )
        assert answer.status_code == 303, (action, answer.status_code, said(answer))
        return answer.location.rsplit("/", 1)[-1]

    def id_of(self, model, code):
        with self.app.app_context():
            return model.by_code(code).id

    # Orders

    @step
    def order(self, *lines, customer="C-002", channel="phone", **fields):
        """Take in an order: lines are (product code, quantity) with a date a fortnight ahead."""
        with self.app.app_context():
            address = (
                db.session.query(CustomerAddress)
                .filter(CustomerAddress.customer.has(code=customer))
                .first()
                .id
            )
        data = {
            "address_id": address,
            "customer_po": "PO-1",
            "channel": channel,
            "message": "请送货",
        }
        data.setdefault("received_at", clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"))
        for n, (product, quantity) in enumerate(lines or [("P-DW-500", 6000)]):
            data |= {
                f"lines-{n}-product_text": product,
                f"lines-{n}-quantity": quantity,
                f"lines-{n}-note": "",
                f"lines-{n}-requested_date": (clock.today() + timedelta(days=14)).isoformat(),
            }
        return self.open("sales", "order", "receive", department="sales", **{**data, **fields})

    @step
    def approved(self, *lines, **fields):
        """An approved order; the refs of its cards come back."""
        ref = self.order(*lines, **fields)
        self.do("sales", ref, "start_review")
        answer = self.post("sales", ref, "approve", **CHECKLIST)
        assert answer.status_code == 303, said(answer)
        number = answer.location.rsplit("/", 1)[-1]
        return self.look(number, lambda order: [card.ref for card in order.cards])

    @step
    def make_to_stock(self, quantity=48):
        """A card that makes stock, brought into it."""
        ref = self.open(
            "planner",
            "production",
            "make_to_stock",
            product_id=self.product(),
            quantity=quantity,
            requested_date=clock.today().isoformat(),
        )
        return self.bring(ref, "in_stock")

    # The card, stage by stage

    @step
    def card(self, stage="to_plan", product="P-DW-500", quantity=6000, **fields):
        """A card of its own order that stands in a stage of the way through."""
        if stage == "to_plan":
            (ref,) = self.approved((product, quantity), **fields)
            return ref
        before = "inspecting" if stage == "nonconforming" else STAGES[STAGES.index(stage) - 1]
        return self.bring(self.card(before, product, quantity, **fields), stage)

    @step
    def bring(self, ref, stage):
        """Bring a card on to a stage."""
        if stage == "nonconforming":
            self.bring(ref, "inspecting")
            return self.reject(ref)
        while STAGES.index(now := self.look(ref)) < STAGES.index(stage):
            following = STAGES[STAGES.index(now) + 1]
            # A rework without materials is ready once its plan is approved.
            reached = (
                "ready"
                if following == "to_prepare"
                and self.look(ref, lambda card: card.in_rework and not card.requirements)
                else following
            )
            getattr(self, WAY[following])(ref)
            assert self.look(ref) == reached
        return ref

    def plan_fields(self, ref):
        def fields(card):
            rate = max((r for r in card.product.rates), key=lambda r: r.max_batch_mg)
            start = clock.local(clock.now()) + timedelta(days=1)
            return {
                "line_id": rate.line_id,
                "start": start.strftime("%Y-%m-%dT%H:%M"),
                "crew": rate.crew,
                "end": (start + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M"),
                "promised_date": (clock.today() + timedelta(days=12)).isoformat(),
            }

        return self.look(ref, fields)

    def draw_up(self, ref):
        return self.do("planner", ref, "draw_up", **self.plan_fields(ref))

    def answers(self, ref):
        self.do("storekeeper", ref, "answer_warehouse", in_time="yes")
        return self.do("buyer", ref, "answer_purchasing", in_time="yes")

    def approve_plan(self, ref):
        return self.do("production_head", ref, "approve_plan")

    def start_preparing(self, ref):
        return self.do("storekeeper", ref, "start_preparing")

    def prepared(self, ref):
        def fields(card):
            found = {}
            for n, pick in enumerate(p for p in card.picks if not p.issued):
                uom = pick.requirement.material.uom
                found |= {
                    f"picks-{n}-pick": pick.id,
                    f"picks-{n}-quantity": in_uom(
                        pick.proposed if pick.prepared is None else pick.prepared, uom
                    ),
                }
            return found

        return self.look(ref, fields)

    def hand_over(self, ref):
        self.do("storekeeper", ref, "prepare", **self.prepared(ref))
        return self.do(("storekeeper", 2), ref, "hand_over")

    def acceptance(self, ref, refuse=None):
        def fields(card):
            found = {}
            for n, pick in enumerate(p for p in card.picks if p.issued and p.accepted is None):
                material = pick.requirement.material
                bad = material.code == refuse
                found |= {
                    f"picks-{n}-pick": pick.id,
                    f"picks-{n}-received": in_uom(pick.prepared, material.uom),
                    f"picks-{n}-accepted": "no" if bad else "yes",
                    f"picks-{n}-reason": "torn" if bad else "",
                }
            return found

        return self.look(ref, fields)

    def accept(self, ref):
        return self.do("operator", ref, "accept_materials", **self.acceptance(ref))

    def start(self, ref):
        return self.do("operator", ref, "start")

    def reading(self, ref, good=True):
        """What the open step asks for, within its limits or beyond."""
        return self.look(ref, lambda card: reading_of(card, card.open_step, good))

    def sign(self, ref, **fields):
        """Sign the open step by its role, and countersign it where it wants that; False where
        none is open.
        """

        def asked(card):
            step = card.open_step
            return step and (step.role, step.second_role, card.version, reading_of(card, step))

        if not (found := self.look(ref, asked)):
            return False
        role, second, version, reading = found
        self.do(role, ref, "sign_step", version=version, **{**reading, **fields})
        if second and self.look(ref, lambda c: c.unfinished_signature):
            self.do((second, 2), ref, "countersign_step")
        return True

    def all_steps(self, ref):
        while self.sign(ref):
            pass

    def finish(self, ref, fewer=0):
        self.all_steps(ref)
        quantity = self.look(ref, lambda c: c.quantity) - fewer
        return self.do("operator", ref, "finish", good=quantity, rejected=12, reject_reason="leak")

    def draw_sample(self, ref):
        return self.do(
            "inspector",
            ref,
            "draw_sample",
            size=min(13, self.look(ref, lambda card: card.good)),
            place="L1",
        )

    # Samples

    def sample_of(self, ref):
        return self.look(ref, lambda card: card.sample.ref)

    def results(self, sample, fail=False):
        def fields(found):
            answer = {}
            for n, r in enumerate(found.results):
                answer[f"results-{n}-result"] = r.id
                if r.is_text:
                    answer[f"results-{n}-conforms"] = "yes"
                else:
                    beyond = fail and r.code in ("PH", "ASSAY")
                    limit = r.lower if r.lower is not None else r.upper
                    answer[f"results-{n}-value"] = value = limit / 2 - 1 if beyond else limit
                    answer |= {f"results-{n}-again": value} if beyond else {}
            return answer

        return self.look(sample, fields)

    def report(self, sample, fail=False):
        if self.look(sample) == "to_draw":
            self.do("inspector", sample, "draw", size=1, place="QA")
        self.do("inspector", sample, "start_testing")
        self.do("inspector", sample, "enter_results", **self.results(sample, fail))
        return self.do("inspector", sample, "report")

    def release(self, ref):
        self.do("quality_head", self.report(self.sample_of(ref)), "release")
        return ref

    def reject(self, ref):
        self.do(
            "quality_head",
            self.report(self.sample_of(ref), fail=True),
            "reject",
            reason="pH too low",
            containment="NC-N",
        )
        return ref

    def stock_in(self, ref):
        return self.do("storekeeper", ref, "stock_in", zone="FG-N")

    # Shipments

    @step
    def shipment(self, *refs):
        ids = [self.look(ref, lambda card: card.id) for ref in refs]
        return self.open(
            "storekeeper", "shipment", "assemble", department="warehouse", card_ids=ids
        )

    @step
    def pack(self, ref):
        units = self.look(ref, lambda shipment: sum(card.good for card in shipment.cards))
        return self.do(
            "storekeeper",
            ref,
            "pack",
            packages=min(units, 500),
            pallets=min(units, 9),
            labelled="y",
        )

    @step
    def confirm(self, ref, **more):
        day = (clock.today() + timedelta(days=10)).isoformat()
        return self.do(
            "storekeeper",
            ref,
            "confirm",
            confirmed_with="周示二",
            delivery_on=day,
            window="08:00-11:30",
            address_right="y",
            **more,
        )

    @step
    def ship(self, ref):
        return self.do(
            "storekeeper",
            ref,
            "ship",
            carrier="示例物流",
            vehicle="样A00001",
            driver="司机",
            waybill="W1",
        )

    @step
    def follow_up(self, ref, **said):
        return self.do(
            "sales",
            ref,
            "follow_up",
            received_on=clock.today().isoformat(),
            received_by="周示二",
            **said,
        )

    # Purchases and anomalies

    @step
    def requisition(self, material="K-101", quantity=5000):
        return self.open(
            "buyer",
            "requisition",
            "request",
            department="purchasing",
            material_id=self.id_of(Material, material),
            quantity=quantity,
            needed_by=(clock.today() + timedelta(days=7)).isoformat(),
        )

    @step
    def ordered(self, ref):
        return self.do(
            "buyer",
            ref,
            "order",
            supplier_id=self.id_of(Supplier, "SUP-05"),
            purchase_no="B-1",
            promised_date=(clock.today() + timedelta(days=5)).isoformat(),
        )

    @step
    def received(self, ref, quantity=5000, supplier_lot="SL-1"):
        """Receive so much; what differs from the order has its reason."""
        return self.do(
            "storekeeper",
            ref,
            "receive",
            quantity=quantity,
            supplier_lot=supplier_lot,
            unusual="comes in parts",
        )

    @step
    def anomaly(self, ref="", code="A02", who="operator"):
        return self.open(
            who,
            "anomaly",
            "report",
            code_id=self.id_of(AnomalyCode, code),
            description="pump leaks",
            card_ref=ref,
        )

    @step
    def handover(self, text="罐底有残液,先排空", line="", shift="night", who="supervisor"):
        return self.open(who, "handover", "write", shift=shift, line_id=line, text=text)

    # Complaints

    @step
    def complaint(self, card, quantity=2, who="sales", **fields):
        """Take down what the customer says of the goods of a card that they got."""
        given = {
            "about": card,
            "card_id": self.look(card, lambda c: c.id),
            "defect_id": self.id_of(DefectCode, "D07"),
            "quantity": quantity,
            "words": "两瓶瓶盖未拧紧,箱内渗漏",
            "said_by": "周示二",
            "heard_on": clock.today().isoformat(),
            "answer_by": (clock.today() + timedelta(days=3)).isoformat(),
        }
        return self.open(who, "complaint", "complain", department="sales", **given | fields)

    @step
    def looked_into(self, ref):
        """Quality takes it up and says what was found."""
        self.do("inspector", ref, "take_up")
        return self.do(
            "inspector", ref, "look_into", cause="torque too low", measures="capper set anew"
        )

    @step
    def inspected(self, ref, looked_at=1):
        """What came back is inspected."""
        found = {"looked_at": looked_at, "faulty": 0, "findings": "seals whole"}
        return self.do("inspector", ref, "inspect_goods", **found)

    # Counts of stock

    @step
    def count(self, zone="AC", who="storekeeper"):
        """Begin the count of a zone."""
        return self.open(who, "count", "begin_count", department="warehouse", zone=zone)

    @step
    def counted(self, ref, who="storekeeper", **less):
        """Enter every lot that is not counted as the book has it, some with so much ``less`` by
        the codes of what they are of, in the unit that people count in.
        """
        return self.do(who, ref, "enter_counts", **self.look(ref, lambda c: counts_of(c, less)))

    @step
    def closed(self, ref, who="storekeeper", reason="spilt"):
        return self.do(who, ref, "submit_count", **self.look(ref, lambda c: reasons_of(c, reason)))

    # Controlled documents

    @step
    def revision(self, kind="instruction", code="WI-GC-01", who="", days=0, **fields):
        """Begin a revision of a document, to be in force so many days ahead."""
        return self.open(
            who or AUTHOR[kind],
            "revision",
            "revise",
            department="quality",
            kind=kind,
            code=code,
            reason="found wanting",
            effective_on=str(clock.today() + timedelta(days=days)),
            **fields,
        )

    @step
    def on_paper(self, kind="instruction", code="WI-GC-01", who=""):
        """Take a document over from paper, in the edition that stands here; it is to confirm."""
        taker = self.browser(who or AUTHOR[kind]).user_id
        with self.app.app_context():
            found = Revision.create(
                "take_over_paper",
                by=db.session.get(User, taker),
                kind=kind,
                code=code,
                printed=Paper(HOMES[kind].edition(code), clock.today(), "王建国"),
                paper_list="",
                source="list.csv",
            )
            db.session.commit()
            return found.ref

    @step
    def written(self, ref, who="", **changed):
        """Write a revision's contents: those it has, with some fields of the form changed."""
        who = who or AUTHOR[self.look(ref, lambda r: r.kind)]
        return self.do(who, ref, "write_contents", **self.look(ref, contents_of) | changed)

    @step
    def submitted(self, ref, who="", **changed):
        """Write something into a draft and submit it for review."""
        who = who or AUTHOR[self.look(ref, lambda r: r.kind)]
        return self.do(who, self.written(ref, who, **changed), "submit_for_review")

    @step
    def in_force(self, ref, who="production_head", **changed):
        return self.do(who, self.submitted(ref, **changed), "approve_document")

    def line(self, code="L1"):
        return self.id_of(Line, code)

    def product(self, code="P-DW-500"):
        return self.id_of(Product, code)


def reading_of(card, step, good=True):
    """The fields that sign a step, within its limits or beyond."""
    if step.entry_type in ("measure", "count"):
        lower, upper, _ = card.limits_of(step)
        inside = lower if lower is not None else upper if upper is not None else 1
        reading = inside if good else (upper + 1000 if upper is not None else lower - 1)
        return {"step_no": step.step_no, "reading": reading, **({} if good else {"again": reading})}
    scans = [lot.lot_no for lot in card.issued_lots] if step.entry_type == "scan" else []
    return {"step_no": step.step_no, "scanned": scans, "conforms": "yes" if good else "no"}


# Who writes the revisions of a kind of document.
AUTHOR = {
    "instruction": "supervisor",
    "formula": "quality_head",
    "specification": "quality_head",
    "packaging": "planner",
    "prices": "sales",
}


def contents_of(revision):
    """The fields of the form for a revision's contents, as the page proposes them."""
    layout = revision.home.layout
    fields = {
        "edition": revision.edition,
        "effective_on": str(revision.effective_on),
        "reason": revision.reason,
    }
    for name, value in revision.content["head"].items():
        fields[f"head_{name}"] = value
    for number, line in enumerate(revision.content["lines"]):
        for field in layout.line_fields:
            if (value := line[field.name]) is not False:
                fields[f"lines-{number}-{field.name}"] = (
                    "y" if value is True else "" if value is None else value
                )
    return fields


def in_uom(quantity, uom):
    from app.plant.quantities import from_base

    return str(from_base(quantity, uom))


def said(answer):
    """The words of an answer, for a failed assertion and for sentences to look for."""
    text = answer.get_data(as_text=True)
    errors = re.findall(
        r'class="error"[^>]*>.*?<span>(.*?)</span>|id="message"[^>]*>(.*?)<', text, re.S
    )
    found = " | ".join(a or b for a, b in errors)
    return unescape(found or re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))[:2000])


def counts_of(count, less=()):
    """What the form for a count's lots sends: what the book says, without what is missing."""
    fields, books = {}, count.books()
    for number, line in enumerate(count.to_count):
        code = line.lot.item.code.replace("-", "")
        there = Decimal(in_uom(books[line.lot_id], line.lot.uom))
        fields[f"lines-{number}-line"] = line.id
        fields[f"lines-{number}-quantity"] = there - Decimal(dict(less).get(code, 0))
    return fields


def reasons_of(count, reason):
    """What the form that closes a count sends: why its lines differ."""
    books = count.books()
    differing = [line for line in count.lines if line.counted != books[line.lot_id]]
    return {
        f"lines-{number}-{name}": value
        for number, line in enumerate(differing)
        for name, value in (("line", line.id), ("reason_listed", "other"), ("reason", reason))
    }
