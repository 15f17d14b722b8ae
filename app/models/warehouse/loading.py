"""What may stand side by side on a vehicle: the classes of chemistry among the goods (clause
6.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Both, Text, _l
from app.models.master import IncompatClass, Incompatibility
from app.plant.production.incompatibility import LOADING, PairRule
from app.plant.production.incompatibility import Incompatibility as Pairs

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder
    from app.models.warehouse.shipment import Shipment

# Two classes of which no rule says whether they may meet: never taken as harmless.
NO_RULE = Both("没有规则写明它们能否相邻", "no rule says whether they may meet")

Conflict = tuple[Both, Both, Both]  # two classes by name, and what would happen


def pair_rules() -> Pairs:
    """Which classes may meet, as the plant's arithmetic takes it."""
    rows = db.session.scalars(select(Incompatibility).where(Incompatibility.active))
    return Pairs(
        PairRule(r.class_a, r.class_b, r.equipment_rule, r.storage_rule, r.loading_rule)
        for r in rows
    )


def loading_conflicts(cards: list[ProductionOrder]) -> list[Conflict]:
    """Each pair of classes among the cards that must be loaded apart, by name, with the effect."""
    conflicts = pair_rules().conflicts((card.product.incompat_class for card in cards), LOADING)
    names = {c.code: c.name for c in db.session.scalars(select(IncompatClass))}
    written = select(Incompatibility).where(Incompatibility.active)
    effects = {
        frozenset((r.class_a, r.class_b)): Both(r.effect_zh, r.effect_en)
        for r in db.session.scalars(written)
    }
    return [
        (
            names[c.class_a],
            names[c.class_b],
            effects.get(frozenset((c.class_a, c.class_b)), NO_RULE),
        )
        for c in conflicts
    ]


def conflicts_on_vehicle(shipments: Iterable[Shipment]) -> list[Conflict]:
    """The same for several shipments that go on one vehicle."""
    return loading_conflicts([card for shipment in shipments for card in shipment.cards])


def load_apart(one: Both, other: Both, effect: Both) -> Text:
    return _l(
        "On one vehicle %(one)s and %(other)s must stand apart (%(effect)s). Tick that they do, or "
        "let them go on two vehicles.",
        one=one,
        other=other,
        effect=effect,
    )
