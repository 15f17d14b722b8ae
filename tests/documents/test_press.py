"""The press: what it prints, what it refuses to read, and what stops it."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from app.documents import set_in_type
from app.documents.paper.blocks import Attachment, Company, Passage, Table
from app.documents.pdf import worker
from app.documents.pdf.client import NotPrinted, PdfClient
from app.documents.pdf.glyphs import spelled
from app.flow.texts.lazy_text import Both
from tests.documents.samples import AT, dossier, paper, wide


@pytest.fixture(scope="module")
def printer():
    made = PdfClient()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def printed(printer):
    """The dossier, printed once for all who only look at it."""
    return set_in_type(dossier(printer), printer)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The text without spaces: where a line breaks is the layout's business."""
    return "".join("".join(page.extract_text() for page in read(pdf).pages).split())


def minimal(body: str) -> str:
    return f'<!doctype html><html lang="zh-Hans"><title>t</title><body>{body}</body></html>'


def test_it_is_pdf_a_3b(printer):
    pdf = read(set_in_type(paper(), printer))
    assert pdf.metadata.title == "质量检验报告 Quality inspection report QIR-2026-00007"
    assert conforms(pdf, "QIR-2026-00007-r1")


def test_a_dossier_stays_pdf_a_3b_with_the_pages_of_others_in_it(printed):
    pdf = read(printed)
    assert pdf.metadata.title == "订单档案 Dossier DOS-2026-00003"
    assert conforms(pdf, "DOS-2026-00003-r1")
    marks = [mark.title for mark in pdf.outline if not isinstance(mark, list)]
    assert marks[1:] == [
        "物料准备单 Material preparation sheet MPS-2026-00017",
        "质量检验报告 Quality inspection report QIR-2026-00007",
    ]


def conforms(pdf, identifier):
    """It says that it is PDF/A-3b, twice the same, and has what that asks of the whole file."""
    root = pdf.trailer["/Root"]
    said = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"part(>|=\")3", said) and re.search(r"conformance(>|=\")B", said)
    assert root["/Lang"] == "zh-Hans" and root["/OutputIntents"]
    assert pdf.metadata.producer in said and pdf.metadata.creator in said
    return pdf.trailer["/ID"][0].get_object().original_bytes == identifier.encode()


def test_every_font_is_ours_and_embedded(printed):
    for page in read(printed).pages:
        resources = page["/Resources"]
        drawn = resources.get("/XObject", {}).values()
        fonts = [
            font.get_object()
            for each in (resources, *(form.get_object().get("/Resources") for form in drawn))
            for font in (each or {}).get("/Font", {}).values()
        ]
        assert fonts
        for font in fonts:
            below = font["/DescendantFonts"][0].get_object()
            described = below["/FontDescriptor"].get_object()
            assert "Noto-Sans" in below["/BaseFont"]
            assert "/FontFile2" in described or "/FontFile3" in described
            assert "/ToUnicode" in font


def test_every_page_carries_its_number_and_is_counted(printed):
    pdf = read(printed)
    assert len(pdf.pages) > 3
    for n, page in enumerate(pdf.pages, 1):
        words = "".join(page.extract_text().split())
        assert f"Page{n}of{len(pdf.pages)}" in words and f"第{n}页" in words
        assert "DOS-2026-00003" in words


def test_pages_are_a4(printed):
    sizes = {
        tuple(round(float(side)) for side in page.mediabox[2:]) for page in read(printed).pages
    }
    assert sizes == {(595, 842), (842, 595)}


def test_each_document_in_a_dossier_stands_on_its_own_pages_as_it_was_filed(printed):
    pages = read(printed).pages
    lying = [float(page.mediabox.width) > float(page.mediabox.height) for page in pages]
    assert lying[-1] is False and lying[-2] is True and "QIR-2026-00007" in pages[-1].extract_text()
    assert all(
        "MPS-2026-00017" not in page.extract_text()
        for page in (pages[-1], pages[lying.index(True) - 1])
    )


def test_heads_are_repeated_on_every_page_of_a_table(printer):
    pdf = read(set_in_type(wide(), printer))
    assert len(pdf.pages) > 1
    assert all("Variance" in page.extract_text() for page in pdf.pages)


def test_the_same_paper_gives_the_same_bytes(printed, printer):
    assert set_in_type(dossier(printer), printer) == printed


def test_an_attachment_comes_back_as_it_went_in(printer):
    content = json.dumps({"词": "总活性物"}, ensure_ascii=False)
    pdf = read(
        set_in_type(paper(attachments=(Attachment("events.json", "d", content, AT),)), printer)
    )
    assert pdf.attachments["events.json"][0].decode() == content
    spec = pdf.trailer["/Root"]["/AF"][0].get_object()
    assert spec["/AFRelationship"] == "/Data"
    assert spec["/EF"]["/F"].get_object()["/Params"]["/ModDate"] == "D:20261122060500Z"


HOSTILE = (
    "<script>alert(1)</script><img src='file:///etc/passwd'><link rel=stylesheet "
    "href='http://127.0.0.1:{port}/x'>"
    "<a rel=attachment href='file:///etc/passwd'>x</a> @import url(http://127.0.0.1:{port}/y); "
    "{{{{ 7*7 }}}} ]]> --> \"'`"
)


def test_hostile_text_is_text_and_fetches_nothing(printer):
    with socket.create_server(("127.0.0.1", 0)) as server:
        calls = []

        def answer():
            try:
                while True:
                    calls.append(server.accept())
            except OSError:
                pass

        threading.Thread(target=answer, daemon=True).start()
        bad = HOSTILE.format(port=server.getsockname()[1])
        pdf = set_in_type(
            paper(
                company=Company(Both(bad, bad), Both(bad, bad)),
                title=Both(bad, ""),
                number=bad,
                code=bad,
                blocks=(*paper().blocks, Passage(Both(bad, bad), bad, quoted=True)),
            ),
            printer,
        )
        assert not calls
    words = text_of(pdf)
    assert "<imgsrc='file:///etc/passwd'>" in words and "{{7*7}}" in words and "root:" not in words
    assert list(read(pdf).attachments) == ["sheet.html"]


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='file:///etc/passwd'>",
        "<img src='http://127.0.0.1:9/x'>",
        "<link rel=stylesheet href='file:///etc/passwd'>",
        "<style>@import url(file:///etc/passwd)</style>",
        "<style>body{background:url(//127.0.0.1:9/x)}</style>",
        "<img src='data:image/png;base64,AAAA'>",
        "<a rel=attachment href='file:///etc/passwd'>x</a>",
        "<svg><image href='file:///etc/passwd'/></svg>",
        "<object data='file:///etc/passwd'></object>",
        "<img src='../../../etc/passwd'>",
    ],
)
def test_even_markup_can_read_packaged_files_only(printer, markup):
    try:
        pdf = printer.print(minimal(markup), "x")
    except NotPrinted:
        return
    assert not read(pdf).attachments and "root:" not in text_of(pdf)


def test_the_fetcher_serves_by_name_only():
    fetcher = worker.packaged_files_only()
    assert b"@page" in fetcher.fetch("washline:paper.css").read()
    for url in (
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "washline:../config.py",
        (Path(worker.HERE) / "paper.css").as_uri(),
    ):
        with pytest.raises(ValueError):
            fetcher.fetch(url)


WRITTEN = "ClO₂, H₂O, 10⁻³; Łódź, Kraków, Đà Nẵng, Αθήνα, Москва; 净单 – 500 g × 12 ℃ ≤ ± µ §"


def test_what_people_write_is_printed_as_they_wrote_it(printer):
    """Formulas, names of Europe and their accents, also where a letter and its accent came
    apart.
    """
    assert spelled(WRITTEN) == WRITTEN
    assert spelled("Lo\u0301dz\u0301") == "Lódź"
    pdf = text_of(set_in_type(paper(blocks=(Passage(None, WRITTEN),)), printer))
    for word in ("ClO₂", "H₂O", "10⁻³", "Łódź", "Kraków", "Αθήνα", "Москва", "净单"):
        assert word in pdf, word


def test_what_no_font_has_is_spelled_at_the_one_door(printer):
    odd = "谢谢😀\x00\u202eabc\ud800"
    assert spelled(odd) == "谢谢‹U+1F600›‹U+0000›‹U+202E›abc‹U+D800›"
    assert "好‹U+1F600›‹U+0007›" in text_of(
        set_in_type(paper(blocks=(Passage(None, "好😀\x07"),)), printer)
    )


LONG = minimal("<p>长 long</p>" * 200_000)
# Less of it, but each part fills memory sooner than it takes time.
LARGE = minimal(f"<p title='{'x' * 10_000}'>长 long</p>" * 3_000)


@pytest.mark.parametrize(
    ("limits", "runaway", "said"),
    [
        ({"seconds": 4}, LONG, "more than 4 seconds"),
        ({"processor_seconds": 2}, LONG, "processor time"),
        ({"memory": 250_000_000}, LARGE, "memory"),
    ],
    ids=["time", "processor", "memory"],
)
def test_a_runaway_is_stopped_and_the_press_lives_on(limits, runaway, said):
    printer = PdfClient(**limits)
    try:
        pid = printer._running().pid
        with pytest.raises(NotPrinted, match=said):
            printer.print(runaway, "x")
        assert printer.print(minimal("ok"), "x").startswith(b"%PDF-")
        assert printer.press.pid == pid
    finally:
        printer.stop()


def test_a_dead_press_is_started_again(printer):
    printer.print(minimal("x"), "x")
    os.kill(printer.press.pid, signal.SIGKILL)
    printer.press.wait()
    assert printer.print(minimal("x"), "x").startswith(b"%PDF-")


def test_the_press_ends_with_its_worker():
    printer = PdfClient()
    printer.print(minimal("x"), "x")
    pressing = printer.press
    printer.stop()
    assert pressing.returncode == 0


def test_the_press_inherits_no_secret(printer, monkeypatch):
    printer.stop()
    monkeypatch.setenv("DATABASE_URL", "secret")
    printer.print(minimal("x"), "x")
    assert b"secret" not in Path(f"/proc/{printer.press.pid}/environ").read_bytes()


def test_threads_share_a_press(printer):
    results = []
    threads = [
        threading.Thread(
            target=lambda n=n: results.append((n, text_of(printer.print(minimal(f"no{n}"), "x"))))
        )
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((n, words[:3]) for n, words in results) == [(n, f"no{n}") for n in range(6)]


def test_the_application_does_not_load_the_typesetter():
    code = (
        "import sys, app, app.documents; sys.exit(any(m in sys.modules for m in ('weasyprint', "
        "'fontTools')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_long_table_is_set_in_pieces_and_loses_no_row(printer):
    table = wide().blocks[0]
    rows = tuple((str(1000 + n), *row[1:]) for n, row in enumerate(table.rows * 7))
    assert len(rows) > 2 * Table.longest
    rows = rows[: 2 * Table.longest + 1]
    printed = text_of(set_in_type(replace(wide(), blocks=(replace(table, rows=rows),)), printer))
    assert all(row[0] in printed for row in rows)


def test_a_row_stays_on_one_page(printer):
    """What a storekeeper reads across: the number and the name of a line are on the same page of
    the sheet.
    """
    table = wide().blocks[0]
    rows = tuple(
        (f"Z{n:02}", row[1], f"{'直链烷基苯磺酸 ' * (n % 5 + 1)}X{n:02}", *row[3:])
        for n, row in enumerate(table.rows)
    )
    pages = read(
        set_in_type(replace(wide(), blocks=(replace(table, rows=rows, small=True),)), printer)
    ).pages
    assert len(pages) > 1
    for page in pages:
        text = "".join(page.extract_text().split())
        assert set(re.findall(r"Z(\d\d)", text)) == set(re.findall(r"X(\d\d)", text))
