"""What a filling run needs: bulk, raw materials by formula, packaging, pots.

Formulas of the demo plant's README ("Arithmetic"):
    bulk      = units x fill mass / (1 - filling loss %) / (bulk yield %)
    raw       = bulk x % w/w, x nominal / assay where charged by potency;
                water takes up the difference
    packaging = ceil(units / units per item x (1 + scrap %))
Everything is computed exactly (rationals) and rounded up once, to whole grams (of mg) or pieces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.plant.quantities import ceil_to, ceil_whole, step_of

RAW, WATER, PACKAGING = "raw", "water", "packaging"
FITS, SPLIT, BELOW_MINIMUM = "fits", "split", "below_minimum"


class WaterNegative(ValueError):
    """The potency correction would need more room than the water of the formula leaves."""

    def __init__(self, missing: int):
        super().__init__(f"the formula's water would be {missing} mg below zero")
        self.missing = missing


@dataclass(frozen=True)
class FormulaLine:
    """One line of a formula: % w/w; `nominal` is the nominal active % when it is charged by
    assay.
    """

    material_code: str
    percent: Decimal
    nominal: Decimal | None = None
    water: bool = False


@dataclass(frozen=True)
class PackagingItem:
    """One packaging item: how many product units one piece serves (bottle 1, carton 12, pallet
    720).
    """

    material_code: str
    units_per_item: int
    scrap_pct: Decimal = Decimal(0)


@dataclass(frozen=True)
class Requirement:
    """A need. `quantity` is an integer of the base unit of `uom` (mg for kg, pieces for pcs).

    `nominal` is set when the material is charged by assay: the quantity then stands for material of
    that nominal strength, and what is drawn depends on the lot (`app.plant.warehouse.fefo`).
    """

    material_code: str
    quantity: int
    uom: str
    percent: Decimal | None
    kind: str
    nominal: Decimal | None = None


@dataclass(frozen=True)
class Pots:
    """How a bulk mass goes into tank charges: `verdict`, how many, and the mass (mg) of each."""

    verdict: str
    count: int
    masses: tuple[int, ...]


def bulk_mass(
    units: int, fill_mass: int, filling_loss_pct: Decimal, bulk_yield_pct: Decimal
) -> int:
    """Return the bulk (mg, whole grams) to make for `units` of `fill_mass` mg each.

    Raises ValueError unless units ≥ 0, fill mass > 0, 0 ≤ loss < 100 and 0 < yield.
    """
    loss, bulk_yield = Fraction(filling_loss_pct), Fraction(bulk_yield_pct)
    if units < 0 or fill_mass <= 0 or not 0 <= loss < 100 or bulk_yield <= 0:
        raise ValueError("units, fill mass, filling loss or bulk yield out of range")
    return weighed(units * fill_mass / (1 - loss / 100) / (bulk_yield / 100))


def raw_materials(
    formula: Iterable[FormulaLine], bulk: int, assays: Mapping[str, Decimal] | None = None
) -> list[Requirement]:
    """Return what `bulk` mg of a formula needs, a Requirement (kg, in mg, whole grams) per line, in
    the formula's order.

    `assays` gives measured actives in %; a line charged by potency without one is taken at its
    nominal. The lines always sum to `bulk`: water takes up correction and rounding. Raises
    ValueError if the formula does not sum to 100 % or has not exactly one water line, WaterNegative
    if correction exceeds the water.
    """
    lines = list(formula)
    if sum(line.percent for line in lines) != 100:
        raise ValueError("the formula does not sum to 100 %")
    if sum(line.water for line in lines) != 1:
        raise ValueError("the formula needs exactly one water line")
    assays = assays or {}
    needs = [_raw_need(line, bulk, assays.get(line.material_code)) for line in lines]
    return balance_water(needs, bulk)


def balance_water(
    needs: Iterable[Requirement], bulk: int, drawn: Mapping[str, int] | None = None
) -> list[Requirement]:
    """Return the needs with `drawn` (mg by material, e.g. what FEFO allocated) put in and the water
    corrected.

    Raises WaterNegative when the other materials alone exceed `bulk`.
    """
    drawn = drawn or {}
    needs = [replace(need, quantity=drawn.get(need.material_code, need.quantity)) for need in needs]
    water = bulk - sum(need.quantity for need in needs if need.kind == RAW)
    if water < 0:
        raise WaterNegative(-water)
    return [replace(need, quantity=water) if need.kind == WATER else need for need in needs]


def minimum_assay(formula: Iterable[FormulaLine], material_code: str) -> Decimal | None:
    """Return the lowest assay (%) at which the formula's water still covers the correction of one
    material.

    percent x nominal / assay - percent ≤ water, hence assay ≥ percent x nominal / (percent +
    water), the other materials at nominal; rounded up to 6 places so that it is always safe. None
    if it is not charged by assay.
    """
    lines = list(formula)
    water = sum(line.percent for line in lines if line.water)
    for line in lines:
        if line.material_code == material_code and line.nominal is not None:
            exact = Fraction(line.percent) * Fraction(line.nominal) / Fraction(line.percent + water)
            return Decimal(ceil_whole(exact * 10**6)).scaleb(-6)
    return None


def packaging(items: Iterable[PackagingItem], units: int) -> list[Requirement]:
    """Return the pieces each packaging item needs for `units` product units, scrap included."""
    needs = []
    for item in items:
        exact = Fraction(units, item.units_per_item) * (1 + Fraction(item.scrap_pct) / 100)
        needs.append(Requirement(item.material_code, ceil_whole(exact), "pcs", None, PACKAGING))
    return needs


def pots(bulk: int, smallest: int, largest: int) -> Pots:
    """Return how `bulk` mg fits tank charges between `smallest` and `largest` mg (both inclusive).

    Above the largest: n = ceil(bulk / largest) equal charges. Raises ValueError for an empty range
    or bulk.
    """
    if not 0 < smallest <= largest or bulk <= 0:
        raise ValueError("a pot needs 0 < smallest ≤ largest and some bulk")
    if bulk < smallest:
        return Pots(BELOW_MINIMUM, 1, (bulk,))
    count = -(-bulk // largest)
    return Pots(FITS if count == 1 else SPLIT, count, tuple(shares(bulk, count)))


def shares(quantity: int, count: int, step: int = 1) -> list[int]:
    """Return `quantity` in `count` parts as equal as whole `step`s allow (12: whole cases), larger
    ones first.

    What is not a whole step goes with the last part. Raises ValueError if a part would be empty.
    """
    steps, rest = divmod(quantity, step)
    each, more = divmod(steps, count)
    if each == 0:
        raise ValueError("too little to share out")
    parts = [(each + (part < more)) * step for part in range(count)]
    parts[-1] += rest
    return parts


def weighed(exact: Fraction) -> int:
    """Return a mass (mg) as it is weighed: up to the gram."""
    return ceil_to(ceil_whole(exact), step_of("kg"))


def _raw_need(line: FormulaLine, bulk: int, assay: Decimal | None) -> Requirement:
    exact = bulk * Fraction(line.percent) / 100
    if assay is not None and line.nominal is not None:
        if assay <= 0:
            raise ValueError(f"the assay of {line.material_code} must be above zero")
        exact *= Fraction(line.nominal) / Fraction(assay)
    kind = WATER if line.water else RAW
    return Requirement(line.material_code, weighed(exact), "kg", line.percent, kind, line.nominal)
