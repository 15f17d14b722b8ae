"""The documents on file and the files that people attached: each is sent only after its content
was compared with its hash.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.jobs import NOT_FAILED, STARTED
from app.blueprints.records.idempotent import idempotent
from app.flow.texts.lazy_text import _l
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Document
from app.security import STAFF, policy
from app.storage import archive

blueprint = Blueprint("documents", __name__)
log = logging.getLogger(__name__)


@blueprint.get("/documents/<name>")
@policy(STAFF)
def show(name: str) -> Any:
    """A document's PDF, to read or (``?download``) to keep; a page that waits for it while it is
    being made.
    """
    document = Document.find(name) or abort(404)
    if not document.sha256:
        return render_template(
            "record/documents/waiting.html",
            document=document,
            may_retry=current_user.has_role(STAFF.roles),
        ), 202
    return sent(
        document, "application/pdf", "attachment" if "download" in request.args else "inline"
    )


@blueprint.post("/documents/<name>/again")
@policy(STAFF)
@idempotent
def again(name: str) -> Any:
    """Have a document made that the worker gave up."""
    document = Document.find(name) or abort(404)
    job = document.given_up
    started = job is not None and job.again()
    flash(str(STARTED if started else NOT_FAILED), "success" if started else "info")
    return redirect(url_for("documents.show", name=document.name), 303)


@blueprint.get("/attachments/<name>")
@policy(STAFF)
def attachment(name: str) -> Any:
    """A file that somebody attached, always to keep and never to open here."""
    file = Attachment.find(name) or abort(404)
    return sent(file, file.content_type, "attachment")


def sent(filed: Document | Attachment, content_type: str, disposition: str) -> Response:
    """The answer that carries a file, under its name, once it proved to be what was filed."""
    try:
        content = archive.read(filed)
    except archive.Damaged as damage:
        log.critical("the archive is damaged: %s", damage)
        abort(
            500,
            description=_l(
                "%(name)s is not what was filed. It is not shown; tell an administrator.",
                name=filed.filename,
            ),
        )
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", disposition, filename=filed.filename)
    return response
