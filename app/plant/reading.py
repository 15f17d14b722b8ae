"""One reading of what people type, scan or paste: words, codes and numbers.

Every border of the program reads by these.

Words stay the person's own: only what nobody can see goes. Codes and numbers are folded to one way
of writing them. The browser reads no numbers: it asks while somebody types
(app/blueprints/records/figures.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LARGEST = 10**9
FINEST = 9  # places behind the point

# What takes no ink: controls, what turns the writing round, fillers, blanks, marks of byte order,
# lone surrogates. The group separator (1D) stays: a scanner sends it between the parts of a code.
UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1c\x1e\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U00013441\U00013442\U0001bca0-\U0001bca3"
    "\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
# What changes only how its neighbour looks: joiners, and the variant of a sign that a name may be
# written with.
JOINS = "\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNSEEN = re.compile(f"[{UNSEEN}]")
_LOOSE = re.compile(rf"(?:^|(?<=[\s\x00-\x7f]))[{JOINS}]+")
_HIDDEN = re.compile(f"[{UNSEEN}{JOINS}]")
_BREAKS = re.compile("\x85|\u2028|\u2029")
_VISIBLE = ("L", "N", "P", "S")

_DASHES = dict.fromkeys(
    [*range(0x2010, 0x2016), 0x2043, 0x2212, 0x2E3A, 0x2E3B, 0xFE58, 0xFE63, 0xFF0D], "-"
)
# A keyboard for Chinese gives wide digits and signs, and its full stop where a point is meant.
_WIDE = {
    0x3000: " ",
    0x3002: ".",
    0xFF61: ".",
    **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
    **_DASHES,
}
_NUMBER = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{1,30}))?")
_THOUSANDS = re.compile(r"[+-]?0*[1-9][0-9]{0,2},[0-9]{3}")


class TwoWays(ValueError):
    """1,250 may be 1250 or 1.25: nobody can tell."""


def words(typed: str | None) -> str:
    """Return a text in its own words, without what cannot be seen, trimmed; empty where nothing
    is left to be read.
    """
    text = _LOOSE.sub("", _UNSEEN.sub("", _BREAKS.sub("\n", typed or ""))).strip()
    return text if any(unicodedata.category(sign)[0] in _VISIBLE for sign in text) else ""


def line(typed: str | None) -> str:
    """Return words that stand on one line."""
    return re.sub(r"\s*[\t\r\n]\s*", " ", words(typed))


def code(typed: str | None) -> str:
    """Return a code as it is kept: one width, one dash, nothing unseen, its letters as typed."""
    folded = unicodedata.normalize(
        "NFKC", _HIDDEN.sub("", typed or "").translate(_DASHES)
    ).translate(_DASHES)
    return " ".join(_HIDDEN.sub("", folded).split())


def folded(typed: str | None) -> str:
    """Return words as they are searched and codes as they are compared: as ``code``, and without
    case.
    """
    return code(typed).casefold()


def number(typed: str, largest: int = LARGEST) -> Decimal:
    """Return the number that was typed: digits, at most one sign before and one point or comma
    among them.

    Raises TwoWays where the comma may as well group thousands, else ValueError for what is no
    number, is beyond ``largest`` or finer than nine places.
    """
    plain = _HIDDEN.sub("", typed).translate(_WIDE).strip()
    match = _NUMBER.fullmatch(plain)
    if not match:
        raise ValueError(f"not a number: {typed!r}")
    if _THOUSANDS.fullmatch(plain):
        raise TwoWays(f"thousands or a fraction: {typed!r}")
    sign, whole, places = match[1], match[2], match[3] or ""
    places = places.rstrip("0") if len(places) > FINEST else places
    value = Decimal(f"{sign}{whole}.{places}" if places else f"{sign}{whole}")
    if len(places) > FINEST or abs(value) > largest:
        raise ValueError(f"not a number that counts: {typed!r}")
    return value if value else abs(value)


def whole(typed: str, largest: int = LARGEST) -> int:
    """Return the whole number that was typed.

    Raises as ``number`` does, and for what is not whole.
    """
    value = number(typed, largest)
    if value != int(value):
        raise ValueError(f"not a whole number: {typed!r}")
    return int(value)


def read(value: Any) -> Any:
    """Return facts as they go on record: every text among them, however deep, in its own words."""
    if isinstance(value, str):
        return words(value)
    if isinstance(value, Mapping):
        return {name: read(each) for name, each in value.items()}
    return [read(each) for each in value] if isinstance(value, (list, tuple)) else value


def says(value: Any) -> bool:
    """Whether a fact was given: words that can be seen, or a value of any other kind."""
    return bool(words(value)) if isinstance(value, str) else value is not None and value != []
