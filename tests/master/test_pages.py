"""Who sees and who changes master data, and what the pages say."""

import io

import openpyxl
import pytest

from app.extensions import db
from app.flow.roles import ROLES
from app.models.master import Product
from app.models.master.dictionary import TABLES
from app.models.records.event import Event

from .pages import form_of, send


def test_every_page_opens_and_a_form_sent_back_unchanged_changes_nothing(app, admin):
    """The strongest test of reading and writing: what a form shows is what it would save."""
    assert admin.get("/admin/master/").status_code == 200
    before = master_events(app)
    for key, table in TABLES.items():
        assert admin.get(f"/admin/master/{key}").status_code == 200, key
        assert admin.get(f"/admin/master/{key}/new").status_code == 200, key
        with app.app_context():
            ids = [
                row.id
                for row in db.session.query(table.model)
                .filter_by(active=True)
                .order_by(table.model.id)
            ][::40]
        for row_id in ids:
            answer = send(admin, f"/admin/master/{key}/{row_id}")
            assert answer.status_code == (422 if key == "formula_line" else 303), (key, row_id)
    assert master_events(app) == before


def master_events(app):
    with app.app_context():
        return db.session.query(Event).filter(Event.flow.startswith("master:")).count()


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin"}))
def test_others_read_and_change_nothing(plant, login_as, id_of, role):
    browser, path = login_as(role), f"/admin/master/product/{id_of(Product, code='P-DW-500')}"
    assert "P-DW-500" in browser.get("/admin/master/product").text
    page = browser.get(path)
    assert (
        page.status_code == 200
        and "GB/T 9985-2022" in page.text
        and 'name="standard"' not in page.text
    )
    assert browser.submit(path, standard="X").status_code == 403
    assert browser.submit(f"{path}/active").status_code == 403
    assert browser.get("/admin/master/product/new").status_code == 403


def test_strangers_are_asked_to_log_in(client):
    assert client.get("/admin/master/").headers["Location"].startswith("/login")


@pytest.mark.parametrize(
    "path", ["nonsense", "product/999999", "product/2147483647", "nonsense/1", "user"]
)
def test_what_is_not_there_is_not_found(admin, path):
    assert admin.get(f"/admin/master/{path}").status_code == 404


@pytest.mark.parametrize(
    ("q", "found", "not_found"),
    [
        ("洗洁精", "P-DW-500", "P-TA-600"),
        ("laundry", "P-LD-2K", "P-DW-500"),
        ("F-BL01", "P-BL-500", "P-BL-20L"),
        ("ChengGuang 2 kg", "P-LD-2K", "P-FS-2L"),
        ("%", "ø", "P-DW-500"),
        ("' or 1=1 --", "ø", "P-DW-500"),
    ],
)
def test_search(admin, q, found, not_found):
    page = admin.get("/admin/master/product", query_string={"q": q}).text
    assert (found in page or found == "ø") and not_found not in page


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x"])
def test_any_page_number_is_answered(admin, page):
    assert admin.get("/admin/master/step", query_string={"page": page}).status_code == 200


def test_a_long_table_is_paged(admin):
    assert "page=2" in admin.get("/admin/master/step").text
    assert "page=1" in admin.get("/admin/master/step?page=2").text


def test_masses_are_shown_and_typed_in_their_unit(admin, id_of):
    path = f"/admin/master/product/{id_of(Product, code='P-DW-500')}"
    assert form_of(admin.get(path).text, path)["fill_mass_mg"] == ["500"]
    assert "6,804 g" not in admin.get(path).text and "6804" in admin.get(path).text


def test_both_languages(admin):
    assert "Products" in admin.get("/admin/master/", headers={"Accept-Language": "en"}).text


def test_what_a_search_shows_is_taken_away(admin):
    lines = (
        admin.get("/admin/master/product?q=laundry&as=csv").data.decode("utf-8-sig").splitlines()
    )
    assert len(lines) == 2 and lines[1].startswith("P-LD-2K,") and lines[1].endswith(",16.50")
    content = admin.get("/admin/master/rate?as=xlsx").data
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert len(rows) == 15 and rows[1][4] == 1545
