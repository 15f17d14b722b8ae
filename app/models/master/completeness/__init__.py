"""What a thing still needs before it can be used: a sentence for each gap, and what mends it.

Pure functions over rows, cheap enough for a whole list: whoever asks for many loads what the rules
read with ``LOADED``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.flow.texts.lazy_text import Text, _l
from app.models.master.customers import Customer
from app.models.master.materials import Material
from app.models.master.plant import Line
from app.models.master.products import Product

Gap = tuple[str, Text]  # the key of the thing's section that mends it, and the sentence


def missing(table: str, row: Any) -> list[Gap]:
    """What is missing in a row of a table; nothing where it is complete, retired, or of a table
    that has no rule.
    """
    rule = RULES.get(table)
    return list(rule(row)) if rule and row.active else []


def of_product(row: Product) -> Iterator[Gap]:
    if row.formula.status != "approved" or not row.formula.active:
        yield "formula", _l("No approved formula is in force: it must not be planned yet.")
    if not any(rate.line.active for rate in row.rates):
        yield "rates", _l("No line has a rate for it: it cannot be planned.")
    if not row.packaging:
        yield "packaging", _l("No packaging is listed: none is prepared for it.")
    if not row.tests:
        yield "specification", _l("No test is specified: Quality has nothing to release it by.")
    if row.instruction is None or not row.instruction.active:
        yield "documents", _l("No work instruction is in force: its run has no steps to sign.")
    if not row.list_price:
        yield "price", _l("No list price is set.")


def of_customer(row: Customer) -> Iterator[Gap]:
    if not row.addresses:
        yield "addresses", _l("No delivery address is known: nothing can be sent to it.")
    if not (row.phone or row.email):
        yield "contact", _l("Neither a phone number nor an e-mail address is known.")


def of_material(row: Material) -> Iterator[Gap]:
    if not (row.supplier.approved and row.supplier.active):
        yield "purchasing", _l("Its supplier is not approved: it cannot be ordered.")
    if row.kind == "raw" and row.incompat_class is None and not row.untracked:
        yield "storage", _l("No class of chemistry is set: what must stand apart is not known.")
    if not row.unit_cost and not row.untracked:
        yield "purchasing", _l("No cost is set: what a run costs cannot be told.")


def of_line(row: Line) -> Iterator[Gap]:
    if not row.families:
        yield "identity", _l("No product family is set: nothing can be planned on it.")
    if not row.tanks:
        yield "tanks", _l("No tank is set: where its bulk is mixed is not known.")
    if not row.rates:
        yield "rates", _l("No rate is set: nothing can be planned on it.")


RULES: dict[str, Callable[[Any], Iterator[Gap]]] = {
    "product": of_product,
    "customer": of_customer,
    "material": of_material,
    "line": of_line,
}
# What the rules read beside the row itself.
LOADED: dict[str, tuple[Any, ...]] = {
    "product": (
        Product.formula,
        Product.rates,
        Product.packaging,
        Product.tests,
        Product.instruction,
    ),
    "customer": (Customer.addresses,),
    "material": (Material.supplier,),
    "line": (Line.tanks, Line.rates),
}
