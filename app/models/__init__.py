"""Rich records, their effects and queries. No request, no commit."""

from . import anomaly, display, document, event, failed_login, handover, idempotency, master, order, people, production, requisition, sample, series, setting, shipment, stage_setting, station, view  # noqa: F401
