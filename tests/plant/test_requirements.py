"""Needs of a run: the README's worked example, pots, potency, the trap of the negative water."""

from decimal import Decimal

import pytest

from app.plant.production.requirements import (
    FormulaLine,
    PackagingItem,
    WaterNegative,
    balance_water,
    bulk_mass,
    minimum_assay,
    packaging,
    pots,
    raw_materials,
    shares,
)
from app.plant.quantities import from_base, to_base

from . import demo

KG = 10**6
D = Decimal
DISH = demo.products()["P-DW-500"]
BLEACH = demo.products()["P-BL-20L"]


def kilograms(quantity):
    return from_base(quantity, "kg").quantize(D("0.01"))


def needs(product, units):
    return {need.material_code: need for need in product.requirements(units)}


def test_worked_example_bulk():
    bulk = bulk_mass(6000, to_base("500", "g"), D("1.0"), D("98.0"))
    assert bulk == 3_092_146_000  # 3,000 kg / 0.9702 = 3,092.145949…, up to the gram
    assert kilograms(bulk) == D("3092.15")


def test_worked_example_materials():
    found = needs(DISH, 6000)
    assert kilograms(found["R-002"].quantity) == D("278.29")
    assert (found["R-002"].uom, found["R-002"].percent, found["R-002"].kind) == (
        "kg",
        D("9"),
        "raw",
    )
    pieces = {code: found[code].quantity for code in ("K-101", "K-109", "L-001", "K-201", "K-301")}
    assert pieces == {"K-101": 6060, "K-109": 6060, "L-001": 6120, "K-201": 503, "K-301": 9}
    assert (found["K-101"].uom, found["K-101"].kind, found["K-101"].percent) == (
        "pcs",
        "packaging",
        None,
    )
    assert found["R-001"].kind == "water"


def test_worked_example_fits_one_pot():
    assert DISH.pots(6000).verdict == "fits"
    assert DISH.pots(6000).count == 1


@pytest.mark.parametrize("product_code", demo.products())
@pytest.mark.parametrize("units", [1, 7, 999, 6000])
def test_materials_sum_to_the_bulk_to_the_milligram(product_code, units):
    product = demo.products()[product_code]
    raw = raw_materials(product.formula, product.bulk(units))
    assert sum(need.quantity for need in raw) == product.bulk(units)
    assert all(need.quantity > 0 for need in raw)


def test_no_loss_needs_just_the_contents_and_nothing_needs_nothing():
    assert bulk_mass(10, 500_000, D(0), D(100)) == 5_000_000
    assert bulk_mass(0, 500_000, D(1), D(98)) == 0
    assert bulk_mass(1, 1_000, D("0.5"), D("0.5")) == 202_000  # 1 g / 0.995 / 0.005 = 201.005 g
    assert bulk_mass(1, 1, D(0), D(100)) == 1_000  # nobody weighs a milligram


@pytest.mark.parametrize(
    ("units", "fill", "loss", "bulk_yield"),
    [
        (-1, 1, D(0), D(100)),
        (1, 0, D(0), D(100)),
        (1, 1, D(100), D(98)),
        (1, 1, D(-1), D(98)),
        (1, 1, D(1), D(0)),
    ],
)
def test_bulk_refuses_what_makes_no_sense(units, fill, loss, bulk_yield):
    with pytest.raises(ValueError):
        bulk_mass(units, fill, loss, bulk_yield)


# The README's table of shared pots: card, kg of that card's pot.
POTS = [
    ("F-DW01", 4123, [("P-DW-5K", 200, 1031), ("P-DW-500", 6000, 3092)]),
    ("F-DW01", 4226, [("P-DW-5K", 120, 618), ("P-DW-500", 1000, 515), ("P-DW-500", 12000, 3092)]),
    ("F-TA01", 2338, [("P-TA-600", 1200, 779), ("P-TA-600", 2400, 1558)]),
    ("F-GC01", 1212, [("P-GC-500", 600, 303), ("P-GC-500", 1800, 909)]),
    ("F-QD01", 1608, [("P-QD-1L", 360, 371), ("P-QD-1L", 1200, 1237)]),
    ("F-HS01", 3154, [("P-HS-500", 2400, 1262), ("P-HS-500", 3600, 1892)]),
    ("F-BL02", 3899, [("P-BL-20L", 60, 1462), ("P-BL-20L", 100, 2437)]),
]


@pytest.mark.parametrize(("formula_code", "total", "cards"), POTS)
def test_pots_that_can_be_shared(formula_code, total, cards):
    masses = []
    for product_code, units, shown in cards:
        product = demo.products()[product_code]
        assert product.formula_code == formula_code
        masses.append(product.pots(units).masses[0])
        assert round(masses[-1] / KG) == shown
    assert round(sum(masses) / KG) == total
    assert pots(sum(masses), product.smallest_pot, product.largest_pot).verdict == "fits"


@pytest.mark.parametrize(
    ("bulk", "verdict", "count"),
    [
        (944, "below_minimum", 1),
        (945, "fits", 1),
        (2835, "fits", 1),
        (2836, "split", 2),
        (5670, "split", 2),
        (5671, "split", 3),
    ],
)
def test_pots_at_the_edges_of_the_tank(bulk, verdict, count):
    found = pots(bulk * KG, 945 * KG, 2835 * KG)
    assert (found.verdict, found.count, sum(found.masses)) == (verdict, count, bulk * KG)
    if count > 1:
        assert max(found.masses) <= 2835 * KG and min(found.masses) >= 945 * KG


def test_one_milligram_over_the_tank_is_too_much():
    assert pots(2835 * KG + 1, 945 * KG, 2835 * KG).verdict == "split"


@pytest.mark.parametrize("arguments", [(0, 1, 2), (5, 0, 2), (5, 3, 2)])
def test_pots_refuse_an_empty_range(arguments):
    with pytest.raises(ValueError):
        pots(*arguments)


def test_a_tank_of_one_size_takes_just_that():
    assert pots(1, 1, 1).verdict == "fits"


def test_lines_just_beyond_the_pots():
    assert demo.products()["P-TC-750"].pots(3600).verdict == "split"  # PD-4410/2, 2,894 of 2,808 kg
    assert demo.products()["P-DW-5K"].pots(300).verdict == "fits"  # BM-5512/2, 1,546 of 1,545 kg
    assert demo.products()["P-DW-5K"].pots(299).verdict == "below_minimum"


def test_shares_keep_whole_cases():
    assert shares(12000, 3, 12) == [4008, 3996, 3996]
    assert shares(1000, 2, 12) == [504, 496]
    assert shares(10, 3) == [4, 3, 3]
    with pytest.raises(ValueError):
        shares(20, 2, 12)


@pytest.mark.parametrize(
    ("assay", "hypochlorite", "water"),
    [("12", "87.50", "11.50"), ("12.4", "84.68", "14.32"), ("11.8", "88.98", "10.02")],
)
def test_water_takes_up_the_potency_correction(assay, hypochlorite, water):
    found = raw_materials(BLEACH.formula, 100 * KG, {"R-021": D(assay)})
    quantities = {need.material_code: kilograms(need.quantity) for need in found}
    assert (quantities["R-021"], quantities["R-001"]) == (D(hypochlorite), D(water))
    assert sum(need.quantity for need in found) == 100 * KG


def test_the_trap_lot_would_leave_water_below_zero():
    """README: 87.5 x 12 / 10.6 = 99.06 %, water -0.06 %; for the 84 disinfectant 54.8 % and 43.0
    % are fine.
    """
    with pytest.raises(WaterNegative) as refusal:
        raw_materials(BLEACH.formula, 100 * KG, {"R-021": D("10.6")})
    assert kilograms(refusal.value.missing) == D("0.06")
    found = raw_materials(demo.formula("F-BL01"), 100 * KG, {"R-021": D("10.6")})
    by_code = {
        need.material_code: from_base(need.quantity, "kg").quantize(D("0.1")) for need in found
    }
    assert (by_code["R-021"], by_code["R-001"]) == (D("54.8"), D("43.0"))


def test_minimum_assay_is_the_very_edge():
    least = minimum_assay(BLEACH.formula, "R-021")
    assert least == D("10.606061")  # 1050 / 99, rounded up
    raw_materials(BLEACH.formula, 1000 * KG, {"R-021": least})
    with pytest.raises(WaterNegative):
        raw_materials(BLEACH.formula, 1000 * KG, {"R-021": least - D("0.000002")})
    assert minimum_assay(demo.formula("F-BL01"), "R-021") < D("10.6")
    assert minimum_assay(BLEACH.formula, "R-003") is None  # caustic is not charged by assay
    assert minimum_assay(BLEACH.formula, "R-999") is None


def test_an_assay_of_a_material_not_charged_by_potency_changes_nothing():
    assert raw_materials(DISH.formula, KG, {"R-002": D("94.6")}) == raw_materials(DISH.formula, KG)


@pytest.mark.parametrize("product_code", demo.products())
def test_everything_is_weighed_in_whole_grams(product_code):
    product = demo.products()[product_code]
    raw = raw_materials(product.formula, product.bulk(1_234), {"R-021": D("11.7")})
    assert [need.quantity % 1_000 for need in raw] == [0] * len(raw)
    assert all(
        need.quantity - 1_000 < product.bulk(1_234) * need.percent / 100
        for need in raw
        if need.kind == "raw" and need.nominal is None
    )


def test_a_need_is_raised_to_the_gram_never_lowered():
    """3,092.146 kg at 9 % is 278.29314 kg; at 0.05 % of 1.001 kg it is half a gram and a bit."""
    surfactant = next(
        need for need in raw_materials(DISH.formula, 3_092_146_000) if need.material_code == "R-002"
    )
    assert surfactant.quantity == 278_294_000
    drop = [FormulaLine("W", D("99.95"), water=True), FormulaLine("A", D("0.05"))]
    assert [need.quantity for need in raw_materials(drop, 1_001_000)] == [1_000_000, 1_000]


def test_water_balances_what_was_really_drawn():
    found = raw_materials(BLEACH.formula, 100 * KG)
    balanced = {
        n.material_code: n.quantity for n in balance_water(found, 100 * KG, {"R-021": 90 * KG})
    }
    assert (balanced["R-021"], balanced["R-001"]) == (90 * KG, 9 * KG)
    with pytest.raises(WaterNegative):
        balance_water(found, 100 * KG, {"R-021": 99 * KG + 1})
    dry = balance_water(found, 100 * KG, {"R-021": 99 * KG})
    assert (
        next(need.quantity for need in dry if need.kind == "water") == 0
    )  # no water left is not too little


@pytest.mark.parametrize(
    "formula",
    [
        [FormulaLine("W", D("99"), water=True)],
        [FormulaLine("A", D("100"))],
        [FormulaLine("W", D("50"), water=True), FormulaLine("V", D("50"), water=True)],
        [],
    ],
    ids=["99 %", "no water", "two waters", "empty"],
)
def test_a_formula_that_is_none_is_refused(formula):
    with pytest.raises(ValueError):
        raw_materials(formula, KG)


def test_an_assay_of_nothing_is_refused():
    with pytest.raises(ValueError):
        raw_materials(BLEACH.formula, KG, {"R-021": D(0)})
    weak = [FormulaLine("W", D("90"), water=True), FormulaLine("A", D("10"), D("1.0"))]
    assert raw_materials(weak, 10 * KG, {"A": D("0.5")})[1].quantity == 2 * KG


def test_packaging_rounds_up_and_exactly():
    item = PackagingItem("K", 12, D("0.5"))
    assert [packaging([item], units)[0].quantity for units in (0, 1, 12, 2400, 2412)] == [
        0,
        1,
        2,
        201,
        203,
    ]
    # 100 x 1.1 is 110.00000000000001 in floats, and would ask for 111.
    assert packaging([PackagingItem("K", 1, D(10))], 100)[0].quantity == 110
    assert packaging([PackagingItem("K", 1)], 100)[0].quantity == 100
