"""Every kind of record by its flow: from what people type or scan to the record, and from flow and
id to records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from app.extensions import db
from app.flow.grammar import Flow
from app.flow.rules.numbers import ORDERS
from app.flow.rules.settings import YES
from app.models.records.number_series import prefix_of
from app.models.records.rules.plant_settings import plant_setting
from app.plant import reading

if TYPE_CHECKING:
    from app.models.records.record import Record

KINDS: dict[str, type[Record]] = {}  # by the key of its flow; each kind enters itself

# What a number begins with tells its kind, unless the plant says otherwise; an order's has no
# prefix, its card's has a suffix, a stock card says MTS.
PREFIXES = {
    "R": "order",
    "MTS": "production",
    "S": "sample",
    "SH": "shipment",
    "PR": "requisition",
    "A": "anomaly",
    "HO": "handover",
    "SD": "disposition",
    "DR": "revision",
    "ST": "count",
    "CP": "complaint",
}


def kind_of(flow: Flow) -> Any:
    """The class of a flow's records, for whoever stands below it and may not name it."""
    return KINDS[flow.key]


Key = tuple[str, int]  # flow and id


def record_of(ref: str, hold: bool = False) -> Record | None:
    """Return the record of a number such as 2026-00042, 2026-00042-1 or SH-2026-00003, or None.

    ``hold``: it is about to be changed, so that its row is held from now on.
    """
    ref = reading.code(ref).upper()
    found = (KINDS[flow].find(ref, hold) for flow in likely(ref))
    return next((record for record in found if record is not None), None)


def likely(ref: str) -> Iterator[str]:
    """Yield the flows that a number may be of, the likeliest first: the plant may have said
    since what its kind begins with.
    """
    first, _, rest = ref.partition("-")
    now = {prefix_of(series): flow for series, flow in PREFIXES.items()}
    own = prefix_of(ORDERS)
    serial = rest if own and first == own else ref
    years = plant_setting("number_year") == YES
    guess = "production" if serial.count("-") > years else "order"
    flow = now.get(first) or PREFIXES.get(first) or guess
    yield flow
    yield from (other for other in dict.fromkeys(("order", *PREFIXES.values())) if other != flow)


def records(keys: Iterable[Key]) -> dict[Key, Record]:
    """Return records by flow and id, with the neighbours that their words name: no statement for
    each.
    """
    ids_by_flow: dict[str, set[int]] = defaultdict(set)
    for flow, number in keys:
        ids_by_flow[flow].add(number)
    by_key: dict[Key, Record] = {}
    for flow, ids in ids_by_flow.items():
        for record in db.session.scalars(KINDS[flow].among(), {"ids": list(ids)}).unique():
            by_key[flow, record.id] = record
    return by_key
