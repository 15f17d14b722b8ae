"""Pages whose list can be taken away: its address as it is shown, and what somebody has asked for
there.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from app.models.records.papers import list_file
from app.models.records.papers.document import Job
from app.required import required

# Rows of a file that is made while somebody waits; a longer one is the worker's.
AT_ONCE = 1000
# What a page's address says of its place in the list, or of how it is sent.
TURNING = ("as", "page", "after", "before", "seen")
HERE = "."  # a list that is shown at its own address


def list_address(**more: str) -> str:
    """The address of the list that a page shows, narrowed and sorted as it is."""
    asked = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if value and name not in (*TURNING, *more)
    ]
    query = urlencode([*asked, *more.items()])
    return f"{request.path}?{query}" if query else request.path


def page_of(path: str) -> str | None:
    """The page on which the list at a path is asked for; None where there is none to take away."""
    adapter = required(current_app.create_url_adapter(request))
    try:
        endpoint, _ = adapter.match(path, method="GET")
    except HTTPException:
        return None
    shown_at = offered().get(endpoint)
    return path if shown_at == HERE else shown_at


def offered() -> dict[str, str]:
    """Where the list of each endpoint that offers one is shown."""
    known: dict[str, str] = current_app.extensions.setdefault("lists", {})
    if not known:
        views = current_app.view_functions
        known |= {key: view.offers for key, view in views.items() if hasattr(view, "offers")}
    return known


def files_asked_for() -> list[Job]:
    """The files that this person has asked for on this page, where one can be."""
    shown = offered()
    if request.endpoint not in shown and request.path not in shown.values():
        return []
    return list_file.own(current_user, request.path) if current_user.is_authenticated else []
