"""What is not changed where it stands: once the plant works, a controlled document changes by a
signed revision only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.flow.production import PRODUCTION_ORDERS
from app.flow.texts.lazy_text import _l
from app.models.master.base import Versioned
from app.models.master.dictionary import Table
from app.models.master.dictionary.controlled import LAYOUTS, OF_TABLE, Layout
from app.models.master.products import Product
from app.models.records.errors import Blocked
from app.models.records.kinds import kind_of

BY_REVISION = _l("This changes by a new revision, which is written, signed and takes effect.")
LISTED = LAYOUTS["prices"]  # prices are kept with the products


def works() -> bool:
    """Whether the plant has approved an order, or made anything."""
    cards = kind_of(PRODUCTION_ORDERS)
    return db.session.scalar(select(cards.id).limit(1)) is not None


def controlled(table: Table) -> Layout | None:
    """The kind of document that a table belongs to, where it is changed by revisions only."""
    return OF_TABLE.get(table.key) if table.key in OF_TABLE and works() else None


def code_of(layout: Layout, row: Any) -> str:
    """The document that a row belongs to: its head's code, or its product's."""
    owner = getattr(row, layout.owner) if hasattr(row, layout.owner) else row
    code: str = owner.code
    return code


def refuse(table: Table, changed: Any = ()) -> None:
    """Raise Blocked where what is to be changed is a document's."""
    price = table.model is Product and any(f.name in changed for f in LISTED.line_fields)
    if controlled(table) or (price and works()):
        raise Blocked(BY_REVISION)


def refuse_to_bring_back(row: Any) -> None:
    """Raise Blocked of what a newer revision has taken the place of."""
    newer = isinstance(row, Versioned) and type(row).by_code(row.code) is not row
    if newer or getattr(row, "superseded", False):
        raise Blocked(_l("A newer revision has taken its place."))
