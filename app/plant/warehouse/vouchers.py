"""What a movement of stock is to the plant's bookkeeping: which kind of voucher, and whether it
takes back one before (a red one, 红字).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from app.flow.texts.lazy_text import Text, _l
from app.plant.quantities import exponent, from_base

PURCHASE_IN, MATERIAL_OUT, PRODUCT_IN = "purchase_in", "material_out", "product_in"
SALES_OUT, OTHER_OUT, OTHER_IN = "sales_out", "other_out", "other_in"
VOUCHERS: dict[str, Text] = {
    PURCHASE_IN: _l("Purchase receipt"),
    MATERIAL_OUT: _l("Issue of materials"),
    PRODUCT_IN: _l("Stock-in of products"),
    SALES_OUT: _l("Sales delivery"),
    OTHER_OUT: _l("Other issue"),
    OTHER_IN: _l("Other receipt"),
}
# Both systems begin with the opening stock; what only moves within the plant is no voucher.
STAYS_HERE = frozenset(("opening", "transfer"))
# The voucher of a kind of movement, and the sign that makes its quantity count upwards there.
OF_KIND = {
    "receipt": (PURCHASE_IN, 1),
    "issue": (MATERIAL_OUT, -1),
    "return": (MATERIAL_OUT, -1),
    "production": (PRODUCT_IN, 1),
    "rework": (PRODUCT_IN, 1),
    "shipment": (SALES_OUT, -1),
    "scrap": (OTHER_OUT, -1),
}
# What a red line may take back: the kinds of movements that its voucher's black lines are of.
TAKEN_BACK = {
    PURCHASE_IN: ("receipt",),
    MATERIAL_OUT: ("issue",),
    PRODUCT_IN: ("production", "rework"),
    SALES_OUT: ("shipment",),
    OTHER_OUT: ("scrap",),
}
# An amount in their unit has so many digits behind the point at most.
PLACES = 9


@dataclass(frozen=True)
class Entry:
    """What a movement counts as: ``quantity`` in base units, below zero where it is red."""

    voucher: str
    quantity: int

    @property
    def is_red(self) -> bool:
        return self.quantity < 0


def goes_out(kind: str) -> bool:
    """Whether movements of a kind are vouchers at all."""
    return kind not in STAYS_HERE


def entry_of(kind: str, quantity: int, from_customer: bool = False) -> Entry:
    """What a movement counts as; what came back ``from_customer`` takes back a delivery. A kind
    that is none of the procedure's (stock that was counted) is another issue or receipt.
    """
    if from_customer:
        return Entry(SALES_OUT, -quantity)
    if kind not in OF_KIND:
        return Entry(OTHER_IN if quantity > 0 else OTHER_OUT, abs(quantity))
    voucher, sign = OF_KIND[kind]
    return Entry(voucher, sign * quantity)


def in_their_unit(quantity: int, uom: str, per: Decimal) -> Decimal | None:
    """A quantity in base units as their unit counts it, of which one is ``per`` of ours; None
    where that cannot be written exactly.
    """
    ours = from_base(quantity, uom)
    with localcontext(prec=60):
        theirs = (ours / per).normalize()
        if theirs * per != ours or exponent(theirs) < -PLACES:
            return None
        return theirs.quantize(Decimal(1)) if exponent(theirs) > 0 else theirs


def price_in(price: Decimal | None, per: Decimal) -> Decimal | None:
    """A price of one of our units as one of theirs costs."""
    if price is None:
        return None
    exact = (price * per).normalize()
    return exact.quantize(Decimal(1)) if exponent(exact) > 0 else exact
