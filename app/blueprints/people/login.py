"""Coming in and going out, the language, and one's own account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user
from sqlalchemy import delete

from app.blueprints.people.deputies import STATES
from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.texts.lazy_text import _l
from app.forms.people.login import FirstPasswordForm, LoginForm, OwnPasswordForm, OwnPinForm
from app.models.people.standing_in import of_person
from app.models.people.station import Station
from app.models.people.user import UserSession
from app.plant import reading
from app.security import (
    PASSWORD,
    PUBLIC,
    SELF,
    browsers,
    confirm,
    devices,
    hash_password,
    pin_weakness,
    policy,
    recognise,
    safe_path,
    sessions,
    weakness,
)
from app.security.first_login import person_of
from app.security.resumption import NO_MATCH
from app.web.languages import COOKIE, offered_languages

blueprint = Blueprint("auth", __name__)
LINK_OVER = _l("This link is over or was used. Ask an administrator for another one.")


@blueprint.route("/login", methods=["GET", "POST"])
@policy(PUBLIC)
def login() -> Any:
    """Ask for name and password; a right pair opens a new login.

    Not on a shared tablet: there it is the PIN.
    """
    form = LoginForm(next=request.args.get("next", "/"))
    if devices.here(Station):
        return redirect(sessions.way_in(safe_path(form.next.data)), 303)
    if request.method != "POST" and current_user.is_authenticated:
        return redirect(safe_path(form.next.data), 303)
    if not form.validate_on_submit():
        return render_template(
            "people/login/login.html", form=form
        ), 422 if request.method == "POST" else 200
    if not (user := recognise(reading.code(form.login.data).lower(), form.password.data, PASSWORD)):
        form.form_errors.append(NO_MATCH)
        return render_template("people/login/login.html", form=form), 422
    token = sessions.start(user)
    db.session.commit()
    response = sessions.set_cookie(redirect(safe_path(form.next.data), 303), token)
    return browsers.remember(response, user.login)


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@policy(PUBLIC)
def welcome(token: str) -> Any:
    """Have somebody who came by their link choose a first password."""
    if not (person := person_of(token)):
        abort(404, description=LINK_OVER)
    form = FirstPasswordForm()
    if form.validate_on_submit():
        if not (reason := weakness(form.password.data, person.login, person.name)):
            person.set_password(hash_password(form.password.data), by=person)
            db.session.commit()
            flash(str(_l("The password is set. Log in with it.")), "success")
            return redirect("/login", 303)
        form.password.errors = [reason]
    return render_template("people/login/welcome.html", form=form, person=person, token=token), (
        422 if form.is_submitted() else 200
    )


@blueprint.post("/logout")
@policy(SELF, floor=True)
def logout() -> Any:
    """End this login, on the server too; a shared tablet locks."""
    response = sessions.end(redirect("/floor/" if current_user.spot else "/login", 303))
    db.session.commit()
    return response


@blueprint.post("/language")
@policy(PUBLIC)
def language() -> Any:
    """Remember a language: in this browser, and with the person who is logged in."""
    chosen = request.form.get("lang", "")
    if chosen not in dict(offered_languages()):
        abort(400)
    if current_user.is_authenticated and not current_user.spot:
        current_user.language = chosen
        db.session.commit()
    response = redirect(safe_path(request.form.get("next", "").removesuffix("?")), 303)
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=365 * 24 * 3600,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/account/sound")
@policy(SELF)
def sound() -> Any:
    """Whether a new anomaly may be heard: with the person, whatever machine they are at."""
    current_user.want_sound(request.form.get("wanted") == "1")
    db.session.commit()
    if request.headers.get("HX-Request"):
        return render_template("_sound.html", chosen=True)
    return redirect(safe_path(request.form.get("next", "")), 303)


def logins_as_file() -> ListFile:
    heads = (_l("Device"), _l("Address"), _l("Since"), _l("Last used"))
    rows = [
        [each.agent, each.address, each.created, each.touched]
        for each in UserSession.of(current_user, datetime.now(UTC))
    ]
    return "logins", [("logins", heads, rows)]


@blueprint.get("/account")
@policy(SELF)
@offers(logins_as_file)
def account(form: OwnPasswordForm | None = None, status: int = 200) -> Any:
    """One's own roles, logins and password."""
    logins = UserSession.of(current_user, datetime.now(UTC))
    return render_template(
        "people/login/account.html",
        form=form or OwnPasswordForm(formdata=None),
        logins=logins,
        deputies=of_person(current_user),
        states=STATES,
        this=sessions.token_hash(),
    ), status


@blueprint.post("/account/password")
@policy(SELF)
@idempotent
def own_password() -> Any:
    """Change one's own password; every login of this person ends, this one too."""
    form, user = OwnPasswordForm(), current_user._get_current_object()
    if not form.validate():
        return account(form, 422)
    if reason := weakness(form.password.data, user.login, user.name):
        form.password.errors = [reason]
        return account(form, 422)
    if not confirm(user, form.current.data):
        form.current.errors = [_l("That is not your current password.")]
        return account(form, 422)
    user.set_password(hash_password(form.password.data), by=user)
    flash(str(_l("Your password is changed. Log in with the new one.")), "success")
    return redirect("/login", 303)


@blueprint.route("/account/pin", methods=["GET", "POST"])
@policy(SELF)
@idempotent
def own_pin() -> Any:
    """Set one's own PIN for the shared tablets."""
    form, user = OwnPinForm(), current_user._get_current_object()
    if form.validate_on_submit():
        if reason := pin_weakness(form.pin.data):
            form.pin.errors = [reason]
        elif not confirm(user, form.current.data):
            form.current.errors = [_l("That is not your current password.")]
        else:
            user.set_pin(hash_password(form.pin.data), by=user)
            flash(str(_l("Your PIN is set.")), "success")
            return redirect("/account", 303)
    return render_template("people/login/pin.html", form=form), 422 if form.is_submitted() else 200


@blueprint.post("/account/logins/<handle>")
@policy(SELF)
def end_login(handle: str) -> Any:
    """End one of one's own logins."""
    mine = [s for s in UserSession.of(current_user, datetime.now(UTC)) if s.handle == handle]
    if not mine:
        abort(404)
    db.session.execute(delete(UserSession).where(UserSession.token_hash == mine[0].token_hash))
    db.session.commit()
    return redirect("/account", 303)
