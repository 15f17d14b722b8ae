"""Files as people have them: each is read as it is meant, or a cell says why not; never a guess
that is not told.
"""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.styles import numbers

from app.content.tables import Wishes, find_table, read_book
from app.content.tables.workbooks import NotRead
from app.models.master.dictionary import Field
from app.models.master.dictionary import fields as f
from app.sheets.reading.cells import Cell, Reader, Wrong
from app.sheets.reading.columns import Column, known_names
from tests.sheets.old_workbook import xls

OWN = (
    Column("material_code", f.code(), ("物料编码",)),
    Column("name_zh", f.text("name_zh", "品名"), ("物料名称",)),
    Column("qty", f.quantity("qty", "数量", "kg"), ("库存",)),
    Column("scrap_pct", f.percent("scrap_pct", "损耗率")),
    Column("expiry", Field("expiry", "有效期", f.DAY)),
)
KNOWN = known_names(OWN)
HEAD = ["物料编码", "物料名称", "数量(kg)"]
ROWS = [["R-001", "去离子水", "25"], ["R-002", "磺酸", "1250.5"]]


def text(rows=(HEAD, *ROWS), apart=",", encoding="utf-8", end="\n"):
    return end.join(apart.join(row) for row in rows).encode(encoding)


def workbook(fill, name="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = name
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(content, name="x.csv", wishes=Wishes()):  # noqa: B008
    """Codes and quantities as they stand in the table, and what was told."""
    table = find_table(read_book(name, content, wishes), KNOWN, wishes)
    at = {key: head for head in table.heads for key in [head.name.split("(")[0]]}
    rows = [
        tuple(
            None if key not in at else plain(table.cell(row, at[key]))
            for key in ("物料编码", "物料名称", "数量")
        )
        for _, row in table.rows
    ]
    return rows, " ".join(str(note) for note in table.notes)


def plain(value):
    return str(value) if isinstance(value, Decimal) else value


MEANT = [("R-001", "去离子水", "25"), ("R-002", "磺酸", "1250.5")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("apart", [",", ";", "\t"])
def test_every_encoding_with_every_separator(encoding, apart):
    rows, told = read(text(apart=apart, encoding=encoding))
    assert rows == MEANT and told


def test_western_letters():
    content = "material_code;name_zh;qty\nR-1;Señor Müller;1\nR-2;Café;2".encode("windows-1252")
    table = find_table(read_book("x.csv", content), KNOWN)
    assert [row[1] for _, row in table.rows] == ["Señor Müller", "Café"]
    assert "WINDOWS-1252" in str(table.notes[0])


def test_line_ends_of_a_mac_and_of_windows():
    for end in ("\r\n", "\r", "\n\n"):
        assert read(text(end=end))[0] == MEANT


def test_commas_and_line_ends_inside_quotation_marks():
    rows, _ = read('物料编码,物料名称,数量\nR-1,"a, ""b""\nc",3\n'.encode())
    assert rows == [("R-1", 'a, "b"\nc', "3")]


@pytest.mark.parametrize("above", [0, 1, 2, 5, 12])
def test_title_rows_above_the_head(above):
    titles = [["库存盘点表"], ["制表人:王样"], [""], ["2026年11月"], ["单位:公斤"]] * 3
    rows, told = read(text([*titles[:above], HEAD, *ROWS]))
    assert rows == MEANT and (above == 0 or str(above + 1) in told)


def test_what_is_between_and_below_the_rows():
    rows, told = read(text([HEAD, ROWS[0], ["", "", ""], HEAD, ROWS[1], ["合计", "", "1275.5"]]))
    assert rows == MEANT and "4" in told and "6" in told


def test_columns_in_any_order_with_others_between():
    rows, _ = read("数量,备注,物料名称,物料编码\n25,x,去离子水,R-001\n1250.5,y,磺酸,R-002".encode())
    assert rows == MEANT


def test_a_workbook_with_numbers_and_codes():
    def fill(sheet):
        for row in (HEAD, ["R-001", "去离子水", 25], ["R-002", "磺酸", 1250.5]):
            sheet.append(row)

    assert read(workbook(fill), "x.xlsx")[0] == MEANT


def test_merged_cells_hidden_rows_and_titles_of_a_workbook():
    def fill(sheet):
        sheet.append(["某厂 物料清单"])
        sheet.merge_cells("A1:C1")
        for row in (HEAD, ["R-001", "去离子水", 25], [None, "又一", 3], ["R-002", "磺酸", 1250.5]):
            sheet.append(row)
        sheet.merge_cells("A3:A4")
        sheet.row_dimensions[5].hidden = True

    rows, told = read(workbook(fill), "x.xlsx")
    assert rows == [MEANT[0], ("R-001", "又一", "3"), MEANT[1]]
    assert "A3–A4" in told and "5" in told


def test_of_several_sheets_the_one_that_is_meant_and_the_others_named():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["请填写第二页"])
    sheet = book.create_sheet("物料")
    for row in (HEAD, *ROWS):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    rows, told = read(file.getvalue(), "x.xlsx")
    assert rows == MEANT and "物料" in told and "说明" in told
    assert read(file.getvalue(), "x.xlsx", Wishes(sheet="说明"))[0] == []


def test_a_formula_that_was_never_calculated_is_said_and_a_percentage_known():
    def fill(sheet):
        sheet.append(["物料编码", "数量", "损耗率"])
        sheet.append(["R-001", "=10+15", 0.12])
        sheet["C2"].number_format = numbers.FORMAT_PERCENTAGE

    sheet = read_book("x.xlsx", workbook(fill)).sheets[0]
    assert sheet.uncounted == {(1, 1)} and sheet.percents == {(1, 2)}
    with pytest.raises(Wrong):
        value(OWN[2].field, None, uncounted=True)
    assert value(OWN[3].field, Decimal("0.12"), percent=True) == 12


def test_an_xls_file_as_wps_writes_it():
    rows, told = read(xls([HEAD, ["R-001", "去离子水", 25.0], ["R-002", "磺酸", 1250.5]]), "x.et")
    assert rows == MEANT and told


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.csv"),
        (b"PK\x03\x04 and no more", "x.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "x.xls"),
        (b"%PDF-1.7", "x.csv"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "x.xls"),
        (b'a,"b\n' + b"\x00\x01\x02", "x.csv"),
    ],
)
def test_what_cannot_be_read_is_said(content, name):
    with pytest.raises(NotRead):
        read_book(name, content)


def test_what_an_archive_inflates_to_is_counted_before_it_is_opened():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(NotRead):
        read_book("x.xlsx", file.getvalue())


def test_a_sheet_that_reaches_too_far_is_not_unfolded():
    def fill(sheet):
        sheet["A1"], sheet["XFD1048576"] = "物料编码", "x"

    with pytest.raises(NotRead):
        read_book("x.xlsx", workbook(fill))


# Cells


def value(field, cell, decimal="", unit="", **marks):
    return Reader(lambda _model, _code: None, decimal).value(field, Cell(cell, unit, **marks))


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("25", 25_000_000),
        ("25kg/桶", 25_000_000),
        ("25 KG", 25_000_000),
        ("２５公斤", 25_000_000),
        ("500g", 500_000),
        ("1.2吨", 1_200_000_000),
        ("1,250.5", 1_250_500_000),
        ("1 250,5", 1_250_500_000),
        (Decimal("0.3"), 300_000),
    ],
)
def test_amounts_with_and_without_their_unit(cell, kept):
    assert value(OWN[2].field, cell) == kept


@pytest.mark.parametrize(
    "cell", ["25L", "25 furlong", "many", "1,250", "12.5.3", "-1", "0.0000001"]
)
def test_amounts_that_nobody_can_tell_are_said(cell):
    with pytest.raises(Wrong):
        value(OWN[2].field, cell)


@pytest.mark.parametrize(
    ("cell", "decimal", "kept"),
    [
        ("1,250", "point", 1250),
        ("1,250", "comma", Decimal("1.25")),
        ("1.250,5", "comma", Decimal("1250.5")),
        ("1.250", "comma", 1250),
        ("7,5", "", Decimal("7.5")),
    ],
)
def test_the_decimal_sign_is_declared_once(cell, decimal, kept):
    assert value(f.exact("x", "x"), cell, decimal) == kept


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026.11.29", date(2026, 11, 29)),
        ("2026/11/9", date(2026, 11, 9)),
        ("2026年11月29日", date(2026, 11, 29)),
        ("2026年11月", date(2026, 11, 30)),
        ("20261129", date(2026, 11, 29)),
        ("2026-11-29 00:00:00", date(2026, 11, 29)),
        ("29.11.2026", date(2026, 11, 29)),
        ("二〇二六年1月2日", date(2026, 1, 2)),
        (Decimal("46355"), date(2026, 11, 29)),
        (date(2026, 11, 29), date(2026, 11, 29)),
    ],
)
def test_days_as_they_are_written(cell, day):
    assert value(OWN[4].field, cell) == day


@pytest.mark.parametrize("cell", ["26.11.29", "5/11/2026", "2026.13.1", "soon", Decimal(7)])
def test_days_that_nobody_can_tell_are_said(cell):
    with pytest.raises(Wrong):
        value(OWN[4].field, cell)


@pytest.mark.parametrize(
    ("cell", "kept"), [("12 %", 12), ("12％", 12), ("0.12", Decimal("0.12")), (Decimal(12), 12)]
)
def test_percentages(cell, kept):
    assert value(OWN[3].field, cell) == kept


def test_a_code_that_a_spreadsheet_made_a_number_of_is_said():
    assert value(OWN[0].field, Decimal(10248)) == "10248"
    for broken in (Decimal("2.1"), Decimal("1234567890123456")):
        with pytest.raises(Wrong):
            value(OWN[0].field, broken)


def test_a_unit_in_the_head_counts():
    assert value(OWN[2].field, "500", unit="g") == 500_000
    with pytest.raises(Wrong):
        value(OWN[2].field, "500", unit="L")
