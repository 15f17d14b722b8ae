"""The ways to change master data: each leaves an event with who, when, old and new (clause 四)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import String, select, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app.extensions import db
from app.flow.production import PRODUCTION_ORDERS
from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Coded, Master, Versioned
from app.models.master.customers import Customer
from app.models.master.dictionary import TABLES, Field, Table, keepers_of
from app.models.master.dictionary.controlled import LAYOUTS, OF_TABLE, Layout
from app.models.master.dictionary.fields import (
    CODE_OF,
    CODES_OF,
    LISTED,
    LONG,
    ONE_LANGUAGE,
    ROW_OF,
    TEXT,
    shown,
)
from app.models.master.formulas import FormulaLine
from app.models.master.products import Product
from app.models.master.rules import Fault, fault
from app.models.records.errors import Blocked, MovedOn, Refused
from app.models.records.event import FIRST, Event
from app.models.records.kinds import kind_of
from app.models.records.sealing.administered import append, chain
from app.plant import reading
from app.required import required

if TYPE_CHECKING:
    from app.models.people.user import User


OWN_DEPARTMENT = _l("Choose your own department: each keeps its own list.")
BY_REVISION = _l("This changes by a new revision, which is written, signed and takes effect.")
PRICE_LIST = LAYOUTS["prices"]  # prices are kept with the products
RETIRING = ("retire", "merge")


class Invalid(Refused):
    """A value that cannot be saved; ``field`` names which."""

    status = 422

    def __init__(self, field: str, sentence: Text) -> None:
        super().__init__(sentence)
        self.field = field


def values_of(table: Table, row: Master) -> dict[str, Any]:
    """Return a row as plain values by field: references as codes, quantities in base units."""
    return {f.name: shown(row, f) for f in table.fields}


def by_code(model: type[Coded], code: str) -> Coded | None:
    return model.by_code(code)


# Finds the row of a model by its code; whoever writes many rows knows them already.
Find = Callable[[type[Coded], str], Coded | None]


def create(
    table: Table, values: dict[str, Any], *, by: User | None, find: Find = by_code
) -> Master:
    """Add a row; ``by`` nobody is the command line. Raises Invalid; the caller commits."""
    refuse(table)
    row = table.model(active=True, seq=0, head=FIRST)
    if by and not by.has_role(keepers_of(table.key, values.get("department", ""))):
        raise Invalid("department", OWN_DEPARTMENT)
    with db.session.no_autoflush:
        put(table, row, values, old={}, find=find)
        check(row)
    db.session.add(row)
    flush(table)
    record(table, row, "create", by, changes(table, {}, values_of(table, row)))
    return row


def change(
    table: Table,
    row: Master,
    values: dict[str, Any],
    *,
    by: User | None,
    revision: int,
    find: Find = by_code,
) -> bool:
    """Change a row; return False when nothing differs.

    Raises Invalid or MovedOn; the caller commits.
    """
    lock(table, row, revision)
    old = values_of(table, row)
    with db.session.no_autoflush:
        put(table, row, {k: v for k, v in values.items() if not table.field(k).fixed}, old, find)
        check(row)
    differing = changes(table, old, values_of(table, row))
    if differing:
        refuse(table, differing)
        flush(table)
        record(table, row, "change", by, differing)
    return bool(differing)


def set_active(
    table: Table, row: Master, active: bool, *, by: User | None, revision: int, reason: str
) -> None:
    """Retire a row, or bring it back; why goes on record.

    Raises Blocked while something in use still names it, MovedOn; the caller commits.
    """
    lock(table, row, revision)
    refuse(table)
    if active and not row.active:
        refuse_to_bring_back(row)
    if isinstance(row, FormulaLine) and (wrong := fault(row)):
        raise Blocked(wrong[1])
    if isinstance(row, Customer) and (other := row.merge_into):
        raise Blocked(
            _l("A merge into %(code)s is proposed. Decide about that first.", code=other.code)
            if row.active
            else _l("It was merged into %(code)s, and goes on there.", code=other.code)
        )
    if not active and (users := used_by(row)):
        raise Blocked(
            _l(
                "It is still in use: %(users)s. Change or retire that first.",
                users=", ".join(users),
            )
        )
    if active != row.active:
        row.active = active
        record(table, row, "bring_back" if active else "retire", by, {"reason": reason})


def history(table: Table, row: Master) -> list[Event]:
    """Return what was changed in a row, the latest first."""
    return chain(table.flow, row.id)[::-1]


def retirements(table: Table, rows: Iterable[Master]) -> dict[int, Event]:
    """Return by the row's id the event that retired each of those that are retired."""
    ids = [row.id for row in rows if not row.active]
    events = select(Event).where(
        Event.flow == table.flow, Event.record_id.in_(ids), Event.action.in_(RETIRING)
    )
    return {e.record_id: e for e in db.session.scalars(events.order_by(Event.seq))} if ids else {}


def used_by(row: Master, most: int = 5) -> list[str]:
    """Name active rows of master data that refer to this one."""
    users: list[str] = []
    for table in TABLES.values():
        for field in table.fields:
            if field.refers is type(row) and len(users) < most:
                users += [
                    table.title(user)
                    for user in db.session.scalars(naming(table, field, row).limit(most))
                ]
    return users[:most]


def naming(table: Table, field: Field, row: Master) -> Any:
    """Select the active rows whose field names a row."""
    attribute = getattr(table.model, field.name)
    if field.kind == ROW_OF:
        return select(table.model).where(table.model.active, attribute == row)
    code = cast("Coded", row).code  # what is referred to by its code has one
    if field.kind == CODES_OF:
        return select(table.model).where(
            table.model.active,
            type_coerce(attribute, String).contains(f'"{code}"', autoescape=True),
        )
    return select(table.model).where(table.model.active, attribute == code)


# Parts


def wrong_with(table: Table, values: dict[str, Any], find: Find) -> Fault:
    """Return what would be wrong with a row of these values; nothing is kept of it."""
    row = table.model(active=True)
    for name, value in values.items():
        field = table.field(name)
        if field.kind == ROW_OF and value is not None:
            value = find(required(field.refers), value)
        set_committed_value(row, name, value)  # its owner's list must not grow by it
    return fault(row)


def put(
    table: Table,
    row: Master,
    values: dict[str, Any],
    old: dict[str, Any],
    find: Find = by_code,
) -> None:
    """Set plain values on a row; a reference must name an active row, or the one it named
    before.
    """
    for name, value in values.items():
        field = table.field(name)
        if isinstance(value, list) and name in old and sorted(value) == sorted(old[name] or ()):
            continue  # a form gives the members in its own order
        if field.kind in (CODE_OF, ROW_OF, CODES_OF):
            named = value if field.kind == CODES_OF else [value] if value else []
            before = old.get(name) or []
            rows = [
                referred(
                    field, code, code in (before if field.kind == CODES_OF else [before]), find
                )
                for code in named
            ]
            if field.kind == ROW_OF:
                value = rows[0] if rows else None
            else:
                value = value or ([] if field.kind == CODES_OF else None)
        if field.kind in (TEXT, LONG, LISTED):
            value = reading.read(value)
            other = table.other_language(field)
            in_other = other and (values.get(other.name) or getattr(row, other.name, None))
            if field.required and not reading.says(value) and not reading.says(in_other):
                raise Invalid(name, ONE_LANGUAGE if other else _l("Please fill this in."))
        setattr(row, name, value)


def referred(field: Field, code: str, kept: bool, find: Find) -> Master:
    found = find(required(field.refers), code)
    if found is None or not (found.active or kept):
        raise Invalid(
            field.name, _l("There is no “%(code)s” in use. Choose another one.", code=code)
        )
    return found


def check(row: Master) -> None:
    if wrong := fault(row):
        raise Invalid(*wrong)


def department_of(row: Master) -> str:
    """The department whose row it is, where departments keep their own."""
    return getattr(row, "department", "")


def lock(table: Table, row: Master, revision: int) -> None:
    db.session.refresh(row, with_for_update=True)
    if revision != row.revision:
        last = next(iter(history(table, row)), None)
        raise MovedOn(
            _l(
                "%(who)s has changed this meanwhile. Load the page again; your entries are still "
                "below.",
                who=last.who if last and last.actor else _l("Somebody else"),
            )
        )


def flush(table: Table) -> None:
    """Send the change to the database, which knows what is already there."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        fixed = [f for f in table.fields if f.fixed and f.name != "uom"]
        raise Invalid(
            fixed[-1].name,
            _l(
                "This is already taken (%(fields)s). Change it, or edit the one there is.",
                fields=" + ".join(str(f.label) for f in fixed),
            ),
        ) from None


def changes(table: Table, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return old and new of what differs."""
    return {
        f.name: {"old": old.get(f.name), "new": new[f.name]}
        for f in table.fields
        if old.get(f.name) != new[f.name]
    }


def record(table: Table, row: Master, action: str, by: User | None, data: dict[str, Any]) -> None:
    """Put what was done on record; personal data so that they can be erased."""
    append(
        row,
        table.flow,
        action,
        by=by,
        roles=keepers_of(table.key, department_of(row)),
        data=data,
        private=[f.name for f in table.fields if f.personal and f.name in data],
    )


# What is not changed where it stands


def works() -> bool:
    """Whether the plant has approved an order, or made anything."""
    cards = kind_of(PRODUCTION_ORDERS)
    return db.session.scalar(select(cards.id).limit(1)) is not None


def controlled(table: Table) -> Layout | None:
    """The kind of document that a table belongs to, where it is changed by revisions only."""
    return OF_TABLE.get(table.key) if table.key in OF_TABLE and works() else None


def code_of(layout: Layout, row: Any) -> str:
    """The document that a row belongs to: its head's code, or its product's."""
    owner = getattr(row, layout.owner) if hasattr(row, layout.owner) else row
    code: str = owner.code
    return code


def refuse(table: Table, changed: Any = ()) -> None:
    """Raise Blocked where what is to be changed is a document's."""
    price = table.model is Product and any(f.name in changed for f in PRICE_LIST.line_fields)
    if controlled(table) or (price and works()):
        raise Blocked(BY_REVISION)


def repriced(table: Table, wanted: Sequence[Any]) -> list[dict[str, Any]]:
    """Take the new prices of products out of what is ``wanted`` of their rows, where they change
    by revisions only; each with its product's code, as a line of the price list.
    """
    if table.model is not Product or not works():
        return []
    names = {f.name for f in PRICE_LIST.line_fields} & {f.name for f in table.fields}
    changed = []
    for each in wanted:
        if each.row is None:
            continue
        new = {n: each.values.pop(n) for n in names if n in each.values}
        if any(value != getattr(each.row, name) for name, value in new.items()):
            changed.append({"product": each.row.code, **new})
    return changed


def refuse_to_bring_back(row: Any) -> None:
    """Raise Blocked of what a newer revision has taken the place of."""
    newer = isinstance(row, Versioned) and type(row).by_code(row.code) is not row
    if newer or getattr(row, "superseded", False):
        raise Blocked(_l("A newer revision has taken its place."))
