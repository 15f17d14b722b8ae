"""Load the demo plant's master data, opening stock and staff into an empty database: by the
importers that any plant's own files go through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select

from app.demo import inputs, mails
from app.demo.folder import parts
from app.demo.sheets import DATA, Calendar
from app.extensions import db
from app.models import master as m
from app.models.people.user import User
from app.models.records.rules.setting import is_demo, mark_demo
from app.models.records.sealing import plant_chain
from app.models.warehouse.stock import Lot
from app.security import DEMO_PIN, demo_password, hash_password
from app.sheets.kinds import Kind
from app.sheets.kinds.lots import OPENING, Lots, put_in
from app.sheets.kinds.orders import Orders
from app.sheets.kinds.payments import Payments
from app.sheets.kinds.receipts import Receipts
from app.sheets.reading.plan import Planned

# What is still to reach the plant when it begins: left to the player.
TO_COME = (Receipts, Orders, Payments)


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
    for part in parts(DATA, calendar, lambda kind: not isinstance(kind, TO_COME)):
        rows = there(part.kind, part.plan.rows, opening or today)
        if wrong := [row for row in rows if row.faults]:
            raise ValueError(f"{part.kind.file}.csv: {wrong[0].faults[0].sentence}")
        if isinstance(part.kind, Lots):  # the player has them inspected
            for row in rows:
                put_in(row.work, OPENING, None)
        else:
            part.kind.apply(part.plan, by=None, rows=rows)
    if not is_demo():
        mark_demo()
    plant_chain.seal()
    return Plant(calendar, with_passwords())


def there(kind: Kind, rows: Sequence[Planned], day: date) -> list[Planned]:
    """The rows of what is there on a day: all but lots that came later."""
    return [row for row in rows if not isinstance(kind, Lots) or row.work["received"] <= day]


def take_in_lot(lot: inputs.MaterialLot, kind: str, by: User | None = None) -> Lot:
    """Put a lot where it stands; ``kind`` is that of its stock movement."""
    said = {
        "lot_no": lot.lot_no,
        "material": lot.material_code,
        "status": lot.status,
        "received": lot.received,
        "expiry": lot.expiry,
        "assay": lot.assay_pct,
        "zone": lot.location,
        "quantity": lot.quantity,
    }
    return put_in(said, kind, by)


def with_passwords() -> dict[str, User]:
    """Return the staff by login, with what lets them in.

    Their passwords, and the one PIN of all, are known to everybody: for the demo only. Nobody has
    chosen a language: each visitor reads the browser's.
    """
    pin = hash_password(DEMO_PIN)
    people = {user.login: user for user in db.session.scalars(select(User).order_by(User.id))}
    for login, user in people.items():
        user.pin_hash, user.password_hash = pin, hash_password(demo_password(login))
    db.session.flush()
    return people
