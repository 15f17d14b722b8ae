"""The archive: every order with its documents, for query and audit (四)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.forms.records.action import OUT_OF_CALENDAR, within_calendar
from app.models.records.papers.attachment import Attachment
from app.models.warehouse.suppliers_of import records_of
from app.plant import reading
from app.screens.archive import index as archive_index
from app.screens.archive import taken_away
from app.screens.archive.criteria import Wanted
from app.security import STAFF, policy
from app.web.template_context import is_open

blueprint = Blueprint("archive", __name__, url_prefix="/archive")

TURNING = ("page", "after", "before")  # what a page's address says of its place in the list
LARGEST = 1 << 62


def as_file() -> ListFile:
    return "archive", [taken_away.sheet(asked())]


@blueprint.get("/")
@policy(STAFF)
@offers(as_file)
def index() -> Any:
    """Orders, the fulfilled ones first, narrowed by what the form asks for."""
    wanted = asked()
    given = {name: value for name, value in request.args.items() if value and name not in TURNING}
    return render_template(
        "archive/index.html", page=archive_index.page_of(wanted), wanted=wanted, given=given
    )


def order_as_file(ref: str) -> ListFile:
    """The lists of an order's page; with ``of`` the one that it names."""
    entry = archive_index.entry_of(ref) or abort(404)
    records = records_of(entry.order)
    sheets = taken_away.sheets_of(entry, records, Attachment.of(records))
    wanted = request.args.get("of")
    return f"archive-{ref}", [each for each in sheets if wanted in (None, each[0])] or abort(404)


@blueprint.get("/<ref>")
@policy(STAFF)
@offers(order_as_file)
def show(ref: str) -> Any:
    """One order: its cards, its records and every document and attached file with hash, size and
    time; to read or to print.
    """
    entry = archive_index.entry_of(ref) or abort(404)
    records = records_of(entry.order)
    return render_template(
        "archive/show.html",
        entry=entry,
        order=entry.order,
        records=records,
        files=Attachment.of(records),
        may_export=is_open("/audit/", current_user),
    )


def asked() -> Wanted:
    """What the form asks for; a page number that cannot be read is the first."""
    words = {
        name: reading.line(request.args.get(name, ""))[:80]
        for name in ("number", "customer", "words")
    }
    return Wanted(
        **words,
        first=day("first"),
        last=day("last"),
        page=max(1, min(request.args.get("page", 1, int), 100_000)),
        after=place("after"),
        before=place("before"),
    )


def place(name: str) -> int | None:
    """Where a page begins or ends; one that cannot be is none."""
    given = request.args.get(name, None, int)
    return given if given is not None and abs(given) < LARGEST else None


def day(name: str) -> date | None:
    """A day that the form asks for; one that cannot be, or cannot be read, is told."""
    given = reading.code(request.args.get(name, ""))
    try:
        return within_calendar(date.fromisoformat(given)) if given else None
    except ValueError:
        abort(422, description=OUT_OF_CALENDAR)
