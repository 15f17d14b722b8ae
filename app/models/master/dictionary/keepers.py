"""Who keeps which master data beside the administrators, by the procedure's table of roles."""

from __future__ import annotations

from typing import Any

from app.flow.roles import (
    ADMIN,
    BUYER,
    PLANNER,
    PRODUCTION_HEAD,
    QUALITY_HEAD,
    SALES,
    STOREKEEPER,
    SUPERVISOR,
    Role,
)

KEEPERS: dict[str, Role] = {
    "customer": SALES,
    "address": SALES,
    "line": PLANNER,
    "tank": PLANNER,
    "rate": PLANNER,
    "changeover": PLANNER,
    "calendar": PLANNER,
    "instruction": SUPERVISOR,
    "step": SUPERVISOR,
    "supplier": BUYER,
    "material": BUYER,
    "test": QUALITY_HEAD,
    "defect": QUALITY_HEAD,
    "anomaly_code": QUALITY_HEAD,
}
# Each department keeps its own reasons: its head, or who does its work where it has none.
REASONS = (SALES, PRODUCTION_HEAD, BUYER, STOREKEEPER, QUALITY_HEAD)
ALL = tuple(dict.fromkeys((*KEEPERS.values(), *REASONS)))


def kept_in(department: str) -> tuple[str, ...]:
    """The keys of the tables that people of a department keep."""
    own = tuple(key for key, role in KEEPERS.items() if role.department.key == department)
    return (*own, *(("reason",) if any(r.department.key == department for r in REASONS) else ()))


def keeps(person: Any, department: str) -> bool:
    """Whether somebody may change any table of those that a department keeps."""
    return any(person.has_role(keepers_of(key, department)) for key in kept_in(department))


def keepers_of(key: str, department: str = "") -> frozenset[str]:
    """The keys of the roles that may change a table; with a department, those that may change
    its rows there.
    """
    found = REASONS if key == "reason" else (KEEPERS[key],) if key in KEEPERS else ()
    kept = {
        role.key for role in found if department in ("", role.department.key) or key != "reason"
    }
    return frozenset({ADMIN.key, *kept})
