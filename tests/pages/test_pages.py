"""The pages people work in: each kind of record's page and each form renders in both languages
and says what it must.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.flow.flows import FLOWS
from app.models.people.user import User
from tests.pages.looking import reads, value_of, words
from tests.plants import STEPS
from tests.walk import PASSWORD

STAGES = [(flow.key, stage.key) for flow in FLOWS.values() for stage in flow.stages]
READERS = {
    "order": "sales",
    "production": "planner",
    "sample": "inspector",
    "shipment": "storekeeper",
    "requisition": "buyer",
    "anomaly": "supervisor",
    "handover": "operator",
    "disposition": "quality_head",
    "revision": "quality_head",
    "count": "storekeeper",
    "complaint": "sales",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_record_has_a_page_in_every_stage(standing, language):
    for flow, stage in STAGES:
        ref = standing.refs[flow, stage]
        answer = reads(standing, READERS[flow], language).get(f"/production/{ref}")
        assert answer.status_code == 200, (flow, stage)
        said = words(answer)
        assert "UTC+08:00" in said, "a time on screen has its zone"
        assert ref in said and "None" not in said and "Undefined" not in said, (
            flow,
            stage,
            said[:500],
        )
        assert not re.search(r"%\(\w+\)s|%%", said), (flow, stage, said[:500])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_that_is_offered_opens_in_both_languages(standing, language):
    opened = set()
    for (flow, stage), ref in standing.refs.items():
        for role, number in standing.people:
            browser = reads(standing, role, language, number)
            offers = standing.look(
                ref,
                lambda r, u=browser.user_id: [
                    o.action.key
                    for o in r.available_actions(person(u))
                    if o.action.asks_for_data and not o.refusal
                ],
            )
            for action in set(offers) - {key for f, key in opened if f == flow}:
                answer = browser.get(f"/production/{ref}/{action}")
                assert answer.status_code == 200, (flow, stage, action)
                said = words(answer)
                assert "None" not in said and not re.search(r"%\(\w+\)s|%%", said), (
                    action,
                    said[:400],
                )
                opened.add((flow, action))
    wanted = {
        "approve",
        "draw_up",
        "answer_warehouse",
        "approve_plan",
        "prepare",
        "accept_materials",
        "sign_step",
        "draw_sample",
        "enter_results",
        "release",
        "reject",
        "rework",
        "stock_in",
        "pack",
        "confirm",
        "ship",
        "follow_up",
        "resolve",
    }
    assert wanted <= {action for _, action in opened}


def person(user_id):
    from app.extensions import db

    return db.session.get(User, user_id)


# What a page answers


def test_an_order_under_review_shows_what_the_plant_finds_on_each_line(walk):
    ref = walk.order(("P-DW-500", 1000), ("P-XX-999", 5))
    said = words(reads(walk, "sales", "en").get(f"/sales/{ref}"))
    assert "Not full cases of 12: 4 units over" in said
    assert "Unknown product code" in said
    assert "请送货" in said  # the customer's own words


def test_a_card_shows_need_beside_stock_before_and_lots_after_picking(everywhere):
    before = words(
        everywhere.browser("planner").get(
            f"/production/{everywhere.refs['production', 'consulting']}"
        )
    )
    after = words(
        everywhere.browser("planner").get(
            f"/production/{everywhere.refs['production', 'preparing']}"
        )
    )
    assert "Free in stock" in before and "Missing" in before
    assert "Free in stock" not in after and "ML26-" in after


def test_a_running_card_shows_its_steps_and_who_has_to_sign(everywhere):
    ref = everywhere.refs["production", "running"]
    everywhere.sign(ref)
    said = words(everywhere.browser("operator").get(f"/production/{ref}"))
    assert (
        f"1 of {len(STEPS) - 1} signed" in said
    )  # the note is not signed and "Operator 1" in said and "Hold point" in said


def test_a_long_history_is_folded_after_the_ten_newest(everywhere):
    ref = everywhere.refs["production", "closed"]
    page = everywhere.browser("auditor").get(f"/sales/{ref}").get_data(as_text=True)
    newest, folded = page.split('<details class="older">')
    assert newest.count('id="event-') == 10
    assert folded.count('id="event-') > 10


def test_an_anomaly_counts_until_somebody_came(everywhere):
    open_one = words(
        everywhere.browser("supervisor").get(
            f"/production/{everywhere.refs['anomaly', 'reported']}"
        )
    )
    over = words(
        everywhere.browser("supervisor").get(
            f"/production/{everywhere.refs['anomaly', 'resolved']}"
        )
    )
    assert "Until acknowledged" in open_one and "Until resolved" not in open_one
    assert "Until resolved" in over and "sealed" in over


def test_a_problem_can_be_reported_from_the_page_of_what_it_concerns(everywhere):
    ref = everywhere.refs["production", "running"]
    page = everywhere.browser("operator").get(f"/production/{ref}").get_data(as_text=True)
    assert f"/production/new/anomaly/report?card={ref}" in page
    form = everywhere.browser("operator").get(f"/production/new/anomaly/report?card={ref}")
    assert value_of(form, "card_ref") == ref
    assert "new/anomaly" not in everywhere.browser("auditor").get(f"/production/{ref}").get_data(
        as_text=True
    )


def test_a_code_on_the_page_is_drawn_in_it(everywhere):
    page = (
        everywhere.browser("operator")
        .get(f"/production/{everywhere.refs['production', 'ready']}")
        .get_data(as_text=True)
    )
    assert re.search(
        r'<figure class="qr"><div role="img" aria-label="[^"]+"><svg viewBox="0 0 (\d+) \1">', page
    )


# Forms


def order_fields(**more):
    return {
        "customer_po": "PO-77",
        "channel": "phone",
        "message": "三行",
        "received_at": "2026-11-20T09:00",
        "lines-0-product_text": "P-DW-500",
        "lines-0-quantity": "6000",
        "lines-0-requested_date": "2026-12-09",
        **more,
    }


def test_a_line_is_added_without_a_script_and_nothing_is_lost(walk):
    browser = walk.browser("sales")
    answer = browser.submit("/sales/new/order/receive", **order_fields(address_id=1, add_line="1"))
    assert answer.status_code == 422
    assert value_of(answer, "message") == "三行" and value_of(answer, "customer_po") == "PO-77"
    assert (
        value_of(answer, "lines-0-product_text") == "P-DW-500"
        and value_of(answer, "lines-0-quantity") == "6000"
    )
    assert value_of(answer, "lines-1-product_text") == ""
    assert 'class="error"' not in answer.get_data(as_text=True)


def test_a_line_left_empty_is_no_line(walk):
    with walk.app.app_context():
        from app.models.master import CustomerAddress

        address = CustomerAddress.query.first().id
    fields = order_fields(address_id=address) | {
        "lines-1-product_text": "",
        "lines-1-quantity": "",
        "lines-1-requested_date": "",
        "lines-1-note": " ",
    }
    ref = walk.open("sales", "order", "receive", department="sales", **fields)
    assert walk.look(ref, lambda order: [line.product_text for line in order.lines]) == ["P-DW-500"]


def test_what_was_typed_stays_when_something_is_missing(walk):
    answer = walk.browser("sales").submit(
        "/sales/new/order/receive",
        **order_fields(address_id=1, message="", **{"lines-0-quantity": "-3"}),
    )
    assert answer.status_code == 422
    assert (
        value_of(answer, "lines-0-quantity") == "-3" and value_of(answer, "customer_po") == "PO-77"
    )
    assert answer.get_data(as_text=True).count('class="error"') >= 2


def test_the_customers_message_is_shown_but_never_changed_by_a_correction(walk):
    ref = walk.order(("P-DW-500", 6000))
    form = reads(walk, "sales", "en").get(f"/sales/{ref}/correct")
    assert "请送货" in words(form) and 'name="message"' not in form.get_data(as_text=True)
    address = walk.look(ref, lambda order: order.address_id)
    walk.do(
        "sales",
        ref,
        "correct",
        **order_fields(address_id=address, message="forged", **{"lines-0-quantity": "7200"}),
    )
    assert walk.look(ref, lambda order: (order.message, order.lines[0].quantity)) == (
        "请送货",
        7200,
    )


def test_the_planner_sees_places_and_needs(everywhere):
    said = words(
        everywhere.browser("planner").get(
            f"/production/{everywhere.refs['production', 'to_plan']}/draw_up"
        )
    )
    assert "Materials on Line" in said and "Need" in said and "wash-out level" in said


def test_another_place_fills_the_form(walk):
    ref = walk.card("to_plan", product="P-DW-500")
    page = walk.browser("planner").get(f"/production/{ref}/draw_up").get_data(as_text=True)
    for line in re.findall(r'href="\?line=(\d+)"', page):
        other = (
            walk.browser("planner")
            .get(f"/production/{ref}/draw_up?line={line}")
            .get_data(as_text=True)
        )
        assert re.search(rf'<option selected value="{line}"', other)


def test_a_sheet_keeps_what_was_weighed_when_one_line_is_wrong(everywhere):
    ref = everywhere.refs["production", "preparing"]
    fields = everywhere.prepared(ref)
    fields["picks-1-quantity"] = "heavy"
    fields["picks-0-quantity"] = "1.25"
    answer = everywhere.post("storekeeper", ref, "prepare", **fields)
    assert answer.status_code == 422
    assert (
        value_of(answer, "picks-1-quantity") == "heavy"
        and value_of(answer, "picks-0-quantity") == "1.25"
    )


def test_a_refused_form_comes_back_as_it_was_filled_in_where_it_can_still_be_sent(everywhere):
    """The floor's tablets have no script that would keep it."""
    ref = everywhere.refs["order", "in_review"]
    everywhere.do(("sales", 2), ref, "decline_line", line_no=1, reason="not made any more")
    stale = everywhere.look(ref, lambda order: order.version) - 1
    answer = everywhere.post(
        "sales",
        ref,
        "ask_customer",
        department="sales",
        version=stale,
        question="which colour, <red>?",
        asked_by="email",
    )
    assert (answer.status_code, value_of(answer, "question")) == (409, "which colour, <red>?")
    assert re.search(
        r'class="notice bad" role="alert">.*Declined? a line|declined a line',
        answer.text,
        re.I | re.S,
    )
    assert re.search(
        r'<option selected value="email"|<input checked[^>]*value="email"', answer.text
    )
    again = everywhere.browser("sales").post(
        f"/sales/{ref}/ask_customer",
        data={
            "question": "which colour?",
            "asked_by": "email",
            **{name: value_of(answer, name) for name in ("version", "key")},
        },
    )
    assert again.status_code == 303 and everywhere.look(ref) == "awaiting_customer"


def test_a_refused_form_that_cannot_be_sent_any_more_leaves_its_words_to_copy(everywhere):
    ref = everywhere.refs["order", "in_review"]
    version = everywhere.look(ref, lambda order: order.version)
    everywhere.do(("sales", 2), ref, "decline", reason="no capacity")
    answer = everywhere.post(
        "sales",
        ref,
        "ask_customer",
        department="sales",
        version=version,
        question="which colour?",
        asked_by="email",
    )
    assert answer.status_code == 409 and 'data-stage="declined"' in answer.text
    assert "What you entered" in words(answer) and "which colour?" in words(answer)
    card = everywhere.refs["production", "ready"]
    signed = everywhere.post("quality_head", card, "scrap", reason="smells", witness="the store")
    assert (
        "smells" in words(signed) and "the store" in words(signed) and PASSWORD not in signed.text
    )
    empty = everywhere.post("sales", ref, "start_review", department="sales")
    assert empty.status_code == 409 and "What you entered" not in words(empty)


def test_a_refused_creation_keeps_what_was_filled_in(walk):
    here = walk.card("in_stock", quantity=24)
    away = walk.card("in_stock", quantity=24, customer="C-001")
    chosen = [walk.look(ref, lambda card: card.id) for ref in (here, away)]
    answer = walk.browser("storekeeper").submit("/warehouse/new/shipment/assemble", card_ids=chosen)
    assert answer.status_code == 409 and "choose cards that share it" in words(answer)
    assert [
        n for n in chosen if re.search(rf'<input[^>]* value="{n}" checked', answer.text)
    ] == chosen


def test_accepting_as_prepared_is_what_the_sheet_proposes(everywhere):
    page = (
        everywhere.browser("operator")
        .get(f"/production/{everywhere.refs['production', 'handed_over']}/accept_materials")
        .get_data(as_text=True)
    )
    assert (
        page.count('type="radio" value="yes"')
        == len(re.findall(r'<input checked[^>]*type="radio" value="yes"', page))
        > 3
    )


def test_a_reading_is_asked_for_with_its_limits_and_unit(everywhere):
    ref = everywhere.refs["production", "running"]
    while everywhere.look(ref, lambda card: card.open_step.entry_type) != "measure":
        everywhere.sign(ref)
    role = everywhere.look(ref, lambda card: card.open_step.role)
    page = everywhere.browser(role).get(f"/production/{ref}/sign_step").get_data(as_text=True)
    assert (
        re.search(r'hx-get="/figures/reading\?[^"]*(lower|upper)=[\d.]+&amp;[^"]*uom=\w', page)
        and re.search(r'<span class="unit">\w', page)
        and 'class="instruction"' in page
    )


def test_cards_to_ship_stand_by_the_address_they_go_to(everywhere):
    said = words(everywhere.browser("storekeeper").get("/warehouse/new/shipment/assemble"))
    assert everywhere.refs["production", "in_stock"] in said


# Boards


@pytest.mark.parametrize(
    "department", ["sales", "production", "purchasing", "warehouse", "quality"]
)
def test_a_board_says_what_matters_and_how_to_report_a_problem(standing, department):
    page = standing.browser("supervisor").get(f"/{department}/").get_data(as_text=True)
    assert 'id="board-summary"' in page
    assert f"/{department}/new/anomaly/report" in page
    assert "new/anomaly" not in standing.browser("auditor").get(f"/{department}/").get_data(
        as_text=True
    )


def test_an_empty_column_says_how_cards_come_there(walk):
    assert "Cards come by “Take in an order”" in words(walk.browser("sales").get("/sales/"))


def test_an_onlooker_is_told_so(standing):
    assert "You are looking on" in words(standing.browser("auditor").get("/quality/"))
    assert "You are looking on" not in words(standing.browser("inspector").get("/quality/"))


def test_no_field_takes_the_name_of_the_servers_sentence(standing):
    for path in (
        "/sales/new/order/receive",
        f"/sales/{standing.refs['order', 'in_review']}/correct",
    ):
        assert 'id="message"' not in standing.browser("sales").get(path).get_data(as_text=True)


def test_the_review_shows_what_it_asks_to_confirm(walk):
    """Clause 1.2: message, address and payment terms stand above the boxes, in the dialog too."""
    ref = walk.order(("P-DW-500", 24), message="请送到后门,月底结款", customer="C-002")
    walk.do("sales", ref, "start_review")
    page = words(reads(walk, "sales", "en").get(f"/sales/{ref}/approve"))
    address = walk.look(ref, lambda order: order.address.address_en)
    assert "请送到后门,月底结款" in page and address in page and "net 30" in page


def test_a_card_and_a_shipment_list_the_papers_that_belong_to_them(everywhere):
    card, shipment = everywhere.refs["production", "closed"], everywhere.refs["shipment", "shipped"]
    page = everywhere.browser("auditor").get(f"/production/{card}").get_data(as_text=True)
    assert "Quality inspection report" in page and "Delivery note" in page
    page = everywhere.browser("auditor").get(f"/warehouse/{shipment}").get_data(as_text=True)
    assert "Quality inspection report" in page and "Delivery note" in page


def test_ages_are_told_in_one_form_of_words(everywhere):
    from app import clock

    clock.set_clock(datetime.now(UTC) + timedelta(days=4, hours=3))
    try:
        for language, form in (("en", "4 d"), ("zh", "4天")):
            for path in ("/", "/sales/", f"/production/{everywhere.refs['anomaly', 'reported']}"):
                assert form in reads(everywhere, "sales", language).get(path).get_data(
                    as_text=True
                ), (language, path)
    finally:
        clock.set_clock(None)
