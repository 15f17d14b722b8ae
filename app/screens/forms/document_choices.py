"""What the forms of controlled documents offer: which documents there are, and what their lines
may refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.extensions import db
from app.flow.master.revisions import KINDS
from app.flow.texts.lazy_text import Both
from app.models.master import Formula, Product, WorkInstruction
from app.models.master.dictionary.controlled import PRICES, Layout
from app.screens.master.listing import options

if TYPE_CHECKING:
    from app.models.people.user import User

Pairs = list[tuple[Any, Any]]
MOST = 2000  # of a kind: more are no help to whoever types
NAMED: tuple[Any, ...] = (
    (WorkInstruction, WorkInstruction.title_zh, WorkInstruction.title_en),
    (Formula, Formula.name_zh, Formula.name_en),
    (Product, Product.name_zh, Product.name_en),
)


class DocumentChoices:
    """The part of the choices that is about documents; ``who`` is the person who chooses."""

    who: User | None

    def kinds_to_write(self) -> Pairs:
        """The kinds of documents whose revisions this person writes."""
        return [
            (kind.key, kind.label)
            for kind in KINDS.values()
            if self.who is None or self.who.has_role({role.key for role in kind.authors})
        ]

    def documents(self) -> Pairs:
        """The documents there are: code and what it is about; the first of each kind."""
        found: Pairs = [(PRICES, "")]
        for model, zh, en in NAMED:
            rows = select(model.code, zh, en).where(model.active).order_by(model.code)
            found += [
                (code, Both(chinese, english))
                for code, chinese, english in db.session.execute(rows.limit(MOST))
            ]
        return found

    def references(self, layout: Layout) -> dict[str, Pairs]:
        """What the fields of a document may refer to, by the field's name."""
        fields = (*layout.head_fields, *layout.line_fields)
        return {field.name: options(field) for field in fields if field.refers}
