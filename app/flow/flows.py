"""Every flow, in the order in which an order meets them."""

from __future__ import annotations

from .anomalies import ANOMALIES
from .departments import Department
from .dispositions import DISPOSITIONS
from .grammar import Flow, Stage
from .handovers import HANDOVERS
from .orders import ORDERS
from .production import PRODUCTION_ORDERS
from .requisitions import REQUISITIONS
from .samples import SAMPLES
from .shipments import SHIPMENTS

FLOWS = {f.key: f for f in (ORDERS, PRODUCTION_ORDERS, REQUISITIONS, ANOMALIES, HANDOVERS, SAMPLES, SHIPMENTS, DISPOSITIONS)}


def stages_of(department: Department) -> list[tuple[Flow, Stage]]:
    """The stages a department owns, which are the columns of its board."""
    return [(flow, stage) for flow in FLOWS.values() for stage in flow.stages
            if department in stage.departments and not stage.ends and not stage.carried]  # fmt: skip
