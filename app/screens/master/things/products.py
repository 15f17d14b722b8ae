"""What the last runs of a product cost in materials, as far as the records hold prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.master import Material, Product
from app.models.people.user import User
from app.models.production.plan import MAKE
from app.models.production.production_order import ProductionOrder
from app.models.warehouse.stock import Lot, StockMovement
from app.plant.quantities import from_base
from app.required import required
from app.screens.master.things.customers import address
from app.screens.master.things.listed import Cell, Listed

RUNS, LOTS = 5, 20  # so many lots are looked through for so many runs
CENT = Decimal("0.01")
FINE = Decimal("0.0001")


@dataclass
class Cost:
    """What was issued for a run, at the cost of a unit; of what has none nothing is known."""

    total: Decimal = Decimal(0)
    unpriced: dict[str, Material] = field(default_factory=dict)

    def add(self, material: Material, quantity: int) -> None:
        if material.unit_cost:
            self.total += from_base(quantity, material.uom) * material.unit_cost
        elif quantity:
            self.unpriced[material.code] = material


def runs(product: Product, by: User) -> Listed:
    """Its last finished runs with what their materials cost, in all and for a unit."""
    unpriced: dict[str, Material] = {}
    rows = []
    for card, made in last_runs(product):
        cost = cost_of(card)
        unpriced |= cost.unpriced
        known = not cost.unpriced and made > 0
        rows.append(
            [
                Cell(card.ref, address(card, by)),
                Cell(card.finished_at),
                Cell(made),
                Cell(cost.total.quantize(CENT), words=in_money(cost.total, CENT)),
                Cell((cost.total / made).quantize(FINE), words=in_money(cost.total / made, FINE))
                if known
                else Cell(None, words=_l("not known")),
                Cell(listed(sorted(cost.unpriced))),
            ]
        )
    heads = (
        *(_l("Production order"), _l("Finished"), _l("Units made")),
        *(_l("Materials"), _l("Materials of a unit"), _l("Without a price")),
    )
    none = _l("No run of it is finished yet.")
    return Listed(heads, rows, none, list(notes(unpriced, bool(rows))), (2, 3, 4))


def notes(unpriced: dict[str, Material], some: bool) -> Iterator[Text]:
    if some:
        yield _l(
            "What was really issued, less what came back, at the cost of a unit that the "
            "materials’ master data say today; what a lot was bought for is not on record."
        )
    if unpriced:
        names = (f"{material.code} {material.name}" for _, material in sorted(unpriced.items()))
        yield _l(
            "No cost is set for %(materials)s: it is left out, and no cost of a unit is told.",
            materials=listed(names),
        )


def last_runs(product: Product) -> Iterator[tuple[ProductionOrder, int]]:
    """The cards that made its last lots, the latest first, each with the units that it brought
    into stock, whatever became of them since.
    """
    last = select(Lot.id).where(Lot.product_id == product.id).order_by(Lot.id.desc()).limit(LOTS)
    ids = db.session.scalars(last).all()
    cards = db.session.scalars(select(ProductionOrder).where(ProductionOrder.lot_id.in_(ids)))
    ran = sorted(filter(is_run, cards), key=lambda c: required(c.finished_at), reverse=True)[:RUNS]
    made = units_of([required(card.lot_id) for card in ran])
    for card in ran:
        yield card, made.get(required(card.lot_id), 0)


def units_of(lots: list[int]) -> dict[int, int]:
    """How many units of each lot its run gave, by the ledger."""
    moved = (
        select(StockMovement.lot_id, func.sum(StockMovement.quantity))
        .where(StockMovement.lot_id.in_(lots), StockMovement.kind == "production")
        .group_by(StockMovement.lot_id)
    )
    return {lot: int(quantity) for lot, quantity in db.session.execute(moved)}


def is_run(card: ProductionOrder) -> bool:
    own = card.made_by
    return bool(card.finished_at and own and own.card_id == card.id and own.supply == MAKE)


def cost_of(card: ProductionOrder) -> Cost:
    cost = Cost()
    for need in required(card.made_by).requirements:
        taken = (p for p in need.picks if p.issued and p.accepted is not False)
        used = sum((Fraction(pick.given or 0) - pick.returned for pick in taken), Fraction(0))
        cost.add(need.material, int(used))
    return cost


def in_money(amount: Decimal, finest: Decimal) -> str:
    return f"{amount.quantize(finest):,f} CNY"
