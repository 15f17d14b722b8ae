"""What a plan that is not issued yet should know: which of its documents are in force in a newer
revision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.master.revisions import KINDS
from app.flow.texts.lazy_text import Text, _l, listed

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder


def newer(card: ProductionOrder) -> Text | str:
    """The documents of which a newer revision is in force than the plan was drawn up with."""
    product, formula = card.product, card.product.formula
    now = {
        "instruction": product.instruction
        and f"{product.instruction.code} {product.instruction.version}",
        "formula": f"{formula.code} {formula.version}",
        "specification": f"{product.code} {product.specification_version}",
        "packaging": f"{product.code} {product.packaging_version}",
    }
    return listed(
        _l("%(kind)s %(code)s", kind=kind.label, code=now[kind.key])
        for kind in KINDS.values()
        if kind.key in card.behind
    )
