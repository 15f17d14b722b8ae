"""Values in the words people read: with their unit, as the name of a choice, as yes or no."""

from __future__ import annotations

from typing import Any

from app.flow.texts.lazy_text import _l, listed
from app.flow.texts.terms import unit as unit_word
from app.models.master.base import Master
from app.models.master.dictionary.fields import QUANTITY, ROW_OF, YES, Field, Table
from app.plant.quantities import UnknownUnit, from_base

YES_WORD, NO_WORD = _l("yes"), _l("no")


def words(table: Table, row: Master, name: str) -> str:
    """Return what a list or a page shows of an attribute of a row."""
    field = next((f for f in table.fields if f.name == name), None)
    value = getattr(row, name)
    if field is None:
        return str(value)
    if field.kind == ROW_OF:
        return value.code if value is not None else ""
    return value_in_words(field, value, unit_of(field, row))


def value_in_words(field: Field, value: Any, unit: str = "") -> str:
    """Return a plain value in words."""
    if field.kind == YES:
        return str(YES_WORD if value else NO_WORD)
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return str(listed(label_of(field, item) for item in value))
    if field.kind == QUANTITY:
        return quantity(int(value), unit)
    return " ".join(part for part in (label_of(field, value), unit_word(field.unit)) if part)


def quantity(value: int, unit: str) -> str:
    try:
        return f"{from_base(value, unit):,f} {unit_word(unit)}"
    except UnknownUnit:
        return str(value)


def label_of(field: Field, value: Any) -> str:
    """Return the name of a choice or a unit; anything else as it is."""
    if field.name == "uom":
        return unit_word(value)
    return str(dict(field.options).get(str(value), value))


def unit_of(field: Field, row: Master) -> str:
    return getattr(row, field.unit_from) if field.unit_from else field.unit


def note(table: Table, row: Master, data: dict[str, Any]) -> str:
    """Return what an event changed: field, old and new."""
    return "\n".join(
        str(
            _l(
                "%(what)s: %(value)s",
                what=field.label,
                value=difference(field, row, data[field.name]),
            )
        )
        for field in table.fields
        if field.name in data
    )


def difference(field: Field, row: Master, entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)  # erased
    unit = unit_of(field, row)
    return " → ".join(value_in_words(field, entry[key], unit) or "–" for key in ("old", "new"))
