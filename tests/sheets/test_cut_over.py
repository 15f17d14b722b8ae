"""The cut-over (期初): open orders come in at the stage in which they stand on paper."""

import csv
import io
from datetime import timedelta
from urllib.parse import unquote

import pytest

from app import clock, verification
from app.documents import dossier
from app.documents.paper.history import BEFORE
from app.extensions import db
from app.models.people.user import User
from app.models.records.kinds import record_of
from app.models.records.papers.document import Document
from app.models.warehouse.stock import Lot
from tests import application
from tests.sheets.conftest import work
from tests.walk import Walk

ENGLISH = {"Accept-Language": "en"}
HEADS = [
    "order_number",
    "line_no",
    "customer",
    "customer_po",
    "product",
    "quantity",
    "requested_date",
    "stage",
    "lot_number",
    "made_on",
    "zone",
    "shipped_quantity",
    "lot_quantity",
    "vouched_by",
]
YEAR, MADE = clock.today().year, clock.today() - timedelta(days=9)
OURS = f"{YEAR}-00041"
WANTED = clock.today() + timedelta(days=14)


def line(number, place, stage, lot="", zone="", shipped="", made="", product="P-DW-500", **other):
    said = {
        "order_number": number,
        "line_no": place,
        "customer": "C-002",
        "customer_po": "PO-77",
        "product": product,
        "quantity": 500,
        "requested_date": WANTED,
        "stage": stage,
        "lot_number": lot,
        "made_on": MADE if lot else "",
        "zone": zone,
        "shipped_quantity": shipped,
        "lot_quantity": made,
        "vouched_by": "storekeeper1x",
    }
    return [str((said | other)[head]) for head in HEADS]


ROWS = (
    line(OURS, 1, "部分发货", "XC-0815", "FG-N", shipped=200),
    line(OURS, 3, "planned", product="P-KD-500"),
    line("老单-7", 1, "in quarantine", "XC-0816", "QA-N"),
)


def file_of(*rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEADS, *rows])
    return text.getvalue().encode()


@pytest.fixture
def plant(planted, tmp_path):
    """A plant that begins: master data, and nobody's orders."""
    with application.renewed(planted.copy(), tmp_path) as app:
        walk = Walk(app)
        walk.browser("storekeeper")
        yield walk


def looked_at(walk, *rows):
    """The page of what rows come to, as Sales bring them."""
    sales, file = walk.browser("sales"), (io.BytesIO(file_of(*rows)), "期初.csv")
    answer = sales.submit("/import/", kind="open-orders", file=file)
    assert answer.status_code == 303
    work(walk.app)
    return answer.headers["Location"]


@pytest.fixture
def carried(plant):
    """The same after the cut-over."""
    page = looked_at(plant, *ROWS)
    assert plant.browser("sales").submit(f"{page}/take").status_code == 303
    work(plant.app)
    return plant


def faults(walk):
    with walk.app.app_context():
        return [fault for check in verification.check() for fault in check.faults]


def sent(walk, card):
    return walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(card)))))


def read(walk, address, role="sales"):
    answer = walk.browser(role).get(address, headers=ENGLISH)
    assert answer.status_code == 200, address
    return answer.text


@pytest.mark.on_both
def test_what_is_open_stands_where_it_stood_on_paper(carried):
    stages = {f"{OURS}-1": "in_stock", f"{OURS}-3": "to_plan", "老单-7-1": "to_inspect"}
    for ref, stage in stages.items():
        begun = carried.look(ref, lambda card: card.history)
        assert [(e.action, e.target) for e in begun] == [("carry_over", stage)], ref
        assert begun[0].data["vouched_by"] != begun[0].actor_id
        page = read(carried, f"/sales/{ref}")
        assert "on paper; no signature of it is kept here" in page
        assert "before the cut-over: on paper" in page and "not needed" not in page
        assert "storekeeper1x" in page or "Storekeeper 1" in page
    assert carried.look(OURS) == "approved"
    assert "Shipped before" in read(carried, f"/sales/{OURS}-1")
    assert carried.look(f"{OURS}-1", lambda card: (card.quantity, card.good)) == (300, 300)
    with carried.app.app_context():
        lot = db.session.scalars(db.select(Lot).where(Lot.lot_no == "XC-0816")).one()
        assert (lot.status, lot.quantity, lot.made_on) == ("quarantine", 500, MADE)
        order = record_of(OURS)
        prices = {each.line_no: each.unit_price for each in order.lines}
        assert order.amount_due == 300 * prices[1] + 500 * prices[3]
        assert db.session.query(Document).count() == 0, "nothing was signed, nothing is printed"
    assert faults(carried) == []


def test_old_numbers_are_found_and_new_ones_go_on_after_them(carried):
    sales = carried.browser("sales")
    for typed, leads_to in (("老单-7", "老单-7"), (OURS, OURS), ("xc-0816", "XC-0816")):
        answer = sales.get("/find", query_string={"q": typed})
        assert unquote(answer.headers["Location"]).endswith(f"/{leads_to}"), typed
    assert "XC-0815" in read(carried, "/find?q=C-0815")
    assert f"{OURS}-1" in read(carried, "/find?q=C-0815"), "the card is found by its lot"
    assert carried.approved(("P-DW-500", 24)) == [f"{YEAR}-00042-1"]


def test_stock_goes_straight_to_the_customer(carried):
    sent(carried, f"{OURS}-1")
    assert carried.look(f"{OURS}-1") == "closed"
    assert faults(carried) == []


def test_quarantine_goes_through_its_inspection_to_the_dossier(carried):
    carried.draw_sample("老单-7-1")
    carried.release("老单-7-1")
    carried.stock_in("老单-7-1")
    sent(carried, "老单-7-1")
    assert carried.look("老单-7") == "fulfilled"
    assert faults(carried) == []


def test_the_dossier_says_what_was_on_paper(carried):
    with carried.app.app_context():
        order = record_of(OURS)
        paper = dossier.so_far(order, dossier.SoFar.of(order, clock.now()))
    (table,) = [each for each in paper.blocks if getattr(each, "title", None) is BEFORE]
    assert len(table.rows) == 3, "the order and both of its cards"
    assert {row[3] for row in table.rows} == {carried.look(OURS, vouching)}


def vouching(order):
    return db.session.get(User, order.carried_over.data["vouched_by"][0]).name


def test_what_else_can_be_done_with_them(carried):
    """Each of these asks of a card what its plan would have said."""
    stock, made = f"{OURS}-1", "老单-7-1"
    carried.do("storekeeper", stock, "split", quantity=100, reason="later")
    part = f"{stock}-A"
    assert "before the cut-over: on paper" in read(carried, f"/sales/{part}")
    carried.do("quality_head", stock, "withhold", reason="leaks")
    carried.do("quality_head", stock, "rework", instructions="refill", reason="leaks")
    assert carried.look(stock) == "to_plan"
    carried.draw_up(stock)
    carried.do("quality_head", part, "hold", reason="asked")
    carried.do("quality_head", part, "resume")
    carried.do("inspector", made, "split", quantity=100, reason="tested apart")
    carried.do("production_head", part, "cancel", reason="not wanted", requested_by="sales")
    for page in ("/", "/production/", "/warehouse/", "/quality/", "/stock/", "/lots/XC-0815"):
        for role in ("storekeeper", "quality_head", "planner"):
            assert carried.browser(role).get(page).status_code in (200, 404), page
    for ref in (stock, part, made, f"{made}-A"):
        read(carried, f"/production/{ref}", "planner")
    assert faults(carried) == []


def test_a_second_time_and_what_was_exported_change_nothing(carried):
    assert "3 same" in read(carried, looked_at(carried, *ROWS))
    file = carried.browser("sales").get("/import/export/open-orders?as=csv").data
    page = carried.browser("sales").submit(
        "/import/", kind="open-orders", file=(io.BytesIO(file), "x.csv")
    )
    work(carried.app)
    assert "3 same" in read(carried, page.headers["Location"])
    assert "PO-77" not in carried.browser("sales").get("/import/export/orders?as=csv").text


WRONG = {
    "All of it was shipped": line("A-1", 1, "in stock", "X1", "FG-N", shipped=500),
    "What is to be made has no lot yet": line("A-1", 1, "planned", "X1"),
    "Goods that are made need: Lot no.": line("A-1", 1, "in stock", zone="FG-N"),
    "do not stand in this zone": line("A-1", 1, "in stock", "X1", "QA-N"),
    "Only 500 units of the line are open": line("A-1", 1, "in stock", "X1", "FG-N", made=501),
    "Nobody on the staff": line("A-1", 1, "planned", vouched_by="nobody"),
    "is there already, and not so": line(OURS, 1, "in stock", "XC-0815", "FG-N", shipped=100),
    "Lot XC-0815 is there already": line("A-1", 1, "in quarantine", "XC-0815", "QA-N"),
    "waits for Quality as one": line("A-1", 1, "in quarantine", "XC-0816", "QA-N"),
    "What is begun needs: Production line": line("A-1", 1, "running"),
}


def test_what_cannot_be_is_said_and_kept_out(carried):
    for sentence, row in WRONG.items():
        page = read(carried, looked_at(carried, row))
        assert sentence in page and "1 wrong" in page, sentence
