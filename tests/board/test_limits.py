"""How many may stand in a stage and for how long: what is set, what is shown, what is refused,
and who goes over it.
"""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from flask import g

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.models.people.user import User
from app.models.records.event import Event, broken_links
from app.models.records.kinds import record_of
from app.models.records.rules.stage_settings import StageSetting
from app.screens.wall import page_cache
from tests import around

TO_BOARD = {"X-Board": "sales", "HX-Request": "true"}


@pytest.fixture
def limit(app):
    """``limit("order", "in_review", hard=1)`` as an administrator's change would."""

    def change(flow, stage, **values):
        with app.app_context():
            what = FLOWS[flow].stage(stage)
            version = StageSetting.of(FLOWS[flow], what).version
            StageSetting.change(
                FLOWS[flow],
                what,
                by=None,
                version=version,
                **{"ages_after": None, "soft": None, "hard": None} | values,
            )
            db.session.commit()

    return change


@pytest.fixture
def line(app, trail):
    """A card that is ready to start, while another one runs elsewhere; their numbers."""

    def make():
        with app.app_context():
            around.open_plant()
            two = (("P-DW-500", 600), ("P-DW-500", 900))
            runs, ready = around.approve(around.take_in(lines=two))
            around.set_back(runs, "running")
            around.issue(ready)
            around.set_back(ready, "ready")
            for card in (runs, ready):
                card.touch()
            db.session.commit()
            return runs.ref, ready.ref

    return trail.follow("one runs, one is ready", make)


def look(app, ref, what):
    with app.app_context():
        return what(record_of(ref))


def column(page, flow, stage):
    return re.search(
        rf'<section class="column[^>]*id="column-{flow}-{stage}".*?</section>', page, re.S
    )[0]


def begin(browser, ref, headers=None, **fields):
    return browser.submit(f"/sales/{ref}/start_review", headers, version=1, **fields)


def start(browser, ref, version, **fields):
    return browser.submit(f"/production/{ref}/start", version=version, **fields)


# Soft and hard


def test_a_soft_limit_is_shown_and_warns(orders, login_as, limit):
    limit("order", "in_review", soft=1)
    clerk = login_as("sales", language="en")
    head = column(clerk.get("/sales/").text, "order", "in_review")
    assert (
        'data-count="0" data-limit="1"' in head
        and 'class="limit">/1<' in head
        and "at-limit" not in head
    )
    assert "over its limit" not in begin(clerk, orders[0], TO_BOARD).text
    assert "At its limit" in column(clerk.get("/sales/").text, "order", "in_review")
    answer = begin(clerk, orders[1], TO_BOARD)
    assert answer.status_code == 200 and "“In review” is now over its limit of 1." in answer.text
    head = column(answer.text, "order", "in_review")
    assert 'data-count="2" data-limit="1"' in head and "Over 1" in head and "#i-risk" in head
    # A filter shows fewer cards, not another limit.
    head = column(clerk.get("/sales/?late=1").text, "order", "in_review")
    assert 'data-count="0"' in head and 'class="limit">2/1<' in head


@pytest.mark.on_both
def test_a_full_stage_refuses_and_says_so_before(app, orders, login_as, limit):
    limit("order", "in_review", hard=1)
    clerk = login_as("sales", language="en")
    stale = clerk.get("/sales/").text
    assert "is full" not in stale
    # Whoever fills the stage sees at once that the others cannot follow.
    filled = column(begin(clerk, orders[0], TO_BOARD).text, "order", "received")
    assert filled.count("is full (1 of 1)") == filled.count('class="next"') == 2
    answer = begin(clerk, orders[1], TO_BOARD)
    assert (
        answer.status_code == 409
        and "“In review” is full (1 of 1). Finish one there first" in answer.text
    )
    assert look(app, orders[1], lambda order: (order.stage, order.version)) == ("received", 1)
    page = unescape(clerk.get("/sales/").text)
    assert "Full" in column(page, "order", "in_review")
    waiting = column(page, "order", "received")
    assert (
        waiting.count("is full (1 of 1)") == 2
        and waiting.count('class="next"') == waiting.count('aria-disabled="true"') == 2
    )
    assert 'data-drops=\'[["in_review","start_review",{"refusal":true}]' in waiting
    page = clerk.get(f"/sales/{orders[1]}").text
    assert "is full (1 of 1)" in page and re.search(r"<button[^>]* disabled>Start the review", page)
    assert clerk.get(f"/sales/{orders[1]}/start_review").status_code == 409
    assert "start_review" not in re.findall(r'data-action="(\w+)"', clerk.get("/").text)
    # What comes from outside is never turned away, and what goes back makes room.
    assert clerk.submit(f"/sales/{orders[0]}/decline", version=2, reason="twice").status_code == 303
    assert begin(clerk, orders[1]).status_code == 303


def test_what_nobody_makes_first_is_refused_before_its_form_and_an_order_never(
    app, orders, login_as, limit
):
    limit("production", "to_plan", hard=1)
    with app.app_context():
        around.approve(record_of(orders[0]))
        db.session.commit()
    assert (
        login_as("planner", language="en")
        .get("/production/new/production/make_to_stock")
        .status_code
        == 409
    )
    assert (
        login_as("production_head", "planner")
        .get("/production/new/production/make_to_stock")
        .text.count('name="over_limit"')
        == 1
    )
    # Cards of a customer's order follow it in.
    with app.app_context():
        assert around.approve(record_of(orders[1]))[0].stage == "to_plan"


def test_a_stage_that_lets_in_whatever_comes_can_have_no_hard_limit(app, orders, login_as):
    admin = login_as("admin", language="en")
    assert 'name="hard"' not in admin.get("/admin/stages/order/received").text
    answer = admin.submit("/admin/stages/order/received", soft="2", hard="3", version="0")
    assert answer.status_code == 303
    with app.app_context():
        assert StageSetting.of(FLOWS["order"], FLOWS["order"].stage("received")).hard is None
        around.take_in(po="PO-9")
        db.session.commit()
    assert "Over 2" in column(
        login_as("sales", language="en").get("/sales/").text, "order", "received"
    )


# Over it


@pytest.mark.on_both
def test_only_a_named_role_goes_over_and_its_reason_is_recorded(app, line, login_as, limit, rows):
    limit("production", "running", hard=1)
    _runs, ready = line
    version = look(app, ready, lambda card: card.version)
    operator = login_as("operator", language="en")
    answer = start(operator, ready, version, over_limit="because I say so")
    assert answer.status_code == 409
    assert (
        "“Running” is full (1 of 1). Finish one there first; with a reason it can be done by: "
        "Production supervisor." in unescape(answer.text)
    )
    assert 'name="over_limit"' not in answer.text

    supervisor = login_as("supervisor", language="en")
    card = column(supervisor.get("/production/").text, "production", "ready")
    assert '["running","start",{"form":true}]' in card and "aria-disabled" not in card
    form = supervisor.get(f"/production/{ready}/start")
    assert form.status_code == 200 and "You may go over the limit; say why." in form.text
    answer = start(supervisor, ready, version)
    assert answer.status_code == 422 and 'id="over_limit-error"' in answer.text
    assert look(app, ready, lambda card: card.stage) == "ready"
    assert start(supervisor, ready, version, over_limit="Line 4 is free").status_code == 303
    assert "Over 1" in column(supervisor.get("/production/").text, "production", "running")
    event = look(app, ready, lambda card: card.history[-1])
    assert event.data["over_limit"] == {
        "reason": "Line 4 is free",
        "count": 1,
        "limit": 1,
        "role": "supervisor",
    }
    with (
        app.app_context()
    ):  # the page of a run shows its work instruction, which this plant has not
        around.set_back(record_of(ready), "ready")
        db.session.commit()
    assert (
        "1 of 1 stood there; Production supervisor: Line 4 is free"
        in supervisor.get(f"/production/{ready}").text
    )
    assert (
        "当时已有1件，上限1件；生产主管：Line 4 is free"
        in login_as("auditor", language="zh_Hans_CN").get(f"/production/{ready}").text
    )
    with app.app_context():
        assert list(broken_links()) == []


def test_a_stage_found_while_it_is_done_asks_for_the_reason_then(app, line, login_as, limit):
    """Where a plan leads only its approval knows: the form comes back with the question."""
    limit("production", "on_hold", soft=1)
    limit("production", "ready", hard=1)
    _, ready = line
    planner = login_as("planner", language="en")
    head = login_as("production_head", "planner", language="en")
    version = look(app, ready, lambda card: card.version)
    assert (
        planner.submit(f"/production/{ready}/hold", version=version, reason="wait").status_code
        == 303
    )
    with app.app_context():
        other = record_of(line[0])
        around.set_back(other, "ready")
        db.session.commit()
    warned = head.get(f"/production/{ready}/resume")
    assert (
        warned.status_code == 200
        and "Should this lead to “Ready to start”: it is full (1 of 1)." in warned.text
    )
    refused = planner.submit(f"/production/{ready}/resume", version=version + 1)
    assert refused.status_code == 409 and "“Ready to start” is full (1 of 1)" in refused.text
    asked = head.submit(f"/production/{ready}/resume", version=version + 1)
    assert (
        asked.status_code == 422
        and 'name="over_limit"' in asked.text
        and "You may go over the limit" in asked.text
    )
    assert (
        head.submit(
            f"/production/{ready}/resume", version=version + 1, over_limit="rush"
        ).status_code
        == 303
    )
    assert look(app, ready, lambda card: card.history[-1].data["over_limit"]["reason"]) == "rush"


def test_without_need_no_reason_is_recorded(app, line, login_as, limit):
    limit("production", "running", hard=2)
    version = look(app, line[1], lambda card: card.version)
    assert (
        start(login_as("supervisor"), line[1], version, over_limit="just in case").status_code
        == 303
    )
    assert "over_limit" not in look(app, line[1], lambda card: card.history[-1].data)


def test_a_halt_is_never_stopped_by_a_limit(app, line, login_as, limit):
    limit("production", "halted", soft=1)
    with app.app_context():
        assert not FLOWS["production"].can_be_full(FLOWS["production"].stage("halted"))
        around.set_back(record_of(line[1]), "halted")
        db.session.commit()
        record_of(line[0]).perform("halt", by=around.person("operator"), anomaly="A-1")
        db.session.commit()
    assert look(app, line[0], lambda card: card.stage) == "halted"


# Ageing


def test_the_plants_own_ageing_marks_cards_everywhere(app, orders, login_as, limit):
    with app.app_context():
        around.set_back(record_of(orders[0]), since=clock.now() - timedelta(hours=3))
        db.session.commit()
        number = record_of(orders[0]).id
    clerk = login_as("sales", language="en")

    def marks():
        article = re.search(
            rf'<article class="([^"]*)" id="card-order-{number}".*?</article>',
            clerk.get("/sales/").text,
            re.S,
        )
        return (
            "old" in article[1].split(),
            'class="aged"' in article[0],
            f'data-record="{orders[0]}" data-trouble="waiting"' in clerk.get("/").text,
            "Too long here" in clerk.get(f"/sales/{orders[0]}").text,
        )

    assert marks() == (False,) * 4
    limit("order", "received", ages_after=120)
    assert marks() == (True,) * 4
    limit("order", "received", ages_after=240)
    assert marks() == (False,) * 4


# The wall


def test_a_wall_shows_the_limit_with_a_word(app, orders, login_as, limit):
    limit("order", "received", soft=2)
    with app.test_request_context():
        g.language = "en"
        keeper = db.session.scalars(db.select(User)).first()
        page = "".join(
            page_cache.screens(SimpleNamespace(layouts=["sales"], unit=3.0, paired_by=keeper))
        )
    page = " ".join(page.split())
    received = re.search(r'<section class="column" data-stage="received".*?</header>', page, re.S)[
        0
    ]
    assert (
        'data-count="3" data-limit="2"' in received
        and "3<small>/2</small>" in received
        and "Over 2" in received
    )


# The settings


@pytest.mark.on_both
def test_settings_are_changed_on_record_and_read_by_the_auditor(app, orders, login_as, rows):
    admin = login_as("admin", language="en")
    page = "/admin/stages/production/ready"
    assert (
        "too long after 2 d" in admin.get(page).text
        and "Production head / Production supervisor" in admin.get(page).text
    )
    assert (
        admin.submit(page, ages_after="1.5", unit="h", soft="4", hard="6", version="0").status_code
        == 303
    )
    assert (
        admin.submit(page, ages_after="", unit="h", soft="4", hard="6", version="1").status_code
        == 303
    )
    assert (
        admin.submit(page, ages_after="2", unit="d", soft="", hard="", version="1").status_code
        == 409
    )
    assert (
        admin.submit(page, ages_after="", unit="d", soft="4", hard="6", version="2").status_code
        == 303
    )
    changes = [e for e in rows(Event) if e.flow == "stage_setting"]
    assert [(e.action, e.role, e.actor_id) for e in changes] == [
        ("change", "admin", admin.user_id)
    ] * 2
    assert changes[0].data == {
        "of": "production",
        "stage": "ready",
        "ages_after": {"old": None, "new": 90},
        "soft": {"old": None, "new": 4},
        "hard": {"old": None, "new": 6},
    }
    auditor = login_as("auditor", language="en")
    text = auditor.get(page).text
    assert (
        "Old after: – → 90 min Soft limit: – → 4 Hard limit: – → 6" in text
        and "<form" not in text.split("<main")[1].split("</main>")[0]
    )
    row = re.search(
        r'data-stage="production.ready".*?</tr>', auditor.get("/admin/stages/").text, re.S
    )[0]
    assert 'class="count">0<' in row and "/6<" in row
    with app.app_context():
        assert list(broken_links()) == []


@pytest.mark.parametrize(
    "wrong,en,zh",
    [
        (
            {"soft": "5", "hard": "4"},
            "The hard limit is below the soft one.",
            "硬性上限低于提醒上限。",
        ),
        ({"hard": "0"}, "Between 1 and 9999", "请填1到9999"),
        ({"soft": "many"}, "Write a whole number, or leave this empty.", "请填整数，或留空。"),
        ({"ages_after": "0.3", "unit": "min"}, "Write whole minutes.", "请填整分钟。"),
        (
            {"ages_after": "400", "unit": "d"},
            "Between one minute and a year.",
            "请填一分钟到一年。",
        ),
    ],
)
def test_what_makes_no_sense_is_said_in_both_languages(login_as, wrong, en, zh):
    for language, sentence in (("en", en), ("zh_Hans_CN", zh)):
        fields = {"ages_after": "", "unit": "h", "soft": "", "hard": "", "version": "0"} | wrong
        answer = login_as("admin", language=language).submit(
            "/admin/stages/production/ready", **fields
        )
        assert answer.status_code == 422 and sentence in answer.text
    assert login_as("admin").get("/admin/stages/production/closed").status_code == 404


def test_nothing_is_taken_back_into_a_stage_that_has_filled_up(app, login_as, orders, limit):
    limit("order", "in_review", hard=1)
    clerk = login_as("sales")
    begin(clerk, orders[0])
    assert (
        clerk.submit(
            f"/sales/{orders[0]}/ask_customer", version=2, question="which?", asked_by="phone"
        ).status_code
        == 303
    )
    begin(clerk, orders[1])
    answer = clerk.submit(f"/sales/{orders[0]}/undo_ask_customer", version=3)
    assert answer.status_code == 409 and "此时已满" in answer.text
    assert [look(app, ref, lambda order: order.stage) for ref in orders] == [
        "awaiting_customer",
        "in_review",
        "received",
    ]
