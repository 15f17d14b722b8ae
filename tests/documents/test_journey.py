"""Every document of one order, made by the real actions: what stands on it, and that it can be
verified without us.
"""

import csv
import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from flask import current_app

from app import clock, documents
from app.documents.ncr import nonconformance
from app.documents.paper.bilingual import FOLDER
from app.documents.paper.event_data import facts
from app.extensions import db
from app.jobs import leases
from app.models.records.event import FIRST, digest
from app.models.records.papers.document import Document, Job
from app.storage import archive
from tests import application
from tests.documents import journey

FIELDS = Path(__file__).parents[1] / "data/forms_fields.csv"
# The batch record is no document of its own yet: the dossier has its steps.
FORMS = ("production_order", "material_prep", "quality_report", "ncr", "delivery_note")


@pytest.fixture(scope="module")
def printer():
    made = documents.PdfClient()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def traveller(prepared, tmp_path_factory, printer):
    """The application, its context open, after the journey."""
    home, url = tmp_path_factory.mktemp("journey"), prepared.copy("journey")
    with (
        application.renewed(url, home, BASE_URL="https://washline.example") as app,
        app.app_context(),
    ):
        yield journey.travel(printer)


def squeezed(text: str) -> str:
    return "".join(text.split())


def text_of(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def latest(traveller, kind: str) -> str:
    return text_of(traveller.pdfs[traveller.numbers[kind][-1]])


def test_the_first_production_order_stands_beside_that_of_the_rework(traveller):
    first, rework = (
        text_of(traveller.pdfs[number]) for number in traveller.numbers["production_order"]
    )
    assert all(told in first for told in ("6,000", "2,237.161")) and "返工" not in first
    assert "返工" in rework


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_the_form_is_on_it_in_both_languages(traveller, form):
    printed = latest(traveller, form)
    rows = [
        row for row in csv.DictReader(FIELDS.open(encoding="utf-8-sig")) if row["form_key"] == form
    ]
    assert rows
    missing = [
        row["field_zh"]
        for row in rows
        if squeezed(row["field_zh"]) not in printed or squeezed(row["field_en"]) not in printed
    ]
    assert not missing
    assert squeezed(rows[0]["form_en"]) in printed
    if any(FOLDER.glob("zh_*/LC_MESSAGES/*.mo")):
        assert rows[0]["form_zh"] in printed


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (
            "production_order",
            [
                "2026-{n}",
                "P-DW-500",
                "F-DW01",
                "5,990",
                "L1",
                "甲班",
                "返工",
                "补加topup",
                "Haitang",
                "吕样三",
            ],
        ),
        # 9 % of 3,092.146 kg up to the gram; the water is what the eleven others, each up to the
        # gram, leave, less a gram spilt.
        (
            "material_prep",
            [
                "R-002",
                "278.294",
                "ML26-0001",
                "94.6%",
                "2,237.16",
                "-0.001",
                "spilt",
                "released",
                "Corrosive1C",
            ],
        ),
        ("quality_report", ["GB/T9985", "n=5", "L1线尾", "PH-01", "合格", "入库", "5,980"]),
        (
            "ncr",
            [
                "返工",
                "topup",
                "<b>toolow</b>",
                "5,990",
                "严重",
                "S-2026-00002合格passed".replace("2026", str(clock.today().year)),
                "处置完成,关闭",
            ],
        ),
        (
            "delivery_note",
            ["PO-HT-2611-01", "林示一", "沪A·00001", "WB-1", "08:30-11:30", "QIR-", "GHS07", "499"],
        ),
    ],
)
def test_it_tells_what_happened(traveller, form, told):
    printed = latest(traveller, form)
    year_free = [each for each in told if "{" not in each]
    assert [each for each in year_free if each not in printed] == []


def test_a_sheet_printed_late_shows_what_stood_when_it_was_ordered(traveller):
    first, second = traveller.numbers["material_prep"]
    assert (first, second) == (second.removesuffix("-r2"), f"{first}-r2")
    assert "spilt" not in text_of(traveller.pdfs[first]) and "spilt" in text_of(
        traveller.pdfs[second]
    )
    again = documents.compose(Document.find(first))
    assert all(
        row[12] is None for block in again.blocks if block.block == "table" for row in block.rows
    )


def test_both_reports_stay_and_say_their_verdicts(traveller):
    failed, passed = (text_of(traveller.pdfs[name]) for name in traveller.numbers["quality_report"])
    assert "不合格failed" in failed and "入库stock-in" not in failed
    assert "不合格failed" not in passed and "入库stock-in" in passed


def test_signatures_name_person_role_meaning_and_time(traveller):
    paper = documents.compose(Document.find(traveller.numbers["material_prep"][-1]))
    signed = next(block for block in paper.blocks if block.block == "signoffs").items
    assert len({sign.name for sign in signed}) == 3
    assert all(
        sign.name and sign.role and sign.meaning and sign.when.endswith("+08:00") for sign in signed
    )


def test_the_code_leads_to_the_order(traveller):
    paper = documents.compose(Document.find(traveller.numbers["production_order"][-1]))
    assert paper.code == f"https://washline.example/find?q={traveller.card.ref}"


def test_the_dossier_holds_every_document_the_message_and_the_whole_history(traveller):
    printed = latest(traveller, "dossier")
    for name, pdf in traveller.pdfs.items():
        if not name.startswith("DOS"):
            assert name in printed and hashlib.sha256(pdf).hexdigest() in printed
    for told in (
        "请安排6,000瓶",
        "<script>alert('x')</script>",
        "‹U+1F600›",
        "topup",
        "spilt",
        "ML26-0001",
        "很好good",
        "批生产记录",
    ):
        assert squeezed(told) in printed
    for told in (
        "附件清单",
        "标签稿.txt",
        hashlib.sha256(journey.LABEL).hexdigest(),
        "标签已定稿",
        "提到Mentions:吕样三",
    ):
        assert squeezed(told) in printed
    events = sum(
        len(record.history)
        for record in (
            traveller.order,
            traveller.card,
            *traveller.card.samples,
            traveller.card.shipment,
        )
    )
    assert printed.count("保存至") == len(traveller.pdfs), "each document, and the dossier itself"
    # The filing of the dossier itself came after it.
    assert sum(printed.count(event.hash[:12]) for event in traveller.card.history) >= len(
        traveller.card.history
    )
    assert events > 80


def test_a_dossier_repeats_what_was_filed_whatever_the_rows_say_today(traveller):
    dossier = Document.find(traveller.numbers["dossier"][-1])
    traveller.card.product.name_zh = "改名产品"
    traveller.order.address.receiver = "改名收货人"
    db.session.flush()
    assert "改名" in documents.typeset(
        documents.compose(Document.find(traveller.numbers["production_order"][-1]))
    )
    copies = {copy.number: copy.pdf for copy in documents.compose(dossier).copies}
    assert copies == {
        name: pdf for name, pdf in traveller.pdfs.items() if not name.startswith("DOS")
    }
    assert not any("改名" in text_of(pdf) for pdf in copies.values())
    db.session.rollback()


def test_a_dossier_repeats_no_file_that_was_altered(traveller):
    note = Document.find(traveller.numbers["delivery_note"][-1])
    file, content = Path(current_app.config["HOME"], note.place), archive.read(note)
    try:
        file.write_bytes(content + b" ")
        with pytest.raises(archive.Damaged, match=note.name):
            documents.compose(Document.find(traveller.numbers["dossier"][-1]))
    finally:
        file.write_bytes(content)


def test_what_was_split_off_after_the_failure_goes_by_its_parents_nonconformance(traveller):
    document = Document.find(traveller.numbers["ncr"][-1])
    part = SimpleNamespace(nonconformances=[], parent=traveller.card)
    assert nonconformance(part, document) is nonconformance(traveller.card, document)
    with pytest.raises(LookupError):
        nonconformance(SimpleNamespace(nonconformances=[], parent=None), document)


def attached(traveller) -> dict:
    pdf = pypdf.PdfReader(io.BytesIO(traveller.pdfs[traveller.numbers["dossier"][-1]]))
    return json.loads(pdf.attachments["events.json"][0])


def test_the_attached_chains_verify_by_the_rule_they_state(traveller):
    chains = attached(traveller)["chains"]
    assert {chain["flow"] for chain in chains} == {"order", "production", "sample", "shipment"}
    for chain in chains:
        head = FIRST
        for number, event in enumerate(chain["events"], 1):
            assert (event["seq"], event["previous"]) == (number, head)
            head = hashlib.sha256((event["previous"] + event["body"]).encode()).hexdigest()
            assert head == event["hash"] == digest(event["previous"], event["body"])
        assert head == chain["head"]
    card = next(chain for chain in chains if chain["record"] == traveller.card.ref)
    assert card["head"] == traveller.card.head


def test_a_dossier_waits_for_the_other_documents(traveller):
    other = Document.find(traveller.numbers["delivery_note"][-1])
    dossier = Document.find(traveller.numbers["dossier"][-1])
    with db.session.no_autoflush:
        other.filed_at = None
        with pytest.raises(documents.Unfinished, match=other.number):
            documents.compose(dossier)
    db.session.rollback()


def test_facts_are_read_in_words_and_nothing_odd_breaks_them(traveller):
    data = {
        "reason": "坏\x00😀",
        "lines": [{"pick": 1, "accepted": True, "received": 1_000_000, "reason": ""}],
        "good": 1,
        "at": "2026-11-22T06:05:00+00:00",
        "changed": {"a": [None, "x"]},
        "deep": [[["y"]]],
        "none": None,
    }
    said = "\n".join(facts(data))
    assert "Quantity received: 1 kg" in said and "Accepted: 是 yes" in said
    assert (
        "合格数 Good units: 1" in said
        and "2026-11-22 14:05:00 +08:00" in said
        and "– → x" in said
        and "none" not in said
    )


def test_waiting_for_others_is_no_failed_attempt(traveller):
    job = Job(
        kind="render", payload={}, due=clock.now(), state="waiting", leased_by="me", attempts=5
    )
    db.session.add(job)
    db.session.flush()
    leases.requeue(job.id, "me", 5, leases.NotYet("not filed yet: DN-2026-00001"))
    db.session.refresh(job)
    assert (job.state, job.attempts, job.leased_by) == ("waiting", 4, None)
    assert job.due > clock.now() and "DN-2026-00001" in job.error
    db.session.rollback()
