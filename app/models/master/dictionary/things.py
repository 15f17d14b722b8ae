"""Things as people think of them: which fields and which tables make up the page of a product, a
customer, a material or a line, in what order, and by which key they hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.flow.texts.lazy_text import Text, _l
from app.models.master.customers import Customer
from app.models.master.materials import Material
from app.models.master.plant import Line
from app.models.master.products import Product


@dataclass(frozen=True)
class Own:
    """Fields of the thing itself. ``document``: the kind of controlled document that keeps them,
    once the plant works.
    """

    key: str
    label: Text
    fields: tuple[str, ...] = ()
    document: str = ""


@dataclass(frozen=True)
class Rows:
    """Rows of a table whose field ``owner`` names the thing, or what the thing goes by: its
    attribute ``by``. Where they only name it (``adds`` is false) none is added here. ``shows``
    are other columns than those of the table's list.
    """

    key: str
    label: Text
    table: str
    owner: str
    by: str = ""
    adds: bool = True
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What the plant's records tell of it: the list of this key in app/screens/master/things/."""

    key: str
    label: Text


Section = Own | Rows | Beside

PRODUCT: tuple[Section, ...] = (
    Own(
        "identity",
        _l("Identity"),
        (
            *("code", "name_zh", "name_en", "family", "incompat_class", "barcode"),
            *("hazard_label", "standard", "standard_basis"),
        ),
    ),
    Own(
        "packs",
        _l("Packs"),
        (
            *("pack_qty", "pack_uom", "fill_mass_mg", "gross_mass_mg", "units_per_case"),
            *("case_gross_mass_mg", "shelf_life_days", "default_min_remaining_pct"),
        ),
    ),
    Own("labels", _l("Labels"), ("label_version", "label_variants")),
    Own("price", _l("Price"), ("list_price",), document="prices"),
    Own("documents", _l("What it is made by"), ("formula", "instruction")),
    Rows("formula", _l("Formula"), "formula_line", "formula", by="formula"),
    Rows("packaging", _l("Packaging"), "packaging", "product"),
    Rows("specification", _l("Specification"), "test", "product"),
    Rows("rates", _l("Lines and rates"), "rate", "product"),
    Beside("runs", _l("What the last runs cost")),
    Rows("instruction", _l("Work instruction"), "step", "instruction", by="instruction"),
)
CUSTOMER: tuple[Section, ...] = (
    Own("identity", _l("Identity"), ("code", "name_local", "name_en", "country", "language")),
    Own("contact", _l("Contact"), ("contact", "phone", "email")),
    Own("payment", _l("Payment"), ("payment_rule", "payment_terms")),
    Own(
        "demands",
        _l("What it asks for"),
        (
            *("required_documents", "coa_required", "prices_on_note", "label_variant"),
            *("min_remaining_shelf_life_pct", "special_requirements"),
        ),
    ),
    Rows(
        "addresses",
        _l("Addresses and receiving days"),
        "address",
        "customer",
        shows=("code", "address", "receiving_days", "receiving_windows", "transit_days"),
    ),
    Beside("open_orders", _l("Open orders")),
    Beside("last_orders", _l("Last orders")),
    Own("prices", _l("Price list"), document="prices"),
)
MATERIAL: tuple[Section, ...] = (
    Own("identity", _l("Identity"), ("code", "name_zh", "name_en", "kind", "uom", "untracked")),
    Own(
        "storage",
        _l("Hazards and storage"),
        ("incompat_class", "ghs_hazard", "storage_zone", "shelf_life_days"),
    ),
    Own(
        "purchasing",
        _l("Purchasing"),
        (
            *("supplier", "lead_time_days", "unit_cost", "safety_stock"),
            "receipt_tolerance_pct",
        ),
    ),
    Own(
        "assay",
        _l("Assay"),
        ("nominal_active_pct", "assay_min_pct", "assay_max_pct"),
    ),
    Beside("suppliers", _l("Suppliers")),
    Beside("lots", _l("Lots in stock")),
    Rows("formulas", _l("Formulas with it"), "formula_line", "material", adds=False),
    Rows("packaging", _l("Products packed in it"), "packaging", "material", adds=False),
)
LINE: tuple[Section, ...] = (
    Own("identity", _l("Identity"), ("code", "name_zh", "name_en", "families", "dedicated")),
    Own(
        "shifts",
        _l("Shifts"),
        ("shift_start", "shift_end", "shifts_per_day", "weekdays", "crew_std"),
    ),
    Beside("calendar", _l("Working calendar")),
    Rows("tanks", _l("Tanks"), "tank", "line"),
    Rows("rates", _l("Rates"), "rate", "line"),
    Beside("planned", _l("What runs and is planned")),
)
# By the key of the table that a thing's own row stands in.
THINGS: dict[str, tuple[Section, ...]] = {
    "customer": CUSTOMER,
    "line": LINE,
    "material": MATERIAL,
    "product": PRODUCT,
}
MODELS: dict[type[Any], str] = {
    Customer: "customer",
    Line: "line",
    Material: "material",
    Product: "product",
}


def address(row: Any) -> str:
    """The page of a thing: ``/product/P-DW-500``; nothing for a row that is none, or whose code
    browsers would take for another path.
    """
    kind = MODELS.get(type(row), "")
    odd = not kind or any(part in ("", ".", "..") for part in row.code.split("/"))
    return "" if odd else f"/{kind}/{quote(row.code)}"
