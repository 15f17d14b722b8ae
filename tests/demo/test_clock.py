"""The days of the play, at whatever hour the demo starts."""

from datetime import date, datetime, timedelta

import pytest

from app.clock import plant_zone
from app.demo.play.clock import FLOOR, Days, after, day_of, within

LAST = date(2026, 11, 22)


def at(hour, minute=0, day=LAST):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=plant_zone())


@pytest.mark.parametrize(
    ("now", "day"), [(at(7, 59), LAST - timedelta(days=1)), (at(8), LAST), (at(23, 59), LAST)]
)
def test_before_eight_the_play_ends_the_day_before(now, day):
    assert day_of(now) == day


@pytest.mark.parametrize("now", [at(8), at(8, 1), at(12), at(18, 29), at(23)])
def test_the_last_day_is_pressed_into_its_hours_gone_by(now):
    days = Days(LAST, now)
    moments = [days.real(days.at(0, "07:30") + timedelta(minutes=15 * n)) for n in range(45)]
    assert moments == sorted(set(moments))
    assert moments[-1] < now
    assert days.real(days.at(-1, "12:00")) == days.at(-1, "12:00")


def test_work_goes_on_in_the_morning():
    assert after(at(17), 20) == at(17, 20)
    assert after(at(17, 20), 30) == at(8, 46, LAST + timedelta(days=1))
    assert after(at(17, 20), 30, FLOOR) == at(17, 50)
    assert within(at(5, 26)) == at(8, 38)
