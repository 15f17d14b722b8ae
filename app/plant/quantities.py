"""Quantities are integers of a base unit: mg for masses, mL for volumes, pieces for everything
counted.

Conversions are exact or refused. Rounding happens only where a requirement is computed or lots are
proposed for it, and there always up, to what can be measured out: whole grams of a mass, else whole
base units. A storekeeper who weighs too little stops the pot, one gram too much does not.
"""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

MASS, VOLUME, PIECES = "mg", "mL", "pcs"

_FACTORS = {
    "mg": (MASS, 1),
    "g": (MASS, 1_000),
    "kg": (MASS, 1_000_000),
    "t": (MASS, 1_000_000_000),
    "mL": (VOLUME, 1),
    "ml": (VOLUME, 1),
    "L": (VOLUME, 1_000),
    "l": (VOLUME, 1_000),
}
# A case (箱) is missing on purpose: how many pieces it holds depends on the product.
_COUNTED = [
    "pcs",
    "pc",
    "unit",
    "units",
    "bottle",
    "bottles",
    "jug",
    "jugs",
    "drum",
    "drums",
    "瓶",
    "桶",
    "支",
    "个",
    "只",
    "件",
    "袋",
    "张",
    "片",
    "套",
    "块",
    "盒",
]
_FACTORS.update(dict.fromkeys(_COUNTED, (PIECES, 1)))

_GRAM = 1_000  # mg: as fine as the scales show
_LARGEST = 2**63 - 1  # what a database integer holds


class UnknownUnit(ValueError):
    """The unit is neither a mass, a volume nor a count this plant knows."""


def base_uom(uom: str) -> str:
    """Return `mg`, `mL` or `pcs` for a unit. Raises UnknownUnit."""
    return _factor(uom)[0]


def to_base(quantity: Decimal | str | int, uom: str) -> int:
    """Return `quantity` of `uom` as an integer of its base unit.

    Raises ValueError when that is not exact, not finite, not a number or too large to store;
    TypeError for floats, which are never a quantity.
    """
    if isinstance(quantity, (float, bool)) or not isinstance(quantity, (Decimal, str, int)):
        raise TypeError(
            f"a quantity is a Decimal, a string or an int, not {type(quantity).__name__}"
        )
    _, factor = _factor(uom)
    try:
        value = Decimal(quantity)
    except InvalidOperation:
        raise ValueError(f"not a number: {quantity!r}") from None
    if not value.is_finite():
        raise ValueError(f"not a finite number: {quantity!r}")
    if value and not -30 < exponent(value) <= value.adjusted() < 20:
        # Looked at before it is expanded: "1e999999999" would fill the memory.
        raise ValueError(f"too large or too finely divided: {quantity!r} {uom}")
    exact = Fraction(value) * factor
    if exact.denominator != 1:
        raise ValueError(f"{quantity} {uom} is not a whole number of {base_uom(uom)}")
    if abs(exact.numerator) > _LARGEST:
        raise ValueError(f"too large: {quantity!r} {uom}")
    return exact.numerator


def exponent(value: Decimal) -> int:
    """The power of ten of a finite number's last digit."""
    return int(value.as_tuple().exponent)


def from_base(quantity: int, uom: str) -> Decimal:
    """Return an integer of the base unit as an exact Decimal of `uom`, without trailing zeros or
    exponent.
    """
    _, factor = _factor(uom)
    places = len(str(factor)) - 1
    exact = Decimal(quantity).scaleb(-places).normalize()
    return exact.quantize(Decimal(1)) if exponent(exact) > 0 else exact


def ceil_whole(exact: Fraction) -> int:
    """Return the smallest whole number that is not below `exact`."""
    return -(-exact.numerator // exact.denominator)


def ceil_to(quantity: int, step: int) -> int:
    """Return `quantity` raised to a whole number of `step` (1_000: whole grams of milligrams)."""
    if step < 1:
        raise ValueError("the step is at least 1")
    return -(-quantity // step) * step


def step_of(uom: str) -> int:
    """Return the base units of `uom` that people measure out at least: a gram of a mass, else
    one.
    """
    return _GRAM if base_uom(uom) == MASS else 1


def _factor(uom: str) -> tuple[str, int]:
    try:
        return _FACTORS[uom.strip()]
    except KeyError:
        raise UnknownUnit(f"unknown unit: {uom!r}") from None
