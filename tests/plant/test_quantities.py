"""Base units: exact or refused."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.plant.quantities import (
    UnknownUnit,
    base_uom,
    ceil_to,
    ceil_whole,
    from_base,
    step_of,
    to_base,
)


@pytest.mark.parametrize(
    ("quantity", "uom", "base"),
    [
        ("3092.15", "kg", 3_092_150_000),
        (Decimal("0.000001"), "kg", 1),
        (1, "t", 1_000_000_000),
        ("500", "g", 500_000),
        ("0.5", "g", 500),
        ("20", "L", 20_000),
        ("0.5", "L", 500),
        (750, "mL", 750),
        (750, "ml", 750),
        (2, "l", 2000),
        (9, "mg", 9),
        ("6000", "pcs", 6000),
        (6000, "瓶", 6000),
        (200, "桶", 200),
        (300, "jug", 300),
        (80, "drum", 80),
        ("1E+3", "kg", 1_000_000_000),
        ("6.0", "pcs", 6),
        ("1." + "0" * 25, "kg", 1_000_000),
        (" 7 ", "g", 7_000),
        (-5, "pcs", -5),
        (0, "kg", 0),
        ("-0", "kg", 0),
    ],
)
def test_to_base(quantity, uom, base):
    assert to_base(quantity, uom) == base
    assert type(to_base(quantity, uom)) is int


@pytest.mark.parametrize(
    ("quantity", "uom"),
    [
        ("0.0000001", "kg"),
        ("0.5", "mL"),
        ("1.5", "瓶"),
        ("0.3333333333333333333333333333333333", "kg"),
        ("NaN", "kg"),
        ("Infinity", "kg"),
        ("ten", "kg"),
        ("", "kg"),
        ("1e999999999", "kg"),
        ("1e-999999999", "kg"),
        ("9300000000000", "kg"),
        ("1e20", "pcs"),
        ("1e-30", "t"),
        (2**63, "pcs"),
    ],
)
def test_what_is_not_exact_or_not_a_number_is_refused(quantity, uom):
    with pytest.raises(ValueError):
        to_base(quantity, uom)


@pytest.mark.parametrize("quantity", [1.0, 0.1, True, None, b"1"])
def test_a_float_is_never_a_quantity(quantity):
    with pytest.raises(TypeError):
        to_base(quantity, "kg")


@pytest.mark.parametrize("uom", ["箱", "case", "lb", "", "KG"])
def test_unknown_units_are_refused_a_case_is_no_unit(uom):
    for call in (lambda: to_base(1, uom), lambda: from_base(1, uom), lambda: base_uom(uom)):
        with pytest.raises(UnknownUnit):
            call()


@pytest.mark.parametrize(
    ("uom", "base"), [("kg", "mg"), ("g", "mg"), ("L", "mL"), ("瓶", "pcs"), ("pcs", "pcs")]
)
def test_base_uom(uom, base):
    assert base_uom(uom) == base


@pytest.mark.parametrize(
    ("quantity", "uom", "text"),
    [
        (3_092_145_950, "kg", "3092.14595"),
        (3_000_000_000, "kg", "3000"),
        (1, "kg", "0.000001"),
        (0, "kg", "0"),
        (500, "L", "0.5"),
        (10, "pcs", "10"),
        (6000, "瓶", "6000"),
        (-1_500_000, "kg", "-1.5"),
        (2**63 - 1, "kg", "9223372036854.775807"),
    ],
)
def test_from_base_is_exact_and_plain(quantity, uom, text):
    assert str(from_base(quantity, uom)) == text
    assert to_base(from_base(quantity, uom), uom) == quantity


def test_a_mass_is_measured_out_by_the_gram_and_what_is_counted_by_the_piece():
    assert [step_of(uom) for uom in ("kg", "g", "t", "L", "pcs", "瓶")] == [
        1_000,
        1_000,
        1_000,
        1,
        1,
        1,
    ]


def test_rounding_is_up_and_only_up():
    assert [ceil_whole(Fraction(n, 3)) for n in (0, 1, 3, 4, -1)] == [0, 1, 1, 2, 0]
    assert [ceil_to(n, 1000) for n in (0, 1, 1000, 1001)] == [0, 1000, 1000, 2000]
    assert ceil_to(5, 1) == 5
    with pytest.raises(ValueError):
        ceil_to(5, 0)
