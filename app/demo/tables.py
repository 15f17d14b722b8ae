"""Which CSV file becomes which rows, in the order in which they refer to one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.demo.sheets import halves, items
from app.models import master as m
from app.models.master.base import Master
from app.plant.quantities import to_base

Convert = Callable[[str], Any]


@dataclass(frozen=True)
class Table:
    """``names``: the attribute of each column that is not called like it (None: left out).

    ``convert``: values that their column's type alone does not explain, by attribute.
    """

    file: str
    model: type[Master]
    names: dict[str, str | None] = field(default_factory=dict)
    convert: dict[str, Convert] = field(default_factory=dict)


def grams(text: str) -> int:
    return to_base(text, "g")


def kilograms(text: str) -> int:
    return to_base(text, "kg")


def english(text: str) -> str:
    return halves(text)[1]


KINDS = {"raw": "raw", "pack": "packaging", "label": "label"}
INTERVALS = {
    "每批 every batch": "batch",
    "每月 monthly": "month",
    "每季 quarterly": "quarter",
    "每年 yearly": "year",
}

TABLES = (
    Table("incompat_classes", m.IncompatClass, {"class_code": "code"}),
    Table("incompatibility", m.Incompatibility),
    Table("product_families", m.ProductFamily, {"family_code": "code"}),
    Table("wash_levels", m.WashLevel, {"wash_level": "code"}),
    Table("changeover_matrix", m.Changeover),
    Table("storage_zones", m.StorageZone, {"zone": "code", "classes_allowed": "classes"}),
    Table("suppliers", m.Supplier, {"supplier_code": "code"}),
    Table(
        "materials",
        m.Material,
        {"material_code": "code", "type": "kind", "unit_cost_cny": "unit_cost"},
        {"kind": KINDS.__getitem__},
    ),
    Table(
        "formulas",
        m.Formula,
        {"formula_code": "code", "family_code": "family", "density_kg_per_l": "density"},
        {"status": english},
    ),
    Table(
        "formula_lines",
        m.FormulaLine,
        {
            "formula_code": "formula",
            "version": None,
            "material_code": "material",
            "percent_w_w": "percent",
        },
    ),
    Table(
        "products",
        m.Product,
        {
            "product_code": "code",
            "family_code": "family",
            "formula_code": "formula",
            "barcode_demo": "barcode",
            "fill_mass_g": "fill_mass_mg",
            "gross_mass_g": "gross_mass_mg",
            "case_gross_mass_g": "case_gross_mass_mg",
            "list_price_cny": "list_price",
        },
        {"fill_mass_mg": grams, "gross_mass_mg": grams, "case_gross_mass_mg": grams},
    ),
    Table(
        "product_packaging",
        m.ProductPackaging,
        {"product_code": "product", "material_code": "material"},
    ),
    Table("lines", m.Line, {"line_code": "code", "families_allowed": "families"}),
    Table(
        "tanks",
        m.Tank,
        {
            "tank_code": "code",
            "working_volume_l": "working_volume_ml",
            "classes_allowed": "classes",
            "line_code": "line",
        },
        {"working_volume_ml": lambda text: to_base(text, "L")},
    ),
    Table(
        "line_rates",
        m.LineRate,
        {
            "line_code": "line",
            "product_code": "product",
            "min_batch_kg": "min_batch_mg",
            "max_batch_kg": "max_batch_mg",
        },
        {"min_batch_mg": kilograms, "max_batch_mg": kilograms},
    ),
    Table(
        "anomaly_codes", m.AnomalyCode, {"default_severity": "severity", "stop_line": "stops_line"}
    ),
    Table("reasons", m.Reason, {"reason_code": "code"}),
    Table(
        "spec_tests",
        m.SpecTest,
        {"product_code": "product", "test_code": "code"},
        {"every": INTERVALS.__getitem__},
    ),
    Table("defect_codes", m.DefectCode),
    Table("aql_defaults", m.AqlDefault, {"defect_class": "code"}),
    Table(
        "net_content_tolerance", m.NetContentTolerance, {"tolerance_abs_g_or_ml": "tolerance_abs"}
    ),
    Table(
        "document_types",
        m.DocumentRequirement,
        {"document_code": "code", "applies_to_products": "products"},
    ),
    Table("customers", m.Customer, {"customer_code": "code"}),
    Table(
        "customer_addresses",
        m.CustomerAddress,
        {"customer_code": "customer", "address_code": "code"},
        {"receiving_days": lambda text: [int(day) for day in items(text)]},
    ),
)
