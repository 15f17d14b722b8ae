"""The earliest place on a line, checked by hand and against a minute-by-minute search."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from app.plant.production.incompatibility import Changeover, Changeovers
from app.plant.production.schedule import (
    NoRoom,
    Occupied,
    WorkingHours,
    days_late,
    fill_minutes,
    lot_number,
    mix_minutes,
    promise_date,
    propose,
    working_spans,
)

from . import demo

DAY = WorkingHours(((time(8), time(20)),))


def at(text):
    return datetime.fromisoformat(f"2026-11-{text}")


def place(occupied=(), ready="23 08:00", family="LD", mixing=60, filling=120, hours=DAY, last=None):
    return propose(hours, occupied, at(ready), family, mixing, filling, demo.changeovers(), last)


def busy(start, end, family="DW"):
    return Occupied(at(start), at(end), family)


def test_an_empty_line_starts_at_once():
    found = place()
    assert (found.start, found.mix_start, found.fill_start, found.end) == (
        at("23 08:00"),
        at("23 08:00"),
        at("23 09:00"),
        at("23 11:00"),
    )
    assert (found.changeover_minutes, found.previous_family) == (0, None)


def test_outside_the_shift_it_waits_for_the_next_start():
    assert place(ready="23 05:00").start == at("23 08:00")
    assert place(ready="23 20:00").start == at("24 08:00")
    assert place(ready="23 22:30").start == at("24 08:00")


def test_what_does_not_end_today_goes_on_tomorrow():
    found = place(ready="23 18:00", mixing=60, filling=120)
    assert (found.fill_start, found.end) == (at("23 19:00"), at("24 09:00"))


def test_a_step_that_ends_with_the_shift_ends_then_and_the_next_starts_tomorrow():
    found = place(ready="23 19:00", mixing=60, filling=30)
    assert (found.fill_start, found.end) == (at("24 08:00"), at("24 08:30"))
    assert place(ready="23 17:00").end == at("23 20:00")


def test_the_wash_out_depends_on_what_came_before():
    found = place([busy("23 08:00", "23 10:00", "DW")])
    assert (found.start, found.mix_start, found.changeover_minutes, found.wash_level) == (
        at("23 10:00"),
        at("23 10:35"),
        35,
        "2",
    )
    assert place(last="DW").mix_start == at("23 08:35")
    assert place([busy("23 08:00", "23 10:00", "LD")], family="DW").changeover_minutes == 75


def test_a_gap_is_used_if_everything_fits_with_both_wash_outs():
    before, after = busy("23 08:00", "23 09:00", "DW"), busy("23 12:45", "23 14:00", "DW")
    # 35 wash + 60 + 120 ends 12:35, but DW after LD needs 75 minutes instead of 20: 55 more than
    # the gap's own.
    assert place([before, after]).start == at("23 14:00")
    later = busy("23 13:30", "23 14:00", "DW")
    assert place([before, later]).start == at("23 09:00")
    one_minute_short = busy("23 13:29", "23 14:00", "DW")
    assert place([before, one_minute_short]).start == at("23 14:00")


def test_a_gap_may_be_filled_to_the_minute_when_the_next_wash_out_gets_no_longer():
    # 20 wash + 60 + 120 = 200 minutes; what follows is washed to from LD as before.
    before, after = busy("23 08:00", "23 09:00", "LD"), busy("23 12:20", "23 14:00", "LD")
    assert (place([before, after]).start, place([before, after]).end) == (
        at("23 09:00"),
        at("23 12:20"),
    )


@pytest.mark.parametrize(("taken_from", "start"), [("09:10", "23 08:00"), ("09:09", "23 12:00")])
def test_what_follows_is_washed_to_in_full_when_nothing_came_before(taken_from, start):
    table = Changeovers({("B", "A"): Changeover("1", 10), ("A", "B"): Changeover("1", 0)})
    after = busy(f"23 {taken_from}", "23 12:00", "A")
    assert propose(DAY, [after], at("23 08:00"), "B", 0, 60, table).start == at(start)


def test_round_the_clock():
    always = WorkingHours(((time(0), time(0)),))
    assert place(ready="23 23:00", hours=always).end == at("24 02:00")


def test_spans_may_come_unsorted_overlap_or_be_over():
    spans = [
        busy("23 12:00", "23 15:00"),
        busy("22 08:00", "22 12:00", "LD"),
        busy("23 07:00", "23 13:00"),
    ]
    assert place(spans).start == at("23 15:00")
    assert place([busy("22 08:00", "22 12:00", "LD")]).changeover_minutes == 20


def test_of_spans_within_each_other_the_last_to_end_counts():
    spans = [busy("23 08:00", "23 18:00", "DW"), busy("23 09:00", "23 10:00", "LD")]
    assert (place(spans).start, place(spans).previous_family) == (at("23 18:00"), "DW")


def test_what_may_not_share_the_equipment_finds_no_place():
    with pytest.raises(NoRoom):
        place(family="BL", last="DW")
    with pytest.raises(NoRoom):
        place([busy("23 08:00", "23 09:00", "DW")], ready="23 09:00", family="BL")


def test_nothing_goes_before_what_it_could_not_be_washed_to():
    spans = [busy("24 08:00", "24 09:00", "BL")]
    with pytest.raises(NoRoom):
        place(spans, family="DW")


def test_no_working_day_no_room():
    with pytest.raises(NoRoom):
        place(hours=WorkingHours(DAY.shifts, weekdays=frozenset()))


def test_a_run_takes_time():
    with pytest.raises(ValueError):
        place(filling=0)


def test_days_off_and_two_shifts_and_a_night_shift():
    weekdays = WorkingHours(
        DAY.shifts, weekdays=frozenset({1, 2, 3, 4, 5}), closed=frozenset({date(2026, 11, 23)})
    )
    assert place(ready="20 19:00", hours=weekdays).end == at(
        "24 10:00"
    )  # Friday, then Monday closed
    two = WorkingHours(((time(8), time(12)), (time(13), time(17))))
    assert place(ready="23 11:00", hours=two).end == at("23 15:00")
    night = WorkingHours(((time(22), time(6)),))
    assert place(ready="23 02:00", hours=night).start == at("23 02:00")
    assert place(ready="23 05:00", hours=night).end == at("24 00:00")


def test_times_with_a_zone_keep_it():
    ready = datetime.fromisoformat("2026-11-23T06:00:00+08:00")
    found = propose(DAY, [], ready, "LD", 0, 60, demo.changeovers())
    assert found.end.isoformat() == "2026-11-23T09:00:00+08:00"
    assert next(working_spans(DAY, ready))[0].isoformat() == "2026-11-23T08:00:00+08:00"


def minute_by_minute(hours, spans, ready, family, mixing, filling, changeovers):
    """An oracle that knows no gaps: try every minute as a start, walk on minute by minute."""

    def works(moment):
        return any(
            day.isoweekday() in hours.weekdays
            and day not in hours.closed
            and datetime.combine(day, start)
            <= moment
            < datetime.combine(day + timedelta(days=end <= start), end)
            for day in (moment.date(), moment.date() - timedelta(days=1))
            for start, end in hours.shifts
        )

    minute, start = timedelta(minutes=1), ready
    while True:
        before = max((s for s in spans if s.end <= start), key=lambda s: s.end, default=None)
        after = min((s for s in spans if s.start >= start), key=lambda s: s.start, default=None)
        inside = any(s.start <= start < s.end for s in spans)
        wash = changeovers.between(before.family if before else None, family)
        if works(start) and not inside and not wash.forbidden:
            left, now = wash.minutes + mixing + filling, start
            while left:
                left, now = left - works(now), now + minute
            extra = 0
            if after:
                old = (
                    changeovers.between(before.family if before else None, after.family).minutes
                    or 0
                )
                extra = max(0, changeovers.between(family, after.family).minutes - old)
            if not after or now + timedelta(minutes=extra) <= after.start:
                return start, now
        start += minute


@pytest.mark.parametrize("seed", range(25))
def test_same_as_a_minute_by_minute_search(seed):
    dice = random.Random(seed)
    families = "ABC"
    table = Changeovers(
        {(a, b): Changeover("2", dice.choice([0, 5, 40, 90])) for a in families for b in families}
    )
    hours = dice.choice(
        [
            WorkingHours(((time(8), time(11)),)),
            WorkingHours(((time(8), time(10)), (time(11), time(13)))),
            WorkingHours(((time(22), time(2)),)),
        ]
    )
    spans, now = [], at("23 00:00")
    for _ in range(dice.randrange(4)):
        now += timedelta(minutes=dice.randrange(900))
        end = now + timedelta(minutes=dice.randrange(1, 300))
        spans.append(Occupied(now, end, dice.choice(families)))
        now = end
    ready = at("23 00:00") + timedelta(minutes=dice.randrange(1500))
    run = ("A", dice.choice([0, 30]), dice.choice([1, 45, 200]))
    found = propose(hours, spans, ready, *run, table)
    assert (found.start, found.end) == minute_by_minute(hours, spans, ready, *run, table)


def test_minutes_are_rounded_up():
    assert fill_minutes(6000, 3600) == 100
    assert fill_minutes(6001, 3600) == 101
    assert mix_minutes(Decimal("3.5")) == 210
    assert mix_minutes(Decimal("2.5"), 3) == 450
    assert mix_minutes(Decimal("2.5"), 0) == 0


def test_promise_is_filling_release_transport_and_an_open_gate():
    end = at("24 15:00")  # a Tuesday
    assert promise_date(end, 1) == date(2026, 11, 28)
    assert promise_date(end, 1, receiving_days=frozenset({1, 2, 3, 4, 5})) == date(2026, 11, 30)
    assert promise_date(end, 1, receiving_days=frozenset({7})) == date(2026, 11, 29)
    assert promise_date(end, 0, release_days=0) == date(2026, 11, 24)
    for days in (frozenset(), frozenset({0}), frozenset({8})):
        with pytest.raises(ValueError):
            promise_date(end, 1, receiving_days=days)


def test_days_late():
    assert days_late(date(2026, 12, 1), date(2026, 11, 28)) == 3
    assert days_late(date(2026, 11, 28), date(2026, 11, 28)) == 0
    assert days_late(date(2026, 11, 20), date(2026, 11, 28)) == 0


def test_lot_number_of_a_finished_lot():
    assert lot_number(date(2026, 11, 22), "L1", 1) == "L1-261122-01"
    assert lot_number(date(2026, 1, 5), "L3", 99) == "L3-260105-99"


@pytest.mark.parametrize(
    ("line", "serial"), [("L1", 0), ("L1", 100), ("l1", 1), ("L 1", 1), ("", 1), ("L1-2", 1)]
)
def test_a_lot_number_that_could_not_be_read_back_is_refused(line, serial):
    with pytest.raises(ValueError):
        lot_number(date(2026, 11, 22), line, serial)
