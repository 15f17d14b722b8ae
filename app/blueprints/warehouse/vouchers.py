"""What goes out to the plant's bookkeeping: what waits, what was sent, and the files of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, STOREKEEPER
from app.flow.texts.lazy_text import _l
from app.jobs import vouchers
from app.models.records.paging import Paged
from app.models.records.papers.document import Job
from app.models.vouchers.batch import VoucherBatch
from app.screens.stock.vouchers import HEADS, SENT, Outgoing, sent_with
from app.security import policy

blueprint = Blueprint("vouchers", __name__, url_prefix="/vouchers")
PAGE, LATEST = 50, 50


def waiting_as_file() -> ListFile:
    return "vouchers-waiting", [("waiting", HEADS, Outgoing().rows())]


def sent_as_file(number: int) -> ListFile:
    batch = db.get_or_404(VoucherBatch, number)
    return batch.number, [(batch.number, SENT, [line.row for line in sent_with(batch)])]


@blueprint.get("/")
@policy(ADMIN, STOREKEEPER, readers=(AUDITOR,))
@offers(waiting_as_file)
def index() -> Any:
    """What waits, what of it cannot go and why, and what went."""
    out = Outgoing()
    number = max(1, min(request.args.get("page", 1, int), 10_000))
    first = (number - 1) * PAGE
    return render_template(
        "warehouse/vouchers/index.html",
        out=out,
        page=Paged(out.lines[first : first + PAGE], len(out.lines), number, PAGE),
        batches=VoucherBatch.latest(LATEST),
        under_way=vouchers.under_way(),
        may_send=current_user.has_role({ADMIN.key, STOREKEEPER.key}),
        may_map=current_user.has_role({ADMIN.key}),
    )


@blueprint.post("/")
@policy(ADMIN, STOREKEEPER)
@idempotent
def send() -> Any:
    """Have all sent that can go. While one is under way, whoever asks is shown that one."""
    job = vouchers.under_way()
    if job is None and not Outgoing().ready:
        flash(str(_l("Nothing waits that could go.")), "info")
        return redirect(url_for("vouchers.index"), 303)
    job = job or vouchers.ask(current_user._get_current_object())
    return redirect(url_for("vouchers.sending", number=job.id), 303)


@blueprint.get("/sending/<int:number>")
@policy(ADMIN, STOREKEEPER, readers=(AUDITOR,))
def sending(number: int) -> Any:
    """What became of a sending; it looks again by itself."""
    job = db.get_or_404(Job, number)
    if job.kind != vouchers.SEND:
        abort(404)
    if batch := (job.result or {}).get("batch"):
        return redirect(url_for("vouchers.show", number=batch))
    return render_template("warehouse/vouchers/sending.html", job=job)


@blueprint.get("/<int:number>")
@policy(ADMIN, STOREKEEPER, readers=(AUDITOR,))
@offers(sent_as_file)
def show(number: int) -> Any:
    """A sending: its files, with their hashes, and the movements that went with it."""
    batch = db.get_or_404(VoucherBatch, number)
    return render_template("warehouse/vouchers/show.html", batch=batch, lines=sent_with(batch))
