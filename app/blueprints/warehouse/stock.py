"""What is in stock, by material and product or lot by lot, narrowed by what the form asks for;
the list to take away.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.blueprints.records.downloads import ListFile, offers
from app.flow.warehouse.counts import BEGIN, COUNTS
from app.screens.stock import stock_list
from app.screens.stock.stock_list import ITEMS, STATES, Wanted
from app.security import STAFF, policy

blueprint = Blueprint("stock", __name__, url_prefix="/stock")


def as_file() -> ListFile:
    return "stock", [stock_list.sheet(asked(request.args))]


@blueprint.get("/")
@policy(STAFF, floor=True)
@offers(as_file)
def index() -> Any:
    """The list as it is asked for."""
    criteria = asked(request.args)
    query = {name: value for name, value in request.args.items() if value and name != "page"}
    return render_template(
        "warehouse/stock/index.html",
        page=stock_list.page_of(criteria),
        wanted=criteria,
        given=query,
        states=STATES,
        items=ITEMS,
        zones=stock_list.zones(),
        begin=BEGIN if current_user.may(BEGIN, COUNTS.stage(BEGIN.targets[0])) else None,
        flow=COUNTS,
        may_print=current_user.has_role(STAFF.roles),
    )


def asked(given: MultiDict[str, str]) -> Wanted:
    """What a form asks for; what cannot be read asks for nothing."""
    kind, state = given.get("kind", ""), given.get("state", "")
    return Wanted(
        words=given.get("q", "").strip()[:80],
        item=given.get("item", "")[:40],
        zone=given.get("zone", "")[:40],
        kind=kind if kind in ITEMS else "",
        state=state if state in STATES else "",
        by="lot" if given.get("by") == "lot" else "item",
        page=max(1, min(given.get("page", 1, int), 100_000)),
    )
