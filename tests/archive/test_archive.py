"""The archive: orders with their documents; a document is sent only when it is what was filed."""

import hashlib
import logging
import re
from datetime import datetime, timedelta

import pytest

from app import clock
from app.documents.paper.event_data import facts
from app.extensions import db
from app.flow.documents import DOSSIER, MATERIAL_SHEET
from app.jobs import worker
from app.models.people.user import User
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document, Job
from app.storage import archive
from tests import around

PAGES = b"%PDF-1.7 made for a test"


@pytest.fixture
def plant(app, trail):
    """One approved order with one card."""

    def make():
        with app.app_context():
            around.open_plant()
            card = around.approve(around.take_in())[0]
            db.session.commit()
            return card.order.number, card.number

    return trail.follow("one approved order", make)


def order_sheet(app, card_number, kind=MATERIAL_SHEET, file=True):
    """Queue a document of the card, and file it as the worker does; its name comes back."""
    with app.app_context():
        card = around.ProductionOrder.find(card_number)
        document = Document.queue(card.order if kind is DOSSIER else card, kind)
        db.session.commit()
        if file:
            worker.file_document(
                {"document": document.id}, archive.store(document, PAGES + document.name.encode())
            )
            db.session.commit()
        return document.name


def test_a_filed_document_is_sent_as_it_was_stored(app, plant, login_as):
    name = order_sheet(app, plant[1])
    answer = login_as("auditor").get(f"/documents/{name}")
    assert (answer.status_code, answer.mimetype, answer.data) == (
        200,
        "application/pdf",
        PAGES + name.encode(),
    )
    assert answer.headers["Content-Disposition"] == f"inline; filename={name}.pdf"
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff"
        and answer.headers["Cache-Control"] == "no-store"
    )
    kept = login_as("storekeeper").get(f"/documents/{name}?download")
    assert (
        kept.headers["Content-Disposition"] == f"attachment; filename={name}.pdf"
        and kept.data == answer.data
    )


def test_what_is_made_again_is_a_revision_with_a_file_of_its_own(app, plant, login_as):
    first, second, third = (order_sheet(app, plant[1]) for _ in range(3))
    assert (second, third) == (f"{first}-r2", f"{first}-r3")
    browser = login_as("sales")
    assert len({browser.get(f"/documents/{name}").data for name in (first, second, third)}) == 3
    with app.app_context():
        filed = [
            e.data["document"]
            for e in around.ProductionOrder.find(plant[1]).history
            if e.action == "file_document"
        ]
    assert filed == [first, second, third]


@pytest.mark.parametrize(
    "ending", ["-r1", "-r9", "-r", "-r٢", "-r0", "-r99999999999", "x", "/..", ".pdf"]
)
def test_what_is_not_there_is_not_found(app, plant, login_as, ending):
    assert (
        login_as("sales").get(f"/documents/{order_sheet(app, plant[1])}{ending}").status_code == 404
    )


@pytest.mark.parametrize(
    "harm", [lambda file: file.write_bytes(b"%PDF-1.7 another"), lambda file: file.unlink()]
)
def test_a_document_that_is_not_what_was_filed_is_not_sent(app, plant, login_as, harm, caplog):
    name = order_sheet(app, plant[1])
    with app.app_context():
        harm(app.config["HOME"] / Document.find(name).place)
    with caplog.at_level(logging.CRITICAL):
        answer = login_as("auditor").get(f"/documents/{name}")
    assert answer.status_code == 500 and answer.mimetype == "text/html" and name in answer.text
    assert any(name in record.getMessage() for record in caplog.records)


def test_a_document_being_made_waits_by_itself_and_says_so_when_it_cannot_be_made(
    app, plant, login_as
):
    name = order_sheet(app, plant[1], file=False)
    browser = login_as("sales")
    answer = browser.get(f"/documents/{name}")
    assert answer.status_code == 202 and 'http-equiv="refresh"' in answer.text
    with app.app_context():
        db.session.scalars(db.select(Job)).all()[-1].state = "failed"
        db.session.commit()
    answer = browser.get(f"/documents/{name}")
    assert 'http-equiv="refresh"' not in answer.text and 'class="why bad"' in answer.text


def listed(answer):
    return re.findall(r'<tr data-order="([^"]+)"', answer.text)


def test_an_order_is_listed_with_its_documents_and_its_dossier(app, plant, login_as):
    sheet, dossier = order_sheet(app, plant[1]), order_sheet(app, plant[1], DOSSIER)
    page = login_as("auditor").get("/archive/").text
    assert f'href="/documents/{sheet}"' in page and f'href="/documents/{dossier}"' in page


def test_fulfilled_orders_come_first_then_the_newest(app, plant, login_as):
    with app.app_context():
        refs = [around.take_in().ref for _ in range(2)]
        around.set_back(around.Order.find(plant[0]), stage="fulfilled")
        db.session.commit()
    assert listed(login_as("auditor").get("/archive/")) == [plant[0], *reversed(refs)]


@pytest.mark.parametrize(
    "asked,hits",
    [
        ({}, "AB"),
        ({"number": "po-b"}, "B"),
        ({"customer": "北方"}, "B"),
        ({"customer": "haitang"}, "A"),
        ({"words": "洗洁 po-a"}, "A"),
        ({"words": "洗洁"}, "AB"),
        ({"words": "洗洁 nowhere"}, ""),
        ({"first": "2026-03-02"}, "B"),
        ({"last": "2026-03-01"}, "A"),
        ({"first": "2026-03-01", "last": "2026-03-02"}, "AB"),
        ({"page": "x"}, "AB"),
        ({"number": "%"}, ""),
    ],
)
def test_the_archive_is_narrowed_by_number_customer_words_and_days_of_the_plant(
    app, login_as, asked, hits
):
    with app.app_context():
        around.open_plant()
        late = datetime(2026, 3, 1, 23, 30, tzinfo=clock.plant_zone())
        refs = {
            around.take_in("C001", po="PO-A", received=late).ref: "A",
            around.take_in("C002", po="PO-B", received=late + timedelta(hours=1)).ref: "B",
        }
        db.session.commit()
    assert (
        "".join(
            sorted(
                refs[ref]
                for ref in listed(login_as("auditor").get("/archive/", query_string=asked))
            )
        )
        == hits
    )


def test_it_is_paged_and_keeps_what_was_asked(app, plant, login_as):
    with app.app_context():
        for _ in range(26):
            around.take_in(po="MANY")
        db.session.commit()
    browser = login_as("auditor")
    first = browser.get("/archive/?number=many")
    assert len(listed(first)) == 25
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = browser.get(following)
    assert len(listed(second)) == 1 and not set(listed(first)) & set(listed(second))
    assert 'rel="prev"' in second.text and 'rel="next"' not in second.text
    assert listed(browser.get("/archive/?page=100")) == []


def turned(browser, answer, where):
    """The page before or after one, as its link leads there; None where there is none."""
    link = re.search(rf'rel="{where}" href="([^"]+)"', answer.text)
    return link and browser.get(link[1].replace("&amp;", "&"))


def test_all_of_it_is_walked_there_and_back(app, login_as):
    with app.app_context():
        around.open_plant()
        orders = [around.take_in() for _ in range(60)]
        for order in orders[::2]:
            around.set_back(order, stage="fulfilled")
        db.session.commit()
        refs = [order.ref for order in (*orders[::2][::-1], *orders[1::2][::-1])]
    browser = login_as("auditor")
    page = browser.get("/archive/")
    there = [page]
    while page := turned(browser, page, "next"):
        there.append(page)
    assert [ref for page in there for ref in listed(page)] == refs
    page = there[-1]
    for expected in there[-2::-1]:
        page = turned(browser, page, "prev")
        assert listed(page) == listed(expected)
    assert turned(browser, page, "prev") is None
    typed = [listed(browser.get(f"/archive/?page={number}")) for number in (1, 2, 3, 4)]
    assert typed == [*map(listed, there), []]


@pytest.mark.on_both
@pytest.mark.parametrize("words", ["", "many 洗洁"])
def test_some_days_are_walked_by_receipt_also_for_words_that_many_orders_hold(
    app, login_as, monkeypatch, words
):
    for module in ("walk", "hits", "index"):
        monkeypatch.setattr(f"app.screens.archive.{module}.COUNTED", 30)
    with app.app_context():
        around.open_plant()
        early = datetime(2026, 3, 1, 8, tzinfo=clock.plant_zone())
        mixed = [early + timedelta(hours=number * 7 % 64) for number in range(64)]
        orders = [around.take_in(po=f"MANY-{hour:%d%H}", received=hour) for hour in mixed]
        around.take_in(po="MANY", received=early - timedelta(hours=9))
        around.take_in(po="MANY", received=early + timedelta(hours=64))
        for order in orders[::3]:
            around.set_back(order, stage="fulfilled")
        db.session.commit()
        last_first = sorted(orders, key=lambda order: order.received_at, reverse=True)
        done = [order.ref for order in last_first if order.stage == "fulfilled"]
        rest = [order.ref for order in last_first if order.stage != "fulfilled"]
    asked = {"first": "2026-03-01", "last": "2026-03-03", "words": words}
    browser = login_as("auditor")
    there = [browser.get("/archive/", query_string=asked)]
    while page := turned(browser, there[-1], "next"):
        there.append(page)
    assert [ref for page in there for ref in listed(page)] == done + rest
    assert all('data-count="30"' in page.text for page in there)
    back = turned(browser, there[-1], "prev")
    assert listed(back) == listed(there[-2])
    # So many are not counted: beyond, there is only what follows another page.
    typed = browser.get("/archive/", query_string=asked | {"page": 3})
    assert listed(typed) == listed(there[0])


def test_an_order_s_page_tells_the_auditor_hash_size_and_records(app, plant, login_as):
    name = order_sheet(app, plant[1])
    page = login_as("auditor").get(f"/archive/{plant[0]}").text
    content = PAGES + name.encode()
    assert hashlib.sha256(content).hexdigest() in page and f'data-document="{name}"' in page
    assert re.findall(r'data-record="([^"]+)"', page) == list(plant)
    assert login_as("auditor").get("/archive/2026-99999").status_code == 404


def test_what_was_attached_is_listed_with_its_hash(app, plant, login_as):
    assert "LABEL.txt" not in login_as("auditor").get(f"/archive/{plant[0]}").text
    with app.app_context():
        card = around.ProductionOrder.find(plant[1])
        file = Attachment.new("LABEL.txt", "text/plain")
        stored = archive.store(file, b"label")
        file.sha256, file.size = stored.sha256, stored.size
        card.comment(db.session.scalars(db.select(User)).first(), "the label", [file])
        db.session.commit()
    page = login_as("auditor").get(f"/archive/{plant[0]}").text
    assert "LABEL.txt" in page and hashlib.sha256(b"label").hexdigest() in page


def test_a_request_of_the_archive_changes_nothing(plant, login_as):
    browser = login_as("sales")
    for address in (
        "/archive/",
        f"/archive/{plant[0]}",
        "/documents/MPS-2026-00001",
        "/find",
        "/procedure",
        "/",
    ):
        assert browser.post(address).status_code == 405


def test_the_history_of_a_filed_document_gives_its_kind_and_size_as_such(app, plant, login_as):
    """The size of a file was once called a sample size, and its kind was the key itself."""
    name = order_sheet(app, plant[1])
    page = login_as("auditor").get(f"/production/{plant[1]}").get_data(as_text=True)
    entry = page[page.index("存档了文件") :]
    entry = entry[: entry.index("</li>")]
    assert name in entry and "大小（字节）" in entry and "物料准备单" in entry
    assert "样本量" not in entry and "material_prep" not in entry
    with app.app_context():
        said = " ".join(
            facts(
                next(
                    e.data
                    for e in around.ProductionOrder.find(plant[1]).history
                    if e.action == "file_document"
                )
            )
        )
    assert (
        "大小（字节） Size (bytes)" in said
        and "Material preparation sheet" in said
        and "样本量" not in said
    )
