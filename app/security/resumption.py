"""What was typed outlives the login: a form sent without one comes back with the way in, and then
ready to be sent again.

The answer to such a form is the log-in page, which carries what was entered and posts it to where
it was going. Who proves there who they are comes in and sees the form as it was filled in; nothing
of it has been done yet.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, request, session
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.models.people.station import Station
from app.security import browsers, devices, sessions
from app.security.attempts import TooManyAttempts
from app.security.credentials import PASSWORD, gives_away, recognise
from app.security.keys import new_key

# The log-in's own fields, beside those of the form.
LOGIN, SECRET = "resume_login", "resume_password"
# What belongs to the login that ended, or must never be written into a page.
SECRETS = {SECRET, "password", "second_pin", "current", "again", "pin"}
NOT_KEPT = {LOGIN, "csrf_token", "key", *SECRETS}
# Forms that are the way in or out themselves.
DOORS = {
    "auth.login",
    "auth.logout",
    "auth.language",
    "auth.own_password",
    "auth.own_pin",
    "floor.pin",
}
LONGEST = 1024
NO_MATCH = _l("Login and password do not match.")
WELCOME = _l("You are logged in again. Nothing has been sent yet: look it over, then send it.")


def can_be_kept() -> bool:
    """Whether what was sent is a form that somebody filled in, on a computer of their own."""
    filled_in = any(value.strip() for name, value in entered() if name not in ("version", "next"))
    return (
        request.method == "POST"
        and request.endpoint not in DOORS
        and filled_in
        and not request.headers.get("HX-Request")
        and devices.here(Station) is None
    )


def entered() -> list[tuple[str, str]]:
    """What the form holds, name by name, without a secret that was typed into a plain field."""
    secrets = [value for name in SECRETS for value in request.form.getlist(name)]
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NOT_KEPT and not gives_away(value, secrets)
    ]


def written() -> list[str]:
    """What somebody wrote in words or figures, to be copied from the page that refuses it."""
    if request.method != "POST" or request.endpoint in DOORS:
        return []
    try:
        return [
            value
            for name, value in entered()
            if name not in ("version", "next", "lang") and value.strip()
        ]
    except HTTPException:  # what was sent cannot be read
        return []


def come_in() -> None:
    """Let in who sends the way in beside a form; from then on this request is theirs, and carries
    out nothing.

    Where that is refused it stays nobody's, and ``g.not_let_in`` says why: status and sentence.
    """
    if LOGIN not in request.form or request.endpoint in DOORS:
        return
    name = request.form[LOGIN].strip().lower()[:80]
    try:
        user = recognise(name, request.form.get(SECRET, "")[:LONGEST], PASSWORD)
    except TooManyAttempts as many:
        g.not_let_in = many.status, many.sentence
        return
    if user is None:
        g.not_let_in = 401, NO_MATCH
        return
    token = sessions.start(user)
    db.session.commit()
    g.new_login, g._login_user = (token, user.login), user
    session["login"] = sessions.digest(token)[:32]
    request.form = ImmutableMultiDict([*entered(), ("key", new_key(user))])
    g.resumed = True
    flash(str(WELCOME), "info")


def is_resumed() -> bool:
    """Whether this request only shows a form again whose sender has just come in."""
    return bool(g.get("resumed"))


def hand_over(response: Any) -> Any:
    """Give the browser of somebody who has come in their token."""
    if found := g.get("new_login"):
        sessions.set_cookie(response, found[0])
        browsers.remember(response, found[1])
    return response
