"""Load the demo plant's master data, opening stock and staff into an empty database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Boolean, Date, Integer, inspect, select

from app.demo import inputs, mails
from app.demo.sheets import Calendar, exact, halves, items, rows, yes
from app.demo.tables import TABLES, Table
from app.extensions import db
from app.models import master as m
from app.models.master.base import Master
from app.models.people.user import User
from app.models.records.column_types import Exact, Json
from app.models.records.rules.setting import is_demo, mark_demo
from app.models.records.sealing import plant_chain
from app.models.warehouse.stock import Lot, take_in
from app.plant.quantities import to_base
from app.required import required
from app.security import DEMO_PIN, demo_password, hash_password

Named = Callable[[Any, str], Any]


class NotEmpty(Exception):
    """The database holds data already; the demo plant is loaded into an empty one only."""


@dataclass(frozen=True)
class Plant:
    """The loaded plant and what is still to reach it, with all dates moved so that the base day
    is ``calendar.today``.
    """

    calendar: Calendar
    users: dict[str, User]

    @cached_property
    def orders(self) -> list[inputs.SampleOrder]:
        return inputs.orders(self.calendar)

    @cached_property
    def payments(self) -> list[inputs.Payment]:
        return inputs.payments(self.calendar)

    @cached_property
    def lots(self) -> list[inputs.MaterialLot]:
        return inputs.lots(self.calendar)

    @cached_property
    def receipts(self) -> list[inputs.PurchaseReceipt]:
        return inputs.receipts(self.calendar)

    @cached_property
    def mails(self) -> list[mails.Mail]:
        return mails.mails(self.calendar)


def load(today: date, opening: date | None = None) -> Plant:
    """Load master data, opening stock and staff, days moved so that the base day is ``today``.

    Lots received after the day ``opening`` are left to the player. The database is marked a demo.
    The caller commits. Raises NotEmpty.
    """
    for model in (User, m.Customer, m.Material):
        if db.session.scalar(select(model.id).limit(1)) is not None:
            raise NotEmpty("the database is not empty; the demo plant needs an empty one")
    calendar = Calendar(today)
    for table in TABLES:
        load_table(table, calendar)
    load_instructions()
    load_opening_stock(calendar, opening or today)
    if not is_demo():
        mark_demo()
    plant_chain.seal()
    return Plant(calendar, load_staff())


def load_table(table: Table, calendar: Calendar) -> None:
    named = cache(lambda kind, code: kind.by_code(code))  # many rows name the same one
    for row in rows(table.file):
        db.session.add(table.model(**values(table, row, calendar, named)))
    db.session.flush()


def values(table: Table, row: dict[str, str], calendar: Calendar, named: Named) -> dict[str, Any]:
    """Return a CSV row as the attributes of its model; ``named`` finds a row of a kind by code."""
    columns = {}
    for column, text in row.items():
        name = table.names.get(column, column)
        if name is None:
            continue
        if name in table.convert:
            columns[name] = table.convert[name](text)
        else:
            columns[name] = value(table.model, name, text, calendar, named)
    if table.model is m.Material:
        columns["safety_stock"] = to_base(row["safety_stock"], row["uom"])
    return columns


def value(model: type[Master], name: str, text: str, calendar: Calendar, named: Named) -> Any:
    """Return a cell as what the attribute holds: the row it names by code, or a value of its
    column's type.
    """
    mapper = inspect(model)
    if name in mapper.relationships:
        return named(mapper.relationships[name].mapper.class_, text)
    column = mapper.columns[name]
    if isinstance(column.type, Json):
        return items(text)
    if isinstance(column.type, Boolean):
        return yes(text)
    if not text and column.nullable:
        return None
    if isinstance(column.type, Exact):
        return exact(text)
    if isinstance(column.type, Date):
        return calendar.day(text)
    return int(text) if isinstance(column.type, Integer) else text


def load_instructions() -> None:
    """One file holds instructions and steps, another says which product follows which."""
    instructions: dict[str, m.WorkInstruction] = {}
    for row in rows("work_instructions"):
        code = row["wi_code"]
        if code not in instructions:
            instructions[code] = m.WorkInstruction(
                code=code,
                version=row["version"],
                family=row["family_code"],
                title_zh=row["title_zh"],
                title_en=row["title_en"],
            )
        instructions[code].steps.append(step(row))
    db.session.add_all(instructions.values())
    for row in rows("product_work_instructions"):
        required(m.Product.by_code(row["product_code"])).instruction = instructions[row["wi_code"]]
    db.session.flush()


def step(row: dict[str, str]) -> m.WorkStep:
    parameter_zh, parameter_en = halves(row["parameter"])
    return m.WorkStep(
        step_no=int(row["step_no"]),
        section_zh=row["section_zh"],
        section_en=row["section_en"],
        text_zh=row["instruction_zh"],
        text_en=row["instruction_en"],
        entry_type=row["entry_type"],
        parameter_zh=parameter_zh,
        parameter_en=parameter_en,
        uom=row["uom"],
        lower=exact(row["lower"]),
        upper=exact(row["upper"]),
        limit_ref=row["limit_ref"] or None,
        repeat_minutes=int(row["repeat_minutes"]) if row["repeat_minutes"] else None,
        hold_point=yes(row["hold_point"]),
        role=row["role"],
        second_role=row["second_role"] or None,
        anomaly=row["anomaly"] or None,
    )


def load_opening_stock(calendar: Calendar, day: date) -> None:
    """The lots that stand in the stores on the first day."""
    for lot in inputs.lots(calendar):
        if lot.received <= day:
            take_in_lot(lot, "opening")


def take_in_lot(lot: inputs.MaterialLot, kind: str, by: User | None = None) -> Lot:
    """Put a lot where it stands; ``kind`` is that of its stock movement."""
    material = m.Material.by_code(lot.material_code)
    return take_in(
        Lot(
            lot_no=lot.lot_no,
            material=material,
            supplier=required(material).supplier,
            status=lot.status,
            made_on=lot.received,
            expiry=lot.expiry,
            assay=lot.assay_pct,
        ),
        lot.location,
        lot.quantity,
        kind,
        by=by,
    )


def load_staff() -> dict[str, User]:
    """Return the staff by login, named in both scripts.

    Their passwords, and the one PIN of all, are known to everybody: for the demo only. Nobody has
    chosen a language: each visitor reads the browser's.
    """
    pin = hash_password(DEMO_PIN)
    return {
        row["login"]: User.create(
            login=row["login"],
            name=" ".join(filter(None, (row["name"], row["name_latin"]))),
            title=row["title"],
            pin_hash=pin,
            roles=items(row["roles"]),
            password_hash=hash_password(demo_password(row["login"])),
        )
        for row in rows("staff")
    }
