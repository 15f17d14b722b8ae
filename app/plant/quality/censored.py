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
    found = _SIGN.fullmatch(_SPACES.sub(" ", typed).strip())
    if not found:
        return number(typed)
    sign, equal = _SIGNS.get(found[1], found[1]), found[2]
    bound = number(found[3])
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
    kept, lost = (lower, upper) if reading.sign in ABOVE else (upper, lower)
    beyond = (
        (lambda limit: reading.bound - limit)
        if reading.sign in ABOVE
        else (lambda limit: limit - reading.bound)
    )
    if lost is not None and (beyond(lost) > 0 or (strict and beyond(lost) == 0)):
        return False
    return True if lost is None and (kept is None or beyond(kept) >= 0) else None
