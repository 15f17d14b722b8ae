"""The first steps of an empty plant: what is missing, what that prevents, and its files."""

import io

import openpyxl
import pytest

from app import verification
from app.content.tables import find_table, read_book
from app.content.tables.heads import columns_named
from app.screens.home.first_start import STEPS
from app.sheets.kinds import KINDS
from app.sheets.reading.columns import known_names
from tests.sheets.conftest import bring, work

PAGE = "/admin/start/"
NOTHING = "No product has a formula in force: nothing can be planned."


@pytest.mark.on_both
def test_an_empty_plant_says_what_is_missing_and_what_that_prevents(app, login_as):
    admin = login_as("admin", language="en")
    assert PAGE in admin.get("/").text
    text = admin.get(PAGE).text
    assert NOTHING in text and "required things are missing." in text
    assert 'href="/import/?kind=lines"' in admin.get("/admin/master/line").text
    assert 'href="/admin/master/line/new"' in text and 'href="/import/?kind=lines"' in text
    assert admin.submit(PAGE, aside="yes").headers["Location"] == "/"
    assert PAGE not in admin.get("/").text and PAGE in admin.get("/admin/settings/").text
    admin.submit("/admin/settings/", version="1", company_zh="甲厂")
    assert PAGE not in admin.get("/").text, "another setting leaves it aside"
    admin.submit(PAGE, aside="")
    assert PAGE in admin.get("/").text
    with app.app_context():
        assert not [fault for check in verification.check() for fault in check.faults]


def test_the_kinds_and_forms_of_all_steps_are_there(login_as):
    admin = login_as("admin")
    for step in STEPS:
        assert step.kind in {"", *KINDS}
        if step.key != "orders":  # an order is taken in by Sales
            assert admin.get(step.form).status_code == 200, step.form


def test_a_file_to_fill_in_is_read_without_its_example(login_as, bring):
    admin = login_as("admin")
    for language, name, code in (("en", "Code", "NX"), ("zh-CN", "代码", "NY")):
        answer = admin.get("/import/export/classes?empty", headers={"Accept-Language": language})
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        page = book.active
        assert name in [cell.value for cell in page[4]]
        page.append([code, "中性", "Neutral", "7"])
        filled = io.BytesIO()
        book.save(filled)
        look = bring(admin, "classes", "classes.xlsx", filled.getvalue())
        assert shown(admin, look) == [code], "the example is not read"


def shown(admin, look):
    """The codes of the new rows of a look that found none wrong."""
    text = admin.get(look, headers={"Accept-Language": "en"}).text.split("<main")[1]
    assert "1 new" in text and "0 wrong" in text
    return [code for code in ("A-001", "NX", "NY") if f">{code}<" in text]


def test_every_file_to_fill_in_has_all_its_columns_and_no_row(login_as):
    admin = login_as("admin", "sales", "buyer")
    for key, kind in KINDS.items():
        answer = admin.get(f"/import/export/{key}?empty")
        assert answer.status_code == 200, key
        known = known_names(kind.own_columns)
        table = find_table(read_book(f"{key}.xlsx", answer.data), known)
        assert not table.rows and len(table.heads) == len(kind.own_columns), key
        assert len(columns_named(table.heads, known)) == len(table.heads), key
        if kind.second:
            answer = admin.get(f"/import/export/{key}?empty=second")
            own = known_names(kind.second[1])
            table = find_table(read_book("second.xlsx", answer.data), own)
            assert len(columns_named(table.heads, own)) == len(kind.second[1]), key


def test_a_formula_leads_to_its_lines_and_both_lead_back_to_the_steps(app, login_as):
    admin = login_as("admin", language="en")
    rows = "/admin/master/formula"
    needed = {"code": "NEU", "name_en": "Neutral"}
    admin.submit("/admin/master/class/new", **needed)
    needed = {"code": "DW", "name_en": "Dish liquid", "incompat_class": "NEU"}
    admin.submit("/admin/master/family/new", **needed)
    for code in ("F1", "F10"):
        formula = {"code": code, "version": "1.0", "name_en": "Bulk", "status": "draft"}
        formula |= {"family": "DW", "incompat_class": "NEU", "density": "1"}
        formula |= {"standard_yield_pct": "98", "effective_from": "2026-12-01"}
        saved = admin.submit(f"{rows}/new", **formula)
    text = admin.get(saved.headers["Location"]).text
    new, of_it = "/admin/master/formula_line/new?formula=F10", f"{rows}_line?formula=F10"
    assert f'href="{new}"' in text and f'href="{of_it}"' in text and PAGE in text
    assert '<option selected value="F10">' in admin.get(new).text
    text = admin.get(of_it).text
    assert f'href="{new}"' in text and "Formula: F10" in text
