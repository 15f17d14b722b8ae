"""The controlled documents that a row of master data is of: in which revision each is in force,
and which there were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.extensions import db
from app.flow.master.revisions import PACKAGING, PRICES, SPECIFICATION, DocumentKind
from app.models.controlled.in_force import HOMES
from app.models.controlled.revision import Revision, of_document
from app.models.master import Product
from app.models.master.base import Master
from app.models.master.dictionary import Table
from app.models.master.dictionary.controlled import OF_TABLE
from app.models.master.dictionary.controlled import PRICES as PRICE_LIST
from app.models.master.editing import code_of

MOST = 10


@dataclass(frozen=True)
class Standing:
    """One document as it stands now."""

    kind: DocumentKind
    code: str

    @cached_property
    def edition(self) -> str:
        return HOMES[self.kind.key].edition(self.code)

    @cached_property
    def revisions(self) -> list[Revision]:
        """Its last revisions, the latest first."""
        return list(db.session.scalars(of_document(self.kind.key, self.code).limit(MOST)))

    @property
    def current(self) -> list[Revision]:
        """Those in force, in review or ahead."""
        return [revision for revision in self.revisions if not revision.current_stage.ends]


def documents_of(table: Table, row: Master) -> Iterator[Standing]:
    """The document that a row belongs to; of a product those that hang on it."""
    if isinstance(row, Product):
        yield from (Standing(kind, row.code) for kind in (SPECIFICATION, PACKAGING))
        yield Standing(PRICES, PRICE_LIST)
    elif table.key in OF_TABLE:
        layout = OF_TABLE[table.key]
        yield Standing(layout.kind, code_of(layout, row))
