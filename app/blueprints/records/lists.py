"""Long lists as files: asked for on the list's page, made by the worker, found there again."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.records.papers import list_file
from app.models.records.papers.document import Job
from app.security import SELF, policy, safe_path
from app.storage import store
from app.storage.store.streams import blocks
from app.web.languages import language
from app.web.list_pages import page_of
from app.web.sheets import TYPES
from app.web.template_context import is_open

blueprint = Blueprint("lists", __name__, url_prefix="/lists")
LONGEST = 2000
ASKED = _l("The file is being made. You can leave this page and come back.")


@blueprint.post("/")
@policy(SELF)
@idempotent
def ask() -> Any:
    """Have the list at an address made a file; it is found on the page that shows the list."""
    address, kind = request.form.get("address", ""), request.form.get("as", "")
    path = urlsplit(safe_path(address)).path
    page = page_of(path)
    if page is None or kind not in TYPES or len(address) > LONGEST:
        abort(422)
    if not is_open(path, current_user):
        abort(403)
    person = current_user._get_current_object()
    list_file.ask_for(address, page, kind, language(), person)
    flash(str(ASKED), "success")
    return redirect(address if page == path else page, 303)


@blueprint.get("/")
@policy(SELF)
def of_page() -> Any:
    """What somebody has asked for on a page: for that page, which looks again by itself."""
    page = request.args.get("page", "")
    return render_template("lists/_files.html", files=list_file.own(current_user, page), page=page)


@blueprint.get("/<int:number>/file")
@policy(SELF)
def download(number: int) -> Response:
    """The finished file, sent as it is read."""
    job = db.get_or_404(Job, number)
    person = current_user._get_current_object()
    if not list_file.may_have(job, person):
        abort(404)
    kind, held = job.payload["kind"], ExitStack()
    try:
        file, size = held.enter_context(store.here().open(list_file.place(number, kind)))
    except FileNotFoundError:
        abort(404)
    response = Response(blocks(file), content_type=TYPES[kind])
    response.call_on_close(held.close)
    response.content_length = size
    name = (job.result or {}).get("name", f"list-{number}.{kind}")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
