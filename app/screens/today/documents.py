"""Controlled documents, first thing: what waits for a signature, and which plans go by what was
superseded since.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.flow.master.revisions import KINDS, REVISIONS
from app.flow.production import TOLD_OF_REVISION
from app.flow.roles import PRODUCTION_HEAD, QUALITY_HEAD, Role
from app.flow.rules.tags import TO_SIGN
from app.flow.texts.lazy_text import _l, as_signed
from app.models.controlled.revision import Revision
from app.models.master import Product, ProductPackaging, SpecTest
from app.models.production.plan import MAKE, Plan
from app.models.production.production_order import ProductionOrder
from app.screens.record.newer_documents import newer
from app.screens.today.kits import planned
from app.screens.today.listing import Listing, Row


def to_sign(role: Role) -> Select[*tuple[Any, ...]]:
    """Documents that a head may sign, the oldest first."""
    kinds = [kind.key for kind in KINDS.values() if role in kind.approvers]
    return (
        select(Revision)
        .where(Revision.stands_in(REVISIONS.tagged(TO_SIGN)), Revision.kind.in_(kinds))
        .options(*Revision.shown_with())
        .order_by(Revision.since, Revision.id)
    )


def to_sign_row(revision: Revision) -> Row:
    return Row(
        revision.ref,
        revision.headline,
        revision.party,
        as_signed(revision.reason),
        since=revision.since,
    )


def listing_of(role: Role) -> Listing:
    return Listing(
        "documents",
        _l("Documents to approve"),
        _l("No document waits for a signature."),
        lambda: to_sign(role),
        to_sign_row,
        frozenset({role}),
    )


def is_older(planned_by: Any, in_force: Any, lines: Any) -> Any:
    """The condition that a plan's version is not the one in force; of a plan by none that there is
    one now.
    """
    there = exists().where(lines.product_id == Product.id, lines.active)
    return and_(planned_by != in_force, or_(planned_by != "", there))


def behind() -> Select[*tuple[Any, ...]]:
    """Cards whose plan is not issued and goes by a revision that was superseded since."""
    older = or_(
        Plan.formula_id != Product.formula_id,
        Plan.instruction_id.is_distinct_from(Product.instruction_id),
        is_older(Plan.specification_version, Product.specification_version, SpecTest),
        is_older(Plan.packaging_version, Product.packaging_version, ProductPackaging),
    )
    return (
        planned(TOLD_OF_REVISION.sources)
        .join(Product, Product.id == ProductionOrder.product_id)
        .where(Plan.supply == MAKE, older)
        .options(
            selectinload(ProductionOrder.plans),
            joinedload(ProductionOrder.product).joinedload(Product.formula),
            joinedload(ProductionOrder.product).joinedload(Product.instruction),
        )
    )


def behind_row(card: ProductionOrder, start: datetime, line: str | None, _lacking: Any) -> Row:
    return Row(card.ref, card.headline, line or "", newer(card), at=start)


OF_QUALITY = listing_of(QUALITY_HEAD)
OF_PRODUCTION = listing_of(PRODUCTION_HEAD)
