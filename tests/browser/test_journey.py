"""The tour of the README: one order from the customer's call to its dossier, by the clicks of the
people it takes.

Nothing is prepared for it: it is done on the demo plant as `make run` serves it, by the real server
and its worker.
"""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from app import clock
from tests.browser.colleague import Colleague
from tests.played import played_plant
from tests.serving import House

README = Path(__file__).resolve().parents[2] / "README.md"
# The steps of the work instruction of laundry liquid: who signs, and who is the second person.
STEPS = (
    ("operator1", None),
    ("operator1", "super1"),
    ("operator1", None),
    ("operator1", "operator2"),
    ("operator1", None),
    ("operator1", None),
    ("operator1", None),
    ("operator1", None),
    ("operator1", None),
    ("inspector1", None),
    ("qhead1", "inspector1"),
    ("operator1", "inspector1"),
    ("operator1", None),
    ("operator1", None),
    ("operator1", "super1"),
    ("super1", None),
    ("operator1", "super1"),
)
HOT = 6  # the step at which it goes wrong


@pytest.fixture(scope="module")
def plant(template, tmp_path_factory):
    """The demo plant, run by the real server with its worker."""
    home = tmp_path_factory.mktemp("tour")
    played_plant(home)  # for its files
    house = House(home, template.copy_into(home, "tour"))
    with house.serving("--demo") as server:
        yield house, f"http://127.0.0.1:{server.port}"


@pytest.fixture
def people(plant, open_page):
    """``people("store1")``: somebody of the plant at their own browser, logged in when first
    asked for. Every other one reads English, so that the same order is passed from one language
    to the other.
    """
    came, log = {}, []

    def person(login):
        if login not in came:
            lang, other = ("zh_Hans_CN", "en"), ("en", "zh-CN")
            at = len(came) % 2
            # The browser asks for the other language: what the person chooses must hold.
            page = open_page(base_url=plant[1], locale=other[at], accept_downloads=True)
            came[login] = Colleague(page, login, lang[at], log).enter()
        return came[login]

    def rest(but=None):
        for login in came.keys() - {but}:
            came[login].rest()

    person.log, person.rest = log, rest
    return person


def test_one_order_from_the_call_to_its_dossier(plant, people):
    order, card = take_in(people)
    plan(people, card)
    people.rest()
    materials(people, card)
    people.rest(but="operator1")
    run(people, card)
    people.rest()
    inspect(people, card)
    shipment = ship(people, card)
    people("sales1").open("sales", shipment).act(
        "follow_up", "delivered", received_by="周示二", feedback="准时"
    )
    expect(people("sales1").find(order).record).to_have_attribute("data-stage", "fulfilled")
    dossier(people("auditor1"), order, card)
    verified = plant[0].run("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert_the_readme_tells_it(people.log)


def take_in(people):
    """Clauses 1.1 to 1.3."""
    clerk, due = people("sales1").board("sales"), clock.today() + timedelta(days=14)
    ref = clerk.create(
        "order",
        "receive",
        customer="C-001",
        channel="phone",
        message="洗衣液 2 kg 1800 瓶,两周后送到。",
        **{
            "lines-0-product_text": "P-LD-2K",
            "lines-0-quantity": 1800,
            "lines-0-requested_date": due,
        },
    )
    clerk.board("sales").next(ref, "start_review", "in_review")
    clerk.open("sales", ref).act(
        "approve",
        "approved",
        **dict.fromkeys(
            ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right"),
            True,
        ),
    )
    order = clerk.record.get_attribute("data-record")
    assert re.fullmatch(r"\d{4}-\d{5}", order)
    return order, f"{order}-1"


def plan(people, card):
    """Clauses 2.1 to 2.3."""
    people("planner1").open("production", card).act("draw_up", "consulting")
    people("store1").board("warehouse").next(card, "answer_warehouse", "consulting", in_time="yes")
    people("buyer1").open("purchasing", card).act("answer_purchasing", "plan_review", in_time="yes")
    people("head1").open("production", card).act("approve_plan", "to_prepare")


def materials(people, card):
    """Clauses 3.1 to 3.3."""
    people("store1").open("warehouse", card).act("start_preparing", "preparing").act("prepare")
    people("store2").open("warehouse", card).act("hand_over", "handed_over")
    people("operator1").open("production", card).act("accept_materials", "ready")


def run(people, card):
    """Clauses 4.1 to 4.3: the operator stays at the card's page, the others come to it when
    their name is on a step.
    """
    people("operator1").act("start", "running")
    for number, (first, second) in enumerate(STEPS, 1):
        if number == HOT:
            overheat(people, card)
        for login in filter(None, (first, second)):
            people(login).comes_to(card)
        people(first).sign()
        if second:
            people(second).act("countersign_step", "running")
        people.rest(but="operator1")
    people("operator1").act("finish", "to_inspect", good=1800, rejected=10, reject_reason="漏液")


def overheat(people, card):
    """A reading out of limits halts the run until the supervisor has dealt with it."""
    people("operator1").sign(80, then="halted")
    supervisor = people("super1").comes_to(card)
    expect(supervisor.record).to_have_attribute("data-stage", "halted")
    supervisor.record.locator("a.ref[href*='/A-']").first.click()
    expect(supervisor.record).to_have_attribute("data-record", re.compile("^A-"))
    supervisor.is_ready()
    supervisor.act("acknowledge", "acknowledged").act(
        "resolve", "resolved", measures="减慢加酸", safe=True
    )


def inspect(people, card):
    """Clauses 5.1 and 5.2."""
    inspector = (
        people("inspector1")
        .open("quality", card)
        .act("draw_sample", "inspecting", size=13, place="L1")
    )
    inspector.record.locator("a.ref[href*='/S-']").first.click()
    expect(inspector.record).to_have_attribute("data-record", re.compile("^S-"))
    inspector.is_ready()
    sample = inspector.record.get_attribute("data-record")
    inspector.act("start_testing", "testing").act("enter_results", conforming=True).act(
        "report", "reported"
    )
    people("qhead1").open("quality", sample).act("release", "released")


def ship(people, card):
    """Clauses 5.2 to 6.3."""
    store = people("store1").board("warehouse").next(card, "stock_in", "in_stock", zone="FG-N")
    panel = store.page.locator("#panel")
    store.page.locator(".board-head a[href$='/new/shipment/assemble']").click()
    value = panel.locator("label.choice", has_text=card).locator("input").get_attribute("value")
    panel.locator("[data-close]").last.click()
    shipment = store.create("shipment", "assemble", card_ids=value)
    store.open("warehouse", shipment).act(
        "pack", "to_confirm", packages=300, pallets=9, labelled=True
    )
    store.act(
        "confirm", "to_ship", confirmed_with="周示二", window="08:00-11:30", address_right=True
    )
    store.act("ship", "shipped", carrier="示例物流", vehicle="样A00001", driver="司机")
    return shipment


def dossier(auditor, order, card):
    """四: the order is found in the archive, and its dossier is taken away."""
    page = auditor.page
    page.locator("details.account summary").click()
    page.locator("details.account a[href='/archive/']").click()
    page.locator("[name=number]").fill(order)
    page.locator("form[data-screen] button.primary").click()
    page.locator(f"tr[data-order='{order}'] th a").click()
    expect(page.locator(f"[data-record='{card}']")).to_be_visible()
    link = page.locator(".page-head a.primary")
    number = link.get_attribute("href")
    # While the worker makes it, its page waits and then shows it by itself.
    expect(page.locator(f"a[href='{number}']").first).to_be_visible()
    answer = page.request.get(number)
    while answer.status == 202:
        answer = page.request.get(number)
    assert answer.headers["content-type"] == "application/pdf"
    with page.expect_download() as download:
        page.evaluate("url => location.assign(url)", f"{number}?download")
    pdf = PdfReader(io.BytesIO(Path(download.value.path()).read_bytes()))
    text = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert order in text and card in text
    auditor.done("dossier")


def assert_the_readme_tells_it(log):
    """The tour names every step in this order, each beside a person who took it."""
    told, person = [], None
    tour = README.read_text().split("## The tour")[1].split("\n## ")[0].split("\n1. ")[1]
    for login, label in re.findall(r"`([a-z]+\d)`|\*([A-Z][^*]+)\*", " ".join(tour.split())):
        person = login or person
        if label:
            told.append((person, label))
    done = list(dict.fromkeys(log))
    assert told == [step for step in done if step in told]
    assert {label for _, label in told} == {label for _, label in done}
