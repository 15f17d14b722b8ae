"""Readings, lots and shelf lives are judged at their very limits."""

from datetime import date
from decimal import Decimal

import pytest

from app.plant.quality.verdict import (
    DefectCount,
    TestResult,
    allowed_age,
    expiry_date,
    judge,
    judge_choice,
    overall,
    remaining_shelf_life_pct,
)

from . import demo

D = Decimal


@pytest.mark.parametrize(
    ("reading", "lower", "upper", "verdict"),
    [
        ("6", "6", "8", "passed"),
        ("8", "6", "8", "passed"),
        ("8.00", "6", "8", "passed"),
        ("5.999", "6", "8", "failed"),
        ("8.001", "6", "8", "failed"),
        ("15", "15", None, "passed"),
        ("14.99", "15", None, "failed"),
        ("999999", "15", None, "passed"),
        ("0", None, "0", "passed"),
        ("1", None, "0", "failed"),
        ("-3", None, "0", "passed"),
        (None, "6", "8", "pending"),
        ("7", "7", "7", "passed"),
    ],
)
def test_limits_belong_to_the_permitted_range(reading, lower, upper, verdict):
    values = [None if value is None else D(value) for value in (reading, lower, upper)]
    assert judge(*values) == verdict


def test_a_limit_of_zero_is_a_limit():
    assert judge(3, upper=D(0)) == "failed"
    assert judge(-1, lower=D(0)) == "failed"


@pytest.mark.parametrize("reading", [7.0, "7", True])
def test_only_exact_numbers_are_readings(reading):
    with pytest.raises(TypeError):
        judge(reading, D(6), D(8))


@pytest.mark.parametrize(
    "arguments",
    [(D(7), None, None), (D(7), D(8), D(6)), (D("NaN"), D(6), D(8)), (D("Inf"), D(6), None)],
)
def test_what_cannot_be_judged_is_refused(arguments):
    with pytest.raises(ValueError):
        judge(*arguments)


def test_a_choice_is_seen_not_measured():
    assert [judge_choice(seen) for seen in (True, False, None)] == ["passed", "failed", "pending"]


def results(*verdicts, defect_class="major"):
    return [TestResult(f"T{n}", verdict, defect_class) for n, verdict in enumerate(verdicts)]


def test_a_lot_passes_when_every_release_test_did():
    assert overall(results("passed", "passed")).verdict == "passed"
    assert overall(results("passed", "pending")).verdict == "pending"
    assert overall(results("passed", "pending")).pending == ("T1",)


def test_one_failure_fails_the_lot_even_while_others_are_open():
    found = overall(results("pending", "failed"))
    assert (found.verdict, found.failed, found.pending) == ("failed", ("T1",), ("T0",))


def test_type_tests_never_decide():
    open_type_test = TestResult("STABL", "pending", "major", blocking=False)
    failed_type_test = TestResult("COLI", "failed", "critical", blocking=False)
    assert overall([*results("passed"), open_type_test, failed_type_test]).verdict == "passed"
    with pytest.raises(ValueError):
        overall([open_type_test])


def test_a_lot_nobody_tested_has_no_verdict():
    with pytest.raises(ValueError):
        overall([])


def test_critical_rules_a_concession_out():
    assert overall(results("failed")).concession_possible
    assert not overall(results("failed", defect_class="critical")).concession_possible
    assert not overall(results("passed")).concession_possible
    mixed = [*results("failed"), TestResult("NET", "failed", "critical")]
    assert not overall(mixed).concession_possible


@pytest.mark.parametrize(
    ("found", "accept", "verdict"),
    [(0, 0, "passed"), (1, 0, "failed"), (5, 5, "passed"), (6, 5, "failed")],
)
def test_defects_against_the_acceptance_number(found, accept, verdict):
    assert overall(results("passed"), [DefectCount("minor", found, accept)]).verdict == verdict


def test_a_critical_defect_counts_as_critical():
    found = overall(results("passed"), [DefectCount("critical", 1, 0)])
    assert (found.failed, found.concession_possible) == (("critical",), False)


def test_expiry_as_the_demos_lots_have_it():
    for row in demo.rows("material_lots"):
        days = int(demo.materials()[row["material_code"]]["shelf_life_days"])
        assert expiry_date(date.fromisoformat(row["received"]), days) == date.fromisoformat(
            row["expiry"]
        )


def test_a_shelf_life_is_at_least_a_day():
    assert expiry_date(date(2026, 12, 31), 1) == date(2027, 1, 1)
    with pytest.raises(ValueError):
        expiry_date(date(2026, 1, 1), 0)


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        ("2026-01-01", "100.0"),
        ("2026-01-02", "98.8"),
        ("2026-02-15", "50.0"),
        ("2026-04-01", "0.0"),
        ("2027-01-01", "0.0"),
    ],
)
def test_remaining_shelf_life_is_never_overstated(day, percent):
    found = remaining_shelf_life_pct(date(2026, 1, 1), 90, date.fromisoformat(day))
    assert str(found) == percent  # 89/90 is 98.88…, down to 98.8


@pytest.mark.parametrize(
    ("days", "share", "age"),
    [(365, "85", 54), (90, "50", 45), (365, "67", 120), (730, "0", 730), (90, "100", 0)],
)
def test_allowed_age(days, share, age):
    assert allowed_age(days, D(share)) == age


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_beyond_the_whole_is_refused(share):
    with pytest.raises(ValueError):
        allowed_age(90, share)
