"""The cut-over (期初) of what was begun on paper: prepared with its kit, running on its line."""

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from app import clock, verification
from app.documents import delivery_note, dossier, material_prep
from app.documents.paper.heading import OPENING
from app.documents.paper.history import BEFORE
from app.extensions import db
from app.models.master import Product
from app.models.production.requirement import needs_of
from app.models.records.kinds import record_of
from app.models.records.papers.document import Document
from app.models.warehouse.genealogy import genealogy
from app.models.warehouse.stock import Lot, StockMovement
from app.plant.production.requirements import bulk_mass
from app.plant.quantities import from_base
from tests import application
from tests.flow.test_papers import words
from tests.sheets.conftest import work
from tests.walk import Walk
from tests.wall.test_display import code_on, confirm

ENGLISH = {"Accept-Language": "en"}
DAY = clock.today() - timedelta(days=1)
BEGAN = f"{DAY.isoformat()} 08:30"
WANTED = clock.today() + timedelta(days=14)
READY, RUNS, UNITS = "P-17", "R-18", 1200
OF_ORDER = {
    "line_no": 1,
    "customer": "C-002",
    "customer_po": "PO-77",
    "product": "P-DW-500",
    "quantity": UNITS,
    "requested_date": WANTED,
    "production_line": "L1",
    "paper_until": DAY,
    "sheets": "MPS 118",
    "sheets_at": "binder 7, office",
    "vouched_by": "supervisor1x",
}
PREPARED = OF_ORDER | {
    "order_number": READY,
    "stage": "已备料",
    "start": f"{WANTED.isoformat()} 08:00",
}
RUNNING = OF_ORDER | {
    "order_number": RUNS,
    "stage": "running",
    "tank": "T1",
    "start": BEGAN,
    "lot_number": "L1-260101-07",
    "made_so_far": 900,
    "paper_steps": 4,
}
NEW_LOT = {
    "source": "at the line, in no stock",
    "kit_zone": "NE",
    "received": DAY - timedelta(days=90),
    "kit_lot": "OLD-6",
    "supplier_lot": "S-6",
}


def table(*rows):
    heads = list(dict.fromkeys(head for row in rows for head in row))
    text = io.StringIO()
    csv.writer(text).writerows([heads, *([str(r.get(h, "")) for h in heads] for r in rows)])
    return text.getvalue().encode()


@pytest.fixture
def plant(planted, tmp_path):
    """A plant that begins: master data, opening stock, and nobody's orders."""
    with application.renewed(planted.copy(), tmp_path) as app:
        walk = Walk(app)
        for role in ("supervisor", "storekeeper"):
            walk.browser(role)
        yield walk


def kit_of(walk, number, which=-1):
    """The rows of a kit out of the opening stock, but for R-006, which stands at the line alone."""
    with walk.app.app_context():
        product = Product.by_code("P-DW-500")
        rate = product.rates[0]
        loss = rate.filling_loss_pct, rate.bulk_yield_pct
        needs = needs_of(product, bulk_mass(UNITS, product.fill_mass_mg, *loss), UNITS)
        rows = []
        for need, material in needs:
            if material.untracked:
                continue
            row = {
                "order_number": number,
                "material": material.code,
                "kit_quantity": from_base(need.quantity, need.uom),
                "uom": need.uom,
            }
            lots = db.session.scalars(select(Lot).where(Lot.material_id == material.id))
            there = sorted((lot for lot in lots if lot.status == "released"), key=lambda x: x.id)
            rows.append(
                row | (NEW_LOT if material.code == "R-006" else {"kit_lot": there[which].lot_no})
            )
        return rows


def looked_at(walk, rows, kit=()):
    """The page of what the files come to, as Sales bring them."""
    files = {"file": (io.BytesIO(table(*rows)), "期初.csv")}
    if kit:
        files["lines"] = (io.BytesIO(table(*kit)), "备料.csv")
    answer = walk.browser("sales").submit("/import/", kind="open-orders", **files)
    assert answer.status_code == 303, answer.text
    work(walk.app)
    return answer.headers["Location"]


def read(walk, address, role="sales"):
    answer = walk.browser(role).get(address, headers=ENGLISH)
    assert answer.status_code == 200, address
    return answer.text


def errors(page):
    return re.findall(r'class="error">.*?<span>(.*?)</span>', page)


@pytest.fixture
def carried(plant):
    """The same after the cut-over."""
    kit = [*kit_of(plant, READY), *kit_of(plant, RUNS)]
    page = looked_at(plant, [PREPARED, RUNNING], kit)
    assert "0 wrong" in read(plant, page), errors(read(plant, page))
    assert plant.browser("sales").submit(f"{page}/take").status_code == 303
    work(plant.app)
    return plant


def faults(walk):
    with walk.app.app_context():
        return [fault for check in verification.check() for fault in check.faults]


def played_out(walk, card):
    walk.draw_sample(card)
    walk.release(card)
    walk.stock_in(card)
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(card)))))
    assert walk.look(card) == "closed"


def made_of(walk, card):
    """The lots that its own lot came of."""
    with walk.app.app_context():
        tree = genealogy(record_of(card).lot)
        return {tree.things[edge.source].lot_no for edge in tree.up if edge.source[0] == "lot"}


@pytest.mark.on_both
def test_what_was_prepared_is_accepted_here_and_goes_to_its_dossier(carried):
    card = f"{READY}-1"
    assert carried.look(card) == "handed_over"
    (begun,) = carried.look(card, lambda c: c.history)
    assert begun.action == "carry_over" and begun.data["paper_until"] == DAY.isoformat()
    assert begun.data["sheets_at"] == "binder 7, office"
    fields = carried.acceptance(card)
    vouching = carried.post("supervisor", card, "accept_materials", **fields)
    assert vouching.status_code == 409 and "another person must do this" in vouching.text
    carried.do("operator", card, "accept_materials", **fields)
    with carried.app.app_context():
        ordered = db.session.scalars(select(Document)).one()
        sheet = material_prep.context(record_of(card), ordered)
    marks = [ref.value for ref in sheet.refs if ref.label is OPENING]
    assert f"纸质至 {DAY}" in str(marks[0].parts[0].zh) and "binder 7, office" in str(sheet.blocks)
    runs = f"{RUNS}-1"
    carried.finish(runs)
    carried.start(card)
    carried.finish(card)
    played_out(carried, card)
    assert made_of(carried, card) >= {"OLD-6", *(r["kit_lot"] for r in kit_of(carried, READY))}
    with carried.app.app_context():
        shipment = record_of(card).shipment
        note = db.session.query(Document).filter_by(kind="delivery_note").one()
        (opened,) = [
            field for field in delivery_note.context(shipment, note).refs if field.label is OPENING
        ]
    assert f"paper until {DAY}" in words(opened.value)
    assert f"Opening · paper until {DAY}" in read(carried, f"/warehouse/{shipment.ref}")
    assert faults(carried) == []


def test_what_runs_is_finished_here_and_its_steps_on_paper_are_said_to_be(carried):
    card = f"{RUNS}-1"
    assert carried.look(card) == "running"
    page = read(carried, f"/production/{card}", "operator")
    assert "Signed on paper, before the cut-over" in page and "Made on paper so far" in page
    assert f"Opening · paper until {DAY}" in page and "MPS 118, binder 7, office" in page
    with carried.app.app_context():
        run = record_of(card)
        assert run.lot_no == "L1-260101-07" and run.step_records == []
        assert run.open_step.step_no > 4 and clock.local(run.started_at).date() == DAY
    assert "Opening · paper until" in read(carried, "/production/", "operator")
    carried.all_steps(card)
    fewer = carried.post("operator", card, "finish", good=100, rejected=0)
    assert fewer.status_code == 422 and "900 units were made on paper already" in fewer.text
    carried.finish(card)
    with carried.app.app_context():
        lot = record_of(card).lot
        assert (lot.lot_no, lot.made_on) == ("L1-260101-07", DAY)
    played_out(carried, card)
    assert carried.look(RUNS) == "fulfilled"
    assert made_of(carried, card) >= {"OLD-6", *(r["kit_lot"] for r in kit_of(carried, RUNS))}
    with carried.app.app_context():
        order = record_of(RUNS)
        paper = dossier.so_far(order, dossier.SoFar.of(order, clock.now()))
        said = str(paper.blocks)
    (table,) = [each for each in paper.blocks if getattr(each, "title", None) is BEFORE]
    assert len(table.rows) == 2 and "– 4" in said and "MPS 118" in said
    assert faults(carried) == []


def test_the_kit_left_stock_once_and_what_stood_at_the_line_went_through_the_books(carried):
    with carried.app.app_context():
        lots = {lot.lot_no: lot for lot in db.session.scalars(select(Lot))}
        assert lots["OLD-6"].quantity == 0 and lots["OLD-6"].supplier_lot == "S-6"
        moves = select(StockMovement).where(StockMovement.lot_id == lots["OLD-6"].id)
        kinds = [move.kind for move in db.session.scalars(moves.order_by(StockMovement.id))]
        assert kinds == ["opening", "issue"] * 2
        card = record_of(f"{READY}-1")
        assert all(pick.issued and pick.prepared_by is None for pick in card.picks)
        assert any(pick.lot is None for pick in card.picks), "the water is what is left of the bulk"
        before = lots[card.picks[1].lot.lot_no].quantity
    carried.do("planner", f"{READY}-1", "replan", reason="another line")
    assert carried.look(f"{READY}-1") == "to_plan"
    with carried.app.app_context():
        lot = db.session.scalars(select(Lot).where(Lot.lot_no == "OLD-6")).one()
        assert lot.quantity > 0, "a kit that is taken back goes into the stores"
        assert before >= 0
    assert faults(carried) == []


def test_a_second_time_and_what_was_exported_change_nothing(carried):
    kit = [*kit_of(carried, READY), *kit_of(carried, RUNS)]
    assert "0 wrong" in read(carried, looked_at(carried, [PREPARED, RUNNING], kit))
    page = read(carried, looked_at(carried, [PREPARED, RUNNING]))
    assert "2 same" in page, errors(page)
    file = carried.browser("sales").get("/import/export/open-orders?as=csv").data
    page = carried.browser("sales").submit(
        "/import/", kind="open-orders", file=(io.BytesIO(file), "x.csv")
    )
    work(carried.app)
    assert "2 same" in read(carried, page.headers["Location"]), errors(
        read(carried, page.headers["Location"])
    )


WRONG = {
    "This day lies ahead": RUNNING | {"paper_until": clock.today() + timedelta(days=1)},
    "more than 92 days ago": RUNNING | {"paper_until": clock.today() - timedelta(days=93)},
    "it cannot have begun later": RUNNING | {"paper_until": DAY - timedelta(days=1)},
    "What is begun needs: Sheets on paper": RUNNING | {"sheets": ""},
    "What is begun needs: Lot no.": RUNNING | {"lot_number": ""},
    "The last step is no.": RUNNING | {"paper_steps": 99},
    "Say the time as well": RUNNING | {"start": DAY},
    "This line does not make the product": RUNNING | {"production_line": "L2", "tank": ""},
    "This tank is another line’s": RUNNING | {"tank": "T2"},
    "Only what runs has this": PREPARED | {"made_so_far": 5},
    "Only what is begun has this": PREPARED | {"stage": "planned"},
    "Nothing is said of": RUNNING,
}
WRONG_KIT = {
    "is not made of R-012": {"material": "R-012"},
    "No stock has lot NONE-1": {"kit_lot": "NONE-1"},
    "is of another material": {"kit_lot": "ML26-0003"},
    "holds only": {"kit_quantity": "90000"},
    "has no such line": {"order_number": "X-1"},
    "A lot that no stock has needs: Received on": {
        "kit_lot": "N-1",
        "source": "line",
        "kit_zone": "AC",
    },
}


def test_what_cannot_be_is_said_and_kept_out(plant):
    for sentence, row in WRONG.items():
        page = read(plant, looked_at(plant, [row]))
        assert sentence in page and "1 wrong" in page, (sentence, errors(page))
    kit = kit_of(plant, RUNS)
    for sentence, odd in WRONG_KIT.items():
        page = read(plant, looked_at(plant, [RUNNING], [kit[0] | odd, *kit[1:]]))
        assert sentence in page, (sentence, errors(page))
    other = RUNNING | {"order_number": "S-1", "lot_number": "X-9"}
    both = [*kit, *(row | {"order_number": "S-1"} for row in kit)]
    assert "L1 is taken by R-18-1" in read(plant, looked_at(plant, [RUNNING, other], both))


def test_of_two_files_each_row_says_in_which_it_is_wrong(plant):
    kit = kit_of(plant, RUNS)
    odd = [kit[0] | {"material": "R-012"}, *kit[1:]]
    address = looked_at(plant, [RUNNING, PREPARED | {"vouched_by": "nobody"}], odd)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", read(plant, f"{address}?state=wrong")))
    assert "备料.csv 2" in page and "期初.csv 3" in page
    book = openpyxl.load_workbook(
        io.BytesIO(plant.browser("sales").get(f"{address}/wrong?as=xlsx").data)
    )
    cards, lots = ([*map(list, sheet.values)] for sheet in book)
    assert book.sheetnames == ["wrong", "wrong-lines"]
    assert "vouched_by" in cards[0] and "material" in lots[0]
    assert dict(zip(lots[0], lots[1], strict=True))["material"] == "R-012"
    rows = plant.browser("sales").get(f"{address}?state=wrong&as=csv").text
    assert "备料.csv,2," in rows and "期初.csv,3," in rows


def test_the_mark_stands_on_boards_papers_and_walls(carried):
    for ref, role, board in ((f"{RUNS}-1", "operator", "production"), (RUNS, "sales", "sales")):
        page = read(carried, f"/{board}/{ref}", role)
        assert f"Opening · paper until {DAY} · vouched for by Production supervisor 1" in page
    assert "vouched for by Production supervisor 1" in read(carried, "/production/", "operator")
    screen = carried.app.test_client()
    assert confirm(carried.browser("admin"), code_on(screen)).status_code == 303
    assert screen.get("/display/").status_code == 303
    pages = [screen.get(f"/display/screen?page={n}").text for n in range(4)]
    assert any(f"期初 · 纸质至 {DAY}" in page for page in pages)
    assert not any("Production supervisor 1" in page for page in pages), "walls name nobody"
