"""Where the revision in force stands: in the rows that everything reads. One that takes effect
writes rows of its own; those before it stay, for whoever was planned by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import func, select, true

from app.extensions import db
from app.flow.master.revisions import REVISIONS
from app.flow.rules.tags import IN_FORCE
from app.flow.texts.lazy_text import _l
from app.models.controlled.contents import APPROVED, EMPTY, Content, built, read
from app.models.master.dictionary.controlled import LAYOUTS, PRICES, Layout
from app.models.master.dictionary.fields import CODE
from app.models.master.editing import works
from app.models.master.formulas import Formula
from app.models.master.products import Price, Product
from app.models.master.rules import fault
from app.models.records.errors import Blocked
from app.models.records.kinds import kind_of
from app.plant import reading
from app.required import required

FIRST = "1"  # what a document without a version of its own is in, until it is revised


class Home(Protocol):
    """The rows of a kind of document."""

    layout: Layout

    def called(self, typed: str) -> str:
        """The code of the document that somebody means, in whatever case; nothing where there
        cannot be one.
        """

    def taken(self, code: str) -> set[str]:
        """The versions that rows stand for already."""

    def edition(self, code: str) -> str:
        """The version in force; nothing where there is none."""

    def content(self, code: str) -> Content: ...

    def title(self, code: str) -> Any:
        """What the document is about; nothing where its code is unknown."""

    def fits(self, code: str, edition: str) -> bool:
        """Whether what stands in the rows may be what a paper of that version says."""

    def carry(self, code: str, edition: str, day: Any) -> None:
        """Let the rows say that they are in force as a paper's version, since a day."""

    def users(self, code: str) -> list[Product]:
        """The products in use that are planned by it."""

    def replace(self, code: str, edition: str, content: Content, day: Any) -> None:
        """Put contents in force. Raises Invalid or Blocked."""

    def retire(self, code: str) -> None: ...


class OfHead:
    """A document with a head of its own, which products name."""

    def __init__(self, key: str, parts: str) -> None:
        self.layout, self.name, self.parts = LAYOUTS[key], key, parts
        self.model: Any = required(self.layout.head).model

    def called(self, typed: str) -> str:
        same = func.lower(self.model.code) == reading.folded(typed)
        found = db.session.scalar(select(self.model.code).where(same).limit(1))
        return found or (typed if re.fullmatch(CODE, typed) else "")

    def taken(self, code: str) -> set[str]:
        return set(
            db.session.scalars(select(self.model.version).where(self.model.code == code)).all()
        )

    def row(self, code: str) -> Any:
        found = self.model.by_code(code)
        return found if found is not None and found.active else None

    def edition(self, code: str) -> str:
        row = self.row(code)
        return row.version if row else ""

    def content(self, code: str) -> Content:
        row = self.row(code)
        return read(self.layout, row, getattr(row, self.parts)) if row else EMPTY

    def title(self, code: str) -> Any:
        row = self.model.by_code(code)
        return (row.title if hasattr(row, "title") else row.name) if row else ""

    def fits(self, code: str, edition: str) -> bool:
        return self.edition(code) == edition

    def carry(self, code: str, edition: str, day: Any) -> None:
        row = self.row(code)
        if isinstance(row, Formula):
            row.status, row.effective_from = APPROVED, day

    def users(self, code: str) -> list[Product]:
        row = self.row(code)
        return planned_by(self.reference == row.id) if row else []

    @property
    def reference(self) -> Any:
        return getattr(Product, f"{self.name}_id")

    def replace(self, code: str, edition: str, content: Content, day: Any) -> None:
        head, rows = built(self.layout, content)
        former = self.row(code)
        products = [] if former is None else all_of(self.reference == former.id)
        if former is not None:
            supersede(getattr(former, self.parts))
            former.active = False
            db.session.flush()
        new: Any = required(head)
        new.code, new.version = code, edition
        if isinstance(new, Formula):
            new.status, new.effective_from = APPROVED, day
        setattr(new, self.parts, [row for _, row in rows])
        db.session.add(new)
        for product in products:
            setattr(product, self.name, new)
            if wrong := fault(product):
                raise Blocked(_l("%(product)s: %(why)s", product=product.code, why=wrong[1]))
        db.session.flush()

    def retire(self, code: str) -> None:
        self.row(code).active = False


class OfProduct:
    """Lines that hang on a product, which says in which version they are."""

    def __init__(self, key: str, parts: str) -> None:
        self.layout, self.parts, self.version = LAYOUTS[key], parts, f"{key}_version"

    def called(self, typed: str) -> str:
        product = Product.called(typed)
        return product.code if product else ""

    def taken(self, code: str) -> set[str]:
        return set()

    def edition(self, code: str) -> str:
        product = Product.by_code(code)
        there = product is not None and getattr(product, self.parts)
        return getattr(product, self.version) if there else ""

    def content(self, code: str) -> Content:
        product = Product.by_code(code)
        return read(self.layout, None, getattr(product, self.parts)) if product else EMPTY

    def title(self, code: str) -> Any:
        product = Product.by_code(code)
        return product.name if product else ""

    def fits(self, code: str, edition: str) -> bool:
        """Nobody could say a version of the first lines; once plans name one, it is that."""
        own = self.edition(code)
        return own == edition or (own == FIRST and not works())

    def carry(self, code: str, edition: str, day: Any) -> None:
        product: Any = Product.by_code(code)
        setattr(product, self.version, edition)
        for line in getattr(product, self.parts):
            line.version = edition

    def users(self, code: str) -> list[Product]:
        return planned_by(Product.code == code)

    def replace(self, code: str, edition: str, content: Content, day: Any) -> None:
        product: Any = Product.by_code(code)
        _, rows = built(self.layout, content)
        supersede(getattr(product, self.parts))
        db.session.flush()
        for _, row in rows:
            line: Any = row
            line.product, line.version = product, edition
            db.session.add(line)
        setattr(product, self.version, edition)
        db.session.flush()
        db.session.expire(product, [self.parts])

    def retire(self, code: str) -> None:
        supersede(getattr(required(Product.by_code(code)), self.parts))


class OfPrices:
    """The one price list: what each product in use costs. Orders keep what they were told."""

    layout = LAYOUTS["prices"]

    def called(self, typed: str) -> str:
        return PRICES if reading.folded(typed) == reading.folded(PRICES) else ""

    def taken(self, code: str) -> set[str]:
        return set()

    def edition(self, code: str) -> str:
        revisions = kind_of(REVISIONS)
        latest = select(revisions.edition).where(
            revisions.code == code, revisions.stage.in_(REVISIONS.tagged(IN_FORCE))
        )
        return db.session.scalar(latest) or FIRST

    def content(self, code: str) -> Content:
        prices: Any = [Price(each, each.list_price) for each in planned_by(true())]
        return read(self.layout, None, prices)

    def title(self, code: str) -> Any:
        return _l("All products") if code == PRICES else ""

    def fits(self, code: str, edition: str) -> bool:
        return True  # its rows say none

    def carry(self, code: str, edition: str, day: Any) -> None:
        return None

    def users(self, code: str) -> list[Product]:
        return planned_by(true())

    def replace(self, code: str, edition: str, content: Content, day: Any) -> None:
        for _, row in built(self.layout, content)[1]:
            entry: Any = row
            entry.product.list_price = entry.list_price
        db.session.flush()

    def retire(self, code: str) -> None:
        return None


HOMES: dict[str, Home] = {
    "instruction": OfHead("instruction", "steps"),
    "formula": OfHead("formula", "lines"),
    "specification": OfProduct("specification", "tests"),
    "packaging": OfProduct("packaging", "packaging"),
    "prices": OfPrices(),
}


def supersede(lines: Iterable[Any]) -> None:
    """Lines that are in force no longer: nothing is offered of them, and who names them keeps
    them.
    """
    for line in lines:
        line.active, line.superseded = False, True


def all_of(condition: Any) -> Sequence[Product]:
    return db.session.scalars(select(Product).where(condition).order_by(Product.code)).all()


def planned_by(condition: Any) -> list[Product]:
    return [product for product in all_of(condition) if product.active]
