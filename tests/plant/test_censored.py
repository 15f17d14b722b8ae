"""Readings that say only on which side a value lies are read in every way they are written, and
judged honestly.
"""

from decimal import Decimal

import pytest

from app.plant.quality.censored import Censored, kept_reading, read_reading
from app.plant.quality.verdict import judge

D = Decimal


def number(typed):
    return D(typed.strip()) if typed.strip() else None


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<0.1", "< 0.1"),
        ("＜0.1", "< 0.1"),
        (" <  0.1 ", "< 0.1"),
        ("<=0.1", "≤ 0.1"),
        ("≤0.1", "≤ 0.1"),
        ("≦ 0.1", "≤ 0.1"),
        ("> 5", "> 5"),
        ("＞＝5", "≥ 5"),
        ("≥5", "≥ 5"),
        ("ND", "未检出 ND"),
        ("n.d.", "未检出 ND"),
        ("ＮＤ", "未检出 ND"),
        ("未检出", "未检出 ND"),
        ("not detected", "未检出 ND"),
        ("7.25", "7.25"),
    ],
)
def test_a_reading_is_read_as_it_is_written_and_comes_back_from_the_record(typed, shown):
    read = read_reading(typed, number)
    assert str(read) == shown
    assert kept_reading(shown) == read


@pytest.mark.parametrize("typed", ["<", "> ", "≤="])
def test_a_sign_alone_says_nothing(typed):
    with pytest.raises(ValueError):
        read_reading(typed, number)


@pytest.mark.parametrize(
    ("reading", "lower", "upper", "verdict"),
    [
        ("< 0.1", None, "0.5", "passed"),
        ("< 0.1", "0", "0.5", "passed"),
        ("< 0.1", None, "0.1", "passed"),
        ("≤ 0.1", None, "0.1", "passed"),
        ("< 0.2", None, "0.1", "unclear"),
        ("< 0.1", "0.05", "0.5", "unclear"),
        ("< 0.1", "0.1", None, "failed"),
        ("≤ 0.1", "0.1", None, "unclear"),
        ("< 0.1", "0.2", "0.5", "failed"),
        ("> 5", "4", None, "passed"),
        ("> 5", "5", None, "passed"),
        ("> 5", "6", None, "unclear"),
        ("> 5", None, "5", "failed"),
        ("≥ 5", None, "5", "unclear"),
        ("> 5", None, "6", "unclear"),
        ("> 5", "4", "9", "unclear"),
        ("> 5", "0", "9", "unclear"),
        ("未检出 ND", None, "0.5", "passed"),
        ("未检出 ND", "0", "3", "passed"),
        ("未检出 ND", "0.1", "3", "unclear"),
    ],
)
def test_a_censored_reading_passes_only_where_all_that_it_may_be_does(
    reading, lower, upper, verdict
):
    assert judge(kept_reading(reading), lower and D(lower), upper and D(upper)) == verdict


def test_what_is_censored_is_no_number():
    assert kept_reading("< 0.1") == Censored("<", D("0.1")) != D("0.1")
