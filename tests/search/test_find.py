"""Finding: a scanned or typed number leads to its page, any part of a name to its records."""

import re

import pytest

from app import clock
from app.extensions import db
from app.flow.documents import MATERIAL_SHEET
from app.models.records.papers.document import Document
from app.models.warehouse.stock import QUARANTINE, Lot
from app.screens.search.find import AT_MOST
from tests import around


@pytest.fixture
def plant(app, trail):
    """One approved order with an issued card, and a request of another customer."""

    def make():
        with app.app_context():
            around.open_plant()
            order = around.take_in(po="PO-100%_A")
            card = around.approve(order)[0]
            around.issue(card)
            request = around.take_in("C002", po="XX-1")
            db.session.commit()
            return {
                "order": order.number,
                "asked": order.request_no,
                "card": card.number,
                "lot": card.lot_no,
                "request": request.request_no,
            }

    return trail.follow("the plant of finding", make)


def found(answer):
    return re.findall(r'<li data-record="([^"]+)"', answer.text)


@pytest.mark.parametrize(
    "what,page",
    [
        ("order", "/sales/{order}"),
        ("asked", "/sales/{order}"),
        ("request", "/sales/{request}"),
        ("card", "/warehouse/{card}"),
        ("lot", "/warehouse/{card}"),
    ],
)
def test_a_whole_number_leads_straight_to_its_page(plant, login_as, what, page):
    browser = login_as("auditor")
    for typed in (plant[what], f" {plant[what].lower()} "):
        answer = browser.get("/find", query_string={"q": typed})
        assert (answer.status_code, answer.location) == (302, page.format(**plant))
    assert browser.get(answer.location).status_code == 200


def test_the_lot_of_a_finished_run_has_a_page_of_its_own(app, plant, login_as):
    with app.app_context():
        card = around.ProductionOrder.find(plant["card"])
        card.lot = Lot(
            lot_no="L-77", product=card.product, status=QUARANTINE, made_on=clock.today()
        )
        db.session.commit()
    for reader, department in (
        ("auditor", "warehouse"),
        ("storekeeper", "warehouse"),
        ("operator", "production"),
        ("planner", "production"),
    ):
        browser = login_as(reader)
        assert browser.get("/find?q=l-77").location == "/lots/L-77"
        assert f'href="/{department}/{plant["card"]}"' in browser.get("/lots/L-77").text, (
            "its card, where the reader has it on a board"
        )


def test_a_document_s_number_leads_to_the_document(app, plant, login_as):
    with app.app_context():
        card = around.ProductionOrder.find(plant["card"])
        names = [Document.queue(card, MATERIAL_SHEET).name for _ in range(2)]
        db.session.commit()
    assert names[1] == f"{names[0]}-r2"
    for name in names:
        assert login_as("auditor").get(f"/find?q={name.lower()}").location == f"/documents/{name}"


def test_while_somebody_types_nothing_is_opened(plant, login_as):
    answer = login_as("sales").get(
        "/find", query_string={"q": plant["card"]}, headers={"HX-Request": "true"}
    )
    assert (
        answer.status_code == 200
        and "<html" not in answer.text
        and found(answer) == [plant["card"]]
    )


@pytest.mark.parametrize(
    "q", ["海棠", "haitang", "HAITANG sample", "ｈａｉｔａｎｇ", "示例连", "po-100"]
)
@pytest.mark.on_both
def test_any_part_of_a_name_finds_it_in_any_width_and_case(plant, login_as, q):
    assert set(found(login_as("sales").get("/find", query_string={"q": q}))) == {
        plant["order"],
        plant["card"],
    }


@pytest.mark.on_both
def test_two_characters_of_a_product_find_its_orders_and_cards(plant, login_as):
    answer = login_as("sales").get("/find?q=洗洁")
    assert set(found(answer)) == {plant["order"], plant["card"], plant["request"]}
    assert re.findall(r'data-flow="(\w+)"', answer.text) == ["order", "production"]
    assert found(answer)[0] == plant["request"], "the newest comes first"


@pytest.mark.parametrize(
    "q,hit",
    [
        ("100%_A", True),
        ("100%%A", False),
        ("PO_100", False),
        ("\\", False),
        ("'", False),
        ("海南", False),
    ],
)
@pytest.mark.on_both
def test_signs_of_the_database_mean_themselves(plant, login_as, q, hit):
    answer = login_as("sales").get("/find", query_string={"q": q})
    assert bool(found(answer) and 'data-exact="true"' in answer.text) is hit


@pytest.mark.parametrize(
    "typed",
    [
        "http://plant.example:8000/find?q={card}",
        "https://plant.example/warehouse/{card}",
        "ｈｔｔｐ：／／plant.example／find？q={card}",
        "{year}-1-1",
        "1-1",
    ],
)
def test_a_scanned_address_and_a_number_written_short_open_the_card(plant, login_as, typed):
    assert plant["card"].endswith("-00001-1")
    answer = login_as("auditor").get(
        "/find", query_string={"q": typed.format(card=plant["card"], year=plant["card"][:4])}
    )
    assert (answer.status_code, answer.location) == (302, f"/warehouse/{plant['card']}")


@pytest.mark.parametrize(
    "scanned",
    [
        "http://[",
        "https://",
        "https://plant.example/",
        "http://plant.example/find?q=",
        "2026",
        "0",
        "99999-99",
    ],
)
def test_a_code_that_leads_nowhere_is_only_not_found(plant, login_as, scanned):
    assert login_as("auditor").get("/find", query_string={"q": scanned}).status_code == 200


@pytest.mark.on_both
def test_a_short_number_finds_its_order_and_cards(plant, login_as):
    assert {plant["order"], plant["card"]} <= set(found(login_as("sales").get("/find?q=1")))


@pytest.mark.parametrize(
    "q,near",
    [
        ("haitnag", True),
        ("haitng", True),
        ("haitaang", True),
        ("haivang", True),
        ("hatiang", True),
        ("aitang sampke", True),
        ("po-1o0", True),
        ("haiixng", False),
        ("haitaangg!", False),
        ("hzi", False),
        ("海糖", False),
    ],
)
@pytest.mark.on_both
def test_one_slip_in_a_word_of_letters_is_forgiven_and_said(plant, login_as, q, near):
    answer = login_as("sales").get("/find", query_string={"q": q})
    assert set(found(answer)) == ({plant["order"], plant["card"]} if near else set())
    assert 'data-exact="false"' in answer.text


def test_the_list_under_the_box_is_short_and_opens_nothing(app, plant, login_as):
    with app.app_context():
        for _ in range(9):
            around.take_in(po="MANY-PO")
        db.session.commit()
    answer = login_as("sales").get("/find?pick&q=many-po")
    assert "<html" not in answer.text and answer.text.count('role="option" id="option-order-') == 8
    assert 'href="/find?q=many-po"' in answer.text
    assert (
        login_as("operator").get("/find", query_string={"pick": "", "q": plant["card"]}).status_code
        == 200
    )


def test_nothing_asked_and_nothing_found_say_what_to_do(plant, login_as):
    browser = login_as("sales")
    assert 'data-count="0"' in browser.get("/find").text
    answer = browser.get("/find", query_string={"q": "<b>nirgends</b>"})
    assert "&lt;b&gt;nirgends" in answer.text and 'data-count="0"' in answer.text


@pytest.mark.on_both
def test_only_the_newest_of_all_kinds_are_shown(app, plant, login_as):
    with app.app_context():
        for _ in range(60):
            around.take_in(po="MANY-PO")
        db.session.commit()
    assert len(found(login_as("sales").get("/find?q=many-po"))) == AT_MOST
