"""What a department's people need first thing: a page of its own, and the strip above the board."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from flask_login import current_user

from app import live
from app.blueprints.of_department import blueprint
from app.blueprints.records.downloads import ListFile, offers
from app.flow.departments import Department
from app.models.master.dictionary import keeps
from app.screens import today as first_thing
from app.security import STAFF, policy


def as_file(department: Department) -> ListFile:
    """The list that ``all`` names."""
    asked = first_thing.listing(department, request.args.get("all", "")) or abort(404)
    return f"{department.key}-{asked.key}", [asked.sheet()]


@blueprint.get("/today")
@policy(STAFF)
@offers(as_file)
def today(department: Department) -> Any:
    """The lists, one of them to its end with ``?all=<key>``; the strip alone for htmx; with
    ``?seen=n`` nothing when there is nothing new.
    """
    seen, number = request.args.get("seen", type=int), live.latest()
    if seen is not None and number <= seen:
        return "", 204
    alone = seen is not None or request.headers.get("HX-Request") == "true"
    lists_of_today = first_thing.today(department, current_user, request.args.get("all", ""))
    return render_template(
        "today/_today.html" if alone else "today/index.html",
        today=lists_of_today,
        department=department,
        seen=number,
        keeps=keeps(current_user, department.key),
    )
