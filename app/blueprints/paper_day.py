"""Paper day 停机应急: the pack to work with on paper, to take away and to have made at once."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.flow.roles import ADMIN, PRODUCTION_HEAD, QUALITY_HEAD, SUPERVISOR
from app.flow.texts.lazy_text import _l
from app.jobs import paper_day as making
from app.security import STAFF, policy
from app.storage import paper_day as pack

blueprint = Blueprint("paper_day", __name__, url_prefix="/paper-day")
ASKED = _l("The pack is being made; it can be downloaded here in a minute.")
RESPONSIBLE = (SUPERVISOR, PRODUCTION_HEAD, QUALITY_HEAD, ADMIN)


@blueprint.get("/")
@policy(STAFF)
def index() -> Any:
    """How things stand with the pack; that alone for a page that looks again."""
    alone = request.headers.get("HX-Request") == "true"
    return render_template(
        "paper_day/_pack.html" if alone else "paper_day/index.html",
        made_at=pack.made_at(),
        folder=pack.folder(),
        failure=pack.failure(),
        busy=making.is_being_made(),
        may_make=current_user.has_role([role.key for role in RESPONSIBLE]),
    )


@blueprint.post("/pack")
@policy(*RESPONSIBLE)
@idempotent
def make() -> Any:
    """Have the pack made now."""
    making.ask_for()
    flash(str(ASKED), "success")
    return redirect(url_for("paper_day.index"), 303)


@blueprint.get("/pack.pdf")
@policy(STAFF)
def download() -> Response:
    """The newest pack."""
    if pack.made_at() is None:
        abort(404)
    return send_file(
        pack.at_home(), "application/pdf", as_attachment=True, download_name=pack.NEWEST
    )
