"""A plant anywhere in the world, daylight saving included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app import clock
from app.plant.production.incompatibility import Changeover, Changeovers
from app.plant.production.schedule import WorkingHours, propose
from tests import application
from tests.staff import log_in

PAGE = "/admin/settings/"


@pytest.fixture
def clock_at():
    """Hold the clock at a moment."""
    yield lambda text: clock.set_clock(datetime.fromisoformat(text).replace(tzinfo=UTC))
    clock.set_clock(None)


@pytest.mark.on_both
def test_every_process_sees_the_zone_changed(app, empty_database, tmp_path, login_as, clock_at):
    other = application.build(empty_database, HOME=tmp_path)
    admin = login_as("admin", language="en")
    there = log_in(other, admin.user_id)
    clock_at("2026-10-25T22:30")  # the day on which Berlin's clocks were put back
    with other.app_context():
        assert clock.today() == date(2026, 10, 26)
    assert admin.submit(PAGE, version="0", zone="Europe/Berlin").status_code == 303
    assert "2026-10-25 23:30" in there.get(PAGE).text, "the history's times are the plant's"
    with other.app_context():
        assert clock.today() == date(2026, 10, 25)
        day = [clock.begins(date(2026, 10, n)).astimezone(UTC) for n in (25, 26)]
        assert day[1] - day[0] == timedelta(hours=25)
    assert admin.submit(PAGE, version="1", zone="").status_code == 303
    with other.app_context():
        assert clock.today() == date(2026, 10, 26), "without an entry the default holds again"
    application.close(other)


def test_no_zone_that_is_none_is_taken_and_the_default_stands_beside(login_as):
    admin = login_as("admin", language="en")
    assert admin.submit(PAGE, version="0", zone="Mars/Olympus").status_code == 422
    assert "Without an entry: Asia/Shanghai" in admin.get(PAGE).text


def test_an_hour_that_is_left_out_cannot_be_given(login_as, clock_at):
    admin = login_as("admin", language="en")
    admin.submit(PAGE, version="0", zone="Europe/Berlin")
    clock_at("2026-03-28T12:00")
    form = {
        "deputy": str(login_as("planner").user_id),
        "roles": "admin",
        "until": "2026-03-30T08:00",
    }
    refused = admin.submit("/deputies/new", since="2026-03-29T02:30", **form)
    assert refused.status_code == 422 and "The clocks are put forward then" in refused.text


def test_a_shift_through_the_night_of_the_change_has_an_hour_less(app, login_as):
    login_as("admin").submit(PAGE, version="0", zone="Europe/Berlin")
    nights = WorkingHours(((time(22), time(6)),))
    washed = Changeovers({("LD", "LD"): Changeover("none", 0)})
    with app.app_context():
        ready = datetime(2026, 3, 28, 22, tzinfo=clock.plant_zone())
        place = propose(nights, [], ready, "LD", 0, 8 * 60, washed, "LD")
        assert f"{clock.local(place.end):%d %H:%M}" == "29 23:00", "one hour goes on the next night"
