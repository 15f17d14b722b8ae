"""On a plant that works a spreadsheet begins revisions: nothing in force changes in place."""

from decimal import Decimal

import pytest

from app.extensions import db
from app.models.controlled.revision import Revision
from app.models.master import Formula, Product
from app.sheets.importing.files import File, planned
from app.sheets.importing.writing import write
from app.sheets.kinds import KINDS
from app.sheets.reading.plan import Settings


@pytest.fixture
def brought(walk):
    """``brought("products", csv)``: what a file wrote, on a plant that has a card."""
    walk.card("to_plan", quantity=24)

    def bring(kind, text):
        with walk.app.app_context():
            plan = planned(KINDS[kind], [File("x.csv", text.encode())], Settings())
            assert plan.counts["wrong"] == 0, [row.faults for row in plan.rows]
            write(KINDS[kind], plan, by=None)
            db.session.commit()
            return [
                (each.kind, each.code, each.stage, each.content)
                for each in db.session.query(Revision).order_by(Revision.id)
            ]

    return bring


def lines(content, field):
    return {line[field]: line for line in content["lines"]}


def test_a_formula_s_line_is_a_draft(walk, brought):
    with walk.app.app_context():
        water, first, second, *rest = Formula.by_code("F-DW01").lines
        held = [(line.line_no, line.material.code, line.percent) for line in (water, first, *rest)]
    held[0] = (held[0][0], held[0][1], held[0][2] + second.percent)
    rows = "\n".join(f"F-DW01,{number},{code},{percent}" for number, code, percent in held)
    [(kind, code, stage, content)] = brought(
        "formulas", f"formula_code,line_no,material_code,percent_w_w\n{rows}\n"
    )
    assert (kind, code, stage) == ("formula", "F-DW01", "drafting")
    drafted = lines(content, "line_no")
    assert Decimal(drafted[10]["percent"]) == held[0][2] and 30 not in drafted
    assert drafted[20]["phase"], "what the file does not say stays"
    with walk.app.app_context():
        now = [line.line_no for line in Formula.by_code("F-DW01").lines]
    assert 30 in now, "what is in force stays as it is"


def test_packaging_is_a_draft_for_each_product_and_a_price_one_for_all(walk, brought):
    with walk.app.app_context():
        before = Product.by_code("P-DW-500").list_price
    found = brought("products", f"product_code,list_price_cny\nP-DW-500,{before + 1}\n")
    [(kind, _, stage, content)] = found
    assert (kind, stage) == ("prices", "drafting")
    assert lines(content, "product")["P-DW-500"]["list_price"] == f"{(before + 1).normalize():f}"
    found = brought("packaging", "product_code,line_no,scrap_pct\nP-DW-500,10,3\n")
    assert [each[:3] for each in found[1:]] == [("packaging", "P-DW-500", "drafting")]
    with walk.app.app_context():
        assert Product.by_code("P-DW-500").list_price == before
