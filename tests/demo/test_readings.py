"""Readings that instruments could show."""

from decimal import Decimal

import pytest

from app.demo.play.readings import reading


@pytest.mark.parametrize(
    ("lower", "upper", "target"),
    [
        ("6", "8", "7"),
        ("30", "60", ""),
        (None, "40", ""),
        ("500", None, "500"),
        ("0", "0", "0"),
        (None, "0", "0"),
        ("-5", "5", ""),
        ("4.2", "5", "4.5"),
        ("15", None, "17.5"),
        ("0", "1.5", "0.8"),
    ],
)
def test_within_limits_each_its_own_always_the_same(lower, upper, target):
    low, high = (Decimal(v) if v is not None else None for v in (lower, upper))
    found = [reading(f"card {n}", low, high, target=target) for n in range(200)]
    assert all((low is None or v >= low) and (high is None or v <= high) for v in found)
    assert found == [reading(f"card {n}", low, high, target=target) for n in range(200)]
    assert low == high or high == 0 or len(set(found)) > 5
