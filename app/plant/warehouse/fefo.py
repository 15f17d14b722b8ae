"""First expired, first out: which lots to draw, and why others are passed over.

A material charged by potency is needed in its nominal amount; a lot of assay a gives a / nominal of
that for each mg drawn. A lot too weak for the formula's water (`requirements.minimum_assay`) is
passed over even when it expires first: the README's trap, hypochlorite ML26-0127 for the 20 L
bleach.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.plant.quantities import ceil_to, ceil_whole
from app.required import required

RELEASED = "released"
EXPIRED = "expired"
NOT_RELEASED = "not_released"
NO_ASSAY = "no_assay"
WEAK = "too_weak"
EMPTY = "empty"


@dataclass(frozen=True)
class Lot:
    """What is on hand of one lot: `available` in base units, `assay` in %, `expiry` the last
    usable day.
    """

    lot_no: str
    available: int
    expiry: date | None = None
    assay: Decimal | None = None
    status: str = RELEASED


@dataclass(frozen=True)
class Draw:
    """`quantity` base units to take from a lot; `covers` is the nominal amount they stand for,
    rounded down.
    """

    lot_no: str
    quantity: int
    covers: int


@dataclass(frozen=True)
class PassedOver:
    """A lot that may not be drawn, and the reason: expired, not_released, no_assay, too_weak or
    empty.
    """

    lot_no: str
    reason: str


@dataclass(frozen=True)
class Allocation:
    """The proposal: draws in order of expiry, what stays uncovered (nominal base units), what
    was passed over.
    """

    draws: tuple[Draw, ...]
    shortage: int
    passed_over: tuple[PassedOver, ...]

    @property
    def drawn(self) -> int:
        """All that is taken, in base units."""
        return sum(draw.quantity for draw in self.draws)


def allocate(
    lots: Iterable[Lot],
    need: int,
    day: date,
    nominal: Decimal | None = None,
    minimum_assay: Decimal | None = None,
    step: int = 1,
) -> Allocation:
    """Propose lots for `need` base units on `day` (the day of use), first expired first.

    With `nominal` (%) the need is a nominal amount and each lot is scaled by its assay; lots below
    `minimum_assay` are passed over. Draws and shortage are raised to whole `step`s; of a lot that
    is emptied what there is is drawn. A lot is usable through its expiry day. Raises ValueError for
    a negative need.
    """
    if need < 0:
        raise ValueError("a need cannot be negative")
    draws, passed_over, open_need = [], [], Fraction(need)
    for lot in sorted(lots, key=_expiry_order):
        if reason := unusable(lot, day, nominal, minimum_assay):
            passed_over.append(PassedOver(lot.lot_no, reason))
        elif open_need > 0:
            strength = (
                Fraction(required(lot.assay)) / Fraction(nominal)
                if nominal is not None
                else Fraction(1)
            )
            quantity = min(lot.available, ceil_to(ceil_whole(open_need / strength), step))
            covers = min(open_need, quantity * strength)
            draws.append(Draw(lot.lot_no, quantity, covers.numerator // covers.denominator))
            open_need -= covers
    return Allocation(tuple(draws), ceil_to(ceil_whole(open_need), step), tuple(passed_over))


def unusable(
    lot: Lot, day: date, nominal: Decimal | None = None, minimum_assay: Decimal | None = None
) -> str | None:
    """Return why a lot may not be drawn on `day`, or None."""
    if lot.status != RELEASED:
        return NOT_RELEASED
    if lot.expiry is not None and lot.expiry < day:
        return EXPIRED
    if lot.available <= 0:
        return EMPTY
    if nominal is None:
        return None
    if lot.assay is None or lot.assay <= 0:
        return NO_ASSAY
    if minimum_assay is not None and lot.assay < minimum_assay:
        return WEAK
    return None


def _expiry_order(lot: Lot) -> tuple[date, str]:
    # What never expires goes last; the lot number settles ties the same way every time.
    return (lot.expiry or date.max, lot.lot_no)
