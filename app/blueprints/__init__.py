"""The pages: load, authorise, call, commit, render. Each module offers one ``blueprint``."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from app.blueprints.of_department import DepartmentKey

NAMES = (
    "people.login",
    "people.users",
    "people.deputies",
    "people.displays",
    "people.tablets",
    "jobs",
    "paper_day",
    "live",
    "trust",
    "home",
    "records.documents",
    "records.figures",
    "records.lists",
    "archive.index",
    "archive.audit",
    "warehouse.lots",
    "warehouse.stock",
    "warehouse.labels",
    "warehouse.counts",
    "warehouse.vouchers",
    "warehouse.both_stocks",
    "wall.display",
    "floor.tablet",
    "floor.sign_together",
    "board.picked_cards",
    "master.tables",
    "master.grids",
    "master.things",
    "master.merging",
    "master.paper_lists",
    "master.stages",
    "master.gates",
    "master.settings",
    "master.start",
    "alerts.group_robots",
    "spreadsheets",
    "sales",
    "mail",
    # The pages of every department, on one blueprint.
    "department",
    "today",
    "board.saved_views",
    "records.plan_receipts",
    "records.discussion",
)


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: what both databases can hold as an id.

    Beyond it there is nothing, as for any other.
    """

    def __init__(
        self,
        map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = 2**31 - 1,
        signed: bool = False,
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.url_map.converters["department"] = DepartmentKey
    # All are loaded before any is registered: several modules may offer the same one.
    offered = [import_module(f"{__name__}.{name}").blueprint for name in NAMES]
    for blueprint in dict.fromkeys(offered):
        app.register_blueprint(blueprint)
