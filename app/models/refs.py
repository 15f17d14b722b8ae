"""From what people type or scan to the record."""

from __future__ import annotations

from app.plant import reading

from .record import Record

# What a number begins with tells its kind; an order's has no prefix, its card's has a suffix, a stock card says MTS.
PREFIXES = {"R": "order", "MTS": "production", "S": "sample", "SH": "shipment", "PR": "requisition", "A": "anomaly",
            "HO": "handover", "SD": "disposition"}  # fmt: skip


def record_of(ref: str) -> Record | None:
    """Return the record of a number such as 2026-00042, 2026-00042-1 or SH-2026-00003, or None."""
    ref = reading.code(ref).upper()
    first, _, rest = ref.partition("-")
    flow = PREFIXES.get(first) or ("production" if "-" in rest else "order")
    return Record.kinds[flow].find(ref)
