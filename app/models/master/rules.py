"""What must hold within master data beyond the shape of single fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

from sqlalchemy import select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Master
from app.models.master.codes import Notice
from app.models.master.customers import CustomerAddress
from app.models.master.formulas import Formula, FormulaLine
from app.models.master.instructions import WorkStep
from app.models.master.materials import Material
from app.models.master.plant import (
    CalendarEntry,
    Changeover,
    Incompatibility,
    LineRate,
    StorageZone,
    Tank,
)
from app.models.master.products import Price, Product
from app.models.master.quality import NetContentTolerance, SpecTest
from app.models.master.reasons import Reason
from app.plant import bounds
from app.required import required

Fault = tuple[str, Text] | None  # the field and the sentence

A_YEAR = timedelta(days=366)
LOWER_ABOVE_UPPER = _l("The lower limit is above the upper one.")


def fault(row: Master | Price) -> Fault:
    """Return what is wrong with a row as it would be saved."""
    rule = RULES.get(type(row))
    return rule(row) if rule else None


def material(row: Material) -> Fault:
    low, high, nominal = row.assay_min_pct, row.assay_max_pct, row.nominal_active_pct
    if nominal is None:
        if low is None and high is None:
            return None
        return "assay_min_pct", _l("A material without a nominal active content has no assay.")
    if low is not None and high is not None and low > high:
        return "assay_min_pct", LOWER_ABOVE_UPPER
    if (low is not None and nominal < low) or (high is not None and nominal > high):
        return "nominal_active_pct", _l(
            "The nominal content, %(nominal)s %%, lies outside the usual assay.",
            nominal=f"{nominal:f}",
        )
    return None


def product(row: Product) -> Fault:
    if row.formula.incompat_class != row.incompat_class:
        return "incompat_class", _l(
            "Its formula %(formula)s is of class %(class)s; a product is of its formula’s class.",
            **{"formula": row.formula.code, "class": row.formula.incompat_class},
        )
    if row.gross_mass_mg < row.fill_mass_mg:
        return "gross_mass_mg", _l("A filled unit cannot weigh less than what is in it.")
    return price(row)


def price(row: Product | Price) -> Fault:
    """What a piece costs may be finer; what is charged for it is paid."""
    wrong = next(bounds.coin(required(row.list_price)), None)
    return ("list_price", wrong.sentence) if wrong else None


def formula(row: Formula) -> Fault:
    if row.status != "approved":
        return None
    total = sum((line.percent for line in row.lines), Decimal(0))
    if total != 100:
        return "status", _l(
            "Its lines add up to %(total)s %%, not to 100 %%; it cannot be approved.",
            total=f"{total.normalize():f}",
        )
    classes = {each for line in row.lines if (each := line.material.incompat_class)}
    if pair := clash(classes, "equipment_rule", "FORBID"):
        return "status", _l("It holds materials that must never meet: %(effect)s.", effect=pair)
    return None


def formula_line(row: FormulaLine) -> Fault:
    if row.formula.status == "approved":
        return "formula", _l(
            "Formula %(formula)s is approved. Make it a draft first, then approve it anew.",
            formula=row.formula.code,
        )
    if row.potency_correct and row.material.nominal_active_pct is None:
        return "potency_correct", _l(
            "Material %(material)s has no nominal active content to charge by.",
            material=row.material.code,
        )
    return None


def zone(row: StorageZone) -> Fault:
    if pair := clash(row.classes, "storage_rule", "SEPARATE"):
        return "classes", _l("These must not stand in one zone: %(effect)s.", effect=pair)
    return None


def clash(classes: Iterable[str], rule: str, verdict: str) -> Text | None:
    """Name the first two classes among those given for which a rule says the verdict, with the
    reason.
    """
    rules = {
        frozenset((p.class_a, p.class_b)): p
        for p in db.session.scalars(select(Incompatibility).where(Incompatibility.active))
    }
    for pair in combinations(sorted(classes), 2):
        rule_of_pair = rules.get(frozenset(pair))
        if rule_of_pair and getattr(rule_of_pair, rule) == verdict:
            return _l("%(one)s with %(other)s", one=pair[0], other=pair[1])
    return None


def limits(row: SpecTest | WorkStep) -> Fault:
    if row.lower is not None and row.upper is not None and row.lower > row.upper:
        return "lower", LOWER_ABOVE_UPPER
    return None


def test(row: SpecTest) -> Fault:
    if row.is_text and not (row.lower is None and row.upper is None):
        return "uom", _l("A test without a number has no limits.")
    return limits(row)


def step(row: WorkStep) -> Fault:
    if row.limit_ref and not (row.lower is None and row.upper is None):
        return "limit_ref", _l(
            "The limits come from the product’s test; leave those of the step empty."
        )
    return limits(row)


def tank(row: Tank) -> Fault:
    if row.min_fill_pct > row.max_fill_pct:
        return "min_fill_pct", LOWER_ABOVE_UPPER
    return None


def rate(row: LineRate) -> Fault:
    if row.min_batch_mg > row.max_batch_mg:
        return "min_batch_mg", _l("The smallest pot is larger than the largest.")
    if row.product.family not in row.line.families:
        return "line", _l(
            "Line %(line)s does not fill family %(family)s.",
            line=row.line.code,
            family=row.product.family,
        )
    return None


def changeover(row: Changeover) -> Fault:
    if (row.wash_level == "X") != (row.minutes is None):
        return "minutes", _l("A time is needed, except at level X: never on the same equipment.")
    return None


def incompatibility(row: Incompatibility) -> Fault:
    if row.class_a == row.class_b:
        return "class_b", _l("A class is always compatible with itself.")
    return None


def net_content(row: NetContentTolerance) -> Fault:
    if row.qn_from_exclusive >= row.qn_to_inclusive:
        return "qn_to_inclusive", _l("The range ends before it begins.")
    if (row.tolerance_pct is None) == (row.tolerance_abs is None):
        return "tolerance_pct", _l("Give the tolerance in percent or as an amount, one of them.")
    return None


def days(row: Notice | CalendarEntry) -> Fault:
    if row.last_day < row.first_day:
        return "last_day", _l("The last day lies before the first.")
    return None


def calendar_entry(row: CalendarEntry) -> Fault:
    if row.last_day - row.first_day > A_YEAR:
        return "last_day", _l("An entry of the calendar is no longer than a year.")
    return days(row)


def reason(row: Reason) -> Fault:
    return None if row.steps else ("steps", _l("Choose at least one step that offers it."))


def address(row: CustomerAddress) -> Fault:
    for window in row.receiving_windows or ():
        begin, _, end = window.partition("-")
        if end <= begin:
            return "receiving_windows", _l("%(window)s ends before it begins.", window=window)
    return None


RULES: dict[type[Master | Price], Callable[..., Fault]] = {
    Price: price,
    Reason: reason,
    Material: material,
    Notice: days,
    CalendarEntry: calendar_entry,
    CustomerAddress: address,
    Product: product,
    Formula: formula,
    FormulaLine: formula_line,
    StorageZone: zone,
    SpecTest: test,
    WorkStep: step,
    Tank: tank,
    LineRate: rate,
    Changeover: changeover,
    Incompatibility: incompatibility,
    NetContentTolerance: net_content,
}
