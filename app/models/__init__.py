"""Rich records, their effects and queries. No request, no commit."""

from . import anomaly, display, document, event, handover, idempotency, master, order, people, production, requisition, sample, series, setting, shipment, stage_setting, view  # noqa: F401
