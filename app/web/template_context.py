"""What every template may use."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from jinja2 import StrictUndefined, Undefined
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from app import clock
from app.flow.departments import WITH_BOARD
from app.flow.orders import RECEIVE
from app.flow.roles import ADMIN
from app.flow.texts.currency import currency
from app.flow.texts.lazy_text import Text, _l
from app.models.records.discussion.mention import Mention
from app.models.records.papers.document import Job
from app.models.records.rules.plant_settings import or_default
from app.required import required
from app.screens.home import alarms as calls
from app.screens.home.first_start import to_enter
from app.security import Policy, new_key, policy_of
from app.web import filters
from app.web.languages import language, offered_languages
from app.web.list_pages import AT_ONCE, files_asked_for, list_address

JOBS = "/admin/jobs/"
# The pages beside the boards; each is shown to those whom its policy lets in.
PLACES = (
    ("/procedure", _l("Procedure")),
    ("/deputies/", _l("Deputies")),
    ("/paper-day/", _l("Paper day")),
    ("/archive/", _l("Archive")),
    ("/audit/", _l("Auditor’s list")),
    ("/stock/", _l("Stock")),
    ("/vouchers/", _l("Vouchers")),
    ("/admin/master/", _l("Master data")),
    ("/admin/settings/", _l("Settings")),
    ("/import/", _l("Spreadsheets")),
    ("/admin/stages/", _l("Stages and limits")),
    ("/admin/gates/", _l("Gates")),
    ("/admin/robots/", _l("Group robots")),
    ("/admin/users", _l("Users")),
    ("/admin/displays/", _l("Displays and tablets")),
    (JOBS, _l("Failed jobs")),
    ("/account", _l("My account")),
)


class Missing(StrictUndefined):
    """In tests a name that does not exist may be asked for (``{% if caller %}``), but never
    shown.
    """

    __bool__ = Undefined.__bool__  # type: ignore[assignment]  # asked, it is false; its base fails


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.autoescape = True
    if app.testing:
        app.jinja_env.undefined = Missing
    app.jinja_env.globals.update(
        new_key=new_key,
        takes_calls=takes_calls,
        first_steps_left=first_steps_left,
        taking_calls=RECEIVE,
        now=clock.now,
        local=clock.local,
        zone=clock.zone,
        fixed=fixed,
        currency=currency,
        at_once=AT_ONCE,
        list_address=list_address,
        files_asked_for=files_asked_for,
    )
    filters.init_app(app)
    app.context_processor(surroundings)
    app.after_request(tell_mentions)


def takes_calls() -> bool:
    """Whether the person takes orders in: then a key begins one on every page."""
    return current_user.is_authenticated and current_user.has_role(RECEIVE.role_keys)


def first_steps_left() -> bool:
    """Whether the administrator still has first steps before them."""
    return current_user.is_authenticated and current_user.has_role([ADMIN.key]) and to_enter(0) > 0


def fixed(name: str) -> Markup:
    """A template that depends on nothing but the language, rendered once for each."""
    kept = current_app.extensions.setdefault("fixed", {})
    key = (name, language())
    if key not in kept:
        kept[key] = Markup(
            current_app.jinja_env.get_template(name).render()
        )  # rendered by an escaping environment
    return kept[key]


def surroundings() -> dict[str, Any]:
    """What the layout shows around a page."""
    theme = request.cookies.get("theme", "")
    return {
        "departments": WITH_BOARD,
        "languages": offered_languages(),
        "logo": or_default("logo"),
        "lang": language(),
        "places": places,
        "mentions": mentions,
        "alarms": alarms,
        "alarm_column": calls.COLUMN,
        "practice": current_app.config["PRACTICE"],
        "spot": getattr(current_user, "spot", None),
        "theme": theme if theme in ("light", "dark") else "",
    }


def mentions() -> int:
    """In how many comments the person is named that they have not looked at; asked once a
    request.
    """
    if "mentions" not in g:
        g.mentions = Mention.count_for(current_user.id)
    return g.mentions


def alarms() -> int | None:
    """How many anomalies nobody has acknowledged, for those who may; None for everybody else.

    Asked once a request.
    """
    if "alarms" not in g:
        person = current_user._get_current_object()
        g.alarms = calls.count() if person.is_authenticated and calls.calls(person) else None
    return g.alarms


def tell_mentions(response: Response) -> Response:
    """A page that reads a part of itself again learns the numbers on the way, without a question
    of its own.
    """
    if "seen" in request.args and response.status_code == 200 and current_user.is_authenticated:
        response.headers["X-Mentions"] = str(mentions())
        if alarms() is not None:
            response.headers["X-Alarms"] = str(alarms())
    return response


def places() -> list[tuple[str, Text, bool]]:
    """The pages this person may see: address, name, whether it is the present one.

    The worker's only when it needs somebody.
    """
    person = current_user._get_current_object()
    if not person.is_authenticated:
        return []
    return [
        (url, label, request.path.startswith(url.rstrip("/")))
        for url, label in PLACES
        if is_open(url, person) and (url != JOBS or Job.has_failed())
    ]


def is_open(url: str, person: Any) -> bool:
    """True where the address exists and its policy lets the person look."""
    known = current_app.extensions.setdefault("places", {})
    if url not in known:
        known[url] = policy_at(url)
    return bool(known[url] and known[url].allows(person, "GET"))


def policy_at(url: str) -> Policy | None:
    """The policy of the page at an address, if there is one."""
    try:
        endpoint, _ = required(current_app.create_url_adapter(request)).match(url, method="GET")
    except HTTPException:
        return None
    return policy_of(current_app, endpoint)
