"""The documents that a card goes by: its plan's; until there is one those in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Mapped

from app.extensions import db
from app.flow.production import TOLD_OF_REVISION
from app.models.master import Product, ProductPackaging, SpecTest, WorkInstruction
from app.models.records.record import Record

if TYPE_CHECKING:
    from app.models.production.plan import Plan


class Documents(Record):
    """What a card reads instead of what its product says today."""

    __abstract__ = True

    if TYPE_CHECKING:  # the card's own
        product: Mapped[Product]

        @property
        def plan(self) -> Plan | None: ...

    @property
    def instruction(self) -> WorkInstruction | None:
        return self.plan.instruction if self.plan else self.product.instruction

    @property
    def tests(self) -> list[SpecTest]:
        """The tests of its specification."""
        version = self.plan.specification_version if self.plan else None
        if version in (None, self.product.specification_version):
            return self.product.tests
        return of_version(SpecTest, self.product, version)

    @property
    def packaging(self) -> list[ProductPackaging]:
        version = self.plan.packaging_version if self.plan else None
        if version in (None, self.product.packaging_version):
            return self.product.packaging
        return of_version(ProductPackaging, self.product, version)

    @property
    def behind(self) -> set[str]:
        """The kinds of documents of which a newer revision is in force than its plan, which is not
        issued yet, was drawn up with.
        """
        plan, product = self.plan, self.product
        if plan is None or self.stage not in TOLD_OF_REVISION.sources or plan.formula_id is None:
            return set()
        pinned = {
            "instruction": (plan.instruction_id, product.instruction_id),
            "formula": (plan.formula_id, product.formula_id),
            "specification": (
                plan.specification_version,
                product.specification_version if product.tests else "",
            ),
            "packaging": (
                plan.packaging_version,
                product.packaging_version if product.packaging else "",
            ),
        }
        return {kind for kind, (old, new) in pinned.items() if old != new}


def of_version(kind: type[Any], product: Product, version: str | None) -> list[Any]:
    """The lines of a product's document as one version of it said them."""
    lines = (
        select(kind)
        .where(
            kind.product_id == product.id,
            kind.version == version,
            or_(kind.active, kind.superseded),
        )
        .order_by(kind.id)
    )
    return list(db.session.scalars(lines))
