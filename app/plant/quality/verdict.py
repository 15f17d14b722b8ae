"""Verdicts: a reading against its limits, a lot against all its tests, a lot against its shelf
life.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from app.plant.quality.censored import Censored, is_within

ASSAY = "ASSAY"  # the test that says how strong a lot of raw material is
PASSED, FAILED, PENDING = "passed", "failed", "pending"
UNCLEAR = "unclear"  # the reading does not tell on which side of a limit the value lies
CRITICAL = "critical"


@dataclass(frozen=True)
class TestResult:
    """The outcome of one test: `verdict` passed, failed or pending; `blocking` False for type
    tests (型式检验).
    """

    __test__ = False  # not a case for pytest

    test_code: str
    verdict: str
    defect_class: str
    blocking: bool = True


@dataclass(frozen=True)
class DefectCount:
    """Nonconforming units found of one class against its acceptance number Ac (GB/T 2828.1)."""

    defect_class: str
    found: int
    accept: int


@dataclass(frozen=True)
class Overall:
    """The lot's verdict, what failed, what is still open, and whether a concession (让步接收)
    may be considered.
    """

    verdict: str
    failed: tuple[str, ...]
    pending: tuple[str, ...]
    concession_possible: bool


def judge(
    reading: Decimal | Censored | int | None,
    lower: Decimal | None = None,
    upper: Decimal | None = None,
) -> str:
    """Return passed, failed, (without a reading) pending or (for a censored one across a limit)
    unclear. Limits are part of the permitted range.

    The reading is compared as measured, not rounded first (GB/T 8170, comparison of the full
    value). Raises ValueError without any limit, or for a reading that is not a number; TypeError
    for a float.
    """
    if lower is None and upper is None:
        raise ValueError("a measured test needs a limit")
    if lower is not None and upper is not None and lower > upper:
        raise ValueError("the lower limit is above the upper one")
    if reading is None:
        return PENDING
    if isinstance(reading, Censored):
        return {True: PASSED, False: FAILED, None: UNCLEAR}[is_within(reading, lower, upper)]
    if isinstance(reading, bool) or not isinstance(reading, (Decimal, int)):
        raise TypeError(f"a reading is a Decimal or an int, not {type(reading).__name__}")
    if not Decimal(reading).is_finite():
        raise ValueError("the reading is not a finite number")
    too_low = lower is not None and reading < lower
    too_high = upper is not None and reading > upper
    return FAILED if too_low or too_high else PASSED


def judge_choice(conforms: bool | None) -> str:
    """Return the verdict of a test that is seen, not measured (appearance, label): a choice,
    never typed text.
    """
    return PENDING if conforms is None else PASSED if conforms else FAILED


def overall(results: Iterable[TestResult], defects: Iterable[DefectCount] = ()) -> Overall:
    """Return the lot's verdict: failed as soon as a blocking test or a defect class fails, passed
    when all passed.

    Type tests never decide on a lot. A failure of the critical class rules a concession out. Raises
    ValueError without a blocking test: a lot nobody tested has no verdict.
    """
    results = [result for result in results if result.blocking]
    if not results:
        raise ValueError("no release test: nothing to judge")
    beyond = [count for count in defects if count.found > count.accept]
    bad = [result for result in results if result.verdict == FAILED]
    failed = tuple(result.test_code for result in bad) + tuple(
        count.defect_class for count in beyond
    )
    pending = tuple(result.test_code for result in results if result.verdict == PENDING)
    critical = CRITICAL in {
        *(result.defect_class for result in bad),
        *(n.defect_class for n in beyond),
    }
    verdict = FAILED if failed else PENDING if pending else PASSED
    return Overall(verdict, failed, pending, verdict == FAILED and not critical)


def expiry_date(made_on: date, shelf_life_days: int) -> date:
    """Return the last day a lot may be used: made on + shelf life."""
    if shelf_life_days < 1:
        raise ValueError("a shelf life is at least one day")
    return made_on + timedelta(days=shelf_life_days)


def remaining_shelf_life_pct(made_on: date, shelf_life_days: int, day: date) -> Decimal:
    """Return what is left of the shelf life on `day`, in % to one place, rounded down; 0 when it
    is over.
    """
    left = (expiry_date(made_on, shelf_life_days) - day).days
    exact = Fraction(max(left, 0) * 100, shelf_life_days)
    return Decimal(exact.numerator * 10 // exact.denominator).scaleb(-1)


def last_day_with(expiry: date, shelf_life_days: int, share_pct: Decimal | int) -> date:
    """Return the last day on which a share (%) of the shelf life is left of what expires on
    `expiry`.
    """
    if not 0 <= share_pct <= 100:
        raise ValueError("a share lies between 0 and 100 %")
    exact = shelf_life_days * Fraction(share_pct) / 100
    return expiry - timedelta(days=-(-exact.numerator // exact.denominator))


def allowed_age(shelf_life_days: int, demanded_pct: Decimal | int) -> int:
    """Return how many days old a lot may be on arrival: floor(shelf life x (1 - demanded share))
    (README).
    """
    if not 0 <= demanded_pct <= 100:
        raise ValueError("a share lies between 0 and 100 %")
    exact = shelf_life_days * (1 - Fraction(demanded_pct) / 100)
    return exact.numerator // exact.denominator
