"""Formulas with their lines: side by side, in two files, or as blocks under their names."""

import io
from decimal import Decimal

import openpyxl
import pytest

from app.extensions import db
from app.models.master import Formula
from app.sheets.importing.files import File, planned
from app.sheets.kinds import KINDS
from app.sheets.reading.plan import Settings

HEAD = ["相", "物料编码", "物料名称", "含量%", "称量公差(%)"]


def block(code, name, lines):
    yield ["生产配方单"]
    yield [f"配方名称：{name}", None, "配方编号", code, "版本：1.0"]
    yield ["状态：已批准", "产品族：DW", "化学类别：NEU", "密度(kg/L)：1.03"]
    yield ["标准收率：98", "生效日期：2026年3月1日"]
    yield HEAD
    yield from lines
    yield ["合计", None, None, 100]
    yield [None]


def blocks(*found):
    book = openpyxl.Workbook()
    for each in found:
        for row in block(*each):
            book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return [File("配方.xlsx", file.getvalue())]


WATER = ["A", "R-001", "去离子水", 91, 2]
ACID = ["B", "R-002", "磺酸", 9, 1]


def apply(files):
    plan = planned(KINDS["formulas"], files, Settings())
    KINDS["formulas"].apply(
        plan, by=None, rows=[row for row in plan.rows if row.state in ("new", "changed")]
    )
    return plan


@pytest.fixture
def house(app):
    with app.app_context():
        yield


def test_blocks_under_their_names(house):
    files = blocks(("F-A", "甲", [WATER, ACID]), ("F-B", "乙", [ACID, ["A", "R-001", "水", 91, 2]]))
    plan = apply(files)
    assert plan.counts == {"new": 4, "changed": 0, "same": 0, "wrong": 0}, [
        str(fault.sentence) for row in plan.rows for fault in row.faults
    ]
    assert any("2" in str(note) for note in plan.notes)
    formula = Formula.by_code("F-B")
    assert [(line.line_no, line.material.code, line.percent) for line in formula.lines] == [
        (10, "R-002", Decimal(9)),
        (20, "R-001", Decimal(91)),
    ]
    assert (formula.status, formula.name.en, formula.density) == ("approved", "乙", Decimal("1.03"))
    assert planned(KINDS["formulas"], files, Settings()).counts["same"] == 4


def test_what_does_not_add_up_is_not_taken_in_at_all(house):
    plan = planned(
        KINDS["formulas"], blocks(("F-A", "甲", [WATER, ["B", "R-002", "x", 8, 1]])), Settings()
    )
    assert plan.counts["wrong"] == 2
    assert "99" in str(plan.rows[-1].faults[0].sentence)


def test_the_lines_of_a_file_are_all_lines(house):
    lines = "formula_code,line_no,material_code,percent_w_w,phase,weigh_tolerance_pct\n"
    file = [File("l.csv", f"{lines}F-DW01,10,R-001,91,A,2\nF-DW01,20,R-002,9,A,1\n".encode())]
    plan = apply(file)
    assert plan.counts["wrong"] == 0
    formula = Formula.by_code("F-DW01")
    db.session.expire_all()
    assert [line.line_no for line in formula.lines] == [10, 20]
    assert formula.status == "approved"
    back = "".join(
        f"F-DW01,{n},{code},{part},A,1\n"
        for n, code, part in ((10, "R-001", 88), (20, "R-002", 9), (30, "R-003", 3))
    )
    apply([File("l.csv", f"{lines}{back}".encode())])
    db.session.expire_all()
    assert [line.line_no for line in Formula.by_code("F-DW01").lines] == [10, 20, 30]


def test_a_formula_that_a_file_calls_approved_is_so_once_its_lines_are_in(house):
    head = "formula_code,version,status,name_zh,family_code,incompat_class,density_kg_per_l,"
    head += "standard_yield_pct,effective_from\n"
    heads = [File("f.csv", f"{head}F-C,1.0,有效 approved,丙,DW,NEU,1.03,98,2026-03-01\n".encode())]
    apply(heads)
    assert Formula.by_code("F-C").status == "draft"
    assert planned(KINDS["formulas"], heads, Settings()).counts["same"] == 1
    lines = "formula_code,line_no,material_code,percent_w_w,phase,weigh_tolerance_pct\n"
    file = [File("l.csv", f"{lines}F-C,10,R-001,91,A,2\nF-C,20,R-002,9,A,1\n".encode())]
    plan = planned(KINDS["formula-lines"], file, Settings())
    KINDS["formula-lines"].apply(plan, by=None, rows=plan.rows)
    assert Formula.by_code("F-C").status == "approved"
    assert planned(KINDS["formulas"], heads, Settings()).counts["same"] == 1
