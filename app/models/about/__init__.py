"""What the page of each kind of record tells beside its path and its history: one class a flow, queries and words only."""

from __future__ import annotations

from typing import Any

from ..record import Record
from .anomaly import AboutAnomaly
from .card import AboutCard
from .disposition import AboutDisposition
from .handover import AboutHandover
from .order import AboutOrder
from .requisition import AboutRequisition
from .sample import AboutSample
from .shipment import AboutShipment

ABOUT = {"order": AboutOrder, "production": AboutCard, "sample": AboutSample, "shipment": AboutShipment,
         "requisition": AboutRequisition, "anomaly": AboutAnomaly, "handover": AboutHandover,
         "disposition": AboutDisposition}  # fmt: skip


def about(record: Record) -> Any:
    """Return what a record tells: it has ``facts`` and ``timing`` (for the head), and what its own page section shows."""
    return ABOUT[record.flow.key](record)
