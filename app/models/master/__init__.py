"""Master data: customers, products, formulas, materials, the plant, specifications, instructions, codes."""

from .codes import AnomalyCode, Notice
from .customers import Customer, CustomerAddress, Supplier
from .formulas import Formula, FormulaLine
from .instructions import WorkInstruction, WorkStep
from .materials import Material
from .plant import Changeover, IncompatClass, Incompatibility, Line, LineRate, StorageZone, Tank, WashLevel
from .products import Product, ProductFamily, ProductPackaging
from .finder import addresses_of, namesakes, product_called
from .reasons import Reason
from .quality import AqlDefault, DefectCode, DocumentRequirement, NetContentTolerance, SpecTest

__all__ = [
    "AnomalyCode", "AqlDefault", "Changeover", "Customer", "CustomerAddress", "DefectCode", "DocumentRequirement",
    "Formula", "FormulaLine", "IncompatClass", "Incompatibility", "Line", "LineRate", "Material", "NetContentTolerance", "Notice",
    "Product", "ProductFamily", "ProductPackaging", "Reason", "SpecTest", "StorageZone", "Supplier", "Tank", "WashLevel",
    "WorkInstruction", "WorkStep", "addresses_of", "namesakes", "product_called",
]  # fmt: skip
