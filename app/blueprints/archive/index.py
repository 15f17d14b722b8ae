"""The archive: every order with its documents, for query and audit (四)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.blueprints.records.downloads import sent
from app.flow.texts.lazy_text import _l
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
TOO_MANY = _l(
    "These are more than %(most)s orders; choose fewer days, or a customer.", most=taken_away.MOST
)
LARGEST = 1 << 62


@blueprint.get("/")
@policy(STAFF)
def index() -> Any:
    """Orders, the fulfilled ones first, narrowed by what the form asks for; with ``?as=csv`` or
    ``xlsx`` all of them as a file.
    """
    wanted = asked()
    if kind := request.args.get("as"):
        return sent("archive", kind, [taken_away.sheet(wanted) or abort(422, description=TOO_MANY)])
    given = {name: value for name, value in request.args.items() if value and name not in TURNING}
    return render_template(
        "archive/index.html", page=archive_index.page_of(wanted), wanted=wanted, given=given
    )


@blueprint.get("/<ref>")
@policy(STAFF)
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
