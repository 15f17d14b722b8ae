"""The documents on file: each is sent only after its content was compared with its hash."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from app import archive
from app.flow.words import _l
from app.models.document import Document
from app.security import STAFF, policy

blueprint = Blueprint("documents", __name__)
log = logging.getLogger(__name__)


@blueprint.get("/documents/<name>")
@policy(STAFF)
def show(name: str) -> Any:
    """A document's PDF, to read or (``?download``) to keep; a page that waits for it while it is being made."""
    document = Document.find(name) or abort(404)
    if not document.sha256:
        return render_template("documents_index/waiting.html", document=document, failed=document.has_failed), 202
    try:
        content = archive.read(document)
    except archive.Damaged as damage:
        log.critical("the archive is damaged: %s", damage)
        abort(500, description=_l("%(name)s is not what was filed. It is not shown; tell an administrator.", name=document.name))
    return pdf(document, content)


def pdf(document: Document, content: bytes) -> Response:
    """The answer that carries a document, named as it is on file."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment" if "download" in request.args else "inline", filename=document.filename)
    return response
