"""What an event's data says, in words: labels for keys, names for what stands for something else."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from app import clock
from app.flow.departments import DEPARTMENTS
from app.flow.documents import DOCUMENTS
from app.flow.grammar import Flow
from app.flow.roles import ROLES
from app.flow.terms import CHANNELS, CHECKS, DEFECT_CLASSES, DISPOSITIONS, LOT_STATUS, SHIFTS, term
from app.flow.terms import unit as unit_word
from app.flow.words import SEMICOLON, Text, _l, as_signed, listed
from app.plant.quantities import from_base

from ..bounding import said_of
from .fact import verdict
from .steps import limits_in_words

# What an event's data says to a machine only.
QUIET = {"reason", "picks", "lines", "results", "message_sha256", "card_ids", "product_id", "customer_id", "address_id", "bulk_mg",
         "line_id", "lot_id", "supplier_id", "material_id", "code_id", "issued", "address_right", "safe", "holder"}  # fmt: skip
# Values that are keys, by the label they stand under.
KEYS = {"channel": CHANNELS, "asked_by": CHANNELS, "replied_by": CHANNELS, "status": LOT_STATUS, "disposition": DISPOSITIONS, "defect_class": DEFECT_CLASSES, "shift": SHIFTS}
LABELS = {
    "lot": _l("Lot"), "quantity": _l("Quantity"), "zone": _l("Zone"), "document": _l("Document"), "number": _l("Number"),
    "promised_date": _l("Promised date"), "start": _l("Start"), "end": _l("End"), "crew": _l("Crew"), "note": _l("Note"),
    "revision": _l("Revision"), "line": _l("Production line"), "in_time": _l("In time"), "good": _l("Good units"),
    "rejected": _l("Rejected units"), "reject_reason": _l("Reason for rejection"), "step": _l("Step"), "value": _l("Reading"),
    "unit": _l("Unit"), "limits": _l("Limits"), "passed": _l("As it must be"), "sample": _l("Sample"), "size": _l("Sample size"), "place": _l("Place"),
    "verdict": _l("Verdict"), "question": _l("What was asked"), "reply": _l("Reply"), "channel": _l("Channel"), "asked_by": _l("Channel"), "replied_by": _l("Channel"),
    "customer_text": _l("New customer: name"), "address_text": _l("New customer: address"), "phone_text": _l("New customer: telephone"),
    "customer": _l("Customer"), "address": _l("Address"),
    "customer_po": _l("Customer PO no."), "received_at": _l("Received at"), "amount": _l("Amount"), "paid_on": _l("Paid on"),
    "together": _l("On one vehicle"), "apart": _l("Loaded apart"),
    "carrier": _l("Carrier"), "vehicle": _l("Vehicle plate"), "driver": _l("Driver"), "waybill": _l("Waybill no."),
    "confirmed_with": _l("Confirmed with"), "delivery_on": _l("Delivery on"), "window": _l("Delivery window"),
    "packages": _l("Cases or drums"), "pallets": _l("Pallets"), "received_on": _l("Received on"), "received_by": _l("Received by"),
    "discrepancies": _l("Discrepancies"), "feedback": _l("Feedback"), "supplier_lot": _l("Supplier’s lot no."),
    "expiry": _l("Expiry date"), "purchase_no": _l("Purchase order no."), "child": _l("New card"), "parent": _l("Split from"),
    "replaced_by": _l("Replaced by"), "replaces": _l("Replaces"), "witness": _l("Witness"), "consent": _l("Customer’s consent"),
    "instructions": _l("Rework plan"), "round": _l("Rework round"), "measures": _l("What was done"), "cause": _l("Cause"),
    "description": _l("What happened"), "code": _l("Code"), "card": _l("Card"), "anomaly": _l("Anomaly"), "from": _l("From"),
    "requested_by": _l("Asked for by"), "departments": _l("Departments"), "material": _l("Material"), "needed_by": _l("Needed by"),
    "containment": _l("Containment"), "instruction": _l("Work instruction"), "sha256": _l("SHA-256"), "shipment": _l("Shipment"),
    "cards": _l("Cards"), "contents": _l("Contents"), "changed": _l("Changed"), "assay": _l("Assay"), "line_no": _l("Line"),
    "crew_names": _l("Crew members"), "product": _l("Product"), "requested_date": _l("Requested delivery date"), "kept_in_stock": _l("Kept in stock"),
    "rest": _l("Rest"), "warned": _l("Warned"), "beside": _l("At the same time on the line"),
    "unusual": _l("Unusual figures"), "shift": _l("Shift"), "text": _l("Note"), "over_limit": _l("Over the limit"), "checks": _l("Checked"),
    "returned": _l("Returned to stock"), "undone": _l("No. of the entry taken back"), "since": _l("In this stage since"), "erased": _l("Erased"), "station": _l("Shared tablet"),
    "of": _l("Of lot"), "materials": _l("Materials"), "decision": _l("Stock decision"), "paper": _l("Kind"), "bytes": _l("Size (bytes)"),
}  # fmt: skip


def filed(data: dict[str, Any]) -> dict[str, Any]:
    """What an event says of a filed document under names of its own: its size is no sample’s, its kind a word. Other data as they are."""
    if not {"document", "kind", "size", "sha256"} <= data.keys():
        return data
    kind = data["kind"]
    return {**{key: value for key, value in data.items() if key not in ("kind", "size")},
            "paper": DOCUMENTS[kind].label if kind in DOCUMENTS else kind, "bytes": data["size"]}  # fmt: skip


def label_of(key: str) -> Text | str:
    return LABELS.get(key, key)


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d\Z")


def shown(value: Any) -> Any:
    """A value of an event's data as people read it; moments as the plant's clocks showed them."""
    if isinstance(value, str) and MOMENT.match(value):
        return clock.local(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    if value is True or value is False:
        return _l("Yes") if value else _l("No")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict) and "msgid" in value:
        return Text.from_json(value)
    if isinstance(value, dict):
        return listed((_l("%(what)s: %(value)s", what=label_of(k), value=f"{plain(old)} → {plain(new)}") for k, (old, new) in value.items() if old != new), SEMICOLON)
    if isinstance(value, list):
        said = (plain(v) for v in value if v is not None)
        return listed(said) if all(isinstance(v, str) for v in value) else listed(said, SEMICOLON)
    return as_signed(value) if isinstance(value, str) else value


def plain(value: Any) -> str:
    if isinstance(value, list):
        return " · ".join(plain(v) for v in value)
    if isinstance(value, dict):
        return str(shown(value))
    return "–" if value is None else str(shown(value)) if isinstance(value, str) else str(value)


def told(flow: Flow, event_data: dict[str, Any], uom: str = "") -> list[tuple[Any, Any]]:
    """Return label and value of everything people read in an event's data, in the order of the labels. ``uom``: the unit of a quantity
    that is kept in base units."""
    data = {key: value for key, value in filed(event_data).items() if key not in QUIET and value not in (None, "", [], {})}
    if uom and isinstance(data.get("quantity"), int):
        data["quantity"] = f"{from_base(data['quantity'], uom):,f} {unit_word(uom)}"
    counted = next((key for key in ("value", "quantity") if key in data), "")
    if unit := data.pop("unit", "") if counted else "":
        data[counted] = f"{shown(data[counted])} {unit_word(unit)}"
    known = list(LABELS)
    keys = sorted(data, key=lambda key: known.index(key) if key in LABELS else len(known))
    return [(label_of(key), value) for key in keys if (value := shown(worded(flow, key, data[key]))) != ""]


def worded(flow: Flow, key: str, value: Any) -> Any:
    """A value that is a key of the procedure, by its name."""
    if key in KEYS:
        return term(KEYS[key], value)
    if key == "departments":
        return [str(DEPARTMENTS[d].label) for d in value if d in DEPARTMENTS]
    if key == "checks":
        return listed((term(CHECKS, point) for point, right in value.items() if right), SEMICOLON)
    if key == "returned":
        return listed((f"{lot} → {zone}" for lot, zone, _quantity in value), SEMICOLON)
    if key == "erased":
        return listed((f"{seq} · {label_of(field)}" for seq, field in value), SEMICOLON)
    if key == "limits":
        return limits_in_words(*(v if v is None else Decimal(v) for v in value), "")
    if key == "from":
        return flow.stage(value).label
    if key == "over_limit":
        return _l("%(count)s of %(limit)s stood there; %(role)s: %(reason)s", **value | {"role": ROLES[value["role"]].label})
    if key == "unusual":
        return said_of(value)
    return verdict(value).word if key == "verdict" else value
