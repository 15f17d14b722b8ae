"""Whether figures that stand on one page make sense together.

What cannot be is refused; what is hardly so is said with both figures and asks for a reason.
A bound tells it as ``Odd``s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_currency_precision

from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Text, _l
from app.flow.texts.terms import UNITS
from app.plant.quality.censored import Censored
from app.plant.quantities import PIECES, base_uom, from_base

USUAL_TOLERANCE = Decimal(10)  # % of what is still on order, where the material says nothing else
MOST_TIMES = 100  # of what was ordered: beyond it a unit was mistaken
FEW = 10  # so many containers can be filled from the smallest weighed lot
SPOILT = 100  # packs that a line may spoil while it is set up, however small the run
# A temperature has a zero that is no end, and so has a pH.
SIGNED = ("℃", "°C", "pH")


@dataclass(frozen=True)
class Odd:
    """What is odd about a figure. ``possible``: it may be, with a reason; ``row``: of a list."""

    sentence: Text
    possible: bool = False
    row: int | None = None


def in_unit(quantity: int, uom: str) -> Text:
    """A quantity in base units as whoever reads it counts and says it: ``1,250.5 kg``."""
    return _l(
        "%(value)s %(unit)s", value=f"{from_base(quantity, uom):,f}", unit=UNITS.get(uom, uom)
    )


def plain(value: Decimal | int) -> str:
    """A figure without an exponent and without zeros at its end."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else f"{value:,}"


def least(value: Decimal | int, least: int) -> Iterator[Odd]:
    """Something counted or weighed, from ``least`` up."""
    if value < least:
        yield Odd(
            _l(
                "%(value)s is less than can be: at least %(least)s.",
                value=plain(value),
                least=least,
            )
        )


def most(value: int, most: int, what: Text) -> Iterator[Odd]:
    """A part of what there is; ``what`` says that so much is there."""
    if value > most:
        yield Odd(_l("%(value)s is more than can be: %(what)s.", value=plain(value), what=what))


def receipt(
    quantity: int, rest: int, ordered: int, uom: str, tolerance: Decimal | None
) -> Iterator[Odd]:
    """A delivery against what is still on order, in base units; ``tolerance`` in %."""
    allowed = USUAL_TOLERANCE if tolerance is None else tolerance
    if quantity > ordered * MOST_TIMES:
        yield Odd(
            _l(
                "%(quantity)s is more than %(times)s times what was ordered, %(ordered)s. "
                "Check the unit.",
                quantity=in_unit(quantity, uom),
                times=MOST_TIMES,
                ordered=in_unit(ordered, uom),
            )
        )
    elif abs(quantity - rest) * 100 > rest * allowed:
        yield Odd(
            _l(
                "%(quantity)s came, %(rest)s on order: more than %(allowed)s %% apart.",
                quantity=in_unit(quantity, uom),
                rest=in_unit(rest, uom),
                allowed=plain(allowed),
            ),
            True,
        )


def assay(value: Decimal, low: Decimal | None, high: Decimal | None) -> Iterator[Odd]:
    """A content in %, against the range that the material has."""
    if not 0 < value <= 100:
        yield Odd(
            _l(
                "An assay of %(value)s %% cannot be: it lies above 0 and is at most 100 %%.",
                value=plain(value),
            )
        )
    elif low is not None and value < low:
        yield Odd(
            _l(
                "An assay of %(value)s %% is unusual: this material has at least %(low)s %%.",
                value=plain(value),
                low=plain(low),
            ),
            True,
        )
    elif high is not None and value > high:
        yield Odd(
            _l(
                "An assay of %(value)s %% is unusual: this material has at most %(high)s %%.",
                value=plain(value),
                high=plain(high),
            ),
            True,
        )


def sample(size: int, quantity: int, uom: str) -> Iterator[Odd]:
    """A sample against its lot, in base units. Pieces are taken out of it; of what is weighed,
    containers are filled."""
    in_pieces = base_uom(uom) == PIECES
    there = quantity if in_pieces else max(FEW, int(from_base(quantity, uom)))
    if size > there:
        yield Odd(
            _l(
                "A sample of %(size)s is more than the lot holds, %(lot)s.",
                size=plain(size),
                lot=in_unit(quantity, uom),
            )
        )


def reading(
    value: Decimal | Censored, lower: Decimal | None, uom: str, counted: bool = False
) -> Iterator[Odd]:
    """A reading: what is counted is whole, and no amount lies below zero, unless its limits do."""
    figure = value.bound if isinstance(value, Censored) else value
    if figure is None:
        return
    if figure < 0 and uom not in SIGNED and (lower is None or lower >= 0):
        yield Odd(_l("%(value)s cannot be: this is never below zero.", value=plain(figure)))
    elif (counted or uom == PIECES) and figure != int(figure):
        yield Odd(
            _l("%(value)s cannot be: this is counted, in whole numbers.", value=plain(figure))
        )


def money(amount: Decimal) -> Iterator[Odd]:
    """An amount that is paid: above zero, to the smallest coin."""
    if amount <= 0:
        yield Odd(_l("The amount must be above zero."))
    else:
        yield from coin(amount)


def coin(amount: Decimal) -> Iterator[Odd]:
    """An amount that can be paid in the plant's currency."""
    places = get_currency_precision(currency())
    if amount != round(amount, places):
        yield Odd(
            _l(
                "%(amount)s %(currency)s cannot be paid: the smallest coin is %(coin)s.",
                amount=plain(amount),
                currency=currency(),
                coin=Decimal(1).scaleb(-places),
            )
        )
