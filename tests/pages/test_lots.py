"""A lot's page: found by any of its numbers, traced both ways, every movement, and its lists to
take away.
"""

import csv
import io
import re
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.models.master import Material
from app.models.production.production_order import ProductionOrder
from app.models.production.requirement import Pick
from app.models.quality.sample import Sample
from app.models.warehouse.lots import address
from app.models.warehouse.stock import RELEASED, Lot, StockMovement, take_in
from tests.pages.looking import reads, words


@pytest.fixture(scope="session")
def chain(standing):
    """The lots of a card that went all the way: what it took (with the quantities weighed), its
    own, its shipment and customer.
    """

    def told(card):
        took = db.session.execute(
            select(Lot.lot_no, func.sum(Pick.prepared))
            .join(Pick, Pick.lot_id == Lot.id)
            .where(Pick.requirement.has(plan_id=card.plan.id), Pick.issued)
            .group_by(Lot.lot_no)
        ).all()
        return {
            "card": card.ref,
            "lot": card.lot.lot_no,
            "took": dict(took),
            "good": card.good,
            "shipment": card.shipment.ref,
            "customer": card.shipment.customer.name_en,
            "expiry": card.lot.expiry,
        }

    return standing.look(standing.refs["production", "closed"], told)


def trace(browser, lot_no):
    """The trace of a lot as exported: rows by head."""
    answer = browser.get(f"/lots/{quote(lot_no, safe='')}?as=csv")
    assert (
        answer.status_code == 200
        and answer.mimetype == "text/csv"
        and answer.data.startswith(b"\xef\xbb\xbf")
    )
    heads, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [tuple(row) for row in rows], heads


def test_a_finished_lot_is_traced_up_to_the_suppliers_and_down_to_the_customer(standing, chain):
    browser = reads(standing, "auditor", "en")
    rows, _ = trace(browser, chain["lot"])
    up = [row for row in rows if row[0] == "Where it came from"]
    assert {row[2] for row in up if row[5] == chain["card"]} == set(chain["took"]), (
        "every lot that was issued to the run, and no other"
    )
    assert [row[2] for row in up if row[5] == chain["lot"]] == [chain["card"]]
    assert {row[5] for row in up if row[1] == "Supplier"} == set(chain["took"]), (
        "each of them up to its supplier"
    )
    down = [(row[2], row[5], row[8]) for row in rows if row[0] == "Where it went"]
    assert down == [
        (chain["lot"], chain["shipment"], str(chain["good"])),
        (chain["shipment"], chain["customer"], str(chain["good"])),
    ]


def test_a_material_lot_is_traced_down_to_every_customer(standing, chain):
    browser = reads(standing, "quality_head", "en")
    lot_no = max(chain["took"], key=chain["took"].get)
    rows, _ = trace(browser, lot_no)
    with standing.app.app_context():
        lot = db.session.scalar(select(Lot).where(Lot.lot_no == lot_no))
        net = db.session.execute(
            select(ProductionOrder.number, -func.sum(StockMovement.quantity))
            .join(ProductionOrder, ProductionOrder.id == StockMovement.record_id)
            .where(StockMovement.lot_id == lot.id, StockMovement.kind.in_(("issue", "return")))
            .group_by(ProductionOrder.number)
        )
        took = {number: int(quantity) for number, quantity in net if quantity}
    went = {row[5]: row[8] for row in rows if row[2] == lot_no}
    assert set(went) == set(took) and chain["card"] in took
    assert (chain["shipment"], chain["customer"]) in {(row[2], row[5]) for row in rows}
    parts = {row[5] for row in rows if row[2] == row[7] or row[1] == row[4] == "Lot"}
    assert parts, "runs were divided: their parts are followed, too"
    assert {row[4] for row in rows} >= {
        "Production order",
        "Lot",
        "Shipment",
        "Customer",
        "Promised to a customer",
    }


def test_its_page_tells_how_it_stands_and_leads_to_everything_around_it(standing, chain):
    for language, said in (
        ("en", ("Where it came from", "Shipped", "Produced")),
        ("zh", ("来自哪里", "发货", "产出")),
    ):
        answer = reads(standing, "storekeeper", language).get(f"/lots/{chain['lot']}")
        told = words(answer)
        assert [
            word
            for word in (chain["lot"], *said, *chain["took"], chain["shipment"], chain["card"])
            if word not in told
        ] == []
        assert (
            f'href="/warehouse/{chain["shipment"]}"' in answer.text
            or f'href="/sales/{chain["shipment"]}"' in answer.text
        )
        assert all(f'href="/lots/{quote(lot, safe="")}"' in answer.text for lot in chain["took"])
        assert re.search(r'href="/documents/QIR-[^"]+"', answer.text), (
            "the report it was released by"
        )
    kinds = re.findall(r'data-movement="(\w+)"', answer.text)
    assert kinds[0] == "shipment" and kinds[-1] == "production"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", ["{}", "{} ", "Ｌ", "lower"])
def test_a_number_in_any_width_and_case_opens_it(standing, chain, form):
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
    number = {"Ｌ": chain["lot"].translate(wide), "lower": chain["lot"].lower()}.get(
        form, form.format(chain["lot"])
    )
    browser = reads(standing, "auditor", "en")
    assert browser.get("/find", query_string={"q": number}).location == f"/lots/{chain['lot']}"
    assert browser.get(f"/lots/{quote(number.strip(), safe='')}").status_code == 200


def test_a_search_finds_lots_of_materials_and_products_by_any_part(standing, chain):
    browser = reads(standing, "buyer", "en")
    for lot in (chain["lot"], next(iter(chain["took"]))):
        answer = browser.get("/find", query_string={"q": lot}, headers={"HX-Request": "true"})
        assert f'data-lot="{lot}"' in answer.text
        assert (
            f'href="/lots/{quote(lot, safe="")}"'
            in browser.get("/find", query_string={"q": lot, "pick": ""}).text
        )


def test_a_supplier_s_lot_number_finds_our_lot_and_of_several_lets_choose(walk):
    first, second = (
        walk.received(walk.ordered(walk.requisition()), supplier_lot="SL/7 甲") for _ in range(2)
    )
    browser = walk.browser("storekeeper")
    ours = [walk.look(ref, lambda requisition: requisition.lot.lot_no) for ref in (first, second)]
    answer = browser.get("/lots/SL%2F7%20%E7%94%B2")
    assert (
        answer.status_code == 200 and re.findall(r'data-lot="([^"]+)"', answer.text) == ours[::-1]
    )
    assert (
        re.findall(
            r'data-lot="([^"]+)"',
            browser.get("/find", query_string={"q": "ｓl/7"}, headers={"HX-Request": "true"}).text,
        )
        == ours[::-1]
    )
    chosen = re.findall(r'href="(/lots/[^"]+\?id=\d+)"', answer.text)
    assert [
        f'data-lot="{lot}"' in browser.get(url).text
        for url, lot in zip(chosen, ours[::-1], strict=True)
    ] == [True, True]
    page = browser.get(f"/purchasing/{first}")
    assert f'href="/lots/{ours[0]}"' in page.text, "the requisition links to it"
    assert "Quantity 5,000 pcs" in words(page), "its history has units, too"


ODD = ["A/B", "A//B", "/A", "..", "A?B#C", "50%", "甲 乙", "-", "x.csv", "<b>'\"", "A+B", "=1+1"]


def test_odd_lot_numbers_have_a_page_that_their_links_open(walk):
    with walk.app.app_context():
        material = db.session.scalars(select(Material).where(Material.untracked.is_(False))).first()
        for number in ODD:
            take_in(
                Lot(
                    lot_no=number,
                    material=material,
                    supplier=material.supplier,
                    status=RELEASED,
                    made_on=clock.today(),
                ),
                material.storage_zone,
                5000,
                "opening",
                by=None,
            )
        db.session.commit()
        addresses = {
            lot.lot_no: address(lot)
            for lot in db.session.scalars(select(Lot).where(Lot.lot_no.in_(ODD)))
        }
    browser = walk.browser("auditor")
    for number, url in addresses.items():
        answer = browser.get(url)
        assert answer.status_code == 200 and f"Lot {number}" in words(answer), (number, url)
    answer = browser.get(f"{addresses['=1+1']}?as=xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    assert (
        book.sheetnames == ["trace", "movements"]
        and book["trace"]["F2"].value == "'=1+1"
        and book["trace"]["F2"].data_type == "s"
    )
    assert "filename=lot-" in answer.headers["Content-Disposition"]
    for url in addresses.values():
        assert (
            browser.get("/find", query_string={"q": f"https://plant.example{url}"}).location == url
        ), "scanned"


@pytest.mark.parametrize(
    "bad",
    [
        "/lots/nowhere",
        "/lots/-?id=1x",
        "/lots/nowhere?id=1",
        "/lots/-?id=9223372036854775808",
        "/lots/" + "9" * 200,
    ],
)
def test_what_is_no_lot_is_not_found(standing, bad):
    assert reads(standing, "auditor", "en").get(bad).status_code == 404


def test_an_unknown_kind_of_list_is_not_found(standing, chain):
    assert reads(standing, "auditor", "en").get(f"/lots/{chain['lot']}?as=exe").status_code == 404


def test_a_planned_lot_leads_to_the_card_that_will_make_it(standing):
    ref = standing.refs["production", "to_prepare"]
    number = standing.look(ref, lambda card: card.lot_no)
    assert (
        reads(standing, "storekeeper", "en").get(f"/lots/{number}").location == f"/warehouse/{ref}"
    )


def test_lots_are_links_wherever_they_stand(standing, chain):
    browser = reads(standing, "storekeeper", "en")
    link = f'href="/lots/{chain["lot"]}"'
    sample = standing.look(chain["card"], lambda card: card.sample.ref)
    for page in (
        f"/warehouse/{chain['card']}",
        f"/warehouse/{chain['shipment']}",
        f"/quality/{sample}",
    ):
        assert link in browser.get(page).text, page
    card = browser.get(f"/warehouse/{chain['card']}").text
    assert all(f'href="/lots/{quote(lot, safe="")}"' in card for lot in chain["took"])


def test_the_lots_of_a_record_that_is_left_out_are_not_asked_one_by_one(standing, chain):
    """A lot's page asks a bounded number of statements, however many cards took of it."""
    from sqlalchemy import event

    lot_no, asked = max(chain["took"], key=chain["took"].get), []
    browser = reads(standing, "auditor", "en")
    with standing.app.app_context():
        listener = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        browser.get(f"/lots/{lot_no}")
        event.remove(db.engine, "before_cursor_execute", listener)
        cards = db.session.scalar(
            select(func.count(func.distinct(StockMovement.record_id)))
            .join(Lot)
            .where(Lot.lot_no == lot_no)
        )
        samples = db.session.scalar(
            select(func.count(Sample.id)).join(Lot).where(Lot.lot_no == lot_no)
        )
    assert cards > 5 and samples == 0 and len(asked) < 60, (cards, len(asked))
