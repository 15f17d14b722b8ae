"""The worker's part of a long list as a file.

The list's own address is opened once more for who asked for it, by the policy of its page: a list
has one way to become a file, whoever waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Response, g
from flask_login import login_user
from werkzeug.http import parse_options_header

from app.database import only_reading
from app.extensions import db, this_app
from app.jobs.bundles import Tell
from app.jobs.leases import tell_beside
from app.models.people.user import User
from app.models.records.papers.list_file import FOLDER, KEPT, place
from app.storage import store
from app.web.sheets import TYPES

OFTEN = 0.5  # seconds between two words of how far it is
# The worker stands inside: nobody leads it to HTTPS.
INSIDE = "https://localhost"


def make(payload: dict[str, Any], number: int, _tell: Tell) -> dict[str, Any]:
    """Make the file of a job and keep it, in place of an earlier attempt's. Raises OSError."""
    answer = opened(payload, number)
    if answer is None:
        return {"refused": True}
    content = answer.get_data()
    where = place(number, payload["kind"])
    store.here().remove(where)
    store.here().put(where, BytesIO(content))
    _, said = parse_options_header(answer.headers["Content-Disposition"])
    return {"name": said["filename"], "size": len(content)}


def opened(payload: dict[str, Any], number: int) -> Response | None:
    """The list as who asked for it is answered; None where it is not open to them any more."""
    app = this_app()
    # A context of its own: whoever is logged in here is so nowhere else.
    with (
        only_reading(),
        app.app_context(),
        app.test_request_context(payload["address"], base_url=INSIDE),
    ):
        person = db.session.get_one(User, payload["by"])
        if not login_user(person):
            return None
        g.language, g.tell_rows = payload["language"], seldom(number)
        answer = app.full_dispatch_request()
        if answer.status_code >= 500:
            raise RuntimeError(f"{payload['address']} was answered with {answer.status_code}")
        return answer if answer.content_type == TYPES[payload["kind"]] else None


def seldom(number: int) -> Callable[[int, int | None], None]:
    """Tell of a job's progress now and then."""
    last = 0.0

    def tell(rows: int, of: int | None) -> None:
        nonlocal last
        if time.monotonic() - last > OFTEN:
            last = time.monotonic()
            tell_beside(number, rows, of)

    return tell


def tidy() -> None:
    """Clear away what was made for somebody weeks ago."""
    for each in store.here().places(FOLDER):
        if (store.here().age(each) or 0) > KEPT.total_seconds():
            store.here().remove(each)
