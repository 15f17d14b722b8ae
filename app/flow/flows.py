"""Every flow, in the order in which an order meets them."""

from __future__ import annotations

from app.flow.anomalies import ANOMALIES
from app.flow.departments import Department
from app.flow.dispositions import DISPOSITIONS
from app.flow.grammar import Flow, Stage
from app.flow.handovers import HANDOVERS
from app.flow.master.revisions import REVISIONS
from app.flow.orders import ORDERS
from app.flow.production import PRODUCTION_ORDERS
from app.flow.requisitions import REQUISITIONS
from app.flow.sales.complaints import COMPLAINTS
from app.flow.samples import SAMPLES
from app.flow.shipments import SHIPMENTS
from app.flow.warehouse.counts import COUNTS

FLOWS = {f.key: f for f in (ORDERS, PRODUCTION_ORDERS, REQUISITIONS, ANOMALIES, HANDOVERS, SAMPLES, SHIPMENTS, DISPOSITIONS,
                              COUNTS, COMPLAINTS, REVISIONS)}  # fmt: skip


def stages_of(department: Department) -> list[tuple[Flow, Stage]]:
    """The stages a department owns, which are the columns of its board."""
    return [(flow, stage) for flow in FLOWS.values() for stage in flow.stages
            if department in stage.departments and not stage.ends and not stage.carried]  # fmt: skip
