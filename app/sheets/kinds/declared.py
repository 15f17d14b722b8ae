"""The spreadsheets of single tables, and what their columns are called beside their fields."""

from __future__ import annotations

from collections.abc import Callable

from app.flow.texts.lazy_text import Both, _l, halves
from app.models.master.dictionary import TABLES
from app.sheets.kinds.table_kind import TableKind


def kind(key: str, file: str, table: str, called: dict[str, str], **more: object) -> TableKind:
    """A spreadsheet of all of a table."""
    found = TABLES[table]
    return TableKind(key, file, found, found.label, called, **more)  # type: ignore[arg-type]


def both(name: str) -> Callable[[str], dict[str, str]]:
    """A cell in two languages as the texts of the two fields."""

    def parts(words: str) -> dict[str, str]:
        found = halves(words)
        zh, en = (found.zh, found.en) if isinstance(found, Both) else (found, found)
        return {f"{name}_zh": zh, f"{name}_en": en}

    return parts


CODE = ("编码", "编号", "代码")
TABLES_FIRST = (
    kind("classes", "incompat_classes", "class", {"code": "class_code"}),
    kind("incompatibilities", "incompatibility", "incompatible", {}),
    kind("families", "product_families", "family", {"code": "family_code"}),
    kind("wash-levels", "wash_levels", "wash_level", {"code": "wash_level"}),
    kind("changeovers", "changeover_matrix", "changeover", {}),
    kind("zones", "storage_zones", "zone", {"code": "zone", "classes": "classes_allowed"}),
    kind(
        "suppliers",
        "suppliers",
        "supplier",
        {"code": "supplier_code"},
        names={
            "code": ("供应商编码", "供应商编号", "supplierID"),
            "name_zh": ("供应商", "供应商名称", "companyName"),
        },
    ),
    kind(
        "materials",
        "materials",
        "material",
        {"code": "material_code", "kind": "type"},
        names={
            "code": ("物料编码", "物料代码", "料号", "存货编码"),
            "name_zh": ("物料名称", "品名", "存货名称", "名称"),
            "uom": ("计量单位", "主计量单位"),
            "kind": ("物料类型", "类别"),
            "unit_cost": ("unit_cost_cny", "单价", "成本单价"),
        },
        means={
            "kind": (
                ("packaging", "pack"),
                ("packaging", "包材"),
                ("raw", "原料"),
                ("label", "标签"),
            ),
            "uom": (("kg", "公斤"), ("kg", "千克"), ("L", "升"), ("pcs", "个"), ("pcs", "只")),
        },
    ),
    kind("lines", "lines", "line", {"code": "line_code", "families": "families_allowed"}),
    kind("calendar", "calendar", "calendar", {"line": "line_code"}),
    kind(
        "tanks",
        "tanks",
        "tank",
        {
            "code": "tank_code",
            "working_volume_ml": "working_volume_l",
            "classes": "classes_allowed",
            "line": "line_code",
        },
    ),
    kind(
        "anomaly-codes",
        "anomaly_codes",
        "anomaly_code",
        {"severity": "default_severity", "stops_line": "stop_line"},
    ),
    kind("reasons", "reasons", "reason", {"code": "reason_code"}),
    kind("defect-codes", "defect_codes", "defect", {}),
    kind("quality-limits", "aql_defaults", "aql", {"code": "defect_class"}),
    kind(
        "net-content",
        "net_content_tolerance",
        "net_content",
        {"tolerance_abs": "tolerance_abs_g_or_ml"},
    ),
)
PRODUCTS = kind(
    "products",
    "products",
    "product",
    {
        "code": "product_code",
        "family": "family_code",
        "formula": "formula_code",
        "instruction": "wi_code",
        "barcode": "barcode_demo",
        "fill_mass_mg": "fill_mass_g",
        "gross_mass_mg": "gross_mass_g",
        "case_gross_mass_mg": "case_gross_mass_g",
    },
    names={
        "code": ("产品编码", "产品编号", "货号", "productID"),
        "name_zh": ("产品名称", "品名", "中文品名"),
        "name_en": ("英文品名", "productName"),
        "list_price": ("list_price_cny", "单价", "售价", "unitPrice"),
        "units_per_case": ("箱规", "每箱数量", "装箱数"),
        "shelf_life_days": ("保质期", "有效期"),
        "barcode": ("barcode", "条形码", "条码"),
        "fill_mass_mg": ("净含量", "净重"),
    },
)
PRODUCT_INSTRUCTIONS = TableKind(
    "product-instructions",
    "product_work_instructions",
    TABLES["product"],
    _l("Work instructions of products"),
    {"code": "product_code", "instruction": "wi_code"},
    only=("instruction",),
)
OF_PRODUCTS = (
    kind(
        "packaging",
        "product_packaging",
        "packaging",
        {"product": "product_code", "material": "material_code"},
        defaults={"uom": "pcs"},
    ),
    kind(
        "rates",
        "line_rates",
        "rate",
        {
            "line": "line_code",
            "product": "product_code",
            "min_batch_mg": "min_batch_kg",
            "max_batch_mg": "max_batch_kg",
        },
    ),
    kind("specifications", "spec_tests", "test", {"product": "product_code", "code": "test_code"}),
    kind(
        "document-types",
        "document_types",
        "document_type",
        {"code": "document_code", "products": "applies_to_products"},
    ),
)
CUSTOMERS = (
    kind(
        "customers",
        "customers",
        "customer",
        {"code": "customer_code"},
        names={
            "code": ("客户编码", "客户编号", "customerID"),
            "name_local": ("客户名称", "客户", "companyName", "name", "名称"),
            "contact": ("联系人", "contactName"),
            "phone": ("电话", "联系电话"),
            "email": ("邮箱", "mail"),
        },
        defaults={
            "language": lambda values: "zh-CN" if values.get("country") == "CN" else "en",
            "label_variant": lambda values: "zh-CN" if values.get("country") == "CN" else "en",
            "min_remaining_shelf_life_pct": 0,
        },
    ),
    kind(
        "addresses",
        "customer_addresses",
        "address",
        {"customer": "customer_code", "code": "address_code"},
        names={
            "customer": ("客户编码", "客户编号", "客户", "customerID"),
            "address_local": ("地址", "收货地址", "address"),
            "phone": ("电话", "联系电话"),
        },
        defaults={"code": "1", "transit_days": 0},
    ),
)
VOUCHERS = (
    kind(
        "voucher-columns",
        "voucher_columns",
        "book_column",
        {},
        names={"position": ("序号", "列序"), "heading": ("列名", "表头"), "says": ("字段", "内容")},
    ),
    kind(
        "voucher-codes",
        "voucher_codes",
        "book_code",
        {},
        names={
            "ours": ("本系统编码",),
            "theirs": ("对方编码", "存货编码", "仓库编码"),
            "unit": ("对方单位",),
            "per": ("换算率", "换算系数"),
        },
    ),
)
