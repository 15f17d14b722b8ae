"""A view as its board offers it: what may be chosen, what is chosen and how to let go of it, and
the lanes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import quote

from sqlalchemy import String, exists, literal, select, union_all

from app import clock
from app.extensions import db
from app.flow.departments import SALES, Department
from app.flow.grammar import Flow
from app.flow.orders import ORDERS
from app.flow.roles import AUDITOR
from app.flow.roles import SALES as CLERK
from app.flow.texts.lazy_text import Both, Text, _l
from app.models.mail.received_mail import ReceivedMail
from app.models.master import Customer, Line, ProductFamily
from app.models.people.preferences import SavedView
from app.models.people.user import User
from app.models.sales.order import Order
from app.screens.board.columns import Cell, Column, can_show, lanes_of, stages_on
from app.screens.board.filters import CHOICES, LANES, NO_LANE, SORTS, SWITCHES, View
from app.screens.board.queries import PAGE

READ_MAIL = (CLERK.key, AUDITOR.key)


@dataclass(frozen=True)
class Lane:
    """A row across the columns; ``url`` folds it away or opens it."""

    key: str
    label: Any
    count: int
    closed: bool
    url: str


@dataclass
class BoardOptions:
    """One person's view of one board, with the columns that it shows."""

    department: Department
    view: View
    user: User
    columns: list[Column]

    @property
    def mails(self) -> int | None:
        """How many mails wait, on the board of those who read them; None on others."""
        may = self.department is SALES and self.user.has_role(READ_MAIL)
        return ReceivedMail.waiting() if may else None

    def url(self, view: View) -> str:
        return f"/{self.department.key}/{view.query}"

    def only(self, switch: str) -> str:
        """The address of the board as it is, narrowed further by a switch: what a number of the
        summary counts.
        """
        narrower: dict[str, Any] = {switch: True}
        return self.url(replace(self.view, **narrower))

    @property
    def here(self) -> str:
        return self.url(self.view)

    @property
    def unfiltered(self) -> str:
        return self.url(self.view.unfiltered)

    @cached_property
    def folded(self) -> set[str]:
        """The ids of the columns that the person has folded away; in lanes every row needs its
        cells.
        """
        if self.view.lanes:
            return set()
        return {
            f"column-{key.replace('.', '-')}" for key in self.user.folded_on(self.department.key)
        }

    @property
    def firsts(self) -> set[str]:
        """The ids of the columns with which the kinds of record begin on this board."""
        first: dict[str, str] = {}
        for flow, stage, _ in stages_on(self.department):
            first.setdefault(flow.key, f"column-{flow.key}-{stage.key}")
        return set(first.values())

    @property
    def flows(self) -> list[tuple[Flow, list[Column]]]:
        """The columns by the kind of record that stands in them."""
        found: dict[str, list[Column]] = {}
        for column in self.columns:
            found.setdefault(column.flow.key, []).append(column)
        return [(columns[0].flow, columns) for columns in found.values()]

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)

    @cached_property
    def names(self) -> dict[tuple[str, str], Any]:
        """What lines, families and the customers with open orders are called, by kind and code."""
        is_open = exists().where(
            Order.customer_id == Customer.id,
            Order.stage.in_(ORDERS.open),
        )
        parts = [
            select(
                literal(kind, String).label("kind"),
                cls.code,
                first.label("first"),
                cls.name_en.label("second"),
            ).where(*where)
            for kind, cls, first, where in (
                ("line", Line, Line.name_zh, [Line.active]),
                ("family", ProductFamily, ProductFamily.name_zh, [ProductFamily.active]),
                ("customer", Customer, Customer.name_local, [is_open]),
            )
        ]
        rows = sorted(db.session.execute(union_all(*parts)), key=lambda row: (row.kind, row.code))
        return {(row.kind, row.code): Both(row.first, row.second) for row in rows}

    def name(self, kind: str, code: str) -> Any:
        found = self.names.get((kind, code), code)
        return f"{code} {found}" if kind == "line" and found != code else found

    # What may be chosen

    @cached_property
    def known(self) -> list[str]:
        return can_show(self.department)

    @property
    def switches(self) -> list[tuple[str, Text]]:
        return [(name, label) for name, label in SWITCHES.items() if name in self.known]

    @property
    def choices(self) -> list[tuple[str, Text, list[tuple[str, Any]]]]:
        return [
            (
                name,
                label,
                [(code, self.name(kind, code)) for kind, code in self.names if kind == name],
            )
            for name, label in CHOICES.items()
            if name in self.known
        ]

    @property
    def sorts(self) -> Iterable[tuple[str, Text]]:
        return SORTS.items()

    @property
    def lanings(self) -> list[tuple[str, Text]]:
        return [
            (name, label) for name, label in LANES.items() if name == "week" or name in self.known
        ]

    # What is chosen

    @property
    def chips(self) -> list[tuple[Any, str]]:
        """What narrows, orders or lays out the board, each with the address of the board without
        it.
        """
        view, chips = self.view, []
        for name, value in view.filters.items():
            chips.append(
                (
                    SWITCHES[name]
                    if name in SWITCHES
                    else _l(
                        "%(what)s: %(value)s", what=CHOICES[name], value=self.name(name, value)
                    ),
                    self.url(view.without(name)),
                )
            )
        if view.sort:
            chips.append((SORTS[view.sort], self.url(view.without("sort"))))
        if view.lanes:
            chips.append(
                (
                    _l("Lanes: %(by)s", by=LANES[view.lanes]),
                    self.url(view.without("lanes", "closed")),
                )
            )
        return chips

    @cached_property
    def saved(self) -> list[SavedView]:
        return SavedView.of(self.user, self.department.key)

    @property
    def is_saved(self) -> bool:
        return any(kept.query == self.view.query for kept in self.saved)

    # Lanes

    @cached_property
    def lanes(self) -> list[Lane]:
        if not self.view.lanes:
            return []
        return [
            Lane(
                key,
                self.lane_label(key),
                count,
                self.view.has_closed(key),
                self.url(self.view.fold(key)),
            )
            for key, count in lanes_of(self.columns, self.view).items()
        ]

    @property
    def beside(self) -> int:
        """How many cards lie in lanes that are too many to show."""
        return self.count - sum(lane.count for lane in self.lanes) if self.view.lanes else 0

    def lane_label(self, key: str) -> Any:
        if not key:
            return NO_LANE[self.view.lanes]
        if self.view.lanes != "week":
            return self.name(self.view.lanes, key)
        if not key.isdigit():
            return {"past": _l("Before this week"), "later": _l("Later")}[key]
        monday = clock.today() - timedelta(days=clock.today().weekday()) + timedelta(weeks=int(key))
        sunday = monday + timedelta(days=6)
        days = f"{monday.month}/{monday.day}–{sunday.month}/{sunday.day}"
        return {
            "0": _l("This week, %(days)s", days=days),
            "1": _l("Next week, %(days)s", days=days),
        }.get(key, _l("Week %(number)s, %(days)s", number=monday.isocalendar().week, days=days))

    def more(self, column: Column, cell: Cell, lane: str | None = None) -> str:
        """The address of a column's next page, or of a lane's (named ``-`` for those without)."""
        view = self.view.without("closed")
        part = f"{view.query}{'&' if view.query else '?'}after={cell.last}&before={cell.length}"
        return f"/{self.department.key}/column/{column.flow.key}/{column.stage.key}{part}" + (
            f"&lane={quote(lane)}" if lane else ""
        )

    def longer(self, column: Column, cell: Cell, lane: str | None = None) -> str:
        """The address of the whole board with a column, or a lane of it, shown a page further."""
        length = min(cell.length + PAGE, cell.before + cell.count)
        view = self.view.longer(column.flow.key, column.stage.key, lane, length)
        return f"/{self.department.key}/{view.query_as_long}"
