"""Who may act: the eleven roles of the procedure (section 六)."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow import departments as d
from app.flow.texts.lazy_text import Text, _l


@dataclass(frozen=True)
class Role:
    key: str
    label: Text
    department: d.Department


SALES = Role("sales", _l("Sales clerk"), d.SALES)
PLANNER = Role("planner", _l("Planner"), d.PRODUCTION)
PRODUCTION_HEAD = Role("production_head", _l("Production head"), d.PRODUCTION)
OPERATOR = Role("operator", _l("Operator"), d.PRODUCTION)
SUPERVISOR = Role("supervisor", _l("Production supervisor"), d.PRODUCTION)
STOREKEEPER = Role("storekeeper", _l("Storekeeper"), d.WAREHOUSE)
BUYER = Role("buyer", _l("Buyer"), d.PURCHASING)
INSPECTOR = Role("inspector", _l("Inspector"), d.QUALITY)
QUALITY_HEAD = Role("quality_head", _l("Quality head"), d.QUALITY)
AUDITOR = Role("auditor", _l("Auditor"), d.MANAGEMENT)
ADMIN = Role("admin", _l("Administrator"), d.MANAGEMENT)

ROLES = {r.key: r for r in (SALES, PLANNER, PRODUCTION_HEAD, OPERATOR, SUPERVISOR, STOREKEEPER, BUYER,
                            INSPECTOR, QUALITY_HEAD, AUDITOR, ADMIN)}  # fmt: skip

# Who may bring one more into a stage that is full, giving the reason: by the department whose stage it is. They still need
# the role of the step itself; a limit changes nobody's duties.
OVER_LIMIT = {
    d.SALES: frozenset({PRODUCTION_HEAD}),
    d.PRODUCTION: frozenset({PRODUCTION_HEAD, SUPERVISOR}),
    d.PURCHASING: frozenset({PRODUCTION_HEAD}),
    d.WAREHOUSE: frozenset({PRODUCTION_HEAD}),
    d.QUALITY: frozenset({QUALITY_HEAD}),
}

# Whose holders hand the role over themselves while they are away, and what an administrator may hand over for anybody, with a
# reason: every role of the procedure. Who administers or audits has no deputy.
HEADS = (PRODUCTION_HEAD, QUALITY_HEAD)
DEPUTISED = tuple(r for r in ROLES.values() if r not in (AUDITOR, ADMIN))

# Who may enter what a colleague did on paper while the system could not be reached: all who carry out the procedure but
# operators, whose sheets the supervisor enters. They must be able to do the step themselves, too.
ENTER_FROM_PAPER = frozenset(r.key for r in (SALES, PLANNER, PRODUCTION_HEAD, SUPERVISOR, STOREKEEPER, BUYER, INSPECTOR,
                                             QUALITY_HEAD))  # fmt: skip

# Anyone on the staff may report an anomaly; the auditor reads everything and changes nothing.
STAFF = frozenset(r for r in ROLES.values() if r is not AUDITOR)
