"""Labels for lots: asked for from a lot, a list of stock or an import of lots; printed by the
worker, found here.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.blueprints.warehouse.stock import asked
from app.documents.lot_labels import LAYOUTS
from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.jobs import lot_labels
from app.models.records.papers.document import Job
from app.models.warehouse.lots import ids_of
from app.required import required
from app.screens.stock import stock_list
from app.security import STAFF, policy
from app.sheets.importing import jobs, report
from app.sheets.reading.plan import NEW
from app.storage import store
from app.storage.store.streams import blocks

blueprint = Blueprint("labels", __name__, url_prefix="/labels")
NONE = _l("There is no lot to print a label of.")
TOO_MANY = _l("These are more than %(most)s lots; narrow the list.", most=lot_labels.MOST)


@blueprint.post("/")
@policy(STAFF)
@idempotent
def ask() -> Any:
    """Have the labels printed of one lot, of an import's new lots, or of all of a list."""
    layout = request.form.get("layout", "")
    lots = named() if layout in LAYOUTS else abort(422)
    if not 0 < len(lots) <= lot_labels.MOST:
        flash(str(TOO_MANY if lots else NONE), "error")
        return redirect(url_for("stock.index"), 303)
    job = lot_labels.ask_for(lots, layout, current_user._get_current_object())
    return redirect(url_for("labels.show", number=job.id), 303)


@blueprint.get("/<int:number>")
@policy(STAFF)
def show(number: int) -> Any:
    """What became of labels; it looks again by itself."""
    job = asked_for(number)
    return render_template("warehouse/labels/show.html", job=job, layouts=LAYOUTS)


@blueprint.get("/<int:number>/pdf")
@policy(STAFF)
def download(number: int) -> Response:
    """The printed labels, to read or print."""
    asked_for(number)
    held = ExitStack()
    try:
        file, size = held.enter_context(store.here().open(lot_labels.place(number)))
    except FileNotFoundError:
        abort(404)
    response = Response(blocks(file), content_type="application/pdf")
    response.call_on_close(held.close)
    response.content_length = size
    response.headers.set("Content-Disposition", "inline", filename=f"lot-labels-{number}.pdf")
    return response


def asked_for(number: int) -> Job:
    job = db.get_or_404(Job, number)
    return job if job.kind == lot_labels.JOB else abort(404)


def named() -> list[int]:
    """The lots that a form means, by their ids."""
    if lot := request.form.get("lot", type=int):
        return [lot] if 0 < lot < 2**63 else []
    if number := request.form.get("import", type=int):
        return imported(number)
    rows = stock_list.rows(replace(asked(request.form), by="lot"))
    return [required(row.lot).id for row in rows]


def imported(number: int) -> list[int]:
    """The lots that an import brought."""
    job = db.get_or_404(Job, number)
    if job.kind != jobs.LOOK or job.payload["kind"] != "lots":
        abort(404)
    try:
        rows = report.rows(job.id, [NEW])
    except FileNotFoundError:
        abort(404)
    return ids_of([row.title for row in rows])
