"""Rich records, their effects and queries. No request, no commit."""

from . import anomaly, attachment, deputy, display, disposition, document, event, failed_login, gate_setting, handover, idempotency, master, mention, order, people, plant_chain, production, requisition, robot, sample, series, setting, shipment, stage_setting, station, view  # noqa: F401
