"""What is nobody's department: the plant at a glance, finding, the printed procedure."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user

from app import live
from app.flow import printed
from app.flow.diagram import diagram
from app.flow.flows import FLOWS
from app.flow.roles import ROLES
from app.models import find as finding
from app.models.survey import Survey
from app.security import STAFF, policy

blueprint = Blueprint("home", __name__)
LONGEST = 80


@blueprint.get("/")
@policy(STAFF)
def index() -> Any:
    """The picture of the procedure; with ``?seen=n`` nothing when there is nothing new."""
    seen, number = request.args.get("seen", type=int), live.latest()
    if seen is not None and number <= seen:
        return "", 204
    page = "home/index.html" if seen is None else "home/_home.html"
    return render_template(page, survey=Survey(current_user), seen=number)


@blueprint.get("/find")
@policy(STAFF)
def find() -> Any:
    """What holds the words; a whole number leads straight to its page, unless somebody is still typing."""
    q, typing = " ".join(request.args.get("q", "")[:LONGEST].split()), request.headers.get("HX-Request") == "true"
    if q and not typing and (address := finding.address_of(q)):
        return redirect(address)
    groups = finding.search(q) if q else {}
    return render_template("find/_results.html" if typing else "find/index.html", q=q, groups=groups, most=finding.AT_MOST)


@blueprint.get("/procedure")
@policy(STAFF)
def procedure() -> Any:
    """The procedure as it is carried out here, for reading, training and printing."""
    return render_template("procedure/index.html", printed=printed, roles=list(ROLES.values()),
                           pictures=[(flow, diagram(flow)) for flow in FLOWS.values()])  # fmt: skip
