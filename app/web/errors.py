"""What people read when something is refused or fails: a sentence in their language, as a page
or as a fragment.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from app.database import is_full
from app.extensions import db, login
from app.flow.texts.lazy_text import Text, _l
from app.forms.people.login import ResumeForm
from app.models.records.errors import Refused
from app.security import resumption, safe_path, sessions
from app.security.requests import let_go
from app.storage.store.streams import Unavailable

SENTENCES = {
    400: _l("The page was out of date or incomplete. Load it again; nothing was changed."),
    401: _l("Please log in."),
    403: _l("Your role may not do this. Ask your department’s head or an administrator."),
    404: _l("There is nothing here, or it is not yours to see."),
    405: _l("This address does not work that way."),
    409: _l("It has changed meanwhile. Load the page again; nothing was changed."),
    413: _l("That is too large: at most 5 MB."),
    422: _l("Something in the form is missing or wrong. Nothing was changed."),
    429: _l("Too many attempts. Wait a few minutes, then try again."),
    500: _l(
        "Something went wrong on our side. Nothing was changed; try again, and tell an "
        "administrator if it stays so."
    ),
    503: _l("The database does not answer at this moment. Nothing was changed; try again."),
}
FULL = _l(
    "The server’s disk is full, so nothing was changed. Tell an administrator; once there is room, "
    "try again."
)
STORE_AWAY = _l(
    "The store of files does not answer at this moment. Nothing was changed; try again in a while."
)
UNKNOWN_HOST = _l(
    "This server does not answer to the name in the address. Its administrator can add it to "
    "WASHLINE_HOSTS."
)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(DataError, impossible)
    for raced in (IntegrityError, StaleDataError):
        app.register_error_handler(raced, overtaken)
    for busy in (OperationalError, InterfaceError, PendingRollbackError, TimeoutError):
        app.register_error_handler(busy, unavailable)
    app.register_error_handler(Unavailable, out_of_reach)
    app.register_error_handler(Exception, unexpected)


def http_error(error: HTTPException) -> ResponseReturnValue:
    """An abort, a wrong address, a wrong method."""
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, SecurityError):  # an unknown host: no page of ours has an address there
        return Response(f"{UNKNOWN_HOST}\n", 400, mimetype="text/plain")
    db.session.rollback()
    if code == 401:
        return ask_to_log_in()
    sentence = (
        error.description
        if isinstance(error.description, Text)
        else SENTENCES.get(code, SENTENCES[400])
    )
    response = answer(code, sentence)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def refused(error: Refused) -> Response:
    """The model's no, in its own words."""
    db.session.rollback()
    return answer(error.status, error.sentence)


def unavailable(error: Exception) -> Response:
    """The database is locked, restarting, out of reach, or chose another transaction; or its
    disk is full.
    """
    current_app.logger.warning("database: %s", error)
    return answer(503, FULL if is_full(error) else SENTENCES[503])


def out_of_reach(error: Unavailable) -> Response:
    """The store that files are kept in does not answer, or is full."""
    current_app.logger.warning("store: %s", error)
    return answer(503, FULL if is_full(error) else STORE_AWAY)


def overtaken(error: Exception) -> Response:
    """A unique number, login or version that somebody else took in the same moment."""
    db.session.rollback()
    current_app.logger.warning("overtaken: %s", error)
    return answer(409, SENTENCES[409])


def impossible(_error: Exception) -> Response:
    """A value that no field can hold."""
    db.session.rollback()
    return answer(400, SENTENCES[400])


def unexpected(error: Exception) -> Response:
    """A fault of ours: on record for us, without details for the reader.

    A full disk is the administrator's.
    """
    if is_full(error):
        return unavailable(error)
    current_app.logger.exception("%s %s", request.method, request.path, exc_info=error)
    return answer(500, SENTENCES[500])


def answer(code: int, sentence: Text) -> Response:
    """Return the sentence as a page, or for htmx as the fragment ``#message``."""
    if code >= 500:
        # The page must need nothing of a database that may be the very thing that fails.
        let_go()
        g._login_user = login.anonymous_user()
        g.login_touched = None
    try:
        response = make_response(drawn(code, sentence), code)
    except SQLAlchemyError as error:  # the layout asks who reads
        if code < 500:
            return unavailable(error)
        response = Response(f"{sentence}\n", code, mimetype="text/plain")
    if code in (429, 503):
        response.headers["Retry-After"] = "300" if code == 429 else "2"
    return response


def drawn(code: int, sentence: Text) -> str:
    """The page, or the fragment, that says the sentence."""
    template = "_message.html" if request.headers.get("HX-Request") == "true" else "error.html"
    return render_template(
        template, sentence=sentence, kind="refused", code=code, entered=resumption.written()
    )


def ask_to_log_in() -> ResponseReturnValue:
    """Send a visitor to where they come in, and remember where they wanted to go."""
    htmx = request.headers.get("HX-Request") == "true"
    target = sessions.way_in(wanted(htmx))
    if htmx:
        response = make_response(
            render_template("_message.html", sentence=SENTENCES[401], kind="refused"), 401
        )
        response.headers["HX-Redirect"] = target
        return response
    if resumption.can_be_kept() or "not_let_in" in g:
        return ask_beside_the_form()
    if "text/event-stream" in request.headers.get("Accept", ""):
        return Response(status=401)
    return redirect(target, 303)


def ask_beside_the_form() -> Response:
    """The log-in page that carries what was entered on a form."""
    status, sentence = g.get("not_let_in", (401, None))
    form = ResumeForm(formdata=None, login=request.form.get(resumption.LOGIN, ""))
    form.form_errors += [sentence] if sentence else []
    return make_response(
        render_template("people/login/resume.html", form=form, entered=resumption.entered()), status
    )


def wanted(htmx: bool) -> str:
    """The page somebody was on (htmx says so) or asked for; a form cannot be asked for again, so
    home.
    """
    if htmx:
        parts = urlsplit(request.headers.get("HX-Current-URL", ""))
        return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return (
        safe_path(request.full_path.removesuffix("?")) if request.method in ("GET", "HEAD") else "/"
    )
