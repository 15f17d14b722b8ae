"""Who keeps what: each keeper through HTTP, from the own department's pages, and nothing else.

The table is the procedure's, written by hand; administrators keep all of it.
"""

import pytest

from app.extensions import db
from app.models.master import DefectCode
from app.models.master.dictionary import TABLES
from app.models.records.event import Event

from .pages import form_of, send

KEPT = {
    "sales": {"customer", "address", "reason"},
    "planner": {"line", "tank", "rate", "changeover", "calendar"},
    "buyer": {"supplier", "material", "reason"},
    "quality_head": {"test", "defect", "anomaly_code", "reason"},
    "supervisor": {"instruction", "step"},
    "production_head": {"reason"},
    "storekeeper": {"reason"},
}
DEPARTMENT = {
    "sales": "sales",
    "planner": "production",
    "supervisor": "production",
    "production_head": "production",
    "buyer": "purchasing",
    "quality_head": "quality",
    "storekeeper": "warehouse",
}


@pytest.fixture
def first(app):
    """``first(key, role)``: the address of a row, of reasons one of the role's own."""

    def find(key, role):
        with app.app_context():
            query = db.session.query(TABLES[key].model).filter_by(active=True)
            if key == "reason" and role in DEPARTMENT:
                query = query.filter_by(department=DEPARTMENT[role])
            row = query.order_by(TABLES[key].model.id).first()
            return row and f"/admin/master/{key}/{row.id}"

    return find


@pytest.mark.parametrize("role", sorted(KEPT))
def test_each_keeps_what_is_theirs_and_nothing_else(login_as, first, role):
    browser = login_as(role)
    for key in TABLES:
        path, may = first(key, role), key in KEPT[role]
        assert browser.get(f"/admin/master/{key}/new").status_code == (200 if may else 403), key
        if path is None:
            continue
        if may:
            assert send(browser, path).status_code == 303, key
        else:
            assert browser.submit(path).status_code == 403, key
            assert browser.submit(f"{path}/active", reason="Mine").status_code == 403, key


@pytest.mark.parametrize("role", sorted(DEPARTMENT))
def test_what_is_kept_is_reached_from_the_own_department(login_as, role):
    browser, department = login_as(role), DEPARTMENT[role]
    way = f"/admin/master/?of={department}"
    assert way in browser.get(f"/{department}/").text
    assert way in browser.get(f"/{department}/today").text
    page = browser.get(way).text
    assert all(f'"/admin/master/{key}"' in page for key in KEPT[role])
    assert not any(f'"/admin/master/{key}"' in page for key in ("product", "family", "zone"))


def test_who_keeps_nothing_has_no_way_to_it(login_as):
    assert "of=quality" not in login_as("inspector").get("/quality/").text
    page = login_as("inspector").get("/admin/master/", headers={"Accept-Language": "en"}).text
    assert "Kept by" in page and "Planner" in page


def test_a_planner_changes_a_tank_and_the_role_is_on_record(app, login_as, first):
    browser, path = login_as("planner"), first("tank", "planner")
    assert send(browser, path, min_fill_pct="31").status_code == 303
    with app.app_context():
        event = db.session.query(Event).filter_by(flow="master:tank", action="change").one()
        assert event.role == "planner" and event.actor_id == browser.user_id


# Retired, never deleted


def retire(browser, path, **fields):
    form = form_of(browser.get(path).text, f"{path}/active")
    return browser.post(f"{path}/active", data=form | fields, headers={"Accept-Language": "en"})


def test_retiring_and_bringing_back_ask_why_and_say_so(app, login_as):
    with app.app_context():
        row = db.session.query(DefectCode).order_by(DefectCode.id).first()
        path, code = f"/admin/master/defect/{row.id}", row.code
    head, list_of = login_as("quality_head", language="en", name="Q"), "/admin/master/defect"
    assert f"/{row.id}" in path and "retired=1" not in head.get(list_of).text
    refused = retire(head, path, reason=" ")
    assert refused.status_code == 422 and "Please fill this in." in refused.text
    assert code in head.get(list_of).text
    assert retire(head, path, reason="Counted twice").status_code == 303
    page = head.get(path).text
    assert page.count("Counted twice") == 2, "on the row, and in its history"
    assert f'{path}"' not in head.get(list_of).text and "1 retired" in head.get(list_of).text
    gone = head.get(f"{list_of}?retired=1").text
    assert f'{path}"' in gone and "Counted twice" in gone and "by Q" in gone
    assert retire(head, path).status_code == 422
    assert retire(head, path, reason="Needed after all").status_code == 303
    assert f'{path}"' in head.get(list_of).text
    assert "Needed after all" in head.get(path).text
