"""Lines of an order proposed from a mail, each with what it was read from. Proposals only: Sales
confirms or corrects them beside the original. No database: ``find`` says what product is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from app.content.tables import read_book
from app.content.tables.heads import key_of, known_as
from app.content.tables.workbooks import NotRead
from app.mail.days import day_in, wanted_day
from app.mail.letters import Letter
from app.plant import reading

TEXT, TABLE, SHEET, PDF = "text", "table", "sheet", "pdf"
MOST_LINES, MOST_PAGES = 50, 30
MOST_QUANTITY = 10**7
CASES = "箱|件箱|cases?|cartons?|ctns?"
UNITS = f"瓶|桶|袋|盒|支|罐|听|个|只|件|{CASES}|bottles?|btls?|drums?|pails?|units?|pcs|pieces|ea"
NUMBER = r"\d{1,3}(?:[,，]\d{3})+|\d{1,8}"
QUANTITY = re.compile(rf"(?<![\w.\-])({NUMBER})\s*({UNITS})(?![a-z])", re.IGNORECASE)
LAST_NUMBER = re.compile(rf"(?:[x×*:：]\s*|\s)({NUMBER})\s*[。.;；]?\s*$", re.IGNORECASE)
NUMBERED = re.compile(r"^\s*(?:[(（]?\d{1,2}[.、)）]\s*|[-*•·]\s+)")
HEADS = {
    "code": "货号 编码 编号 产品编码 商品编码 物料号 料号 "
    "item itemno itemcode code sku productcode article "
    "articleno partno",
    "name": "品名 名称 产品 产品名称 商品名称 货物名称 货品 "
    "description product productname name goods",
    "spec": "规格 型号 规格型号 size spec specification pack",
    "quantity": "数量 订货数量 订购数量 采购数量 订单数量 qty quantity orderqty",
    "unit": "单位 uom unit",
    "day": "交期 交货日期 到货日期 交货期 送货日期 需求日期 delivery deliverydate date due duedate "
    "requesteddate required",
    "note": "备注 说明 note notes remark remarks comment",
}
MEANS = {key_of(name): what for what, names in HEADS.items() for name in names.split()}


@dataclass(frozen=True)
class Meant:
    """A product that words mean: its code, and how many of it a case holds."""

    code: str
    per_case: int


Find = Callable[[str], Meant | None]
Line = dict[str, Any]


def proposals(letter: Letter, find: Find, today: date) -> list[Line]:
    """The lines of a mail: from its files where these hold any, else its tables, else its text."""
    wanted = wanted_day(f"{letter.subject}\n{letter.own_text}", today)
    for source in (of_files, of_tables, of_text):
        if found := list(source(letter, find, today))[:MOST_LINES]:
            return [{**line, "requested_date": line["requested_date"] or wanted} for line in found]
    return []


def of_files(letter: Letter, find: Find, today: date) -> Iterator[Line]:
    for name, content in letter.files:
        if content.startswith(b"%PDF-"):
            yield from in_words(pdf_text(content), find, {"in": PDF, "name": name})
            continue
        try:
            sheets = read_book(name, content).sheets
        except (NotRead, ValueError, KeyError, OSError):
            continue
        for sheet in sheets:
            rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.rows]
            yield from in_rows(rows[:500], find, today, {"in": SHEET, "name": name})


def of_tables(letter: Letter, find: Find, today: date) -> Iterator[Line]:
    for rows in letter.tables:
        yield from in_rows(rows, find, today, {"in": TABLE, "name": ""})


def of_text(letter: Letter, find: Find, today: date) -> Iterator[Line]:
    yield from in_words(letter.own_text, find, {"in": TEXT, "name": ""})


def in_rows(
    rows: list[list[str]], find: Find, today: date, read_from: dict[str, Any]
) -> Iterator[Line]:
    """The lines of a table: under the first row that names a quantity and a product."""
    top, columns = head_of(rows)
    if not columns:
        return
    unit_in_head = rows[top][columns["quantity"]]
    for number, row in enumerate(rows[top + 1 :], top + 2):
        cells = {what: row[at].strip() if at < len(row) else "" for what, at in columns.items()}
        quantity = whole(cells["quantity"])
        called = " ".join(filter(None, (cells.get("name"), cells.get("spec"))))
        meant = next(
            filter(None, (find(said) for said in (cells.get("code"), called) if said)), None
        )
        product = meant.code if meant else cells.get("code") or called
        if quantity and reading.line(product):
            unit = cells.get("unit") or unit_in_head
            yield line_of(
                product,
                *units(quantity, unit, meant),
                day_in(cells.get("day", ""), today),
                {**read_from, "row": number},
                cells.get("note", ""),
            )


def head_of(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The row that names the columns, and where which stands; none where no row does."""
    for top, row in enumerate(rows[:20]):
        columns: dict[str, int] = {}
        for place, name in enumerate(row):
            if key := known_as(name, MEANS):
                columns.setdefault(MEANS[key], place)
        if "quantity" in columns and columns.keys() & {"code", "name"}:
            return top, columns
    return 0, {}


def in_words(text: str, find: Find, read_from: dict[str, Any]) -> Iterator[Line]:
    """The lines of a text: a product and how many of it."""
    for number, row in enumerate(text.splitlines(), 1):
        counted = list(QUANTITY.finditer(row))
        last = counted[-1] if counted else LAST_NUMBER.search(row)
        quantity = whole(last[1]) if last else None
        if not last or not quantity:
            continue
        called = NUMBERED.sub("", row[: last.start()]).strip(" \t,，:：;；。|×x*")
        meant = find(called) if called else None
        listed = bool(counted and NUMBERED.match(row))
        if meant or (listed and len(called) > 1):
            unit = last[2] if counted else ""
            yield line_of(
                meant.code if meant else called,
                *units(quantity, unit, meant),
                None,
                {**read_from, "row": number},
            )


def units(quantity: int, unit: str, meant: Meant | None) -> tuple[int, str]:
    """How many units that is; a number of cases is said in the note."""
    if meant and re.fullmatch(CASES, unit.strip(), re.IGNORECASE):
        return quantity * meant.per_case, f"{quantity} {unit.strip()}"
    return quantity, ""


def line_of(
    product: str,
    quantity: int,
    cases: str,
    day: date | None,
    read_from: dict[str, Any],
    note: str = "",
) -> Line:
    return {
        "product_text": reading.line(product)[:120],
        "quantity": quantity,
        "requested_date": day,
        "note": " · ".join(filter(None, (cases, reading.line(note))))[:400],
        "read_from": read_from,
    }


def whole(words: str) -> int | None:
    """A count of units; None for what is none."""
    found = re.fullmatch(rf"({NUMBER})(?:\.0+)?\s*(?:{UNITS})?", words.strip(), re.IGNORECASE)
    count = int(re.sub(r"\D", "", found[1])) if found else 0
    return count if 0 < count <= MOST_QUANTITY else None


def pdf_text(content: bytes) -> str:
    """The words of a PDF; nothing of one that cannot be read."""
    try:
        pages = PdfReader(BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages[:MOST_PAGES])
    except Exception:  # what a broken PDF makes of the library has many names
        return ""
