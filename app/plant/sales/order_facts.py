"""What the review and the cover of an order line look at: facts, gathered by whoever holds the
records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from app.plant.production.incompatibility import Incompatibility
from app.plant.production.requirements import (
    FormulaLine,
    PackagingItem,
    Pots,
    Requirement,
    bulk_mass,
    packaging,
    pots,
    raw_materials,
)
from app.plant.warehouse.fefo import Lot

PREPAID, CASH_BEFORE_SHIPPING, NET = "prepaid", "cash_before_shipping", "net"


@dataclass(frozen=True)
class ProductFacts:
    """A product as it is made on its main line. Masses in mg, percentages as Decimal."""

    product_code: str
    formula_code: str
    incompat_class: str
    fill_mass: int
    units_per_case: int
    shelf_life_days: int
    label_variants: frozenset[str]
    smallest_pot: int
    largest_pot: int
    filling_loss_pct: Decimal
    bulk_yield_pct: Decimal
    formula: tuple[FormulaLine, ...]
    packaging: tuple[PackagingItem, ...]

    def bulk(self, units: int) -> int:
        """Return the bulk (mg) for `units`."""
        return bulk_mass(units, self.fill_mass, self.filling_loss_pct, self.bulk_yield_pct)

    def pots(self, units: int) -> Pots:
        """Return how the bulk for `units` goes into the main line's tank."""
        return pots(self.bulk(units), self.smallest_pot, self.largest_pot)

    def requirements(self, units: int) -> list[Requirement]:
        """Return every material `units` need, raw materials at nominal strength, then packaging."""
        return raw_materials(self.formula, self.bulk(units)) + packaging(self.packaging, units)


@dataclass(frozen=True)
class CustomerFacts:
    """A customer's demands: share of shelf life left on arrival (%), label, documents, payment
    rule.
    """

    customer_code: str
    min_remaining_pct: Decimal
    label_variant: str
    required_documents: tuple[str, ...] = ()
    payment_rule: str = NET


@dataclass(frozen=True)
class LineFacts:
    """One line of an order, in the plant's local time. `product` is None when the code is unknown.

    `order` identifies the order among all that are compared, `requested_date` is the day of
    arrival, `paid` whether all that is due before making or shipping has come in.
    """

    order: str
    line_no: int
    customer: CustomerFacts
    address_code: str
    transit_days: int
    received_at: datetime
    product_code: str
    product: ProductFacts | None
    quantity: int
    requested_date: date
    paid: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """The line's identity: (order, line_no)."""
        return (self.order, self.line_no)


@dataclass(frozen=True)
class PlantFacts:
    """The plant on one day: lots by material code, pair rules, documents that apply to some
    products only.

    `untracked` materials (water from the mains) have no lots and are never short. `documents` maps
    a document code to the products it applies to; a code that is missing or maps to nothing applies
    to all.
    """

    day: date
    lots: Mapping[str, tuple[Lot, ...]]
    pairs: Incompatibility
    documents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    untracked: frozenset[str] = frozenset()
    rush_days: int = 3  # from receipt to the requested date, at most, of a rush
    release_days: int = 3  # from filling to a released lot (README, `warn:shelf_life`)
