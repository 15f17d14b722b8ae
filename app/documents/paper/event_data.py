"""An event's data in readable words: what the keys mean, what the numbers of rows stand for.

The attached file has it verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from app.documents.paper.amounts import with_units
from app.documents.paper.bilingual import both, quantity, say, second
from app.documents.paper.terms import LAID_ASIDE
from app.extensions import db
from app.flow.roles import ROLES
from app.flow.texts.event_fields import field_label
from app.flow.texts.lazy_text import Text
from app.models.master import (
    AnomalyCode,
    Customer,
    CustomerAddress,
    Line,
    Material,
    Product,
    Supplier,
)
from app.models.people.user import User
from app.models.production.requirement import Pick
from app.models.quality.sample import TestResult
from app.models.records.sealing.erasable_words import ERASED
from app.models.warehouse.stock import Lot
from app.screens.record.event_words import filed

EMPTY: tuple[Any, ...] = (None, "", [], {})


def facts(data: dict[str, Any], record: Any = None) -> Iterator[str]:
    """Yield what an event's data says: first the plain facts on one line, then each list, a line
    an entry. Nothing empty. Quantities stand in the unit that the record's goods are counted in,
    those of lots in the lot's own.
    """
    values = with_units(
        {key: value for key, value in filed(data).items() if value not in EMPTY}, record
    )
    lists = {
        key: value
        for key, value in values.items()
        if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value)
    }
    if single := brief({key: value for key, value in values.items() if key not in lists}):
        yield single
    for key, entries in lists.items():
        yield f"{words(key)}:"
        yield from (brief(each) for each in entries)


def brief(value: Any) -> str:
    """A value on one line; an entry begins with what it is about."""
    if isinstance(value, dict) and "msgid" in value:
        return str(Text.from_json(value))
    if isinstance(value, dict):
        uom = unit_of(value)
        first = sorted(value.items(), key=lambda pair: pair[0] not in SUBJECTS)
        return "; ".join(
            f"{words(k)}: {counted(k, v, uom)}" for k, v in first if v not in EMPTY and not blank(v)
        )
    if isinstance(value, list):
        return ", ".join(brief(each) for each in value)
    return plain("", value)


def counted(key: str, value: Any, uom: str | None) -> str:
    """A value in the unit that its entry was counted in; one that was not counted as it is."""
    if uom and key in MEASURED and isinstance(value, int):
        return quantity(value, uom)
    return brief_of(key, value)


def brief_of(key: str, value: Any) -> str:
    """An old and a new value read as a change; anything else as it is."""
    if key in STANDS_FOR and isinstance(value, list):
        return plain(key, value)
    if isinstance(value, list) and len(value) == 2 and key not in ("limits",):
        return f"{brief(value[0])} → {brief(value[1])}"
    return brief(value) if isinstance(value, (dict, list)) else plain(key, value)


def blank(value: Any) -> bool:
    return isinstance(value, list) and all(each in EMPTY for each in value)


def plain(key: str, value: Any) -> str:
    if value is True or value is False:
        return "是 yes" if value else "否 no"
    if isinstance(value, Text):
        return both(value).together
    if isinstance(value, list):
        return ", ".join(plain(key, each) for each in value)
    if value is None:
        return "–"
    if value is ERASED:
        return "已删除 erased"
    if isinstance(value, int) and key in STANDS_FOR:
        row = db.session.get(STANDS_FOR[key][0], value)
        return STANDS_FOR[key][1](row) if row else str(value)
    if key == "set_aside":
        term_found = LAID_ASIDE.get(value)
        return term_found.together if term_found else str(value)
    if key == "role" and value in ROLES:
        return both(ROLES[value].label).together
    if isinstance(value, str) and MOMENT.match(value):
        return second(datetime.fromisoformat(value))
    return str(value)


def unit_of(value: dict[str, Any]) -> str | None:
    """The unit in which an entry about a picked lot was counted."""
    pick = db.session.get(Pick, value["pick"]) if isinstance(value.get("pick"), int) else None
    return pick.requirement.material.uom if pick else None


def words(key: str) -> str:
    """A field's label in both languages."""
    label = field_label(key)
    return label if isinstance(label, str) else f"{say(label, 'zh_Hans_CN')} {say(label, 'en')}"


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d\Z")
SUBJECTS = {"pick", "result", "test", "step", "product_text", "number", "document"}
MEASURED = {"quantity", "received", "prepared", "proposed"}
# Keys whose number is a row: what the row is called.
STANDS_FOR: dict[str, tuple[type, Callable[[Any], str]]] = {
    "pick": (
        Pick,
        lambda p: " ".join(
            filter(None, (p.requirement.material.code, p.lot.lot_no if p.lot else ""))
        ),
    ),
    "result": (TestResult, lambda r: r.name.together),
    "customer_id": (Customer, lambda c: f"{c.code} {c.name.zh}"),
    "address_id": (CustomerAddress, lambda a: a.code),
    "line_id": (Line, lambda line: line.code),
    "product_id": (Product, lambda p: p.code),
    "code_id": (AnomalyCode, lambda c: c.code),
    "material_id": (Material, lambda m: m.code),
    "supplier_id": (Supplier, lambda s: s.code),
    "lot_id": (Lot, lambda lot: lot.lot_no),
    "holder": (User, lambda user: user.name),
    "before_by": (User, lambda user: user.name),
    "mentions": (User, lambda user: user.name),
    "vouched_by": (User, lambda user: user.name),
}
