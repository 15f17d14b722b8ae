"""Who keeps which master data beside the administrators, by the procedure's table of roles."""

from __future__ import annotations

from app.flow.roles import ADMIN, BUYER, PLANNER, QUALITY_HEAD, SALES, SUPERVISOR, Role

KEEPERS: dict[str, Role] = {
    "customer": SALES, "address": SALES,
    "line": PLANNER, "rate": PLANNER,
    "instruction": SUPERVISOR, "step": SUPERVISOR,
    "supplier": BUYER, "material": BUYER,
    "test": QUALITY_HEAD, "defect": QUALITY_HEAD, "anomaly_code": QUALITY_HEAD,
}
ALL = tuple(dict.fromkeys(KEEPERS.values()))


def keepers_of(key: str) -> frozenset[str]:
    """The keys of the roles that may change a table."""
    return frozenset({ADMIN.key, *([KEEPERS[key].key] if key in KEEPERS else [])})
