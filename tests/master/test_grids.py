"""Changeovers and incompatible classes as grids: each cell is changed where it stands."""

import re

import pytest

from app.extensions import db
from app.models.master import Changeover, IncompatClass, Incompatibility, ProductFamily
from app.models.records.event import Event

from .pages import form_of

EN = {"Accept-Language": "en"}
PART = EN | {"HX-Request": "true"}
GRID = "/admin/master/changeover/grid"


@pytest.fixture
def pair(app, id_of):
    """The address of a cell of the changeovers."""
    return lambda one, other: (
        f"{GRID}/{id_of(ProductFamily, code=one)}/{id_of(ProductFamily, code=other)}"
    )


def stated(app, one, other):
    with app.app_context():
        row = db.session.query(Changeover).filter_by(from_family=one, to_family=other).one()
        return row.wash_level, row.minutes, row.active


def test_the_grid_says_every_pair_one_way_and_the_other(app, login_as):
    page = login_as("auditor").get(GRID, headers=EN).text
    assert "Each pair is stated." in page and "hx-get" not in re.sub(r"<nav.*?</nav>", "", page)
    with app.app_context():
        rows = db.session.query(Changeover).all()
    for row in rows[:30]:
        time = "Never" if row.minutes is None else f"{row.minutes} min"
        title = f'title="{row.from_family} → {row.to_family}">\n<span>{time}</span>'
        assert title.replace("\n", "") in page.replace("\n", ""), title
    assert any(r.minutes is None for r in rows)


@pytest.mark.parametrize("headers", [EN, PART], ids=["as a page", "in its place"])
def test_a_cell_is_changed_where_it_stands_once_and_on_record(app, login_as, pair, headers):
    planner, cell = login_as("planner"), pair("DW", "LD")
    form = form_of(planner.get(cell, headers=headers).text, cell)
    assert set(form) >= {"wash_level", "minutes"} and "rinse_water_l" not in form
    sent = form | {"wash_level": "2", "minutes": "37"}
    answer = planner.post(cell, data=sent, headers=headers)
    assert answer.status_code == (200 if headers is PART else 303)
    assert headers is EN or ("37 min" in answer.text and 'hx-swap-oob="true"' in answer.text)
    assert stated(app, "DW", "LD") == ("2", 37, True)
    planner.post(cell, data=sent, headers=headers)  # the same sending, again
    with app.app_context():
        events = db.session.query(Event).filter_by(flow="master:changeover", action="change").all()
        assert [event.role for event in events] == ["planner"]


def test_who_saw_an_older_cell_is_told_and_a_wrong_one_is_refused(app, login_as, pair):
    planner, cell = login_as("planner"), pair("LD", "DW")
    before = stated(app, "LD", "DW")
    old = form_of(planner.get(cell, headers=PART).text, cell)
    wrong = planner.post(cell, data=old | {"wash_level": "X", "minutes": "5"}, headers=PART)
    assert wrong.status_code == 422 and "never on the same equipment" in wrong.text
    assert stated(app, "LD", "DW") == before
    fresh = form_of(planner.get(cell, headers=PART).text, cell)
    assert planner.post(cell, data=fresh | {"minutes": "41"}, headers=PART).status_code == 200
    stale = form_of(planner.get(cell, headers=PART).text, cell) | {"revision": old["revision"]}
    late = planner.post(cell, data=stale | {"minutes": "42"}, headers=PART)
    assert late.status_code == 409 and 'value="42"' in late.text
    assert stated(app, "LD", "DW")[1] == 41


def test_what_is_not_stated_is_counted_and_can_be_stated(app, admin, pair):
    with app.app_context():
        db.session.query(Changeover).filter_by(from_family="DW", to_family="LD").delete()
        db.session.commit()
    page = admin.get(GRID, headers=EN).text
    assert "1 pair of 100 is not stated" in page and page.count("not-stated") == 1
    cell = pair("DW", "LD")
    form = form_of(admin.get(cell, headers=PART).text, cell)
    sent = form | {"wash_level": "1", "minutes": "12", "from_family": "TA"}
    answer = admin.post(cell, data=sent, headers=PART)
    assert answer.status_code == 200 and "Each pair is stated." in answer.text
    assert stated(app, "DW", "LD") == ("1", 12, True), "the address says which pair"


def test_classes_hold_both_ways_and_are_the_administrators(app, admin, login_as):
    with app.app_context():
        row = db.session.query(Incompatibility).filter_by(equipment_rule="FORBID").first()
        ids = {c.code: c.id for c in db.session.query(IncompatClass)}
        one, other, number = ids[row.class_a], ids[row.class_b], row.id
    grid = "/admin/master/incompatible/grid"
    page = admin.get(grid, headers=EN).text
    assert "Each pair is stated." in page and page.count('data-weight="X"') >= 2
    cell = f"{grid}/{other}/{one}"  # the other way round
    form = form_of(admin.get(cell, headers=PART).text, cell)
    assert admin.post(cell, data=form | {"loading_rule": "OK"}, headers=PART).status_code == 200
    with app.app_context():
        assert db.session.get(Incompatibility, number).loading_rule == "OK"
    planner = login_as("planner")
    assert planner.get(cell).status_code == 403
    assert f"{grid}/" not in planner.get(grid).text
    assert admin.get(f"{grid}/{one}/{one}").status_code == 404


def test_a_grid_is_taken_away_with_figures(admin):
    lines = admin.get(f"{GRID}?as=csv", headers=EN).data.decode("utf-8-sig").splitlines()
    assert len(lines) == 11 and all(line.count(",") == 10 for line in lines)
    cells = {cell for line in lines[1:] for cell in line.split(",")[1:]}
    assert "X" in cells and all(cell == "X" or cell.isdigit() for cell in cells)
