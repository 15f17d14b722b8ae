"""An auditor's list: asked for here, gathered by the worker, found again here."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import PurePath
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, QUALITY_HEAD
from app.flow.texts.lazy_text import _l
from app.forms.archive.audit import MOST, AuditForm
from app.jobs import bundles
from app.models.records.papers.document import Job
from app.screens.archive import audit_list
from app.screens.archive.audit_list import BUNDLE, Wanted
from app.security import new_key, policy
from app.storage import store
from app.storage.store.streams import blocks

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
ASKED = _l("The list is being gathered. You can leave this page and come back.")
TOO_MANY = _l("That means more than %(most)s orders; choose fewer days.", most=MOST)
NONE = _l("No order was received in these days, of this customer, with this product.")


def as_file() -> ListFile:
    return "audit", [audit_list.sheet()]


@blueprint.get("/")
@policy(AUDITOR, QUALITY_HEAD, ADMIN)
@offers(as_file)
def index() -> Any:
    """The form, and the lists asked for so far; these alone for a page that looks again."""
    if request.headers.get("HX-Request") == "true":
        return render_template("archive/audit/_bundles.html", bundles=audit_list.bundles())
    return page(AuditForm(formdata=None, data={"numbers": request.args.get("numbers", "")[:200]}))


@blueprint.post("/")
@policy(AUDITOR, QUALITY_HEAD, ADMIN)
@idempotent
def ask() -> Any:
    """Have a list gathered."""
    form = AuditForm()
    form.offer(*audit_list.choices())
    if not form.validate():
        return page(form, 422)
    criteria = Wanted(**form.asked)
    if not criteria.numbers and not 0 < (count := len(audit_list.orders_in(criteria))) <= MOST:
        form.numbers.errors = [str(TOO_MANY if count else NONE)]
        return page(form, 422)
    audit_list.ask_for(criteria, current_user)
    flash(str(ASKED), "success")
    return redirect(url_for("audit.index"), 303)


@blueprint.get("/<int(max=2147483647):number>/bundle")
@policy(AUDITOR, QUALITY_HEAD, ADMIN)
def bundle(number: int) -> Response:
    """The finished file, sent as it is read."""
    job = db.get_or_404(Job, number)
    held = ExitStack()
    try:
        if job.kind != BUNDLE or job.state != "done":
            abort(404)
        file, size = held.enter_context(store.here().open(bundles.place(number)))
    except FileNotFoundError:
        abort(404)
    response = Response(blocks(file), content_type="application/zip")
    response.call_on_close(held.close)
    response.content_length = size
    response.headers.set(
        "Content-Disposition", "attachment", filename=PurePath(bundles.place(number)).name
    )
    return response


def page(form: AuditForm, status: int = 200) -> Any:
    form.offer(*audit_list.choices())
    form.key.data = form.key.data or new_key()
    return render_template(
        "archive/audit/index.html", form=form, bundles=audit_list.bundles()
    ), status
