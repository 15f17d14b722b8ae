"""The emergency pack 停机应急: what to work with on paper while the system cannot be reached. What
stands where, department by department, and a blank form for every step; one PDF of parts that are
printed one by one, each with page numbers of its own, so that a department takes its part away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO

from app import clock, documents
from app.documents.paper.bilingual import both
from app.documents.paper.blocks import Block, Paper, Table
from app.documents.paper.heading import company, find_url
from app.documents.paper_day import blank_forms, cover, standing
from app.flow.departments import WAREHOUSE
from app.flow.documents import PAPER_DAY
from app.flow.flows import FLOWS
from app.flow.texts.lazy_text import Both

# Rows of tables in one part: the layout's time grows with them, and the press gives each its limit.
MOST_ROWS = 250


def of_now(at: datetime) -> list[Paper]:
    """What stands where at this moment: the cover, then a part or more for each department.

    It only reads; nothing is asked of the database any more once it is printed.
    """
    parts = [part(both(PAPER_DAY.label), at, cover.blocks(at))]
    for department, tables in standing.departments():
        beside = [standing.leaving(clock.today()), standing.in_stock()]
        tables = [*tables, *(beside if department is WAREHOUSE else [])]
        for number, piece in enumerate(pieces(tables), 1):
            label = both(department.label)
            title = label if number == 1 else Both(f"{label.zh} {number}", f"{label.en} {number}")
            parts.append(part(title, at, piece))
    return parts


def pieces(tables: Iterable[Table]) -> Iterator[list[Table]]:
    """The tables in their order, long ones cut, by so many as one part holds."""
    piece: list[Table] = []
    for table in tables:
        for first in range(0, len(table.rows), MOST_ROWS) or (0,):
            cut = replace(table, rows=table.rows[first : first + MOST_ROWS])
            if piece and sum(len(each.rows) for each in [*piece, cut]) > MOST_ROWS:
                yield piece
                piece = []
            piece.append(cut)
    yield piece


def part(title: Both, at: datetime, blocks: Iterable[Block]) -> Paper:
    return Paper(
        title=title,
        number=f"PAPER-DAY {clock.local(at):%Y-%m-%d %H:%M}",
        revision=0,
        refs=(),
        issued=at,
        code=find_url(""),
        company=company(),
        clause=PAPER_DAY.clause,
        blocks=tuple(blocks),
    )


def printed(parts: Iterable[Paper]) -> bytes:
    """The whole pack, blank forms and all, as one PDF. Raises NotPrinted."""
    from pypdf import PdfWriter  # noqa: PLC0415 – only the worker joins PDFs

    pack = PdfWriter()
    pages = [(each.title, documents.set_in_type(each)) for each in parts]
    for title, pdf in [*pages, *(forms_of(key) for key in FLOWS)]:
        pack.append(BytesIO(pdf), outline_item=f"{title.zh} {title.en}")
    file = BytesIO()
    pack.write(file)
    return file.getvalue()


@cache
def forms_of(flow: str) -> tuple[Both, bytes]:
    """The blank forms of a flow and what they are called; as long as the version is the same they
    are, so they are printed once.
    """
    label = both(FLOWS[flow].label)
    title = Both(f"空白表:{label.zh}", f"Blank forms: {label.en}")
    return title, documents.set_in_type(part(title, clock.now(), blank_forms.forms_of(FLOWS[flow])))
