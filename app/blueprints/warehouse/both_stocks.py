"""The bookkeeping's stock beside ours: its list is brought, the worker compares, the page shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, STOREKEEPER
from app.flow.texts.lazy_text import Both, _l
from app.forms.spreadsheets.stock_listing import StockListingForm
from app.jobs import vouchers
from app.models.records.paging import Paged
from app.models.records.papers.document import Job
from app.required import required
from app.security import new_key, policy
from app.sheets.importing.files import File
from app.sheets.importing.report import sentence
from app.sheets.vouchers.comparison import STATES

blueprint = Blueprint("both_stocks", __name__, url_prefix="/vouchers/stock")
PAGE, LATEST = 100, 20
HEADS = (
    _l("State"),
    _l("Item"),
    _l("Their code"),
    _l("Item name"),
    _l("Lot"),
    _l("Ours"),
    _l("Theirs"),
    _l("Difference"),
    _l("Unit"),
    _l("What may explain it"),
)


@blueprint.route("/", methods=["GET", "POST"])
@policy(ADMIN, STOREKEEPER, readers=(AUDITOR,))
@idempotent
def index() -> Any:
    """The last comparisons, and the form for another list."""
    form = StockListingForm()
    if form.validate_on_submit():
        brought = File(*required(form.file.sent))
        job = vouchers.compare_with(brought, current_user._get_current_object())
        return redirect(url_for("both_stocks.show", number=job.id), 303)
    form.key.data = form.key.data or new_key()
    lately = db.select(Job).where(Job.kind == vouchers.COMPARE, Job.asked_at.is_not(None))
    return render_template(
        "warehouse/vouchers/stocks.html",
        form=form,
        comparisons=db.session.scalars(lately.order_by(Job.id.desc()).limit(LATEST)).all(),
        may_compare=current_user.has_role({ADMIN.key, STOREKEEPER.key}),
        states=STATES,
    ), 422 if form.is_submitted() else 200


def as_file(number: int) -> ListFile:
    if is_under_way(compared(number)):
        abort(404)
    return "both-stocks", [("stock", HEADS, [told(row) for row in chosen(kept(number))])]


@blueprint.get("/<int:number>")
@policy(ADMIN, STOREKEEPER, readers=(AUDITOR,))
@offers(as_file)
def show(number: int) -> Any:
    """A comparison, what differs first."""
    job = compared(number)
    page = {"job": job, "states": STATES, "sentence": sentence, "named": named}
    if is_under_way(job):
        return render_template("warehouse/vouchers/compared.html", **page, found=None)
    found, state = kept(number), request.args.get("state", "")
    rows = chosen(found)
    at = max(1, min(request.args.get("page", 1, int), 10_000))
    some = Paged(rows[(at - 1) * PAGE : at * PAGE], len(rows), at, PAGE)
    return render_template(
        "warehouse/vouchers/compared.html", **page, found=found, page=some, state=state
    )


def compared(number: int) -> Job:
    job = db.get_or_404(Job, number)
    return job if job.kind == vouchers.COMPARE else abort(404)


def is_under_way(job: Job) -> bool:
    """Whether there is nothing to show of a comparison: not yet, or never."""
    return job.state == "waiting" or job.given_up or "unread" in (job.result or {})


def chosen(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the state that is asked for; all where none is."""
    state = request.args.get("state", "")
    return [row for row in found["rows"] if state not in STATES or row["state"] == state]


def kept(number: int) -> dict[str, Any]:
    try:
        return vouchers.compared(number)
    except FileNotFoundError:
        abort(404, description=_l("What was found is no longer kept. Bring the file again."))


def told(row: dict[str, Any]) -> list[Any]:
    """A row as a list has it; quantities as numbers."""
    figures = (row[name] for name in ("ours", "theirs", "difference"))
    numbers = [Decimal(each) if each else None for each in figures]
    names = [STATES[row["state"]], row["item"], row["theirs_called"], named(row), row["lot"]]
    return [*names, *numbers, row["unit"], " ".join(sentence(each) for each in row["why"])]


def named(row: dict[str, Any]) -> str:
    """What the reader's language calls an item."""
    return str(Both(*row["names"]))
