"""A folder of a whole plant's spreadsheets, as the demo's own: every kind of file in it, in the
order in which they name one another, their days moved so that the base day is today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.demo.mails import Mail, mails
from app.demo.sheets import Calendar
from app.extensions import db
from app.models.master import Customer
from app.sheets.importing.files import File, planned
from app.sheets.kinds import IN_ORDER, Kind
from app.sheets.kinds.formulas import FORMULA_LINES, FORMULAS
from app.sheets.kinds.orders import Orders
from app.sheets.reading.plan import Plan, Settings

MAILS = "emails"


@dataclass
class Part:
    """One kind of a folder: its files, and what they come to beside what came before."""

    kind: Kind
    files: list[File]
    plan: Plan


def parts(
    folder: Path, calendar: Calendar, wanted: Callable[[Kind], bool] = lambda _kind: True
) -> Iterator[Part]:
    """Plan the files of a folder one after the other; whoever takes one writes it before the next
    is looked at. Raises NotRead.
    """
    for kind in IN_ORDER:
        files = files_of(folder, kind)
        if files and wanted(kind):
            plan = planned(kind, files, Settings(shift=calendar.shift))
            if isinstance(kind, Orders):
                in_own_words(plan, folder, calendar)
            yield Part(kind, files, plan)


def files_of(folder: Path, kind: Kind) -> list[File]:
    """The files of a kind; formulas come with their lines."""
    if kind is FORMULA_LINES and named(folder, FORMULAS).is_file():
        return []
    kinds = [FORMULAS, FORMULA_LINES] if kind is FORMULAS else [kind]
    paths = [path for each in kinds if (path := named(folder, each)).is_file()]
    return [File(path.name, path.read_bytes()) for path in paths]


def named(folder: Path, kind: Kind) -> Path:
    return folder / f"{kind.file}.csv"


def left_over(folder: Path) -> list[str]:
    """The tables of a folder that are of no kind."""
    known = {kind.file for kind in IN_ORDER}
    return sorted(path.name for path in folder.glob("*.csv") if path.stem not in known)


def in_own_words(plan: Plan, folder: Path, calendar: Calendar) -> None:
    """Orders that a mail of the folder brought have its words for their message."""
    letters = mails(calendar, folder / MAILS) if (folder / MAILS).is_dir() else []
    for order in plan.more:
        customer = db.session.get(Customer, order.head["customer_id"] or 0)
        mail = customer and mail_of(letters, order.head["received_at"], customer.email)
        if mail:
            order.message = f"{mail.subject}\n\n{mail.text.strip()}"


def mail_of(letters: list[Mail], at: object, sender: str) -> Mail | None:
    return next((each for each in letters if each.sent_at == at and each.sender == sender), None)
