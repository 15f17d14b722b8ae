"""What makes a row of master data incomplete: a table’s gaps, each a sentence and its condition.

A condition is SQL over the table’s own row, without a statement for each row: what is looked for
elsewhere is a set that is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    union,
)

from app.flow.texts.lazy_text import Text, _l
from app.models.master.customers import Customer, CustomerAddress, Supplier
from app.models.master.formulas import Formula, FormulaLine
from app.models.master.instructions import WorkInstruction, WorkStep
from app.models.master.materials import Material
from app.models.master.plant import IncompatClass, Line, LineRate, StorageZone, Tank
from app.models.master.products import Product, ProductFamily, ProductPackaging
from app.models.master.quality import SpecTest


@dataclass(frozen=True)
class Gap:
    """One thing that a row lacks; ``key`` names it in an address. On a thing's own page it is said
    by what it ``hinders``, and mended in ``part``.
    """

    key: str
    sentence: Text
    condition: ColumnElement[bool]
    hinders: Text | None = None
    part: str = ""


def without(own: Any, named: Any, *conditions: Any) -> ColumnElement[bool]:
    """Rows that nothing in use names."""
    return own.not_in(select(named).where(named.class_.active, *conditions))


def empty_list(attribute: Any) -> ColumnElement[bool]:
    return func.coalesce(type_coerce(attribute, String), "[]").in_(("[]", "null"))


def class_or_none(column: Any) -> ColumnElement[str]:
    """An incompatibility class, or no letters where there is none, so that it can be compared."""
    return func.coalesce(column, "")


def taken(*named: Any) -> Select[Any]:
    """The classes that zones in use take, none of it included, with other columns of the zone."""
    classes = union(
        select(IncompatClass.code.label("code")), select(literal("").label("code"))
    ).subquery()
    takes = or_(
        and_(classes.c.code == "", empty_list(StorageZone.classes)),
        and_(
            classes.c.code != "",
            type_coerce(StorageZone.classes, String).contains('"' + classes.c.code + '"'),
        ),
    )
    return (
        select(*named, classes.c.code)
        .join_from(StorageZone, classes, takes)
        .where(StorageZone.active)
    )


GAPS: dict[str, tuple[Gap, ...]] = {
    "customer": (
        Gap(
            "address",
            _l("no delivery address"),
            without(Customer.id, CustomerAddress.customer_id),
            _l("No delivery address is known: nothing can be sent to it."),
            "addresses",
        ),
    ),
    "address": (
        Gap(
            "place",
            _l("no address in words"),
            and_(CustomerAddress.address_local == "", CustomerAddress.address_en == ""),
        ),
        Gap("days", _l("no receiving days"), empty_list(CustomerAddress.receiving_days)),
    ),
    "product": (
        Gap(
            "formula",
            _l("no formula in force"),
            Product.formula_id.not_in(
                select(Formula.id).where(Formula.active, Formula.status == "approved")
            ),
            _l("No approved formula is in force: it must not be planned yet."),
            "formula",
        ),
        Gap(
            "packaging",
            _l("no packaging"),
            without(Product.id, ProductPackaging.product_id),
            _l("No packaging is listed: none is prepared for it."),
            "packaging",
        ),
        Gap(
            "specification",
            _l("no specification"),
            without(Product.id, SpecTest.product_id, SpecTest.kind == "release"),
            _l("No test is specified: Quality has nothing to release it by."),
            "specification",
        ),
        Gap(
            "instruction",
            _l("no work instruction"),
            or_(
                Product.instruction_id.is_(None),
                without(Product.instruction_id, WorkStep.instruction_id),
            ),
            _l("No work instruction is in force: its run has no steps to sign."),
            "documents",
        ),
        Gap(
            "rate",
            _l("no rate on any line"),
            without(
                Product.id,
                LineRate.product_id,
                LineRate.line_id.in_(select(Line.id).where(Line.active)),
            ),
            _l("No line has a rate for it: it cannot be planned."),
            "rates",
        ),
    ),
    "family": (
        Gap(
            "line",
            _l("no line fills it"),
            ~exists()
            .where(
                Line.active,
                type_coerce(Line.families, String).contains('"' + ProductFamily.code + '"'),
            )
            .correlate(ProductFamily),
        ),
    ),
    "material": (
        Gap(
            "zone",
            _l("its zone does not take its class"),
            tuple_(Material.storage_zone, class_or_none(Material.incompat_class)).not_in(
                taken(StorageZone.code)
            ),
            _l("Its zone does not take its class: it cannot be stored there."),
            "storage",
        ),
        Gap(
            "quarantine",
            _l("no quarantine zone takes its class"),
            and_(
                Material.untracked.is_(False),
                class_or_none(Material.incompat_class).not_in(
                    taken().where(StorageZone.kind == "quarantine")
                ),
            ),
            _l("No quarantine zone takes its class: what arrives has no place."),
            "storage",
        ),
        Gap(
            "supplier",
            _l("no approved supplier"),
            and_(
                Material.untracked.is_(False),
                Material.supplier_id.not_in(
                    select(Supplier.id).where(Supplier.active, Supplier.approved)
                ),
            ),
            _l("Its supplier is not approved: it cannot be ordered."),
            "purchasing",
        ),
    ),
    "formula": (Gap("lines", _l("no lines"), without(Formula.id, FormulaLine.formula_id)),),
    "line": (
        Gap(
            "families",
            _l("fills no family"),
            empty_list(Line.families),
            _l("No product family is set: nothing can be planned on it."),
            "identity",
        ),
        Gap(
            "tank",
            _l("no tank"),
            without(Line.id, Tank.line_id),
            _l("No tank is set: where its bulk is mixed is not known."),
            "tanks",
        ),
        Gap(
            "rate",
            _l("no rate"),
            without(Line.id, LineRate.line_id),
            _l("No rate is set: nothing can be planned on it."),
            "rates",
        ),
    ),
    "tank": (Gap("classes", _l("takes no class of chemistry"), empty_list(Tank.classes)),),
    "test": (
        Gap(
            "limits",
            _l("neither a limit nor a target"),
            and_(SpecTest.lower.is_(None), SpecTest.upper.is_(None), SpecTest.target == ""),
        ),
    ),
    "instruction": (
        Gap("steps", _l("no steps"), without(WorkInstruction.id, WorkStep.instruction_id)),
    ),
}


def is_incomplete(key: str) -> ColumnElement[bool]:
    """The condition of a row of a table that lacks anything."""
    return or_(*(gap.condition for gap in GAPS[key]))


def gap_called(key: str, name: str) -> Gap | None:
    """The gap of a table with this key, if there is one."""
    return next((gap for gap in GAPS.get(key, ()) if gap.key == name), None)
