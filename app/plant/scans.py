"""What a scanner typed: which lot numbers a code may mean.

A code is the plant's own (the address of a lot's page, or the bare number), or a supplier's GS1
element string, whose application identifier (10) is the lot. FNC1, which ends a field of variable
length, arrives as the group separator or is left out.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

LOT, EXPIRY = "10", "17"
LONGEST = 400  # characters of one code; an address may be long
SEPARATOR = "\x1d"
# How keyboards that cannot send the separator write it.
WRITTEN = re.compile(r"\u241d|<GS>|\{GS\}|\[GS\]|\^\]|<0x1d>|\\x1d|\\u001d", re.IGNORECASE)
# What a scanner may tell first: the symbology; of these the contents are GS1 element strings.
SYMBOLOGY = re.compile(r"\][A-Za-z]\d")
GS1 = ("]C1", "]d2", "]e0", "]Q3", "]J1")
# Application identifiers: how many digits they have, how long a value may be, whether always so
# long, and of what. GS1 General Specifications, section 3; a longer beginning goes first.
DIGITS, ANY, DATE, CHECKED = "digits", "any", "date", "check digit"
FIELDS = {
    "00": (2, 18, True, CHECKED),
    "01": (2, 14, True, CHECKED),
    "02": (2, 14, True, CHECKED),
    "03": (2, 14, True, CHECKED),
    "04": (2, 16, True, DIGITS),
    "10": (2, 20, False, ANY),
    "11": (2, 6, True, DATE),
    "12": (2, 6, True, DATE),
    "13": (2, 6, True, DATE),
    "14": (2, 6, True, DIGITS),
    "15": (2, 6, True, DATE),
    "16": (2, 6, True, DATE),
    "17": (2, 6, True, DATE),
    "18": (2, 6, True, DIGITS),
    "19": (2, 6, True, DIGITS),
    "20": (2, 2, True, DIGITS),
    "21": (2, 20, False, ANY),
    "22": (2, 20, False, ANY),
    "235": (3, 28, False, ANY),
    "240": (3, 30, False, ANY),
    "241": (3, 30, False, ANY),
    "242": (3, 6, False, DIGITS),
    "243": (3, 20, False, ANY),
    "25": (3, 30, False, ANY),
    "30": (2, 8, False, DIGITS),
    **{f"3{n}": (4, 6, True, DIGITS) for n in range(1, 7)},
    "37": (2, 8, False, DIGITS),
    "39": (4, 18, False, DIGITS),
    "40": (3, 30, False, ANY),
    "41": (3, 13, True, CHECKED),
    "42": (3, 20, False, ANY),
    "70": (4, 30, False, ANY),
    "71": (3, 20, False, ANY),
    "72": (4, 30, False, ANY),
    "80": (4, 70, False, ANY),
    "81": (4, 70, False, ANY),
    **{str(n): (2, 90, False, ANY) for n in range(90, 100)},
}
Pairs = tuple[tuple[str, str], ...]
# Where FNC1 is left out a lot may end before these: their contents prove them; and a serial number.
BEHIND_A_LOT = frozenset({"00", "01", "02", "11", "12", "13", "15", "16", "17", "21"})


@dataclass(frozen=True)
class Scan:
    """What a code may mean: lot numbers, the surest first, and the lot's id where an address
    names it.
    """

    numbers: tuple[str, ...]
    lot_id: int | None = None


def as_sent(code: str) -> tuple[str, str]:
    """Symbology, empty where none is told, and contents of a code, without what cannot be seen."""
    plain = unicodedata.normalize("NFKC", WRITTEN.sub(SEPARATOR, code[:LONGEST]))
    text = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip(" \t\r\n")
    prefix = text[:3] if SYMBOLOGY.match(text) else ""
    return prefix, text[len(prefix) :].strip(SEPARATOR)


def read(code: str) -> Scan:
    """Return what one scanned or typed code may mean; a text that is no code means itself."""
    prefix, text = as_sent(code)
    if re.match(r"https?://", text, re.IGNORECASE):
        return of_address(text)
    if found := of_brackets(text):
        return Scan(found)
    found = tuple(dict.fromkeys(value for way in ways(text) for key, value in way if key == LOT))
    return Scan(found if prefix in GS1 else (text, *(each for each in found if each != text)))


def label(code: str) -> dict[str, str]:
    """Return the fields of a supplier's label by application identifier; empty for a text that
    does not prove to be one: by its symbology, a separator, brackets, or a trade item number at
    its head whose check digit is right.
    """
    prefix, text = as_sent(code)
    if re.match(r"https?://", text, re.IGNORECASE):
        return of_link(text)
    if pairs := in_brackets(text) if re.match(r"\(\d{2,4}\)", text) else ():
        return dict(pairs)
    proved = re.match(r"0[12][0-9]{14}", text) and sound(text[:2], text[2:16])
    if prefix in GS1 or SEPARATOR in text or proved:
        return dict(next(ways(text), ()))
    return {}


def of_address(text: str) -> Scan:
    """The lot of an address: ``…/lots/<number>?id=``, or a GS1 Digital Link ``…/10/<number>``."""
    try:
        address = urlsplit(text)
    except ValueError:
        return Scan((text,))
    parts = [unquote(part) for part in address.path.split("/")]
    number = next(
        (after for before, after in pairwise(parts) if before in ("lots", LOT) and after), parts[-1]
    )
    named = parse_qs(address.query).get("id", [""])[0]
    return Scan((number,), int(named) if re.fullmatch(r"[0-9]{1,18}", named) else None)


def of_link(text: str) -> dict[str, str]:
    """The fields of a GS1 Digital Link: of its path, and after its question mark."""
    try:
        address = urlsplit(text)
    except ValueError:
        return {}
    path = [(key, unquote(value)) for key, value in pairwise(address.path.split("/"))]
    return {key: value for key, value in (*path, *parse_qsl(address.query)) if key in (LOT, EXPIRY)}


def of_brackets(text: str) -> tuple[str, ...]:
    """The lots of an element string written for people: ``(01)…(10)…``."""
    if not re.match(r"\(\d{2,4}\)", text):
        return ()
    return tuple(value for key, value in in_brackets(text) if key == LOT)


def in_brackets(text: str) -> Pairs:
    """The fields of an element string written for people."""
    found = re.findall(r"\((\d{2,4})\)([^(]*(?:\((?!\d{2,4}\))[^(]*)*)", text)
    return tuple((key, value.strip(SEPARATOR)) for key, value in found)


def ways(text: str) -> Iterator[Pairs]:
    """Yield every way to read a whole element string, those with the longest lot first:
    identifiers and values.
    """
    has_separator = SEPARATOR in text

    @cache
    def fields(start: int) -> list[Pairs]:
        """Every way to read the string from here to its end."""
        if start >= len(text):
            return [()]
        if text[start] == SEPARATOR:
            return fields(start + 1)
        found: list[Pairs] = []
        for key, value in field_at(text, start, has_separator):
            end = start + len(key) + len(value)
            if key == LOT and not has_separator and end < len(text) and not follows(text, end):
                continue
            found += [((key, value), *rest) for rest in fields(end)]
        return found[:50]

    yield from fields(0)


def field_at(text: str, start: int, has_separator: bool) -> Iterator[tuple[str, str]]:
    """Yield identifier and value of the field that begins here; of one whose end is not told,
    every length it may have.
    """
    kind = FIELDS.get(text[start : start + 3]) or FIELDS.get(text[start : start + 2])
    if kind is None:
        return
    digits, most, fixed, content = kind
    key, begin = text[start : start + digits], start + digits
    room = (text.find(SEPARATOR, begin) if SEPARATOR in text[begin:] else len(text)) - begin
    if len(key) < digits or not key.isdecimal() or room < (most if fixed else 1):
        return
    lengths = [most] if fixed else range(min(most, room), 0, -1) if not has_separator else [room]
    for length in lengths:
        value = text[begin : begin + length]
        if length <= most and fits(value, content):
            yield key, value


def follows(text: str, start: int) -> bool:
    """Whether what begins here may come right behind a lot whose end is not told."""
    return text[start : start + 2] in BEHIND_A_LOT and any(
        text[start : start + 2] == "21" or sound(key, value)
        for key, value in field_at(text, start, False)
    )


def sound(key: str, value: str) -> bool:
    """Whether a field proves itself: its date is one, its check digit right."""
    return FIELDS[key][3] != CHECKED or check_digit(value[:-1]) == value[-1]


def fits(value: str, content: str) -> bool:
    if content == ANY:
        return True
    if not re.fullmatch("[0-9]+", value):
        return False
    return content != DATE or ("01" <= value[2:4] <= "12" and value[4:] <= "31")


def check_digit(digits: str) -> str:
    """The check digit of a GTIN or SSCC (modulo 10, weights 3 and 1 from the right)."""
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return str(-total % 10)


def day_of(value: str) -> date | None:
    """The day of a date field, YYMMDD of this century; day 00 is the month's last.

    None for what is no day.
    """
    if not re.fullmatch("[0-9]{6}", value):
        return None
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:])
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None
