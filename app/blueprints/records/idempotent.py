"""A POST that happens once, however often its request arrives."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Response, abort, make_response, request
from flask_login import current_user
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from app.database import reading
from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.records.idempotency import Answer
from app.security import checked_key, request_hash, sessions
from app.security.resumption import is_resumed

log = logging.getLogger(__name__)
NOT_KNOWN = _l(
    "The database was lost while this was being recorded, so it is not known whether it was. Send "
    "it again: it happens only once."
)


def idempotent(
    view: Callable[..., Any] | None = None, *, then: Callable[[Response], Any] | None = None
) -> Any:
    """Make a POST view idempotent by the form's ``key``; a GET passes through.

    The view changes and returns its answer, but does not commit: its answer is stored and committed
    here with the change, unless it is 400 or more (then nothing was changed). A retry gets the
    stored answer. ``then`` makes what is really sent out of the stored answer, after the commit,
    for the first request and a retry alike (a board's fresh columns).

    With the header ``X-Became`` the request only asks what became of one like it: the stored
    answer, 204 where it never arrived; while it is under way the question waits, like a retry, and
    gets 503 when that takes too long.
    """
    if view is None:
        return lambda v: idempotent(v, then=then)

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        if request.method != "POST" or is_resumed():
            return view(*args, **kwargs)
        user = current_user._get_current_object()
        key, fingerprint = checked_key(request.form.get("key", ""), user), request_hash(request)
        row, new = Answer.claim(user.id, key, fingerprint, datetime.now(UTC))
        if row.request_hash != fingerprint:
            abort(
                409,
                description=_l(
                    "This form was already sent with other contents. Load the page again."
                ),
            )
        if new and "X-Became" in request.headers:
            db.session.rollback()
            return Response(status=204)
        response = carry_out(row, view, args, kwargs) if new else stored(row)
        if response.status_code >= 400 or not then:
            return response
        reading.set(True)  # what follows only renders: it must not hold up those who write
        return drawn(response, then)

    return answered


def carry_out(row: Answer, view: Callable[..., Any], args: Any, kwargs: Any) -> Response:
    """Run the view and commit its change with its answer, or nothing.

    They may do it no more? Then not, however long they waited.
    """
    if not sessions.still_has_access(current_user._get_current_object()):
        abort(409, description=_l("Your access has just been changed. Load the page again."))
    response = make_response(view(*args, **kwargs))
    if response.status_code >= 400:
        db.session.rollback()
        return response
    row.fill_in(
        status=response.status_code,
        location=response.headers.get("Location"),
        kind=response.content_type,
        body=response.get_data(as_text=True),
    )
    try:
        db.session.commit()
    except (OperationalError, InterfaceError) as lost:
        if not is_committed(row):
            raise lost
    return response


def is_committed(row: Answer) -> bool:
    """Whether a change is on record although its commit failed: the database may be lost between
    doing and saying so. Where it cannot be asked either, nobody is told that nothing was
    changed.
    """
    try:
        db.session.rollback()
        _, new = Answer.claim(row.actor_id, row.key, row.request_hash, row.at)
        db.session.rollback()
        return not new
    except SQLAlchemyError:
        log.exception("not known whether a change was committed")
        abort(503, description=NOT_KNOWN)


def drawn(response: Response, then: Callable[[Response], Any]) -> Any:
    """What is really sent for a stored answer.

    Where that fails the answer itself: the change is committed, and nobody may be told that nothing
    was changed.
    """
    try:
        return then(response)
    except Exception:
        log.exception("the answer to a committed change could not be drawn")
        db.session.rollback()
        return response


def stored(row: Answer) -> Response:
    """The answer that was given before."""
    response = Response(row.body, row.status, content_type=row.kind)
    if row.location:
        response.headers["Location"] = row.location
    return response
