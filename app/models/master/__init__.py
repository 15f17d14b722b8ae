"""Master data: customers, products, formulas, materials, the plant, specifications,
instructions, codes.
"""

from app.models.master.codes import AnomalyCode, Notice
from app.models.master.customer_finder import addresses_of, namesakes, product_called
from app.models.master.customers import Customer, CustomerAddress, Supplier
from app.models.master.formulas import Formula, FormulaLine
from app.models.master.instructions import WorkInstruction, WorkStep
from app.models.master.materials import Material
from app.models.master.plant import (
    CalendarEntry,
    Changeover,
    IncompatClass,
    Incompatibility,
    Line,
    LineRate,
    StorageZone,
    Tank,
    WashLevel,
)
from app.models.master.products import Product, ProductFamily, ProductPackaging
from app.models.master.quality import (
    AqlDefault,
    DefectCode,
    DocumentRequirement,
    NetContentTolerance,
    SpecTest,
)
from app.models.master.reasons import Reason

__all__ = [
    "AnomalyCode",
    "AqlDefault",
    "CalendarEntry",
    "Changeover",
    "Customer",
    "CustomerAddress",
    "DefectCode",
    "DocumentRequirement",
    "Formula",
    "FormulaLine",
    "IncompatClass",
    "Incompatibility",
    "Line",
    "LineRate",
    "Material",
    "NetContentTolerance",
    "Notice",
    "Product",
    "ProductFamily",
    "ProductPackaging",
    "Reason",
    "SpecTest",
    "StorageZone",
    "Supplier",
    "Tank",
    "WashLevel",
    "WorkInstruction",
    "WorkStep",
    "addresses_of",
    "namesakes",
    "product_called",
]
