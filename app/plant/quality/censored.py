"""What an instrument says of a value on one side only: below or above what it can tell (``<
0.1``, ``> 5``), or nothing found (ND).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

BELOW, ABOVE, NOT_DETECTED = ("<", "≤"), (">", "≥"), "ND"
# How nothing found is written down; Chinese first, as all texts in both languages.
WRITTEN = "未检出 ND"

_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff\u00a0\u3000]+")
_SIGNS = {
    "＜": "<",
    "〈": "<",
    "﹤": "<",
    "≦": "≤",
    "⩽": "≤",
    "＞": ">",
    "〉": ">",
    "﹥": ">",
    "≧": "≥",
    "⩾": "≥",
    "＝": "=",
}
_SIGN = re.compile(
    "([" + "".join(("<", ">", "≤", "≥", *_SIGNS)).replace("＝", "") + r"])\s*([=＝]?)(.*)", re.S
)
_NOTHING = re.compile(r"n\.?d\.?|未检出|未檢出|notdetected|未检出nd", re.I)
_WIDE = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Censored:
    """``sign`` is <, ≤, >, ≥ or ND, which has no ``bound``."""

    sign: str
    bound: Decimal | None = None

    def __str__(self) -> str:
        return WRITTEN if self.bound is None else f"{self.sign} {self.bound:f}"


def read_reading(typed: str, number: Callable[[str], Decimal | None]) -> Decimal | Censored | None:
    """Return what was typed for a reading; ``number`` reads the figures in it.

    Raises ValueError as that does, and for a lone sign.
    """
    if _NOTHING.fullmatch(_SPACES.sub("", typed).translate(_WIDE)):
        return Censored(NOT_DETECTED)
    match = _SIGN.fullmatch(_SPACES.sub(" ", typed).strip())
    if not match:
        return number(typed)
    sign, equal = _SIGNS.get(match[1], match[1]), match[2]
    bound = number(match[3])
    if bound is None:
        raise ValueError(f"a sign without a number: {typed!r}")
    return Censored({"<": "≤", ">": "≥"}.get(sign, sign) if equal else sign, bound)


def kept_reading(value: str | None) -> Decimal | Censored | None:
    """Return a reading that is on record."""
    return read_reading(value, Decimal) if value else None


def is_within(reading: Censored, lower: Decimal | None, upper: Decimal | None) -> bool | None:
    """Tell whether all that the reading may be lies within the limits; None where some of it does
    and some does not.

    What is found only from a certain amount on is an amount: it is never below zero, so that a
    lower limit of zero asks nothing. Nothing found counts as below any upper limit (a laboratory
    reports it below its limit of quantification).
    """
    lower = None if lower == 0 and reading.sign not in ABOVE else lower
    if reading.bound is None:
        return True if lower is None else None
    strict = reading.sign in "<>"
    judged_limit, other_limit = (lower, upper) if reading.sign in ABOVE else (upper, lower)
    bound, sign = reading.bound, 1 if reading.sign in ABOVE else -1

    def beyond(limit: Decimal) -> Decimal:
        return (bound - limit) * sign

    if other_limit is not None and (
        beyond(other_limit) > 0 or (strict and beyond(other_limit) == 0)
    ):
        return False
    return (
        True
        if other_limit is None and (judged_limit is None or beyond(judged_limit) >= 0)
        else None
    )
