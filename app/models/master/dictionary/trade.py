"""Customers and suppliers, products, materials and formulas."""

from __future__ import annotations

from app.flow.texts.currency import MONEY
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import LABEL_LANGUAGES, PAYMENT_RULES
from app.models.master import customers, formulas, instructions, materials, plant, products, quality
from app.models.master.dictionary.fields import (
    DAY,
    LISTED,
    WEEK,
    Field,
    Table,
    choice,
    code,
    code_of,
    codes_of,
    exact,
    long,
    names,
    percent,
    quantity,
    row_of,
    several,
    text,
    whole,
    yes,
)

TRADE = _l("Customers and suppliers")
GOODS = _l("Products and materials")

LABELS = tuple(LABEL_LANGUAGES.items())
PAYMENT = tuple(PAYMENT_RULES.items())
KINDS = (("raw", _l("Raw material")), ("packaging", _l("Packaging")), ("label", _l("Label")))
STATUS = (("draft", _l("Draft")), ("approved", _l("Approved")), ("withdrawn", _l("Withdrawn")))
PER = (("unit", _l("Unit")), ("case", _l("Case")), ("pallet", _l("Pallet")))
UNITS = (("kg", "kg"), ("L", "L"), ("pcs", _l("pcs")))
WINDOW = r"([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d"
MAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
MAIL_HINT = _l("Like name@company.example.")

TABLES = (
    Table(
        "customer",
        _l("Customers"),
        TRADE,
        customers.Customer,
        (
            code(),
            text("name_local", _l("Local name"), required=True),
            text("name_en", _l("English name"), required=True),
            text(
                "country",
                _l("Country"),
                required=True,
                pattern="[A-Z]{2}",
                hint=_l("Two capital letters, like CN."),
            ),
            choice("language", _l("Language"), (("zh-CN", _l("Chinese")), ("en", _l("English")))),
            text("contact", _l("Contact person"), personal=True),
            text("phone", _l("Phone"), personal=True),
            text("email", _l("E-mail"), pattern=MAIL, hint=MAIL_HINT, personal=True),
            choice("payment_rule", _l("Payment rule"), PAYMENT),
            text("payment_terms", _l("Payment terms")),
            percent("min_remaining_shelf_life_pct", _l("Shelf life left on arrival, at least")),
            yes("coa_required", _l("Wants the quality report with the goods")),
            yes("prices_on_note", _l("Prices on the delivery note in three parts")),
            choice("label_variant", _l("Label language"), LABELS),
            codes_of("required_documents", _l("Required documents"), quality.DocumentRequirement),
            long("special_requirements", _l("Special requirements")),
        ),
        ("code", "name", "country", "payment_rule", "label_variant"),
        ("former_names",),
        filters=("payment_rule", "label_variant"),
    ),
    Table(
        "address",
        _l("Delivery addresses"),
        TRADE,
        customers.CustomerAddress,
        (
            row_of("customer", _l("Customer"), customers.Customer, fixed=True),
            code(),
            long("address_local", _l("Local address")),
            long("address_en", _l("English address")),
            several("receiving_days", _l("Receiving days"), WEEK),
            Field(
                "receiving_windows",
                _l("Receiving windows"),
                LISTED,
                required=False,
                pattern=WINDOW,
                hint=_l("One a line, like 08:30-11:30."),
            ),
            yes("dock_booking", _l("A dock must be booked")),
            whole("transit_days", _l("Transit"), "d", high=365),
            text("receiver", _l("Receiver"), personal=True),
            text("phone", _l("Phone"), personal=True),
        ),
        ("customer", "code", "address", "transit_days"),
    ),
    Table(
        "supplier",
        _l("Suppliers"),
        TRADE,
        customers.Supplier,
        (
            code(),
            *names(),
            text("email", _l("E-mail"), pattern=MAIL, hint=MAIL_HINT, personal=True),
            yes("approved", _l("Approved supplier")),
        ),
        ("code", "name", "email", "approved"),
        filters=("approved",),
    ),
    Table(
        "product",
        _l("Products"),
        GOODS,
        products.Product,
        (
            code(),
            *names(),
            code_of("family", _l("Product family"), products.ProductFamily),
            code_of("incompat_class", _l("Class of chemistry"), plant.IncompatClass),
            row_of("formula", _l("Formula"), formulas.Formula),
            row_of(
                "instruction", _l("Work instruction"), instructions.WorkInstruction, required=False
            ),
            whole("pack_qty", _l("Pack content"), low=1),
            choice("pack_uom", _l("Unit of the content"), (("g", "g"), ("mL", "mL"))),
            quantity("fill_mass_mg", _l("Fill mass"), "g", low=1),
            quantity("gross_mass_mg", _l("Gross mass"), "g", low=1),
            quantity("case_gross_mass_mg", _l("Gross mass of a case"), "g", low=1),
            whole("units_per_case", _l("Units in a case"), "pcs", low=1),
            whole("shelf_life_days", _l("Shelf life"), "d", low=1),
            percent("default_min_remaining_pct", _l("Shelf life left on arrival, usual")),
            text("barcode", _l("Barcode"), pattern=r"\d{8,14}", hint=_l("8 to 14 digits.")),
            text("hazard_label", _l("Hazard label")),
            text("standard", _l("Standard"), required=True),
            text("standard_basis", _l("Basis of the standard")),
            text("label_version", _l("Label version"), required=True),
            several("label_variants", _l("Label languages"), LABELS),
            exact("list_price", _l("List price"), MONEY),
        ),
        ("code", "name", "family", "formula", "standard", "list_price"),
        filters=("family", "incompat_class"),
    ),
    Table(
        "family",
        _l("Product families"),
        GOODS,
        products.ProductFamily,
        (
            code(),
            *names(),
            code_of("incompat_class", _l("Class of chemistry"), plant.IncompatClass),
        ),
        ("code", "name", "incompat_class"),
        filters=("incompat_class",),
    ),
    Table(
        "packaging",
        _l("Packaging of products"),
        GOODS,
        products.ProductPackaging,
        (
            row_of("product", _l("Product"), products.Product, fixed=True),
            whole("line_no", _l("Line no."), low=1, fixed=True),
            row_of("material", _l("Material"), materials.Material),
            choice("per", _l("One for each"), PER),
            whole("units_per_item", _l("Units that one piece serves"), "pcs", low=1),
            choice("uom", _l("Unit"), (("pcs", _l("pcs")),)),
            percent("scrap_pct", _l("Scrap")),
        ),
        ("product", "line_no", "material", "per", "units_per_item", "scrap_pct"),
        filters=("per",),
    ),
    Table(
        "material",
        _l("Materials"),
        GOODS,
        materials.Material,
        (
            code(),
            *names(),
            choice("kind", _l("Kind"), KINDS),
            choice("uom", _l("Unit"), UNITS, fixed=True),
            code_of(
                "incompat_class", _l("Class of chemistry"), plant.IncompatClass, required=False
            ),
            text("ghs_hazard", _l("GHS hazards")),
            whole("shelf_life_days", _l("Shelf life"), "d", low=1),
            quantity(
                "safety_stock",
                _l("Safety stock"),
                unit_from="uom",
                hint=_l("In the unit of the material."),
            ),
            code_of("storage_zone", _l("Storage zone"), plant.StorageZone),
            row_of("supplier", _l("Supplier"), customers.Supplier),
            whole("lead_time_days", _l("Lead time"), "d", high=3650),
            exact("unit_cost", _l("Cost of a unit"), MONEY),
            percent("nominal_active_pct", _l("Nominal active content"), required=False),
            percent(
                "assay_min_pct",
                _l("Assay, usually from"),
                required=False,
                hint=_l("Less is taken with a reason only. Empty: whatever is measured."),
            ),
            percent(
                "assay_max_pct",
                _l("Assay, usually up to"),
                required=False,
                hint=_l("More is taken with a reason only. Empty: whatever is measured."),
            ),
            percent(
                "receipt_tolerance_pct",
                _l("Delivery may differ from the order by"),
                required=False,
                hint=_l("Beyond it a receipt asks for a reason. Empty: a tenth."),
            ),
            yes("untracked", _l("Not kept in lots, never short")),
        ),
        ("code", "name", "kind", "uom", "storage_zone", "supplier", "safety_stock"),
        filters=("kind", "incompat_class", "storage_zone", "supplier", "untracked"),
    ),
    Table(
        "formula",
        _l("Formulas"),
        GOODS,
        formulas.Formula,
        (
            code(),
            text("version", _l("Version"), required=True),
            *names(),
            choice("status", _l("Status"), STATUS),
            code_of("family", _l("Product family"), products.ProductFamily),
            code_of("incompat_class", _l("Class of chemistry"), plant.IncompatClass),
            exact("density", _l("Density"), "kg/L", low="0.1", high=5),
            percent("standard_yield_pct", _l("Standard yield"), low=1),
            Field("effective_from", _l("Effective from"), DAY),
        ),
        ("code", "name", "version", "status", "family", "density"),
        filters=("status", "family"),
    ),
    Table(
        "formula_line",
        _l("Lines of formulas"),
        GOODS,
        formulas.FormulaLine,
        (
            row_of("formula", _l("Formula"), formulas.Formula, fixed=True),
            whole("line_no", _l("Line no."), low=1, fixed=True),
            row_of("material", _l("Material"), materials.Material),
            percent("percent", _l("Share by mass")),
            text("phase", _l("Phase"), required=True),
            percent("weigh_tolerance_pct", _l("Weighing tolerance")),
            yes("potency_correct", _l("Charged by measured assay")),
        ),
        ("formula", "line_no", "material", "percent", "phase"),
    ),
)
