"""Production (plan and execution on time), from clauses 2.1 to 2.3 and 4.1 to 4.3 of the
procedure.
"""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from app import clock, documents
from app.extensions import db
from app.models.records.papers.document import Document
from app.plant.quantities import from_base
from tests.pages.looking import reads, value_of, words
from tests.walk import said

# The worked example of the demo's README: 6,000 × P-DW-500.
NEEDS = {"R-002": Decimal("278.29"), "K-101": 6060, "L-001": 6120, "K-201": 503, "K-301": 9}


def test_2_1_the_plan_needs_what_the_worked_example_says(walk):
    card = walk.card("consulting", quantity=6000)
    bulk = walk.look(card, lambda c: from_base(c.plan.bulk, "kg"))
    assert round(bulk, 2) == Decimal("3092.15")
    needs = walk.look(
        card,
        lambda c: {r.material.code: from_base(r.quantity, r.material.uom) for r in c.requirements},
    )
    assert {code: round(needs[code], 2) for code in NEEDS} == NEEDS
    assert round(sum(q for code, q in needs.items() if code.startswith("R-")), 2) == Decimal(
        "3092.15"
    )


def test_2_3_a_returned_plan_is_drawn_up_again_as_a_new_revision(walk, events):
    card = walk.card("plan_review")
    walk.do("production_head", card, "return_plan", reason="too few people")
    assert walk.look(card) == "to_plan"
    walk.bring(card, "to_prepare")
    assert walk.look(
        card, lambda c: [(p.revision, p.withdrawn, bool(p.issued_by)) for p in c.plans]
    ) == [(1, True, False), (2, False, True)]
    assert ("return_plan", "production_head", "2.3") in events(card)
    assert walk.look(
        card, lambda c: [e.reason for e in c.history if e.action == "return_plan"]
    ) == ["too few people"]
    assert walk.look(card, lambda c: (c.promised_date == c.plan.promised_date, bool(c.lot_no))) == (
        True,
        True,
    )


def test_2_1_a_plan_beside_another_on_the_line_is_said_before_saving_and_to_the_approver(walk):
    """C37: two cards, one line, overlapping times.

    One that only touches the other is no conflict.
    """
    first, second = walk.card("consulting", quantity=24), walk.card("to_plan", quantity=24)
    line, start, end = walk.look(
        first, lambda c: (c.plan.line.code, clock.local(c.plan.start), clock.local(c.plan.end))
    )
    sentence = f"{line} is planned for {first} from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}."
    form = walk.browser("planner").get(f"/production/{second}/draw_up")
    fields = walk.plan_fields(second) | {"conflicts_seen": value_of(form, "conflicts_seen") or ""}

    def at(begin, finish):
        return {"start": f"{begin:%Y-%m-%dT%H:%M}", "end": f"{finish:%Y-%m-%dT%H:%M}"}

    inside = fields | at(start + timedelta(hours=1), end + timedelta(hours=9))
    asked = walk.post("planner", second, "draw_up", **inside)
    assert (asked.status_code, walk.look(second)) == (422, "to_plan")
    assert sentence in said(asked) and "send it again to plan both" in said(asked)
    assert value_of(asked, "conflicts_seen") == first
    walk.do("planner", second, "draw_up", **inside | {"conflicts_seen": first})
    assert walk.look(second, lambda c: [ref for ref, _, _ in c.history[-1].data["beside"]]) == [
        first
    ]
    walk.answers(second)
    assert sentence in unescape(
        walk.browser("production_head")
        .get(f"/production/{second}/approve_plan")
        .get_data(as_text=True)
    )
    third = walk.card("to_plan", quantity=24)
    late = walk.look(second, lambda c: clock.local(c.plan.end))
    walk.do("planner", third, "draw_up", **fields | at(late, late + timedelta(hours=1)))
    assert walk.look(third, lambda c: "beside" not in c.history[-1].data)


def test_2_3_every_department_acknowledges_the_issued_plan_once(walk):
    card = walk.card("to_prepare")
    for role, department in (
        ("buyer", "purchasing"),
        ("operator", "production"),
        ("inspector", "quality"),
        ("storekeeper", "warehouse"),
    ):
        walk.do(role, card, "acknowledge_plan")
        assert walk.look(card, lambda c: c.plan.receipts[-1].department) == department
        assert walk.post(role, card, "acknowledge_plan").status_code == 403
    assert walk.look(card, lambda c: len(c.plan.receipts)) == 4


def test_2_3_planning_again_after_the_handover_brings_every_gram_back(walk, balances, ledger):
    before = balances()
    card = walk.card("ready", quantity=6000)
    issued = ledger("issue")
    assert issued and balances() != before
    walk.do("planner", card, "replan", reason="line broke down")
    assert balances() == before
    assert sorted(ledger("return")) == sorted(
        (lot, zone, -quantity) for lot, zone, quantity in issued
    )
    told = walk.look(card, returned_by_the_sheet)
    assert told == [issued_row for issued_row in told if issued_row[0] == issued_row[1]] and len(
        told
    ) >= len(issued)
    walk.bring(card, "ready")
    assert walk.look(card, returned_by_the_sheet) == [], (
        "the next plan's sheet tells of its own materials"
    )
    assert walk.look(card, lambda c: (c.plan.revision, c.stage)) == (2, "ready")


def returned_by_the_sheet(card):
    """Prepared and returned of each line that came back, as the card's latest sheet tells it."""
    sheet = db.session.scalars(
        db.select(Document)
        .filter_by(kind="material_prep", record_id=card.id)
        .order_by(Document.id.desc())
    ).first()
    lines = next(block for block in documents.compose(sheet).blocks if block.block == "table")
    return [(row[11], row[15]) for row in lines.rows if row[15]]


def test_held_and_resumed_where_it_was(walk, events):
    card = walk.card("preparing", quantity=24)
    walk.do("sales", card, "hold", reason="customer thinks")
    assert walk.post("storekeeper", card, "prepare", **walk.prepared(card)).status_code == 409
    walk.do("sales", card, "resume")
    assert walk.look(card) == "preparing"
    assert walk.look(card, lambda c: [e.reason for e in c.history if e.action == "hold"]) == [
        "customer thinks"
    ]


@pytest.mark.on_both
def test_cancelled_at_each_stage_returns_what_was_issued(walk, balances):
    before = balances()
    for stage in (
        "to_plan",
        "consulting",
        "plan_review",
        "to_prepare",
        "preparing",
        "handed_over",
        "ready",
    ):
        card = walk.card(stage, quantity=24)
        walk.do("production_head", card, "cancel", reason="withdrawn", requested_by="customer")
        assert (walk.look(card), walk.look(card, lambda c: c.order.stage)) == (
            "cancelled",
            "cancelled",
        )
    assert balances() == before


def test_4_2_a_reading_out_of_limits_halts_and_the_supervisor_clears(walk, events):
    card = walk.card("running", quantity=24)
    while walk.look(card, lambda c: c.open_step.step_no) != 5:
        walk.sign(card)
    walk.do(
        "operator", card, "sign_step", step_no=5, reading="75", again="75"
    )  # 30 to 60 rpm by the work instruction
    assert walk.look(card) == "halted"
    anomaly = walk.look(card, lambda c: c.anomalies[-1].ref)
    assert walk.look(anomaly, lambda a: (a.code.code, a.stage, a.card.number)) == (
        "A11",
        "reported",
        card,
    )
    told = walk.look(anomaly, lambda a: a.description)
    assert re.fullmatch(
        r"5\. .*[\u4e00-\u9fff].*: 75 rpm \(.*60.* rpm\) ／ 5\. [^\u4e00-\u9fff]+: 75 rpm \(.*60.* rpm\)",  # noqa: E501
        told,
    ), "in both languages, with its limits"
    english, chinese = (
        words(reads(walk, "supervisor", lang).get(f"/production/{anomaly}"))
        for lang in ("en", "zh")
    )
    assert (
        told.partition(" ／ ")[2] in english
        and told.partition(" ／ ")[0] in chinese
        and " ／ " not in english + chinese
    )
    assert walk.post("operator", card, "sign_step", step_no=5, reading="45").status_code == 409
    walk.do("supervisor", anomaly, "acknowledge")
    assert walk.look(card) == "halted"
    walk.do(
        "supervisor",
        anomaly,
        "resolve",
        measures="slowed the agitator",
        cause="worn belt",
        safe="y",
    )
    assert walk.look(card) == "running"
    walk.do("operator", card, "sign_step", step_no=5, reading="60")
    kept = walk.look(
        card,
        lambda c: [
            (r.value, r.passed, r.wi_version) for r in c.step_records if r.step.step_no == 5
        ],
    )
    assert kept == [("75 rpm", False, "A/2"), ("60 rpm", True, "A/2")]


def test_4_3_the_run_waits_for_the_last_of_several_anomalies(walk):
    card = walk.card("running", quantity=24)
    found = [
        walk.anomaly(card),
        walk.anomaly(card, code="A04", who="storekeeper"),
        walk.anomaly(card, code="A07"),
    ]
    for number, ref in enumerate(found):
        walk.do("supervisor", ref, "acknowledge")
        walk.do("supervisor", ref, "resolve", measures="done", safe="y")
        assert walk.look(card) == ("halted" if number == 0 else "running")


def test_4_1_the_finished_lot_is_quarantine_stock(walk, ledger):
    card = walk.card("running", quantity=24)
    walk.all_steps(card)
    assert walk.post("operator", card, "finish", good=22, rejected=2).status_code == 422, (
        "rejects have a reason"
    )
    walk.do("operator", card, "finish", good=22, rejected=2, reject_reason="leak")
    lot = walk.look(card, lambda c: (c.lot.lot_no, c.lot.status, c.lot.quantity, c.lot.zone))
    assert lot[1:3] == ("quarantine", 22) and lot[0] == walk.look(card, lambda c: c.lot_no)
    assert ledger("production") == [(lot[0], lot[3], 22)]
    assert walk.look(card, lambda c: (c.good, c.rejected, c.started_at < c.finished_at)) == (
        22,
        2,
        True,
    )


def test_too_big_for_the_tank_is_split_before_planning(walk):
    card = walk.card("to_plan", quantity=10000)
    walk.do("planner", card, "split", quantity=4000, reason="two pots")
    part = f"{card}-A"
    assert walk.look(card, lambda c: c.quantity) == 6000
    assert walk.look(
        part, lambda c: (c.quantity, c.stage, c.parent.number, c.order.number + "-1")
    ) == (4000, "to_plan", card, card)
    assert walk.look(part, lambda c: [e.action for e in c.history]) == ["branch"]


def test_2_1_an_address_that_names_no_days_is_planned_for(walk):
    card = walk.card("to_plan", quantity=24)

    def forget_days(found):
        found.order.address.receiving_days = []
        db.session.commit()

    walk.look(card, forget_days)
    form = walk.browser("planner").get(f"/production/{card}/draw_up")
    assert form.status_code == 200 and 'name="promised_date"' in form.text
