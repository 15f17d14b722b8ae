"""What came out against what went in: yield, counts, labels, net content."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.plant.quantities import ceil_whole
from app.required import required

YIELD_LOWER, YIELD_UPPER = (
    Decimal(96),
    Decimal(101),
)  # work instructions, step "calculate the yield"
LABEL_GAP = 5  # pieces either way, work instructions, step "label reconciliation"


@dataclass(frozen=True)
class Counts:
    """A finished run: good + rejected = produced; `difference` to plan (negative: short), in
    units and %.
    """

    good: int
    rejected: int
    produced: int
    difference: int
    difference_pct: Decimal


@dataclass(frozen=True)
class ToleranceRow:
    """A row of the net-content table: nominal above `above`, up to and with `upto` (g or mL); %
    or absolute.
    """

    above: Decimal
    upto: Decimal
    percent: Decimal | None
    absolute: Decimal | None


@dataclass(frozen=True)
class NetContent:
    """A sample's net contents: packages below nominal - T, below nominal - 2T, the mean, and
    whether it suffices.

    `mean_reached` is judged on the exact mean, `mean` is rounded to two places for the report.
    """

    short: int
    grossly_short: int
    mean: Decimal
    mean_reached: bool


def yield_pct(good_units: int, fill_mass: int, bulk: int) -> Decimal:
    """Return the yield on the card: good units x fill mass (mg) / bulk (mg), in % to two places.

    README's worked example: 6,000 x 500 g from 3,092.15 kg is 97.02 %. Raises ValueError unless
    bulk > 0.
    """
    if bulk <= 0:
        raise ValueError("a yield needs bulk")
    return _percent(Fraction(good_units * fill_mass, bulk))


def within_yield_limits(
    percent: Decimal, lower: Decimal = YIELD_LOWER, upper: Decimal = YIELD_UPPER
) -> bool:
    """Return whether the recorded (rounded) yield lies within the limits, both inclusive."""
    return lower <= percent <= upper


def reconcile_counts(planned: int, good: int, rejected: int) -> Counts:
    """Return good and rejected units against plan.

    Raises ValueError for negative counts or an empty plan.
    """
    if planned <= 0 or good < 0 or rejected < 0:
        raise ValueError("counts cannot be negative, a plan not empty")
    difference = good - planned
    return Counts(
        good, rejected, good + rejected, difference, _percent(Fraction(difference, planned))
    )


def label_gap(issued: int, used: int, scrapped: int, returned: int) -> int:
    """Return labels unaccounted for: issued - (used + scrapped + returned); 0 is a closed
    balance.
    """
    return issued - (used + scrapped + returned)


def label_gap_accepted(gap: int, limit: int = LABEL_GAP) -> bool:
    """Return whether a label gap is within its limit either way."""
    return -limit <= gap <= limit


def tolerable_deficiency(nominal: Decimal | int, table: Iterable[ToleranceRow]) -> Decimal:
    """Return the tolerable deficiency T (允许短缺量) in the unit of `nominal` (g or mL), by JJF
    1070-2023.

    A percentage is rounded up: to 0.1 up to 1,000 g or mL, to whole ones above (OIML R 87, on which
    the JJF is built). Raises ValueError outside the table.
    """
    for row in table:
        if row.above < nominal <= row.upto:
            if row.absolute is not None:
                return row.absolute
            tenths = 10 if nominal <= 1000 else 1
            exact = Fraction(nominal) * Fraction(required(row.percent)) / 100
            return Decimal(ceil_whole(exact * tenths)) / tenths
    raise ValueError(f"no tolerable deficiency for a nominal content of {nominal}")


def net_content(
    readings: Iterable[Decimal], nominal: Decimal | int, deficiency: Decimal
) -> NetContent:
    """Return how a sample of net contents stands: packages short by more than T, by more than 2T,
    the mean.

    JJF 1070: the mean reaches the nominal content, no package is short by more than 2T, few by more
    than T. `short` includes the grossly short. Raises ValueError without readings.
    """
    readings = list(readings)
    if not readings:
        raise ValueError("no readings")
    short = sum(reading < nominal - deficiency for reading in readings)
    grossly = sum(reading < nominal - 2 * deficiency for reading in readings)
    mean = sum(map(Fraction, readings), Fraction(0)) / len(readings)
    return NetContent(short, grossly, _rounded(mean), mean >= Fraction(nominal))


def _percent(share: Fraction) -> Decimal:
    return _rounded(share * 100)


def _rounded(exact: Fraction) -> Decimal:
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quotient.quantize(Decimal("0.01"), ROUND_HALF_UP)
