"""How controlled documents are laid out: of which tables their heads and their lines are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.flow.master import revisions
from app.flow.texts.currency import MONEY
from app.flow.texts.lazy_text import _l
from app.models.master.dictionary import checks, trade
from app.models.master.dictionary.fields import DAY, EXACT, Field, Table, exact, row_of
from app.models.master.products import Price, Product

PRICES = "PRICES"  # the code of the one price list
TABLES = {table.key: table for table in (*trade.TABLES, *checks.TABLES)}
# Of a head: what names it, what says how far it is, and what its products depend on.
QUIET = ("code", "version", "status", "effective_from")
SET_ONCE = ("family", "incompat_class")

Line = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """The tables of a kind of document; ``owner`` is the field of a line that names what the line
    belongs to, ``sums`` the one whose figures add up to 100 %.
    """

    kind: revisions.DocumentKind
    lines: Table
    owner: str = ""
    head: Table | None = None
    sums: str = ""

    @property
    def head_fields(self) -> tuple[Field, ...]:
        fields = self.head.fields if self.head else ()
        return tuple(field for field in fields if field.name not in QUIET)

    @property
    def line_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.lines.fields if field.name != self.owner)

    @property
    def naming(self) -> tuple[str, ...]:
        """The fields that name a line within its document."""
        return tuple(field.name for field in self.line_fields if field.fixed)

    def name_of(self, line: Line) -> tuple[Any, ...]:
        return tuple(line.get(name) for name in self.naming)

    def sorted(self, lines: list[Line]) -> list[Line]:
        """The lines in their order: by number where they have one."""
        return sorted(lines, key=lambda line: [(v is None, v) for v in self.name_of(line)])


LAYOUTS: dict[str, Layout] = {
    layout.kind.key: layout
    for layout in (
        Layout(revisions.INSTRUCTION, TABLES["step"], "instruction", TABLES["instruction"]),
        Layout(revisions.FORMULA, TABLES["formula_line"], "formula", TABLES["formula"], "percent"),
        Layout(revisions.SPECIFICATION, TABLES["test"], "product"),
        Layout(revisions.PACKAGING, TABLES["packaging"], "product"),
        Layout(
            revisions.PRICES,
            Table(
                "price",
                _l("Price list"),
                trade.GOODS,
                Price,
                (
                    row_of("product", _l("Product"), Product, fixed=True),
                    exact("list_price", _l("List price"), MONEY),
                ),
                ("product", "list_price"),
            ),
        ),
    )
}
# Which tables are changed by revisions only, once the plant works.
OF_TABLE = {
    table.key: layout
    for layout in LAYOUTS.values()
    for table in (layout.head, layout.lines)
    if table and table.key in TABLES
}


def kept(field: Field, value: Any) -> Any:
    """A plain value as a document's contents keep it: the same text for the same number."""
    if value is None or field.kind not in (EXACT, DAY):
        return value
    if field.kind == DAY:
        return value if isinstance(value, str) else value.isoformat()
    number = Decimal(value)
    return format(number.normalize() if number else Decimal(0), "f")


def plain(field: Field, value: Any) -> Any:
    """A value of a document's contents as the dictionary's forms and rows have it."""
    if value is None or value == "" or field.kind not in (EXACT, DAY):
        return value
    return Decimal(value) if field.kind == EXACT else date.fromisoformat(value)
