"""All counts of stock, and the lines of one to take away; a count itself is a record like every
other.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.flow.warehouse.counts import ADJUST_LOT, BEGIN, COUNTS
from app.models.warehouse.counting.stock_count import StockCount
from app.screens.record.about.stock_count import AboutCount
from app.screens.search.find import department_for
from app.screens.stock import counts, stock_list
from app.security import STAFF, policy

blueprint = Blueprint("counts", __name__, url_prefix="/stock/counts")


def as_file() -> ListFile:
    return "counts", [counts.sheet(zone_asked())]


def lines_as_file(ref: str) -> ListFile:
    count = StockCount.find(ref) or abort(404)
    return count.ref, [AboutCount(count).sheet()]


@blueprint.get("/")
@policy(STAFF, floor=True)
@offers(as_file)
def index() -> Any:
    """The counts of a zone, or of all."""
    zone = zone_asked()
    after = max(1, min(request.args.get("after", counts.NEWEST, int), counts.NEWEST))
    first = COUNTS.stage(BEGIN.targets[0])
    return render_template(
        "warehouse/counts/index.html",
        page=counts.page_of(zone, after),
        zone=zone,
        zones=stock_list.zones(),
        begin=BEGIN if current_user.may(BEGIN, first) else None,
        adjust=ADJUST_LOT if current_user.may(ADJUST_LOT, first) else None,
        flow=COUNTS,
        department_for=department_for,
    )


@blueprint.get("/<ref>")
@policy(STAFF)
@offers(lines_as_file, shown_at="/stock/counts/")
def lines(ref: str) -> Any:
    """The lines of a count as a file."""
    abort(404)


def zone_asked() -> str:
    return request.args.get("zone", "")[:40]
