"""An auditor's list: asked for on its page, gathered by the worker in turns, found again there;
nothing of it is filed.
"""

import io
import json
import os
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import current_app
from markupsafe import Markup
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from app import clock
from app.documents.bundle import audit_index
from app.extensions import db
from app.flow.documents import DOSSIER, MATERIAL_SHEET
from app.jobs import bundles, worker
from app.models.records.event import Event
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document, Job
from app.models.warehouse.stock import RELEASED, Lot
from app.storage import archive
from tests import around

PAGES = b"%PDF-1.7 made for a test"


@pytest.fixture
def press(monkeypatch):
    """Stand in for the press; ``printed`` are the numbers of what it was given."""
    import app.documents

    printed = []
    monkeypatch.setattr(
        app.documents,
        "set_in_type",
        lambda paper, printer=None: printed.append(paper.number) or PAGES + paper.number.encode(),
    )
    return printed


@pytest.fixture
def plant(app):
    """Two approved orders, the first with its dossier on file, and a request."""
    with app.app_context():
        around.open_plant()
        cards = [
            around.approve(around.take_in(customer, po=po))[0]
            for customer, po in (("C001", "A"), ("C002", "B"))
        ]
        for card in cards:
            around.issue(card)
        request = around.take_in("C002")
        db.session.commit()
        document = Document.queue(cards[0].order, DOSSIER)
        db.session.commit()
        worker.file_document(
            {"document": document.id}, archive.store(document, PAGES + b" dossier")
        )
        db.session.commit()
        found = {
            "closed": cards[0].order.ref,
            "open": cards[1].order.ref,
            "card": cards[1].ref,
            "request": request.ref,
            "lot": cards[1].lot_no,
        }
        db.session.execute(db.delete(Job))
        db.session.commit()
        return found


def ask(browser, **fields):
    """Send the form as a browser does: with every field, also those that nothing was typed into."""
    return browser.submit(
        "/audit/",
        **{"numbers": "", "first": "", "last": "", "customer_id": "", "product_id": "", **fields},
    )


def work(app):
    """Let the worker do all that is due, turn by turn."""
    with app.app_context():
        while worker.do_next("test:1"):
            pass


def rows(bundle, sheet="index"):
    book = load_workbook(io.BytesIO(bundle.read("index.xlsx")))
    _heads, *found = book[sheet].iter_rows(values_only=True)
    return found


def fetched(browser, number=None):
    page = browser.get("/audit/").text
    answer = browser.get(re.search(r'href="(/audit/\d+/bundle)"', page)[1])
    assert answer.mimetype == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.data)), page


def test_numbers_of_every_kind_are_gathered_and_unknown_ones_named(app, plant, login_as, press):
    browser = login_as("auditor")
    pasted = f"{plant['closed']}，{plant['card'].lower()}\n{plant['lot']} 2026-99999;nirgends"
    assert ask(browser, numbers=pasted).status_code == 303
    assert 'data-state="waiting"' in browser.get("/audit/").text, (
        "it waits for the worker, and no page waits for it"
    )
    work(app)
    bundle, page = fetched(browser)
    assert bundle.testzip() is None
    found = {row[0]: row for row in rows(bundle)}
    assert list(found) == [plant["closed"], plant["open"]], (
        "a card and its planned lot lead to their order, once"
    )
    assert found[plant["open"]][1] == f"{plant['card'].lower()}, {plant['lot']}"
    assert (
        found[plant["closed"]][4] == "已归档 filed" and found[plant["open"]][4] == "截至目前 so far"
    )
    assert (
        "2026-99999" in page
        and "nirgends" in page
        and [row[0] for row in rows(bundle, "unknown")] == ["2026-99999", "nirgends"]
    )
    assert "index.pdf" in bundle.namelist() and press[-1] == "index"


def test_an_open_order_s_dossier_so_far_is_marked_and_not_filed(app, plant, login_as, press):
    browser = login_as("quality_head")
    with app.app_context():
        before = (
            db.session.scalars(select(Document.number)).all(),
            db.session.query(Event).count(),
        )
    assert ask(browser, numbers=plant["open"]).status_code == 303
    work(app)
    bundle, _ = fetched(browser)
    (so_far,) = [name for name in bundle.namelist() if "so-far" in name]
    assert re.fullmatch(rf"{plant['open']}/{plant['open']}-so-far-\d{{8}}-\d{{4}}\.pdf", so_far)
    missing = rows(bundle)[0][6]
    assert "the final dossier: the order is still open" in missing
    with app.app_context():
        assert (
            db.session.scalars(select(Document.number)).all(),
            db.session.query(Event).count(),
        ) == before
        order = around.Order.find(plant["open"])
        assert Document.queue(order, DOSSIER).revision == 1, "the final one is the first"


def test_what_cannot_be_put_in_is_named(app, plant, login_as, press):
    with app.app_context():
        card = around.ProductionOrder.find(plant["card"])
        waiting, damaged = Document.queue(card, MATERIAL_SHEET), Document.queue(card.order, DOSSIER)
        db.session.commit()
        worker.file_document({"document": damaged.id}, archive.store(damaged, PAGES))
        db.session.commit()
        Path(current_app.config["HOME"], damaged.place).write_bytes(b"another")
        names = waiting.name, damaged.name
        db.session.execute(db.delete(Job))
        db.session.commit()
    browser = login_as("admin")
    ask(browser, numbers=plant["open"])
    work(app)
    bundle, _ = fetched(browser)
    missing = rows(bundle)[0][6]
    assert f"{names[0]} 生成中" in missing and f"{names[1]} 文件缺失或被改动" in missing
    assert not [name for name in bundle.namelist() if names[1] in name]


def test_a_press_that_fails_costs_only_the_dossier_so_far(app, plant, login_as, press, monkeypatch):
    import app.documents as documents

    with app.app_context():
        sheet = Document.queue(around.ProductionOrder.find(plant["card"]), MATERIAL_SHEET)
        db.session.commit()
        worker.file_document({"document": sheet.id}, archive.store(sheet, PAGES))
        db.session.execute(db.delete(Job))
        db.session.commit()
        name = sheet.name

    def jammed(paper, printer=None):
        if "so-far" in paper.number:
            raise documents.NotPrinted("it took more than 30 seconds")
        return PAGES

    monkeypatch.setattr(documents, "set_in_type", jammed)
    monkeypatch.setattr(
        documents, "repeated", lambda document: Markup("")
    )  # what is filed here is no PDF
    ask(login_as("auditor"), numbers=plant["open"])
    work(app)
    bundle, _ = fetched(login_as("auditor"))
    assert (
        f"{plant['open']}/{name}.pdf" in bundle.namelist()
        and "could not be printed" in rows(bundle)[0][6]
    )


def test_days_customer_and_product_choose_orders(app, plant, login_as, press):
    browser = login_as("auditor")
    with app.app_context():
        customer = around.m.Customer.by_code("C002").id
    today = clock.today().isoformat()
    assert ask(browser, first=today, last=today, customer_id=customer).status_code == 303
    work(app)
    bundle, _ = fetched(browser)
    assert [row[0] for row in rows(bundle)] == [plant["open"], plant["request"]]
    nothing = ask(browser, first="2020-01-01", last="2020-01-02")
    assert (
        nothing.status_code == 422
        and 'class="error"' in nothing.text
        and 'value="2020-01-01"' in nothing.text
    )
    assert ask(browser, first=today, last="2020-01-01").status_code == 422
    assert ask(browser).status_code == 422


def book(values):
    made, file = Workbook(), io.BytesIO()
    for value in values:
        made.active.append([value, "x"])
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "name,content",
    [
        ("l.txt", lambda n: "\n".join(n).encode()),
        ("l.csv", lambda n: ("订单号;x\n" + ";y\n".join(n)).encode("utf-8-sig")),
        ("l.xlsx", lambda n: book(["Order no.", *n])),
    ],
)
def test_numbers_come_from_a_file_s_first_column(app, plant, login_as, name, content):
    browser = login_as("auditor")
    numbers = [plant["closed"], plant["open"]]
    assert ask(browser, file=(io.BytesIO(content(numbers)), name)).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(Job.payload))["numbers"] == numbers
    refused = ask(browser, file=(io.BytesIO(b"\x89PNG\r\n\x1a\n"), "l.png"), numbers="keep me")
    assert refused.status_code == 422 and "keep me" in refused.text


def test_five_hundred_numbers_go_in_turns_and_goes_on_after_a_kill(
    app, plant, login_as, press, monkeypatch
):
    """The worker lets others' work go first between two turns; one that is killed leaves whole
    folders, which are not made again.
    """
    with app.app_context():
        orders = [around.take_in(po=f"N{n}").ref for n in range(40)]
        db.session.commit()
    unknown = [f"2026-{n}" for n in range(90_000, 90_460)]
    monkeypatch.setattr(bundles, "TURN", 0)
    monkeypatch.setattr(audit_index, "ON_ONE", 15)
    browser = login_as("auditor")
    assert ask(browser, numbers="\n".join([*orders, *unknown])).status_code == 303
    with app.app_context():
        for _ in range(3):
            assert worker.do_next("test:1")
        other = Job(
            kind="look_again", payload={"flow": "order", "record": 1}, due=datetime.now(UTC)
        )
        db.session.add(other)
        db.session.commit()
        worker.do_next("test:1")
        assert db.session.get(Job, other.id).state == "done", (
            "what somebody waits for comes between"
        )
        job = db.session.scalar(select(Job).where(Job.kind == "bundle"))
        assert (job.progress, job.parts, job.attempts) == (3, 40, 0)
        draft = bundles.drafts() / f".audit-{job.id}"
        with (draft / "rows.jsonl").open("a") as torn:
            torn.write('{"half of a li')
        monkeypatch.setattr(bundles, "TURN", 3600)
    assert re.search(r'<progress max="40" value="3"', browser.get("/audit/").text)
    work(app)
    bundle, _ = fetched(browser)
    assert [row[0] for row in rows(bundle)] == orders
    assert sum("so-far" in number for number in press) == 40, "none was made twice"
    assert {"index-1.pdf", "index-3.pdf"} <= set(bundle.namelist())
    assert [row[0] for row in rows(bundle, "unknown")] == unknown
    assert not draft.exists()


def test_what_was_gathered_long_ago_is_cleared_away(app, plant, login_as, press):
    ask(login_as("auditor"), numbers=plant["closed"])
    work(app)
    with app.app_context():
        number = db.session.scalar(select(Job.id))
        file = app.config["HOME"] / bundles.place(number)
        bundles.tidy()
        assert file.exists()
        old = (datetime.now(UTC) - timedelta(days=15)).timestamp()
        os.utime(file, (old, old))
        bundles.tidy()
        assert not file.exists()
    assert login_as("auditor").get(f"/audit/{number}/bundle").status_code == 404


@pytest.mark.parametrize("path", ["/audit/999999/bundle", "/audit/x/bundle"])
def test_what_is_no_bundle_is_not_found(app, plant, login_as, path):
    assert login_as("auditor").get(path).status_code == 404


def test_the_real_press_marks_every_page_and_quantities_have_their_units(app, plant, login_as):
    from app.documents import set_in_type
    from app.documents.dossier import SoFar, so_far

    with app.app_context():
        order = around.Order.find(plant["open"])
        card = order.cards[0]
        db.session.add(
            Lot(
                lot_no="ML-1",
                material=around.m.Material.by_code("R-W"),
                status=RELEASED,
                made_on=clock.today(),
            )
        )
        card.write_event(
            "prepare",
            by=None,
            clause="3.1",
            data={
                "issued": [["ML-1", "W1", 314_670_000]],
                "returned": [["ML-1", "W1", 250]],
                "good": 480,
            },
        )
        db.session.commit()
        pdf = PdfReader(io.BytesIO(set_in_type(so_far(order, SoFar.of(order, clock.now())))))
        pages = [page.extract_text() for page in pdf.pages]
        assert len(pages) > 1 and all(
            "dossier so far, as of" in page.replace("\n", " ") for page in pages
        )
        told = "".join(pages).replace("\n", "")
        assert (
            "314.67 kg" in told
            and "0.00025 kg" in told
            and "480 件 pcs" in told
            and "314670000" not in told
        )
        assert json.loads(pdf.attachments["events.json"][0])["format"] == "washline-events-1"


def test_a_folder_takes_files_of_any_name_and_keeps_their_endings(
    app, plant, login_as, press, monkeypatch
):
    """A disk takes 255 bytes of a name; some systems read a and A as one, and some readers end a
    line at U+2028.
    """
    monkeypatch.setattr(bundles, "TURN", 0)
    names = [
        "照" * 110 + ".txt",
        "𠮷" * 70 + ".txt",
        "x" * 112 + ".txt",
        "A.TXT",
        "a.txt",
        "a\u2028b.txt",
        "名 Ệ̃.txt",
    ]
    with app.app_context():
        order = around.Order.find(plant["open"])
        for name in names:
            file = Attachment.new(name, "text/plain")
            stored = archive.store(file, name.encode())
            file.sha256, file.size = stored.sha256, stored.size
            order.comment(around.person("sales"), "see", [file])
        db.session.commit()
    browser = login_as("auditor")
    ask(browser, numbers=f"{plant['open']} {plant['closed']}")
    work(app)
    bundle, _ = fetched(browser)
    found = [
        name.partition("/attachment-")[2] for name in bundle.namelist() if "/attachment-" in name
    ]
    assert len({name.casefold() for name in found}) == len(names)
    assert all(
        name.lower().endswith(".txt") and len(name.encode()) < 200 and "\u2028" not in name
        for name in found
    )
    assert [
        bundle.read(name).decode() for name in bundle.namelist() if "/attachment-" in name
    ] == names
    assert len(rows(bundle)) == 2
