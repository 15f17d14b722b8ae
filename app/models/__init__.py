"""Rich records, their effects and queries. No request, no commit."""

from . import anomaly, document, event, idempotency, master, order, people, production, requisition, sample, series, setting, shipment  # noqa: F401
