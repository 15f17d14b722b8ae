"""What the page of each kind of record tells beside its path and its history: one class a flow,
queries and words only.
"""

from __future__ import annotations

from typing import Any

from app.models.records.record import Record
from app.screens.record.about.anomaly import AboutAnomaly
from app.screens.record.about.complaint import AboutComplaint
from app.screens.record.about.disposition import AboutDisposition
from app.screens.record.about.handover import AboutHandover
from app.screens.record.about.order import AboutOrder
from app.screens.record.about.production_order import AboutCard
from app.screens.record.about.requisition import AboutRequisition
from app.screens.record.about.revision import AboutRevision
from app.screens.record.about.sample import AboutSample
from app.screens.record.about.shipment import AboutShipment
from app.screens.record.about.stock_count import AboutCount

ABOUT = {
    "order": AboutOrder,
    "production": AboutCard,
    "sample": AboutSample,
    "shipment": AboutShipment,
    "requisition": AboutRequisition,
    "anomaly": AboutAnomaly,
    "handover": AboutHandover,
    "disposition": AboutDisposition,
    "revision": AboutRevision,
    "count": AboutCount,
    "complaint": AboutComplaint,
}


def about(record: Record) -> Any:
    """Return what a record tells: it has ``facts`` and ``timing`` (for the head), and what its
    own page section shows.
    """
    return ABOUT[record.flow.key](record)
