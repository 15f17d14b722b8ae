"""The columns that a file of a kind may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.flow.texts.lazy_text import Text
from app.models.master.dictionary import Field
from app.sheets.reading.words import keys_of


@dataclass(frozen=True)
class Column:
    """One column: ``key`` as a file's head has it in the plain form, ``field`` what its cells are.

    ``names`` are what else it is called. ``parts`` turns a cell's text into texts of other fields,
    where one column of a file stands for several of them.
    """

    key: str
    field: Field
    names: tuple[Text | str, ...] = ()
    parts: Callable[[str], dict[str, str]] | None = None

    @property
    def label(self) -> Text:
        return self.field.label

    @property
    def needed(self) -> bool:
        return self.field.required

    def is_called(self) -> set[str]:
        """All its names as heads are compared."""
        return keys_of((self.key, self.field.name, self.field.label, *self.names))


def known_names(columns: Iterable[Column]) -> dict[str, Column]:
    """Columns by each of their names; one that two share is nobody's."""
    found: dict[str, Column | None] = {}
    for column in columns:
        for name in column.is_called():
            found[name] = column if found.get(name, column) is column else None
    plain = {key: column for column in columns for key in keys_of((column.key,))}
    return {name: column for name, column in found.items() if column} | plain


def by_keys(columns: Iterable[Column]) -> dict[str, Column]:
    """Columns by their keys, and by plain names that may have been their keys when somebody kept
    how a file's columns are called.
    """
    columns = list(columns)
    names = {name: each for each in columns for name in each.names if isinstance(name, str)}
    return names | {each.key: each for each in columns}


def of_fields(
    fields: Iterable[Field], called: dict[str, str], names: dict[str, tuple[str, ...]]
) -> list[Column]:
    """The columns of fields of the dictionary; ``called`` gives the keys that differ."""
    return [
        Column(called.get(field.name, field.name), field, names.get(field.name, ()))
        for field in fields
    ]


Values = dict[str, Any]
