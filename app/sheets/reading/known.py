"""The rows that a file's cells may name, each model read once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.master.base import Coded
from app.plant import reading

NAMES = ("name_zh", "name_en", "name_local", "title_zh", "title_en")


class Known:
    """Finds rows in use by code, in whatever width and case, else by the name that only one has;
    one that is retired, only where ``kept`` names it: it was there before. One that was merged is
    the one that stays. ``alike`` are the keys
    of what a file is about, as they are compared without case.
    """

    alike: Mapping[Any, Any] = MappingProxyType({})

    def __init__(self) -> None:
        self.by_code: dict[type[Coded], dict[str, Coded]] = {}
        self.by_name: dict[type[Coded], dict[str, Coded | None]] = {}
        self.kept: frozenset[str] = frozenset()

    def find(self, model: type[Coded], typed: str) -> Any:
        """The row that a cell means, or None."""
        code = reading.code(typed)
        found = self.rows(model).get(code) or self.by_name[model].get(reading.folded(typed))
        if found is None or found.code in self.kept:
            return found
        found = found.goes_on_as
        return found if found.active else None

    def coded(self, model: type[Coded], code: str) -> Coded | None:
        """The row of a code, in use or not."""
        return self.rows(model).get(code)

    def rows(self, model: type[Coded]) -> dict[str, Coded]:
        if model not in self.by_code:
            self.by_code[model], self.by_name[model] = {}, {}
            for row in db.session.scalars(select(model)):
                self.learn(row)
        return self.by_code[model]

    def learn(self, row: Coded) -> None:
        """Know a row that was just added."""
        model = type(row)
        if model not in self.by_code:
            return
        self.by_code[model][row.code] = row
        names = self.by_name[model]
        for said in (row.code, *(getattr(row, name, "") for name in NAMES)):
            key = reading.folded(said)
            if names.get(key, row) is row or key == reading.folded(row.code):
                names[key] = row
            elif not (names[key] and reading.folded(names[key].code) == key):  # type: ignore[union-attr]
                names[key] = None
