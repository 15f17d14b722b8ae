"""The words of the data dictionary: what a table of master data is called, holds and allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect

from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Coded, Master

TEXT, LONG, WHOLE, EXACT, YES, DAY = "text", "long", "whole", "exact", "yes", "day"
CHOICE, SEVERAL, LISTED = "choice", "several", "listed"
QUANTITY = "quantity"  # an integer of a base unit, shown in `unit`
CODE_OF, CODES_OF, ROW_OF = "code_of", "codes_of", "row_of"

# The weekdays of a SEVERAL field are numbers, 1 = Monday.
OF_WEEKDAYS = ("receiving_days", "weekdays")
WEEK = (
    ("1", _l("Monday")),
    ("2", _l("Tuesday")),
    ("3", _l("Wednesday")),
    ("4", _l("Thursday")),
    ("5", _l("Friday")),
    ("6", _l("Saturday")),
    ("7", _l("Sunday")),
)

Options = tuple[tuple[str, Text | str], ...]

CODE = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
CODE_HINT = _l("Letters, digits, dot, slash and hyphen. It can never be changed.")


# What a row shows in the reader's language, kept in two fields.
BILINGUAL = {
    "name": _l("Name"),
    "title": _l("Title"),
    "address": _l("Address"),
    "section": _l("Section"),
    "text": _l("Instruction"),
}


ONE_LANGUAGE = _l("Please fill this in, in one language at least.")
# What stands in one of two fields is said; the other may stay empty.
PAIRS = (
    ("name_zh", "name_en"),
    ("name_local", "name_en"),
    ("title_zh", "title_en"),
    ("section_zh", "section_en"),
    ("text_zh", "text_en"),
    ("steps_zh", "steps_en"),
    ("effect_zh", "effect_en"),
)


@dataclass(frozen=True)
class Field:
    """One field as people see it. ``low`` and ``high`` bound numbers, both allowed.

    ``refers`` is the model that a CODE_OF, CODES_OF or ROW_OF field names by code; ``fixed`` fields
    are set once; the unit of a QUANTITY may be the row's own (``unit_from`` names the field that
    holds it).
    """

    name: str
    label: Text
    kind: str = TEXT
    unit: str = ""
    required: bool = True
    low: Decimal | int | None = 0
    high: Decimal | int | None = 1_000_000_000
    options: Options = ()
    refers: type[Coded] | None = None
    unit_from: str = ""
    fixed: bool = False
    pattern: str = ""
    hint: Text | None = None
    # its values are kept apart from the record of changes, so that they can be erased
    personal: bool = False

    def fits(self, text: str) -> bool:
        return not self.pattern or re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True)
class Table:
    """One kind of master data.

    ``columns`` are the attributes that a list shows; the ``fixed`` fields name a row;
    ``found_by`` are texts it is searched by beside its fields; ``filters`` the fields whose values
    a list may be narrowed to.
    """

    key: str
    label: Text
    group: Text
    model: type[Any]
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    found_by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    @property
    def parents(self) -> tuple[Field, ...]:
        """The fields that name the rows to which a row belongs: a formula, of its lines."""
        return tuple(f for f in self.fields if f.fixed and f.kind == ROW_OF)

    def other_language(self, field: Field) -> Field | None:
        """The field that says the same in the other language, where one of both is enough."""
        names = {b if a == field.name else a for a, b in PAIRS if field.name in (a, b)}
        return next((f for f in self.fields if field.required and f.name in names), None)

    def heading(self, column: str) -> Text:
        """What a column of the list is called; a bilingual one that is not a field goes by what
        it is.
        """
        found = next((f for f in self.fields if f.name == column), None)
        return found.label if found else BILINGUAL[column]

    def is_number(self, column: str) -> bool:
        return any(f.name == column and f.kind in (WHOLE, EXACT, QUANTITY) for f in self.fields)

    def size(self, field: Field) -> int | None:
        """How many characters the database keeps of a text."""
        return getattr(inspect(self.model).columns[field.name].type, "length", None)

    @property
    def flow(self) -> str:
        """What its rows' events are filed under."""
        return f"master:{self.key}"

    def title(self, row: Master) -> str:
        """What people call a row: ``F-DW01 · 10``."""
        return " · ".join(
            str(dict(f.options).get(shown(row, f), shown(row, f)))
            for f in self.fields
            if f.fixed and f.name != "uom"
        )


def shown(row: Master, field: Field) -> Any:
    """Return the plain value of a row's field: references as codes, the rest as it is kept."""
    value = getattr(row, field.name)
    return value.code if field.kind == ROW_OF and value is not None else value


def code(pattern: str = CODE) -> Field:
    return Field("code", _l("Code"), fixed=True, pattern=pattern, hint=CODE_HINT)


def names() -> tuple[Field, Field]:
    return Field("name_zh", _l("Chinese name")), Field("name_en", _l("English name"))


def text(name: str, label: Text, *, required: bool = False, **more: Any) -> Field:
    return Field(name, label, TEXT, required=required, **more)


def long(name: str, label: Text, *, required: bool = False, **more: Any) -> Field:
    return Field(name, label, LONG, required=required, **more)


def whole(
    name: str, label: Text, unit: str = "", *, low: int = 0, high: int = 1_000_000, **more: Any
) -> Field:
    return Field(name, label, WHOLE, unit, low=low, high=high, **more)


def exact(name: str, label: Text, unit: str = "", **more: Any) -> Field:
    return Field(name, label, EXACT, unit, **more)


def percent(name: str, label: Text, **more: Any) -> Field:
    return Field(name, label, EXACT, "%", **{"low": 0, "high": 100, **more})


def quantity(name: str, label: Text, unit: str = "", **more: Any) -> Field:
    return Field(name, label, QUANTITY, unit, **more)


def yes(name: str, label: Text) -> Field:
    return Field(name, label, YES, required=False)


def choice(name: str, label: Text, options: Options, **more: Any) -> Field:
    return Field(name, label, CHOICE, options=options, **more)


def several(name: str, label: Text, options: Options, **more: Any) -> Field:
    return Field(name, label, SEVERAL, options=options, required=False, **more)


def code_of(name: str, label: Text, refers: type[Coded], **more: Any) -> Field:
    return Field(name, label, CODE_OF, refers=refers, **more)


def codes_of(name: str, label: Text, refers: type[Coded], **more: Any) -> Field:
    return Field(name, label, CODES_OF, refers=refers, required=False, **more)


def row_of(name: str, label: Text, refers: type[Coded], **more: Any) -> Field:
    return Field(name, label, ROW_OF, refers=refers, **more)
