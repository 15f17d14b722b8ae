"""What an event's data says, in words: labels for keys, names for what stands for something
else.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from app import clock
from app.extensions import db
from app.flow.departments import DEPARTMENTS
from app.flow.documents import DOCUMENTS
from app.flow.grammar import Flow
from app.flow.roles import ROLES
from app.flow.texts.event_fields import EVENT_FIELDS, field_label
from app.flow.texts.lazy_text import SEMICOLON, Text, _l, as_signed, listed
from app.flow.texts.terms import (
    CAME_BY,
    CHANNELS,
    CHECKS,
    DEFECT_CLASSES,
    DISPOSITIONS,
    LOT_STATUS,
    SHIFTS,
    term,
)
from app.flow.texts.terms import unit as unit_word
from app.models.people.user import User
from app.models.records.rules.bounding import said_of
from app.plant.quantities import from_base
from app.screens.record.fact import verdict
from app.screens.record.steps import limits_in_words

# What an event's data says to a machine only.
QUIET = {
    "reason",
    "picks",
    "lines",
    "results",
    "message_sha256",
    "card_ids",
    "product_id",
    "customer_id",
    "address_id",
    "bulk_mg",
    "line_id",
    "lot_id",
    "supplier_id",
    "material_id",
    "code_id",
    "issued",
    "address_right",
    "safe",
    "holder",
}
# Values that are keys, by the label they stand under.
KEYS = {
    "channel": CAME_BY,
    "asked_by": CHANNELS,
    "replied_by": CHANNELS,
    "status": LOT_STATUS,
    "disposition": DISPOSITIONS,
    "defect_class": DEFECT_CLASSES,
    "shift": SHIFTS,
}


def filed(data: dict[str, Any]) -> dict[str, Any]:
    """What an event says of a filed document under names of its own: its size is no sample’s,
    its kind a word. Other data as they are.
    """
    if not {"document", "kind", "size", "sha256"} <= data.keys():
        return data
    kind = data["kind"]
    return {
        **{key: value for key, value in data.items() if key not in ("kind", "size")},
        "paper": DOCUMENTS[kind].label if kind in DOCUMENTS else kind,
        "bytes": data["size"],
    }


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d\Z")


def field_value(value: Any) -> Any:
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
        return listed(
            (
                _l("%(what)s: %(value)s", what=field_label(k), value=f"{plain(old)} → {plain(new)}")
                for k, (old, new) in value.items()
                if old != new
            ),
            SEMICOLON,
        )
    if isinstance(value, list):
        parts = (plain(v) for v in value if v is not None)
        return listed(parts) if all(isinstance(v, str) for v in value) else listed(parts, SEMICOLON)
    return as_signed(value) if isinstance(value, str) else value


def plain(value: Any) -> str:
    if isinstance(value, list):
        return " · ".join(plain(v) for v in value)
    if isinstance(value, dict):
        return str(field_value(value))
    return (
        "–" if value is None else str(field_value(value)) if isinstance(value, str) else str(value)
    )


def field_lines(flow: Flow, event_data: dict[str, Any], uom: str = "") -> list[tuple[Any, Any]]:
    """Return label and value of everything people read in an event's data, in the order of the
    labels. ``uom``: the unit of a quantity that is kept in base units.
    """
    data = {
        key: value
        for key, value in filed(event_data).items()
        if key not in QUIET and value not in (None, "", [], {})
    }
    if uom and isinstance(data.get("quantity"), int):
        data["quantity"] = f"{from_base(data['quantity'], uom):,f} {unit_word(uom)}"
    figure_key = next((key for key in ("value", "quantity") if key in data), "")
    if unit := data.pop("unit", "") if figure_key else "":
        data[figure_key] = f"{field_value(data[figure_key])} {unit_word(unit)}"
    field_order = list(EVENT_FIELDS)
    keys = sorted(
        data, key=lambda key: field_order.index(key) if key in EVENT_FIELDS else len(field_order)
    )
    return [
        (field_label(key), value)
        for key in keys
        if (value := field_value(worded(flow, key, data[key]))) != ""
    ]


def vouchers(value: Any) -> Any:
    """The names of the people who vouch for what was carried over from paper."""
    numbers = value if isinstance(value, list) else [value]
    return listed(person.known_as for each in numbers if (person := db.session.get(User, each)))


SAID = {"vouched_by": vouchers, "unusual": said_of}


def worded(flow: Flow, key: str, value: Any) -> Any:
    """A value that is a key of the procedure, by its name."""
    if key in KEYS:
        return term(KEYS[key], value)
    if key == "departments":
        return [str(DEPARTMENTS[d].label) for d in value if d in DEPARTMENTS]
    if key in SAID:
        return SAID[key](value)
    if key == "checks":
        return listed((term(CHECKS, point) for point, right in value.items() if right), SEMICOLON)
    if key == "returned":
        return listed((f"{lot} → {zone}" for lot, zone, _quantity in value), SEMICOLON)
    if key == "erased":
        return listed((f"{seq} · {field_label(field)}" for seq, field in value), SEMICOLON)
    if key == "limits":
        lower, upper = (v if v is None else Decimal(v) for v in value)
        return limits_in_words(lower, upper, "")
    if key == "from":
        return flow.stage(value).label
    if key == "over_limit":
        return _l(
            "%(count)s of %(limit)s stood there; %(role)s: %(reason)s",
            **value | {"role": ROLES[value["role"]].label},
        )
    return verdict(value).word if key == "verdict" else value
