"""The first start: what an empty plant's administrator enters, in the order in which one needs the
other, and what cannot be done without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select

from app.extensions import db
from app.flow.rules.settings import START_ASIDE
from app.flow.texts.lazy_text import Text, _l
from app.models import master as m
from app.models.controlled.revision import Revision
from app.models.people.user import User
from app.models.records.rules.plant_settings import plant_setting
from app.models.sales.order import Order
from app.models.warehouse.stock import Lot
from app.screens.home.staffing import wanting

MASTER = "/admin/master/{}/new"
COMPANY, PEOPLE = "company", "people"
APART = ("quarantine", "finished", "nonconforming")
IN_FORCE = exists().where(
    m.FormulaLine.formula_id == m.Formula.id, m.FormulaLine.active, m.Formula.status == "approved"
)
MOST = 10_000  # rows are counted up to here


@dataclass(frozen=True)
class Step:
    """One thing to enter: ``rows`` are those that count, ``least`` how many there must be,
    ``lacking`` what cannot be done without them. ``form`` is the page where one is entered (or,
    without a form, where they are), ``kind`` the spreadsheet that brings many.
    """

    key: str
    label: Text
    lacking: Text
    form: str
    kind: str = ""
    rows: Any = None
    least: int = 1
    required: bool = True
    has_form: bool = True

    @property
    def listed(self) -> str:
        """The page that lists what is entered."""
        return self.form.removesuffix("/new")


def used(model: Any, *where: Any) -> Any:
    """The rows of a table of master data that are in use."""
    return select(model.id).where(model.active, *where)


def of_table(key: str, model: Any, kind: str, label: Text, lacking: Text, **more: Any) -> Step:
    """A table of master data, whose form and rows follow from it."""
    return Step(key, label, lacking, MASTER.format(key), kind, used(model), **more)


STEPS = (
    Step(
        COMPANY,
        _l("Company and address"),
        _l("Papers bear the name in WASHLINE_COMPANY, else the demo plant’s."),
        "/admin/settings/",
        required=False,
    ),
    Step(
        PEOPLE,
        _l("People"),
        _l("Steps that nobody may do, or that need two people, stand still."),
        "/admin/users/new",
        "people",
        select(User.id).where(User.active),
    ),
    of_table(
        "class",
        m.IncompatClass,
        "classes",
        _l("Classes of chemistry"),
        _l("No product family, material or formula can be entered."),
    ),
    of_table(
        "incompatible",
        m.Incompatibility,
        "incompatibilities",
        _l("Incompatible classes"),
        _l("Nobody is warned of what must not meet in a store or on a line."),
        required=False,
    ),
    of_table(
        "family",
        m.ProductFamily,
        "families",
        _l("Product families"),
        _l("No formula and no product can be entered."),
    ),
    of_table(
        "line", m.Line, "lines", _l("Production lines"), _l("Nothing can be planned on any line.")
    ),
    of_table(
        "tank",
        m.Tank,
        "tanks",
        _l("Tanks"),
        _l("It is not on record how much a pot holds."),
        required=False,
    ),
    of_table(
        "zone",
        m.StorageZone,
        "zones",
        _l("Storage zones"),
        _l("No material can be entered."),
    ),
    Step(
        "apart",
        _l("Storage zones for quarantine, finished and nonconforming goods"),
        _l("A run cannot end: what it made has no place to stand."),
        MASTER.format("zone"),
        "zones",
        select(m.StorageZone.kind)
        .where(m.StorageZone.active, m.StorageZone.kind.in_(APART))
        .distinct(),
        least=len(APART),
    ),
    of_table(
        "supplier", m.Supplier, "suppliers", _l("Suppliers"), _l("No material can be entered.")
    ),
    of_table(
        "material", m.Material, "materials", _l("Materials"), _l("No formula can have its lines.")
    ),
    Step(
        "formula",
        _l("Formulas in force: approved, with their lines"),
        _l("No product has a formula in force: nothing can be planned."),
        MASTER.format("formula"),
        "formulas",
        used(m.Formula, IN_FORCE),
    ),
    of_table("product", m.Product, "products", _l("Products"), _l("No order can be taken in.")),
    Step(
        "price",
        _l("List prices, in the file of products"),
        _l("An order shows no price beside what the customer expects to pay."),
        "/admin/master/product",
        "products",
        used(m.Product, m.Product.list_price > 0),
        required=False,
    ),
    of_table(
        "packaging",
        m.ProductPackaging,
        "packaging",
        _l("Packaging of products"),
        _l("No bottle, cap or case is asked for, prepared or counted."),
        required=False,
    ),
    of_table(
        "test",
        m.SpecTest,
        "specifications",
        _l("Specifications: the tests of a product"),
        _l("Quality has nothing to test, so no lot can be released."),
    ),
    of_table(
        "instruction",
        m.WorkInstruction,
        "instructions",
        _l("Work instructions"),
        _l("Operators have no steps to follow and sign."),
        required=False,
    ),
    Step(
        "documents",
        _l("Documents in force on paper"),
        _l("Since when and approved by whom they are in force is not on record."),
        "/import/?kind=documents",
        "documents",
        select(Revision.id).where(Revision.paper_list != "", Revision.took_effect_at.is_not(None)),
        required=False,
        has_form=False,
    ),
    of_table(
        "rate",
        m.LineRate,
        "rates",
        _l("Rates: what a line makes of a product"),
        _l("No product may be made on any line: nothing can be planned."),
    ),
    of_table(
        "changeover",
        m.Changeover,
        "changeovers",
        _l("Changeovers"),
        _l("Plans leave no time for washing between two products."),
        required=False,
    ),
    of_table(
        "anomaly_code",
        m.AnomalyCode,
        "anomaly-codes",
        _l("Anomaly codes"),
        _l("Nobody can report an anomaly."),
    ),
    of_table("customer", m.Customer, "customers", _l("Customers"), _l("No order can be taken in.")),
    of_table(
        "address",
        m.CustomerAddress,
        "addresses",
        _l("Delivery addresses"),
        _l("An order says of no place where it goes."),
    ),
    Step(
        "lot",
        _l("Opening stock"),
        _l("Every material is short until a receipt is recorded."),
        "/stock/",
        "lots",
        select(Lot.id),
        required=False,
        has_form=False,
    ),
    Step(
        "orders",
        _l("Open orders"),
        _l("What customers wait for is not in the system."),
        "/sales/",
        "open-orders",
        select(Order.id),
        required=False,
    ),
)


@dataclass(frozen=True)
class Standing:
    """How far one step is; ``wants`` says what else it lacks."""

    step: Step
    count: int
    wants: tuple[Text, ...] = ()

    @property
    def done(self) -> bool:
        return self.count >= self.step.least and not self.wants

    @property
    def missing(self) -> bool:
        """Whether something cannot be done without it."""
        return self.step.required and not self.done


def standings() -> list[Standing]:
    """How far each step is: one statement for all counts, and what the staff lacks."""
    counts = counted(MOST)
    staff = tuple(wanting())
    return [Standing(step, counts[step.key], staff if step.key == PEOPLE else ()) for step in STEPS]


def counted(most: int) -> dict[str, int]:
    """How many rows each step has, counted up to ``most``."""
    counts = [
        select(func.count()).select_from(step.rows.limit(most).subquery()).scalar_subquery()
        for step in STEPS
        if step.rows is not None
    ]
    found = iter(db.session.execute(select(*counts)).one())
    named = bool(plant_setting("company_zh") or plant_setting("company_en"))
    return {step.key: int(named) if step.rows is None else next(found) for step in STEPS}


def is_aside() -> bool:
    """Whether the administrators have put the first steps aside."""
    return bool(plant_setting(START_ASIDE.key))


def to_enter(staff_wanting: int) -> int:
    """How many required steps are not done, for the home page; 0 where they were put aside.

    ``staff_wanting`` is how many things cannot be done for want of people: where nothing else is
    missing, they are told by themselves.
    """
    if is_aside():
        return 0
    counts = counted(len(APART))
    missing = sum(step.required and counts[step.key] < step.least for step in STEPS)
    return missing + (staff_wanting > 0) if missing else 0
