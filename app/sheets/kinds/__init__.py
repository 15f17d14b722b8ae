"""The kinds of spreadsheets, in the order in which they name one another."""

from app.sheets.kinds.cut_over.open_orders import OpenOrders
from app.sheets.kinds.declared import (
    CUSTOMERS,
    OF_PRODUCTS,
    PRODUCT_INSTRUCTIONS,
    PRODUCTS,
    TABLES_FIRST,
    VOUCHERS,
)
from app.sheets.kinds.documents import Documents
from app.sheets.kinds.formulas import FORMULA_LINES, FORMULAS
from app.sheets.kinds.instructions import INSTRUCTIONS
from app.sheets.kinds.lots import Lots
from app.sheets.kinds.orders import Orders
from app.sheets.kinds.payments import Payments
from app.sheets.kinds.people import People
from app.sheets.kinds.receipts import Receipts
from app.sheets.reading.plan import Kind

IN_ORDER: tuple[Kind, ...] = (
    *TABLES_FIRST,
    FORMULAS,
    FORMULA_LINES,
    PRODUCTS,
    *OF_PRODUCTS,
    INSTRUCTIONS,
    PRODUCT_INSTRUCTIONS,
    Documents(),
    *CUSTOMERS,
    *VOUCHERS,
    People(),
    Lots(),
    Receipts(),
    Orders(),
    OpenOrders(),
    Payments(),
)
KINDS: dict[str, Kind] = {kind.key: kind for kind in IN_ORDER}

__all__ = ["IN_ORDER", "KINDS", "Kind"]
