"""Yield, counts, labels, net content."""

from decimal import Decimal

import pytest

from app.plant.production.balance import (
    label_gap,
    label_gap_accepted,
    net_content,
    reconcile_counts,
    tolerable_deficiency,
    within_yield_limits,
    yield_pct,
)

from . import demo

D = Decimal


def test_worked_example_yield():
    assert yield_pct(6000, 500_000, demo.products()["P-DW-500"].bulk(6000)) == D("97.02")


@pytest.mark.parametrize(
    ("percent", "within"),
    [("96", True), ("95.99", False), ("101", True), ("101.01", False), ("97.02", True)],
)
def test_yield_limits_are_inclusive(percent, within):
    assert within_yield_limits(D(percent)) is within


def test_yield_is_rounded_half_up_and_needs_bulk():
    assert str(yield_pct(1, 96_005, 100_000)) == "96.01"
    assert yield_pct(0, 500, 1000) == 0
    assert yield_pct(1, 1, 1) == 100
    with pytest.raises(ValueError):
        yield_pct(1, 500, 0)


def test_counts_against_plan():
    found = reconcile_counts(6000, 5940, 12)
    assert (found.produced, found.difference, found.difference_pct) == (5952, -60, D("-1.00"))
    assert reconcile_counts(100, 103, 0).difference == 3
    assert reconcile_counts(1, 0, 0).difference_pct == -100


@pytest.mark.parametrize("counts", [(0, 1, 1), (-5, 1, 1), (10, -1, 0), (10, 0, -1)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError):
        reconcile_counts(*counts)


def test_label_balance():
    assert label_gap(6120, 6000, 100, 20) == 0
    assert label_gap(6120, 6000, 100, 14) == 6
    assert [label_gap_accepted(gap) for gap in (-6, -5, 0, 5, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("nominal", "deficiency"),
    [
        ("5", "0.5"),  # 9 % is 0.45, up to 0.1
        ("50", "4.5"),
        ("50.1", "4.5"),
        ("100", "4.5"),
        ("101", "4.6"),  # 4.5 % is 4.545
        ("200", "9.0"),
        ("250", "9"),
        ("301", "9.1"),  # 3 % is 9.03
        ("500", "15"),
        ("501", "15"),
        ("1000", "15"),
        ("1001", "16"),  # 1.5 % is 15.015, up to whole ones above 1,000
        ("2000", "30"),
        ("10000", "150"),
        ("12000", "150"),
        ("20000", "200"),
        ("50000", "500"),
    ],
)
def test_tolerable_deficiency(nominal, deficiency):
    assert tolerable_deficiency(D(nominal), demo.tolerance()) == D(deficiency)


@pytest.mark.parametrize("nominal", ["0", "-5", "50001"])
def test_no_tolerance_outside_the_table(nominal):
    with pytest.raises(ValueError):
        tolerable_deficiency(D(nominal), demo.tolerance())


def test_every_net_content_limit_of_the_demo_is_nominal_less_the_tolerance():
    tests = [row for row in demo.rows("spec_tests") if row["test_code"] == "NET"]
    assert len(tests) == 13
    for row in tests:
        nominal = D(row["target"])
        assert nominal - tolerable_deficiency(nominal, demo.tolerance()) == D(row["lower"]), row[
            "product_code"
        ]


def test_net_content_of_a_sample():
    readings = [D("485"), D("484.9"), D("470"), D("469.9"), D("590.2")]
    found = net_content(readings, 500, D(15))
    assert (found.short, found.grossly_short, found.mean, found.mean_reached) == (
        3,
        1,
        D("500.00"),
        True,
    )


def test_a_mean_that_only_rounds_to_the_nominal_is_not_reached():
    found = net_content([D("499.999"), D("500.000")], 500, D(15))
    assert (found.mean, found.mean_reached) == (D("500.00"), False)


def test_no_readings_no_net_content():
    with pytest.raises(ValueError):
        net_content([], 500, D(15))
