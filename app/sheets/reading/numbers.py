"""Numbers as files write them: with thousands apart, with a unit behind."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache

from babel.numbers import get_currency_symbol

from app.flow.texts.currency import MONEY, currency
from app.flow.texts.lazy_text import Text, _l
from app.plant import reading
from app.plant.quantities import UnknownUnit, base_uom, to_base

NO_NUMBER = _l("This is not a number.")
POINT, COMMA = "point", "comma"
# A sign of money, digits with what stands between them, what stands behind.
PARTS = re.compile(r"^([¥$€£]?)\s*([+-]?[0-9](?:[0-9.,' ]*[0-9])?)\s*([^0-9\s.,].*)?$")
GROUPED_BY_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
GROUPED_BY_POINT = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
GROUPED_BY_BLANK = re.compile(r"[+-]?[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?")
LARGEST = 10**12
# What a unit is called, and how much of the first one it is.
SAME: dict[str, dict[str, Fraction]] = {
    unit: {name: Fraction(factor) for name, factor in names.items()}
    for unit, names in {
        "d": {
            **dict.fromkeys(("d", "day", "days", "天", "日"), Fraction(1)),
            **dict.fromkeys(("w", "week", "weeks", "周"), Fraction(7)),
            **dict.fromkeys(("m", "month", "months", "月", "个月"), Fraction(365, 12)),
            **dict.fromkeys(("y", "year", "years", "年"), Fraction(365)),
        },
        "h": {
            **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "时"), Fraction(1)),
            **dict.fromkeys(("min", "minute", "minutes", "分", "分钟"), Fraction(1, 60)),
        },
        "min": {
            **dict.fromkeys(("min", "minute", "minutes", "分", "分钟"), Fraction(1)),
            **dict.fromkeys(("h", "hr", "hour", "hours", "小时", "时"), Fraction(60)),
        },
        "%": dict.fromkeys(("%", "pct", "%w/w", "%(w/w)", "w/w%"), Fraction(1)),
        "kg/L": dict.fromkeys(("kg/l", "g/ml", "g/cm3", "g/cm³"), Fraction(1)),
        "L": {
            **dict.fromkeys(("l", "升", "公升"), Fraction(1)),
            **dict.fromkeys(("ml", "毫升"), Fraction(1, 1000)),
        },
    }.items()
}
# What people call money besides its code and its sign.
CALLED = {"CNY": ("rmb", "元", "¥", "人民币"), "JPY": ("¥", "円", "日元")}
CHINESE = {"公斤": "kg", "千克": "kg", "克": "g", "吨": "t", "毫升": "mL", "升": "L", "毫克": "mg"}


class NoNumber(ValueError):
    """What is no number of the kind; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


def number_of(typed: str, decimal: str = "") -> tuple[Decimal, str]:
    """Return the number that a text begins with, and what stands behind it (a unit).

    ``decimal`` says which sign parts the fraction, where that is declared. Raises NoNumber.
    """
    plain = unicodedata.normalize("NFKC", reading.code(typed)).replace("。", ".")
    found = PARTS.fullmatch(plain)
    if not found:
        raise NoNumber(NO_NUMBER)
    money, digits, behind = found[1], found[2], (found[3] or "").strip()
    return exact(digits, decimal, typed), behind or ("¥" if money == "¥" else money)


def exact(digits: str, decimal: str, typed: str) -> Decimal:
    if GROUPED_BY_BLANK.fullmatch(digits):
        digits = digits.replace(" ", "").replace("'", "")
    if decimal == COMMA:
        if "." in digits and not GROUPED_BY_POINT.fullmatch(digits):
            raise NoNumber(otherwise(typed))
        digits = digits.replace(".", "").replace(",", ".")
    elif GROUPED_BY_COMMA.fullmatch(digits) and (
        decimal == POINT or "." in digits or digits.count(",") > 1
    ):
        digits = digits.replace(",", "")
    elif decimal == POINT and "," in digits:
        raise NoNumber(otherwise(typed))
    try:
        return reading.number(digits, LARGEST)
    except reading.TwoWays:
        raise NoNumber(
            _l(
                "“%(typed)s” may mean %(thousands)s or %(fraction)s: say which sign of the file is "
                "the decimal one.",
                typed=typed,
                thousands=digits.replace(",", ""),
                fraction=digits.replace(",", "."),
            )
        ) from None
    except ValueError:
        raise NoNumber(NO_NUMBER) from None


def otherwise(typed: str) -> Text:
    return _l("“%(typed)s” is not written with the decimal sign of the file.", typed=typed)


def amount_of(number: Decimal, behind: str, unit: str, *, base: bool) -> tuple[Decimal, bool]:
    """Return a number of a unit as it is kept, and whether that needs telling.

    ``behind`` is the unit that stands at it, perhaps with what it is the content of (25kg/桶);
    ``base``: it is kept in the base unit. Raises NoNumber.
    """
    first, slash, _ = behind.partition("/")
    known = called(unit)
    written = behind if behind.casefold() in known else first.strip()
    if base:
        return in_base(number, written, unit), bool(slash) or bool(written and written != unit)
    if not written:
        return number, False
    if written.casefold() in known:
        factor = known[written.casefold()]
        amount = Fraction(number) * factor
        return decimal_of(amount, unit), factor != 1 or bool(slash)
    if unit in ("pcs", "", "g, mL") and is_counted(written):
        return number, bool(slash)
    raise NoNumber(
        _l("The unit “%(unit)s” is not understood here.", unit=behind)
        if not unit
        else _l(
            "The unit “%(unit)s” is not understood here: write %(own)s.",
            unit=behind,
            own=currency() if unit == MONEY else unit,
        )
    )


def called(unit: str) -> dict[str, Fraction]:
    """What a unit is called, and how much of it each is; of money only the plant's own."""
    if unit != MONEY:
        return SAME.get(unit, {})
    code = currency()
    signs = (get_currency_symbol(code, locale) for locale in ("zh_Hans_CN", "en"))
    names = (code, *signs, *CALLED.get(code, ()))
    return dict.fromkeys((name.casefold() for name in names), Fraction(1))


def in_base(number: Decimal, written: str, unit: str) -> Decimal:
    own = CHINESE.get(written, written) or unit
    try:
        if base_uom(spelled(own)) != base_uom(unit):
            raise NoNumber(
                _l("“%(amount)s” is no amount in %(unit)s.", amount=f"{number:f} {own}", unit=unit)
            )
        return Decimal(to_base(number, spelled(own)))
    except UnknownUnit:
        raise NoNumber(
            _l("The unit “%(unit)s” is not understood here: write %(own)s.", unit=own, own=unit)
        ) from None
    except ValueError as wrong:
        if isinstance(wrong, NoNumber):
            raise
        raise NoNumber(_l("That is too finely divided, or too much.")) from None


def spelled(unit: str) -> str:
    """A unit as it is known, whatever its case: KG is kg."""
    return {"kg": "kg", "g": "g", "mg": "mg", "t": "t", "l": "L", "ml": "mL", "pcs": "pcs"}.get(
        unit.casefold(), unit
    )


def is_counted(unit: str) -> bool:
    try:
        return bool(base_uom(spelled(CHINESE.get(unit, unit))))
    except UnknownUnit:
        return False


def decimal_of(amount: Fraction, unit: str) -> Decimal:
    """An amount in its unit; of days, months and years make whole ones."""
    if unit == "d":
        return Decimal(round(amount))
    try:
        value = Decimal(amount.numerator) / Decimal(amount.denominator)
    except InvalidOperation:
        raise NoNumber(NO_NUMBER) from None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else round(value, 9)


@cache
def is_unit(text: str) -> bool:
    """Whether a text behind a column's name is a unit at all."""
    return is_counted(text) or any(text.casefold() in names for names in SAME.values())
