"""What a review found: bad input is told beside its field, and what never happened is not put on
record.
"""

from datetime import timedelta

import pytest

from app import clock
from tests.flow.test_actions import corrected, stocked
from tests.walk import said


def day(days):
    return (clock.today() + timedelta(days=days)).isoformat()


def moment(**apart):
    return clock.local(clock.now() + timedelta(**apart)).strftime("%Y-%m-%dT%H:%M")


# Bad input never brings a page down


@pytest.mark.parametrize(
    "after",
    [
        "abc",
        "~~",
        "0~2026-13-01~1",
        "0~0000-01-01~1",
        f"0~~{10**19 - 1}",
        "2~~1",
        "0~~-1",
        "0~~١",
        "~1",
    ],
)
def test_a_place_that_no_column_has_is_not_found(standing, after):
    answer = standing.browser("planner").get(
        "/production/column/production/to_plan", query_string={"after": after}
    )
    assert answer.status_code == 404


def test_the_place_that_a_column_names_is_found(standing):
    for after in ("", "0~~1", f"1~~{10**18 - 1}", f"0~{day(3)}~7"):
        assert (
            standing.browser("planner")
            .get("/production/column/production/to_plan", query_string={"after": after})
            .status_code
            == 200
        )


@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize(
    "given", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31", "yesterday"]
)
def test_the_archive_tells_which_days_it_knows(standing, name, given):
    answer = standing.browser("sales").get(f"/archive/?{name}={given}")
    assert answer.status_code == 422 and "Give a date between 2000 and 2099." in answer.get_data(
        as_text=True
    )
    assert standing.browser("sales").get(f"/archive/?{name}=2000-01-01").status_code == 200


@pytest.mark.parametrize("given", ["0001-01-01T00:00", "9999-12-31T23:59", "1999-12-31T23:59"])
def test_a_moment_in_no_calendar_is_told_beside_its_field(standing, given):
    order = standing.refs["order", "in_review"]
    fields = {**corrected(standing, order), "received_at": given}
    answer = standing.post("sales", order, "correct", department="sales", **fields)
    assert answer.status_code == 422 and "Give a date between 2000 and 2099." in said(answer)
    card = standing.refs["production", "to_plan"]
    for name in ("start", "end"):
        answer = standing.post(
            "planner", card, "draw_up", **{**standing.plan_fields(card), name: given}
        )
        assert answer.status_code == 422 and "Give a date between 2000 and 2099." in said(answer)


@pytest.mark.parametrize("given", ["0001-01-01", "9999-12-31"])
def test_a_day_in_no_calendar_is_told_beside_its_field(standing, given):
    order = standing.refs["order", "in_review"]
    answer = standing.post(
        "sales",
        order,
        "correct",
        department="sales",
        **{**corrected(standing, order), "lines-0-requested_date": given},
    )
    assert answer.status_code == 422
    answer = standing.post(
        "storekeeper",
        standing.refs["shipment", "to_confirm"],
        "confirm",
        department="warehouse",
        confirmed_with="she",
        delivery_on=given,
        window="08:00",
        address_right="y",
    )
    assert answer.status_code == 422 and "Give a date between 2000 and 2099." in said(answer)


def test_a_shortage_in_a_link_may_be_nonsense(standing):
    for missing in ("9" * 5000, "-1", "x"):
        answer = standing.browser("buyer").get(
            "/purchasing/new/requisition/request",
            query_string={"material": "K-101", "missing": missing},
        )
        assert answer.status_code == 200


# What cannot have happened, or cannot happen any more

IMPLAUSIBLE = {
    "an order received tomorrow": (
        "sales",
        ("order", "in_review"),
        "correct",
        lambda w, r: {**corrected(w, r), "received_at": moment(days=1)},
        "This lies in the future.",
    ),
    "a payment of tomorrow": (
        "sales",
        ("order", "in_review"),
        "record_payment",
        lambda w, r: {"amount": 1, "paid_on": day(1)},
        "This lies in the future.",
    ),
    "a payment far above what is due": (
        "sales",
        ("order", "in_review"),
        "record_payment",
        lambda w, r: {"amount": 10**8, "paid_on": day(0)},
        "CNY is still due; this is far above it.",
    ),
    "a plan for yesterday": (
        "planner",
        ("production", "to_plan"),
        "draw_up",
        lambda w, r: {**w.plan_fields(r), "start": moment(days=-1)},
        "This lies in the past.",
    ),
    "a shortage that ended yesterday": (
        "storekeeper",
        ("production", "consulting"),
        "answer_warehouse",
        lambda w, r: {"in_time": "no", "promised_date": day(-1)},
        "This lies in the past.",
    ),
    "a delivery confirmed for yesterday": (
        "storekeeper",
        ("shipment", "to_confirm"),
        "confirm",
        lambda w, r: {
            "confirmed_with": "she",
            "delivery_on": day(-1),
            "window": "8",
            "address_right": "y",
        },
        "This lies in the past.",
    ),
    "goods received tomorrow": (
        "sales",
        ("shipment", "shipped"),
        "follow_up",
        lambda w, r: {"received_on": day(1), "received_by": "she"},
        "This lies in the future.",
    ),
    "goods received before they left": (
        "sales",
        ("shipment", "shipped"),
        "follow_up",
        lambda w, r: {"received_on": day(-2), "received_by": "she"},
        "they were not received before.",
    ),
}


@pytest.mark.parametrize("case", IMPLAUSIBLE)
def test_what_cannot_be_is_told_beside_the_field(standing, case):
    who, place, action, fields, sentence = IMPLAUSIBLE[case]
    ref = standing.refs[place]
    before = standing.look(ref, lambda r: r.version)
    answer = standing.post(who, ref, action, **fields(standing, ref))
    assert answer.status_code == 422 and sentence in said(answer)
    assert standing.look(ref, lambda r: r.version) == before


def test_an_order_may_ask_for_a_day_that_is_past(walk):
    """The review finds it; the message is on record as it came."""
    assert (
        walk.look(walk.order(("P-DW-500", 24), **{"lines-0-requested_date": day(-3)})) == "received"
    )


# What the worker gave up


def given_up(walk):
    """A job for a paper of a card that failed for good; its id and the paper's name come back."""
    from app.extensions import db
    from app.models.records.papers.document import Document, Job

    ref = walk.bring(walk.approved(("P-DW-500", 24))[0], "to_prepare")
    with walk.app.app_context():
        card = walk.record(ref)
        document = db.session.scalars(
            db.select(Document).where(Document.flow == "production", Document.record_id == card.id)
        ).one()
        job = db.session.scalars(
            db.select(Job).where(Job.payload == {"document": document.id})
        ).one()
        job.state, job.attempts, job.error = "failed", 5, "RuntimeError: no paper"
        db.session.commit()
        return job.id, document.name, ref


def test_what_the_worker_gave_up_is_named_and_tried_again(walk):
    from app import verification
    from app.extensions import db
    from app.models.records.papers.document import Job

    number, name, ref = given_up(walk)
    with walk.app.app_context():
        faults = [fault for check in verification.check() for fault in check.faults]
    assert len(faults) == 1 and faults[0].startswith(
        f"{name}: could not be made (RuntimeError: no paper)"
    )
    assert "/admin/jobs/" in walk.browser("admin").get("/").get_data(as_text=True)
    assert "/admin/jobs/" not in walk.browser("planner").get("/").get_data(as_text=True)
    auditors = walk.browser("auditor").get("/admin/jobs/").get_data(as_text=True)
    assert name in auditors and "no paper" in auditors and "/again" not in auditors
    page = walk.browser("admin").get("/admin/jobs/").get_data(as_text=True)
    assert f'action="/admin/jobs/{number}/again"' in page and ref in page
    assert walk.browser("admin").submit(f"/admin/jobs/{number}/again").status_code == 303
    with walk.app.app_context():
        assert (db.session.get(Job, number).state, db.session.get(Job, number).attempts) == (
            "waiting",
            0,
        )
        db.session.rollback()
        assert not [fault for check in verification.check() for fault in check.faults]
    assert "/admin/jobs/" not in walk.browser("admin").get("/").get_data(as_text=True)
    assert walk.browser("admin").submit(f"/admin/jobs/{number}/again").status_code == 303
    assert "started again already" in walk.browser("admin").get("/admin/jobs/").get_data(
        as_text=True
    )


# Words about people


def test_what_is_kept_apart_is_asked_for_by_the_form():
    from app.flow.flows import FLOWS
    from app.forms import FORMS

    kept = {
        (action.key, field)
        for flow in FLOWS.values()
        for action in flow.actions
        for field in action.private
    }
    assert kept == {
        ("confirm", "confirmed_with"),
        ("ship", "driver"),
        ("follow_up", "received_by"),
        ("follow_up", "feedback"),
        ("scrap", "witness"),
        ("concede", "consent"),
        ("cancel", "requested_by"),
        ("ask_customer", "question"),
        ("record_reply", "reply"),
        ("write", "text"),
        ("draw_up", "crew_names"),
        ("complain", "words"),
        ("complain", "said_by"),
        ("close_complaint", "last_words"),
        *(
            (key, field)
            for key in ("receive", "correct")
            for field in ("customer_text", "address_text", "phone_text")
        ),
    }
    for flow in FLOWS.values():
        for action in flow.actions:
            assert all(hasattr(FORMS[action.form], field) for field in action.private)


def faults(walk):
    from app import verification

    with walk.app.app_context():
        return [fault for check in verification.check() for fault in check.faults]


def asked(walk):
    """An order whose customer was asked something, and the events of it."""
    ref = walk.order(("P-DW-500", 24))
    walk.do("sales", ref, "start_review")
    return walk.do(
        "sales", ref, "ask_customer", question="Is Mrs Zhou still your buyer?", asked_by="phone"
    )


def test_words_about_people_can_be_erased_and_the_chain_holds(walk):
    from app.documents.paper.history import chain, facts
    from app.extensions import db
    from app.models.people.erasure import erase, words_about
    from app.models.records.sealing.erasable_words import entered
    from app.models.sales.order import Order

    def told(what, place=-1):
        return walk.look(ref, lambda order: what(order.history[place], order))

    ref = asked(walk)
    page = walk.browser("sales").get(f"/sales/{ref}").get_data(as_text=True)
    assert "Mrs Zhou" in page
    assert told(
        lambda event, _: "Zhou" not in event.body and event.data["question"].keys() == {"sha256"}
    )
    assert told(lambda event, _: "Mrs Zhou" in "".join(facts(entered(event))))
    assert (
        told(lambda event, order: chain(order, event.at)["events"][-1]["private"][0]["value"])
        == '"Is Mrs Zhou still your buyer?"'
    )
    assert not faults(walk)
    with walk.app.app_context():
        order = Order.find(ref)
        erase(
            order,
            {word.id for _, word in words_about(order) if word.field == "question"},
            reason="asked to by letter",
        )
        db.session.commit()
    page = walk.browser("sales").get(f"/sales/{ref}").get_data(as_text=True)
    assert "Mrs Zhou" not in page and "erased" in page
    assert told(lambda event, _: "erased" in "".join(facts(entered(event))), -2)
    assert told(lambda event, order: "private" not in chain(order, event.at)["events"][-1], -2)
    assert not faults(walk)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (
            "UPDATE private_word SET value = '\"Is it blue?\"' WHERE field = 'question'",
            "question of event 3 was altered",
        ),
        (
            "UPDATE private_word SET value = NULL WHERE field = 'question'",
            "question of event 3 is empty, but was not erased",
        ),
        (
            "DELETE FROM private_word WHERE field = 'question'",
            "question of event 3 is gone, but was not erased",
        ),
        (
            "UPDATE private_word SET field = 'asked_by' WHERE field = 'question'",
            "asked_by was added to it afterwards",
        ),
    ],
)
def test_altered_words_are_named(walk, harm, sentence):
    from app.extensions import db

    asked(walk)
    with walk.app.app_context():
        db.session.execute(db.text(harm))
        db.session.commit()
    assert any(fault.endswith(sentence) for fault in faults(walk)), faults(walk)


# What the dossier tells


def plain(cell):
    """A printed cell in both languages."""
    return (
        [plain(part) for part in cell.parts]
        if hasattr(cell, "parts")
        else [cell.zh, cell.en]
        if hasattr(cell, "zh")
        else cell
    )


def test_a_signed_step_reads_for_ever_as_it_was_signed(everywhere):
    from app.documents.dossier import steps
    from app.extensions import db

    ref = everywhere.refs["production", "running"]
    while everywhere.look(
        ref, lambda c: c.open_step.entry_type != "measure" or c.limits_of(c.open_step)[0] is None
    ):
        everywhere.sign(ref)
    number, limits = everywhere.look(ref, lambda c: (c.open_step.id, c.limits_of(c.open_step)))
    everywhere.sign(ref)

    def printed():
        rows = everywhere.look(
            ref, lambda c: [plain(cell) for row in steps(c).rows for cell in row]
        )
        page = everywhere.browser("operator").get(f"/production/{ref}").get_data(as_text=True)
        return rows, page.split('id="steps"')[1].split("</section>")[0]

    before = printed()
    low = format(limits[0].normalize(), "f")
    assert low in str(before[0]) and low in before[1]
    with everywhere.app.app_context():
        from app.models.master import SpecTest, WorkStep

        step = db.session.get(WorkStep, number)
        step.text_zh, step.text_en, step.parameter_en, step.lower, step.upper, step.uom = (
            "改",
            "changed",
            "other",
            998,
            999,
            "h",
        )
        for test in db.session.scalars(db.select(SpecTest)):
            test.lower, test.upper = 996, 997
        step.instruction.code = "WI-NEW"
        db.session.commit()
    rows, page = printed()
    assert rows == before[0]
    assert "changed" not in page and low in page


def from_stock(walk):
    """A card supplied with a lot that was made for stock; both refs come back."""
    made = stocked(walk)
    lot = walk.look(made, lambda card: card.lot_id)
    ref = walk.refs["production", "to_plan"]
    walk.do("planner", ref, "supply_from_stock", lot_id=lot, promised_date=day(3))
    walk.do("production_head", ref, "approve_plan")
    return ref, made


def test_the_dossier_tells_how_a_lot_from_stock_was_made(everywhere):
    from app.documents.dossier import documents_of
    from app.models.warehouse.suppliers_of import makers_of, records_of
    from app.screens.archive import index

    ref, made = from_stock(everywhere)
    tests = everywhere.look(made, lambda card: [sample.ref for sample in card.samples])
    records, papers = everywhere.look(
        ref,
        lambda card: (
            [r.ref for r in records_of(card.order)],
            {d.record.ref for d in documents_of(records_of(card.order))},
        ),
    )
    assert tests and {ref, made, *tests} <= set(records) and len(records) == len(set(records))
    assert {made, *tests} <= papers
    kept = everywhere.look(
        ref, lambda card: {d.record.ref for d in index.entry_of(card.order.ref).others}
    )
    assert {made, *tests} <= kept
    # a card that was made itself has no other maker
    assert everywhere.look(made, lambda card: makers_of([card])) == {}
    order = everywhere.look(ref, lambda card: card.order.ref)
    assert made in everywhere.browser("auditor").get(f"/archive/{order}").get_data(as_text=True)


# Receipt of the plan (2.3)


def test_every_department_finds_the_plans_it_has_to_acknowledge(walk):
    ref = walk.bring(walk.approved(("P-DW-500", 24))[0], "to_prepare")
    for role, department in (
        ("buyer", "purchasing"),
        ("quality_head", "quality"),
        ("storekeeper", "warehouse"),
        ("operator", "production"),
    ):
        browser, button = walk.browser(role), f'action="/{department}/{ref}/acknowledge_plan"'
        for page in ("/", f"/{department}/"):
            html = browser.get(page).get_data(as_text=True)
            assert 'id="receipts"' in html and button in html, (role, page)
        answer = walk.post(
            role, ref, "acknowledge_plan", department=department, next=f"/{department}/"
        )
        assert (answer.status_code, answer.location) == (303, f"/{department}/")
        for page in ("/", f"/{department}/"):
            assert 'id="receipts"' not in browser.get(page).get_data(as_text=True).replace(
                'id="receipts" hidden', ""
            )
    assert walk.look(ref, lambda card: card.departments_to_acknowledge()) == []


def test_nobody_is_asked_for_anothers_receipt(walk):
    walk.bring(walk.approved(("P-DW-500", 24))[0], "to_prepare")
    for role, page in (
        ("sales", "/"),
        ("planner", "/production/"),
        ("storekeeper", "/quality/"),
        ("auditor", "/quality/"),
    ):
        assert 'id="receipts"' not in walk.browser(role).get(page).get_data(as_text=True)


def test_a_plan_that_stock_supplies_is_acknowledged_too(everywhere):
    ref, made = from_stock(everywhere)
    assert f"/{ref}/acknowledge_plan" in everywhere.browser("buyer").get("/purchasing/").get_data(
        as_text=True
    )
    everywhere.do("buyer", ref, "acknowledge_plan")
    assert everywhere.look(ref, lambda card: "purchasing" not in card.departments_to_acknowledge())
    # what was made long ago and lies in stock asks nobody any more
    assert everywhere.look(made, lambda card: card.stage) == "in_stock"
    assert f"/{made}/acknowledge_plan" not in everywhere.browser("buyer").get(
        "/purchasing/"
    ).get_data(as_text=True)


def test_after_an_action_nobody_is_led_elsewhere(walk):
    ref = walk.bring(walk.approved(("P-DW-500", 24))[0], "to_prepare")
    answer = walk.post("buyer", ref, "acknowledge_plan", next="//elsewhere.example/")
    assert answer.location == f"/production/{ref}"


@pytest.mark.parametrize("stage", ["closed", "cancelled", "scrapped", "packed", "shipped"])
def test_a_card_that_is_over_owes_no_receipt(everywhere, stage):
    ref = everywhere.refs["production", stage]
    assert everywhere.look(ref, lambda card: card.departments_to_acknowledge()) == []
    page = everywhere.browser("auditor").get(f"/production/{ref}").get_data(as_text=True)
    plan = page[page.index('id="plan"') :] if 'id="plan"' in page else ""
    assert "Not yet" not in plan.split("</section>")[0]


def test_a_plant_says_itself_what_is_a_rush(walk):
    soon = {"lines-0-requested_date": (clock.today() + timedelta(days=5)).isoformat()}
    before = walk.order(**soon)
    values = {"rush_days": "5"}
    assert (
        walk.browser("admin").submit("/admin/settings/", version="0", **values).status_code == 303
    )
    after = walk.order(**soon)
    assert [walk.look(ref, lambda order: order.rush) for ref in (before, after)] == [False, True]
    page = walk.browser("sales").get(f"/sales/{after}", headers={"Accept-Language": "en"}).text
    assert "Rush: due within 5 days of receipt" in page
