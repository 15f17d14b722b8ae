"""The departments of the plant and the six phases of the procedure (section 三)."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.texts.lazy_text import Text, _l


@dataclass(frozen=True)
class Department:
    key: str
    label: Text


@dataclass(frozen=True)
class Phase:
    key: str
    label: Text
    clause: str


SALES = Department("sales", _l("Sales"))
PRODUCTION = Department("production", _l("Production"))
PURCHASING = Department("purchasing", _l("Purchasing"))
WAREHOUSE = Department("warehouse", _l("Warehouse"))
QUALITY = Department("quality", _l("Quality"))
MANAGEMENT = Department("management", _l("Management"))

# Those with a board of their own, in the order in which an order meets them.
WITH_BOARD = (SALES, PRODUCTION, PURCHASING, WAREHOUSE, QUALITY)
DEPARTMENTS = {d.key: d for d in (*WITH_BOARD, MANAGEMENT)}

INTAKE = Phase("intake", _l("Order intake"), "1")
PLANNING = Phase("planning", _l("Production plan"), "2")
MATERIALS = Phase("materials", _l("Material preparation"), "3")
EXECUTION = Phase("execution", _l("Execution"), "4")
INSPECTION = Phase("inspection", _l("Inspection"), "5")
DELIVERY = Phase("delivery", _l("Delivery"), "6")
PHASES = (INTAKE, PLANNING, MATERIALS, EXECUTION, INSPECTION, DELIVERY)
