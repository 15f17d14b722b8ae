"""What is nobody's department: the plant at a glance, finding, the printed procedure."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from flask_login import current_user

from app import live
from app.blueprints.records.downloads import ListFile, offers
from app.flow.flows import FLOWS
from app.flow.printed import procedure as printed
from app.flow.printed.diagram import diagram
from app.flow.roles import ROLES
from app.models.people.standing_in import at_present
from app.screens.home import alarms as calls
from app.screens.home.mentions import mentions_of
from app.screens.home.plant_overview import PlantOverview
from app.screens.record.mention_choices import suggested
from app.screens.search import find as finding
from app.screens.search.taken_away import sheet_of
from app.security import STAFF, policy
from app.web.template_context import alarms as alarms_of
from app.web.template_context import mentions

blueprint = Blueprint("home", __name__)
LONGEST = 200  # a scanned code may be a whole address
NOTHING = finding.Findings({})
SHORT_LIST = 8  # under the search box


@blueprint.get("/")
@policy(STAFF, floor=True)
def index() -> Any:
    """The picture of the procedure; with ``?seen=n`` nothing when there is nothing new.

    A shared tablet has a start page of its own.
    """
    if current_user.spot:
        return redirect("/floor/", 303)
    seen, number = request.args.get("seen", type=int), live.latest()
    if seen is not None and number <= seen:
        return "", 204
    page = "home/index.html" if seen is None else "home/_home.html"
    return render_template(
        page,
        overview=PlantOverview(current_user, request.args),
        mentioned=mentions_of(current_user) if mentions() else [],
        seen=number,
        anomalies=calls.first() if alarms_of() else [],
    )


@blueprint.get("/alarms")
@policy(STAFF)
def alarms() -> Any:
    """Nothing but how many anomalies nobody has acknowledged, in a header: what a tab in the
    background asks for.
    """
    return Response(status=200, mimetype="text/plain")


def asked_for() -> str:
    """The words that are looked for."""
    return " ".join(request.args.get("q", "")[:LONGEST].split())


def found_as_file() -> ListFile:
    return "found", [sheet_of(finding.search(words) if (words := asked_for()) else NOTHING)]


@blueprint.get("/find")
@policy(STAFF, floor=True)
@offers(found_as_file)
def find() -> Any:
    """What holds the words; a whole number leads straight to its page, unless somebody is still
    typing (``pick``: a short list).
    """
    q, pick = asked_for(), "pick" in request.args
    typing = pick or request.headers.get("HX-Request") == "true"
    if q and not typing and (address := finding.address_of(q, current_user)):
        return redirect(address)
    most = SHORT_LIST if pick else finding.AT_MOST
    page = (
        "search/_options.html"
        if pick
        else "search/_results.html"
        if typing
        else "search/index.html"
    )
    return render_template(
        page,
        q=q,
        found=finding.search(q, most) if q else NOTHING,
        most=most,
        department_for=finding.department_for,
    )


@blueprint.get("/people")
@policy(STAFF)
def people() -> Any:
    """Whom somebody may mean who has typed @ and a beginning of a name, login or title."""
    return render_template(
        "home/_people.html", people=suggested(request.args.get("q", "")[:LONGEST])
    )


@blueprint.get("/procedure")
@policy(STAFF)
def procedure() -> Any:
    """The procedure as it is carried out here, for reading, training and printing."""
    return render_template(
        "home/procedure/index.html",
        printed=printed,
        roles=list(ROLES.values()),
        deputies=at_present(),
        pictures=[(flow, diagram(flow)) for flow in FLOWS.values()],
    )
