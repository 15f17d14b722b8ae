"""The working calendar: what the planner enters moves the place on a line, and what is promised."""

import re
from datetime import date, datetime, timedelta

import pytest

from app import clock
from app.extensions import db
from app.models.master import Line
from tests.master.pages import send


@pytest.fixture
def planner(walk):
    return walk.browser("planner")


def place(planner, card):
    """The day on which the form of a plan proposes to begin, and the day it would promise."""
    page = planner.get(f"/production/{card}/draw_up").text
    start = re.search(r'name="start"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="start"', page)
    promise = re.search(
        r'name="promised_date"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="promised_date"', page
    )
    begins, promised = (next(filter(None, found.groups())) for found in (start, promise))
    return datetime.fromisoformat(begins).date(), date.fromisoformat(promised)


def enter(planner, code, kind, first, last, line=""):
    return send(
        planner,
        "/admin/master/calendar/new",
        code=code,
        name_zh="停产",
        name_en="Shutdown",
        kind=kind,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        line=line,
    )


def test_days_off_move_the_place_and_the_promise_and_a_worked_day_goes_before(walk, planner):
    card, today = walk.card("to_plan"), clock.today()
    line = walk.look(card, lambda c: max(c.product.rates, key=lambda r: r.max_batch_mg).line.code)
    begins, promised = place(planner, card)
    assert begins <= today + timedelta(days=1)
    off = today + timedelta(days=9)
    assert enter(planner, "OFF", "off", today, off).status_code == 303
    later, then = place(planner, card)
    assert later == off + timedelta(days=1) and then > promised
    in_between = today + timedelta(days=4)
    assert enter(planner, "ON", "worked", in_between, in_between, line).status_code == 303
    assert place(planner, card)[0] == in_between
    assert "Shutdown" in planner.get("/production/today").text
    page = planner.get(f"/line/{line}").text
    assert "This line" in page and "The whole plant" in page and "Shutdown" in page


def test_a_line_works_on_the_weekdays_that_it_names(walk, planner):
    card = walk.card("to_plan")
    weekday = (clock.today() + timedelta(days=3)).isoweekday()
    with walk.app.app_context():
        lines = [line.id for line in db.session.query(Line)]
    for number in lines:
        path = f"/admin/master/line/{number}"
        assert send(planner, path, weekdays=[str(weekday)]).status_code == 303
    assert place(planner, card)[0].isoweekday() == weekday
    assert "Not a working day" in planner.get("/production/today").text
    earlier = clock.today() + timedelta(days=2)
    assert enter(planner, "ON", "worked", earlier, earlier).status_code == 303
    assert place(planner, card)[0] == earlier, "worked although its weekday is not"


def test_what_makes_no_sense_is_refused(planner):
    day = clock.today()
    assert enter(planner, "A", "off", day, day - timedelta(days=1)).status_code == 422
    assert enter(planner, "B", "off", day, day + timedelta(days=400)).status_code == 422


def test_a_line_that_works_around_the_clock_is_planned(walk):
    """24:00 is the end of a day: it was taken, and every plan form of the line had an error."""
    card = walk.card("to_plan", quantity=24)
    planner = walk.browser("planner")
    with walk.app.app_context():
        numbers = [line.id for line in db.session.query(Line)]
    around = {"shift_start": "00:00", "shift_end": "24:00"}
    for number in numbers:
        assert send(planner, f"/admin/master/line/{number}", **around).status_code == 303
    assert planner.get(f"/production/{card}/draw_up").status_code == 200
    assert planner.get("/production/today").status_code == 200
    wrong = send(planner, f"/admin/master/line/{number}", shift_end="24:30")
    assert wrong.status_code == 422
