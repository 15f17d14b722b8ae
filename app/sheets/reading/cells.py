"""One cell of a file as the value that it stands for: exact, or with a sentence why not.

What is not written as it is kept (``25kg/桶``, ``2026年11月``) is told as it was understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from app.content.tables.sheet import Value, says
from app.flow.texts.lazy_text import Text, _l
from app.models.master.dictionary import Field
from app.models.master.dictionary import fields as f
from app.plant import reading
from app.plant.quantities import UnknownUnit, base_uom
from app.sheets.reading.days import NoDay, day_of
from app.sheets.reading.numbers import NoNumber, amount_of, number_of
from app.sheets.reading.words import country, in_all, spellings

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # as app/web/sheets.py writes it
EMPTY = frozenset(("NULL", "#N/A", "#NULL!", "(null)"))
NOTHING = frozenset(("-", "--", "/", "n/a", "na", "none", "无", "null", "nil"))
YES = frozenset(("y", "yes", "true", "t", "1", "x", "是", "有", "√", "✓", "✔", "对", "真"))
NO = frozenset(("n", "no", "false", "f", "0", "否", "无", "×", "✗", "✘", "不", "没有", "假"))
COUNTRY = "country"
APART = re.compile(r"[|;；、\n]")
COMMAS = re.compile(r"[|;；、，,\n]")
LONGEST_NUMBER = 15
NEEDED = _l("Please fill this in.")


class Wrong(ValueError):
    """A cell that cannot be what its column is; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


Find = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Cell:
    """A cell with what its file says of it: ``unit`` stands behind the column's name,
    ``percent`` that the file shows it as a percentage, ``uncounted`` that it is a formula without
    a result.
    """

    value: Value
    unit: str = ""
    percent: bool = False
    uncounted: bool = False


@dataclass
class Reader:
    """Reads the cells of one file. ``decimal`` is point, comma or not said; ``shift`` moves days;
    ``fractions`` are the fields in which 0.12 means 12 %; ``find`` finds a row of a model by what
    a cell calls it.
    """

    find: Find
    decimal: str = ""
    shift: timedelta = timedelta(0)
    fractions: frozenset[str] = frozenset()
    understood: list[str] = field(default_factory=list)
    # What cells came to, for most say what another one said; nothing is kept while ``find`` finds
    # what it finds for one row only.
    kept: dict[Any, tuple[Any, list[str]] | Wrong] | None = field(default_factory=dict)

    def read(self, of: Field, cell: Cell, unit: str = "") -> Any:
        """The same as ``value``, once for all cells that are alike."""
        if self.kept is None:
            return self.value(of, cell, unit)
        key = (of.name, cell, unit)
        if key not in self.kept:
            try:
                value = self.value(of, cell, unit)
                self.kept[key] = (value, self.understood)
            except Wrong as wrong:
                self.kept[key] = wrong
        found = self.kept[key]
        if isinstance(found, Wrong):
            raise found
        self.understood = found[1]
        return list(found[0]) if isinstance(found[0], list) else found[0]

    def value(self, of: Field, cell: Cell, unit: str = "") -> Any:
        """Return what a cell says in a field; ``unit`` is the row's own where the field has none.

        Raises Wrong.
        """
        if cell.uncounted:
            raise Wrong(
                _l(
                    "This formula was never calculated. Open the file in a spreadsheet program "
                    "and save it."
                )
            )
        self.understood = []
        value = blank(of, bare(cell.value))
        if value is None:
            return nothing(of)
        if of.kind in READ_AS:
            return READ_AS[of.kind](self, of, value)
        if of.kind in (f.WHOLE, f.EXACT, f.QUANTITY):
            return self.number(of, cell, value, of.unit or unit)
        return self.text(of, value)

    # Numbers

    def number(self, of: Field, cell: Cell, value: Value, unit: str) -> Any:
        if isinstance(value, (date, datetime, time, bool)):
            raise Wrong(_l("This is not a number."))
        try:
            exact, behind = (
                (value, "") if isinstance(value, Decimal) else number_of(str(value), self.decimal)
            )
            amount, told = amount_of(exact, behind or cell.unit, unit, base=of.kind == f.QUANTITY)
        except NoNumber as wrong:
            raise Wrong(wrong.sentence) from None
        if unit == "%" and not behind and (cell.percent or of.name in self.fractions):
            amount, told = amount * 100, True
        if of.kind != f.EXACT and amount != int(amount):
            raise Wrong(_l("This is not a whole number."))
        between(of, amount)
        if told:
            said = f"{amount:f}" if of.kind == f.EXACT else f"{int(amount):,}"
            self.understood.append(f"{value} → {said} {base_unit(of, unit)}".rstrip())
        return amount if of.kind == f.EXACT else int(amount)

    # Texts and what they name

    def text(self, of: Field, value: Value) -> str:
        words = self.words(of, value)
        read = reading.words if of.kind == f.LONG else reading.code if of.pattern else reading.line
        words = read(words)
        if of.name == COUNTRY and (known := country(words)) and known != words:
            self.understood.append(f"{words} → {known}")
            words = known
        if not of.fits(words):
            raise Wrong(of.hint or _l("Choose one of those offered."))
        return words

    def words(self, of: Field, value: Value) -> str:
        """A cell as text; a number only where no digit of it can be lost."""
        if isinstance(value, Decimal):
            if value != value.to_integral_value() and of.pattern:
                raise Wrong(
                    _l(
                        "The file holds a number, %(number)s, where a code should be: give the "
                        "column the format “text” and write it anew.",
                        number=f"{value:f}",
                    )
                )
            if value.adjusted() >= LONGEST_NUMBER:
                raise Wrong(
                    _l(
                        "A spreadsheet keeps %(digits)s digits of a number; give the column the "
                        "format “text” and write it anew.",
                        digits=LONGEST_NUMBER,
                    )
                )
            return f"{value:f}"
        if isinstance(value, bool):
            return "1" if value else "0"
        return value.isoformat() if isinstance(value, (date, time)) else str(value)

    def yes(self, of: Field, value: Value) -> bool:
        if isinstance(value, bool):
            return value
        said = reading.folded(self.words(of, value))
        for word in (said, *said.split()):
            if word in YES or word in NO:
                return word in YES
        raise Wrong(_l("Write either yes or no here."))

    def day(self, of: Field, value: Value) -> date:
        try:
            day, told = day_of(value, last=of.name == "expiry")
        except NoDay as wrong:
            raise Wrong(wrong.sentence) from None
        if told:
            self.understood.append(f"{value} → {day.isoformat()}")
        return day + self.shift

    def choice(self, of: Field, value: Value) -> str:
        words = self.words(of, value)
        options = choices(of)
        for spelling in spellings(words):
            if spelling in options:
                return options[spelling]
        raise Wrong(unknown(words))

    def several(self, of: Field, value: Value) -> list[Any]:
        return [self.choice(of, each) for each in items(self.words(of, value), COMMAS)]

    def listed(self, of: Field, value: Value) -> list[str]:
        found = [reading.code(each) for each in items(self.words(of, value), APART)]
        if not all(of.fits(each) for each in found):
            raise Wrong(of.hint or _l("Choose one of those offered."))
        return found

    def code_of(self, of: Field, value: Value) -> str:
        words = reading.line(self.words(of, value))
        found = self.find(of.refers, words)
        if found is None:
            raise Wrong(_l("There is no “%(code)s” in use. Choose another one.", code=words))
        if reading.code(words) != found.code:
            self.understood.append(f"{words} → {found.code}")
        code: str = found.code
        return code

    def codes_of(self, of: Field, value: Value) -> list[str]:
        return [self.code_of(of, each) for each in items(self.words(of, value), COMMAS)]


READ_AS: dict[str, Callable[[Reader, Field, Value], Any]] = {
    f.YES: Reader.yes,
    f.DAY: Reader.day,
    f.CHOICE: Reader.choice,
    f.SEVERAL: Reader.several,
    f.LISTED: Reader.listed,
    f.CODE_OF: Reader.code_of,
    f.ROW_OF: Reader.code_of,
    f.CODES_OF: Reader.codes_of,
}


def bare(value: Value) -> Value:
    """A text without the apostrophe that an export puts before what would be a formula."""
    is_kept = isinstance(value, str) and value[:1] == "'" and value[1:2] in FORMULA
    return value[1:] if is_kept and isinstance(value, str) else value


def blank(of: Field, value: Value) -> Value:
    """None for a cell that says nothing, in words or without them."""
    if not says(value) or (isinstance(value, str) and value.strip() in EMPTY):
        return None
    is_text = of.kind in (f.TEXT, f.LONG, f.YES) and not of.pattern
    if isinstance(value, str) and not is_text and reading.folded(value) in NOTHING:
        return None
    return value


def nothing(of: Field) -> Any:
    """What an empty cell says. Raises Wrong where something must be said."""
    if of.kind in (f.SEVERAL, f.CODES_OF, f.LISTED):
        return []
    if of.kind == f.YES:
        return False
    if of.required:
        raise Wrong(NEEDED)
    return "" if of.kind in (f.TEXT, f.LONG) else None


def items(text: str, apart: re.Pattern[str]) -> list[str]:
    return [item.strip() for item in apart.split(text) if item.strip()]


def between(of: Field, number: Decimal | int) -> None:
    """Raise Wrong for a number outside the bounds of its field."""
    if of.low is not None and number < Decimal(of.low):
        low = Decimal(of.low)
        raise Wrong(_l("At least %(low)s.", low=f"{low:f}") if low else _l("Not below zero."))
    if of.kind != f.QUANTITY and of.high is not None and number > Decimal(of.high):
        raise Wrong(_l("At most %(high)s.", high=f"{Decimal(of.high):f}"))


def base_unit(of: Field, unit: str) -> str:
    try:
        return base_uom(unit) if of.kind == f.QUANTITY else unit
    except UnknownUnit:
        return unit


def unknown(words: str) -> Text:
    return _l("“%(words)s” is none of what may stand here.", words=words)


@cache
def choices(of: Field) -> dict[str, str]:
    """The key of each choice by its words in every language."""
    said = {reading.folded(w): key for key, label in of.options for w in in_all(label)}
    return said | {reading.folded(key): key for key, _ in of.options}
