"""A stranger's own plant: from `make install` on an empty home, by the words of its pages alone, to
the dossier of its first order. Clicks and keys are counted.
"""

import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from app import clock
from tests.browser.colleague import fill
from tests.browser.own_plant import CLICK, ENTRIES, KEY, LOTS, PASSWORD, STAFF, Owner
from tests.serving import House

HOUR = 3600


@pytest.fixture
def people(tmp_path, open_page):
    """``people("anna")``: somebody of the plant at their own browser; anna is its administrator,
    and there is nobody and nothing else.
    """
    house, came = House(tmp_path, f"sqlite:///{tmp_path}/washline.sqlite3"), {}
    house.run("create-admin", "anna", "--name", "Anna", "--password-stdin", given=PASSWORD)
    with house.serving() as server:

        def person(login):
            if login not in came:
                page = open_page(base_url=f"http://127.0.0.1:{server.port}", locale="en")
                came[login] = Owner(page, login).enter()
            return came[login]

        person.came = came
        yield person


def test_an_empty_home_makes_its_first_order_within_an_hour(people):
    """By the pages' own words; of clicks and keys, as README says it."""
    set_up(people("anna"))
    dossier_of(people, order_of(people))
    counted = [person.counted() for person in people.came.values()]
    clicks, keys = (sum(each) for each in zip(*counted, strict=True))
    seconds = clicks * CLICK + keys * KEY
    print(f"{clicks} clicks, {keys} keys, about {seconds / 60:.0f} minutes")
    assert clicks > 200 and keys > 500, "they are counted"
    assert seconds < HOUR


def set_up(anna):
    """Follow the first steps until the home page speaks of them no more."""
    anna.go("/admin/start/")
    expect(anna.page.locator("main")).to_contain_text("nothing can be planned")
    for login, roles in STAFF.items():
        anna.adds("/admin/users/new", login=login, name=login, roles=roles, password=PASSWORD)
    for table, said in ENTRIES:
        anna.adds(f"/admin/master/{table}/new", **said)
    bring_stock(anna.go("/admin/start/"))
    # What is entered stands behind its number: the formula, its lines being there, is approved.
    anna.go("/admin/start/", "/admin/master/formula", "/admin/master/formula/1")
    anna.saves(status="approved")
    anna.page.locator("a[href='/']").first.click()
    expect(anna.page.locator("main h1")).to_be_visible()
    expect(anna.page.locator("main a[href='/admin/start/']")).to_have_count(0)


def bring_stock(anna):
    """The opening stock comes by its file to fill in."""
    with anna.page.expect_download() as download:
        anna.page.locator("a[href^='/import/export/lots']").click()
    anna.go("/import/?kind=lots")
    form = anna.page.locator("main form.form").first
    name, content = download.value.suggested_filename, filled_in(anna, download.value.path())
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    form.locator("[type=file]").first.set_input_files(file)
    form.locator("button.primary").first.click()
    anna.page.locator("form[action$='/take'] button.primary").click()
    expect(anna.page.locator("main")).to_contain_text(f"Taken in: {len(LOTS)} new")


def filled_in(anna, path):
    """The file with the lots below its heads; each cell counts as what is typed into it."""
    book, day = openpyxl.load_workbook(io.BytesIO(Path(path).read_bytes())), clock.today()
    for lot, material, qty, unit, zone in LOTS:
        dates = (str(day - timedelta(days=3)), str(day + timedelta(days=600)))
        cells = (lot, material, qty, unit, *dates, "released", "", zone)
        book.active.append(cells)
        anna.typed(sum(len(str(cell)) + 1 for cell in cells))
    book.save(filled := io.BytesIO())
    return filled.getvalue()


def order_of(people):
    """From the call to the plan, to the materials and the run; return the card."""
    bo = people("bo").board("sales")
    due = clock.today() + timedelta(days=14)
    line = {"product_text": "P1", "quantity": 1200, "requested_date": due}
    ref = bo.create(
        "order",
        "receive",
        customer="C1",
        channel="phone",
        message="1200 bottles, please",
        **{f"lines-0-{name}": value for name, value in line.items()},
    )
    bo.board("sales").next(ref, "start_review", "in_review")
    points = ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right")
    bo.open("sales", ref).act("approve", "approved", **dict.fromkeys(points, True))
    card = f"{bo.record.get_attribute('data-record')}-1"
    bo.open("production", card).act("draw_up", "consulting")
    deng = people("deng").board("warehouse")
    deng.next(card, "answer_warehouse", "consulting", in_time="yes")
    bo.open("purchasing", card).act("answer_purchasing", "plan_review", in_time="yes")
    people("chen").open("production", card).act("approve_plan", "to_prepare")
    deng.open("warehouse", card).act("start_preparing", "preparing").act("prepare")
    people("fei").open("warehouse", card).act("hand_over", "handed_over")
    gao = people("gao").open("production", card).act("accept_materials", "ready")
    gao.act("start", "running").sign()
    gao.act("finish", "to_inspect", good=1200, rejected=0)
    return card


def dossier_of(people, card):
    """Inspected, shipped, followed up: its dossier is filed."""
    fei = people("fei").open("quality", card)
    fei.act("draw_sample", "inspecting", size=3, place="L1")
    fei.record.locator("a.ref[href*='/S-']").first.click()
    expect(fei.record).to_have_attribute("data-record", re.compile("^S-"))
    fei.is_ready()
    sample = fei.record.get_attribute("data-record")
    fei.act("start_testing", "testing").act("enter_results", conforming=True)
    fei.act("report", "reported")
    people("chen").open("quality", sample).act("release", "released")
    store = people("deng").board("warehouse").next(card, "stock_in", "in_stock", zone="FG")
    panel = store.page.locator("#panel")
    store.page.locator(".board-head a[href$='/new/shipment/assemble']").click()
    value = panel.locator("label.choice", has_text=card).locator("input").get_attribute("value")
    panel.locator("[data-close]").last.click()
    shipment = store.create("shipment", "assemble", card_ids=value)
    store.open("warehouse", shipment)
    store.act("pack", "to_confirm", packages=100, pallets=1, labelled=True)
    store.act("confirm", "to_ship", confirmed_with="Li", window="08:00-11:30", address_right=True)
    store.act("ship", "shipped", carrier="Li", vehicle="A1", driver="Wu")
    bo, order = people("bo"), card.rsplit("-", 1)[0]
    bo.open("sales", shipment).act("follow_up", "delivered", received_by="Li", feedback="fine")
    expect(bo.find(order).record).to_have_attribute("data-stage", "fulfilled")
    bo.go("/archive/", f"/archive/{order}")
    answer = bo.page.request.get(bo.page.locator(".page-head a.primary").get_attribute("href"))
    while answer.status == 202:  # the worker makes it
        answer = bo.page.request.get(answer.url)
    assert answer.headers["content-type"] == "application/pdf"
