"""Users and their roles.

Nobody is ever deleted, and every change stands in the person's chain of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.blueprints.people.deputies import STATES
from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, AUDITOR, ROLES
from app.flow.rules.blockers import PEOPLE
from app.flow.texts.lazy_text import Text, _l, listed
from app.forms.people.users import NewUserForm, PasswordForm, PersonsPinForm, UserForm
from app.models.people.standing_in import of_person
from app.models.people.user import LastAdmin, LoginTaken, User
from app.models.records.event import Event
from app.models.records.rules.reevaluation import reevaluate
from app.models.records.sealing.erasable_words import entered_of
from app.screens.home.staffing import wanting
from app.security import hash_password, pin_weakness, policy, weakness
from app.security.first_login import path_for
from app.web.filters import one_language
from app.web.languages import LANGUAGES

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
USER = "/users/<int:user_id>"


HEADS = (_l("Name"), _l("Login"), _l("Job title"), _l("Roles"), _l("State"))
MAY_LOG_IN = {True: _l("May log in"), False: _l("Login closed")}


def everybody() -> Sequence[User]:
    """All people, those who may log in first."""
    people = select(User).options(selectinload(User.stands_in))
    return db.session.scalars(people.order_by(User.active.desc(), User.login)).all()


def as_file() -> ListFile:
    rows = [
        [
            person.known_as,
            person.login,
            one_language(person.title),
            listed(person.role_names()),
            MAY_LOG_IN[person.active],
        ]
        for person in everybody()
    ]
    return "users", [("users", HEADS, rows)]


@blueprint.get("/users")
@policy(ADMIN, readers=(AUDITOR,))
@offers(as_file)
def users() -> Any:
    """Everybody."""
    return render_template(
        "people/users/index.html", people=everybody(), may_change=may_change(), wanting=wanting()
    )


@blueprint.route("/users/new", methods=["GET", "POST"])
@policy(ADMIN)
@idempotent
def new_user() -> Any:
    """Take a person on."""
    form = NewUserForm()
    if form.validate_on_submit() and acceptable(form.password, form.login.data, form.name.data):
        try:
            user = User.create(
                **form.values, password_hash=hash_password(form.password.data), by=me()
            )
            reevaluate(PEOPLE)
            return saved(user, _l("The user is created."))
        except LoginTaken as taken:
            form.login.errors = [taken.sentence]
    return show(None, form)


def history_as_file(user_id: int) -> ListFile:
    return history_file(f"user-{user_id}", lines(db.get_or_404(User, user_id)))


@blueprint.route(USER, methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@idempotent
@offers(history_as_file)
def user(user_id: int) -> Any:
    """Show a person with the history of their access; change them."""
    person = db.get_or_404(User, user_id)
    form = UserForm(obj=None, data=drawn_from(person))
    if form.validate_on_submit():
        try:
            person.change(by=me(), version=form.version.seen, **form.values)
            reevaluate(PEOPLE)
            return saved(person, _l("Saved."))
        except LoginTaken as taken:
            form.login.errors = [taken.sentence]
        except LastAdmin as last:
            form.roles.errors = [last.sentence]
        db.session.rollback()
    return show(person, form)


@blueprint.route(USER + "/password", methods=["GET", "POST"])
@policy(ADMIN)
@idempotent
def password(user_id: int) -> Any:
    """Give a person a new password; all their logins end."""
    person = db.get_or_404(User, user_id)
    form = PasswordForm(data={"version": person.version})
    if form.validate_on_submit() and acceptable(form.password, person.login, person.name):
        person.set_password(hash_password(form.password.data), by=me(), version=form.version.seen)
        return saved(person, _l("The password is set; every login of this person has ended."))
    return render_template(
        "people/users/secret.html", user=person, form=form, what=_l("Set password")
    ), 422 if form.is_submitted() else 200


@blueprint.route(USER + "/pin", methods=["GET", "POST"])
@policy(ADMIN)
@idempotent
def pin(user_id: int) -> Any:
    """Give a person a new PIN for the shared tablets."""
    person = db.get_or_404(User, user_id)
    form = PersonsPinForm(data={"version": person.version})
    if form.validate_on_submit():
        if not (reason := pin_weakness(form.pin.data)):
            person.set_pin(hash_password(form.pin.data), by=me(), version=form.version.seen)
            return saved(person, _l("The PIN is set."))
        form.pin.errors = [reason]
    return render_template(
        "people/users/secret.html", user=person, form=form, what=_l("Set PIN")
    ), 422 if form.is_submitted() else 200


def me() -> User:
    return current_user._get_current_object()


def may_change() -> bool:
    return me().has_role([ADMIN.key])


def show(person: User | None, form: UserForm) -> Any:
    """The page of a person (None: a new one); 422 where its form was sent and not accepted."""
    page = render_template(
        "people/users/show.html",
        user=person,
        link=link_of(person),
        form=form,
        may_change=may_change(),
        changes=lines(person) if person else [],
        deputies=of_person(person) if person else [],
        states=STATES,
    )
    return page, 422 if form.is_submitted() else 200


def link_of(person: User | None) -> str:
    """The link by which a person chooses a first password, for those who give it to them."""
    if person is None or not person.active or person.password_hash or not may_change():
        return ""
    return request.host_url.rstrip("/") + path_for(person)


PAST = {
    "create": _l("created the user"),
    "change": _l("changed the access"),
    "set_password": _l("set the password"),
    "set_pin": _l("set the PIN"),
    "erase": _l("erased words about a person"),
}


def lines(person: User) -> list[dict[str, Any]]:
    """A person's chain, the latest first."""
    said = entered_of(person.history)
    return [line(event, said[event.id]) for event in reversed(person.history)]


def line(event: Event, changes: dict[str, Any]) -> dict[str, Any]:
    """One event of a person's chain, as the page's timeline shows it."""
    return {
        "who": event.who or _l("System"),
        "what": PAST[event.action],
        "at": event.at,
        "seq": event.seq,
        "role": event.in_role,
        "note": note(changes),
    }


def note(data: dict[str, Any]) -> str:
    """What an event changed: old and new."""
    return "\n".join(
        str(
            _l(
                "%(what)s: %(value)s",
                what=FIELDS[key],
                value=old_and_new(data[key], WORDS.get(key, str)),
            )
        )
        for key in FIELDS
        if key in data
    )


def old_and_new(value: Any, words: Any) -> str:
    """What a field was and is; a new person's fields as they are, erased words as such."""
    if not isinstance(value, dict):
        return str(value) if isinstance(value, Text) else words(value) or "–"
    return f"{words(value['old'] or '') or '–'} → {words(value['new'] or '') or '–'}"


YES, NO = _l("yes"), _l("no")
WORDS = {
    "roles": lambda keys: str(listed(ROLES[key].label for key in keys)),
    "active": lambda yes: str(YES if yes else NO),
    "language": lambda key: dict(LANGUAGES).get(key, key),
}
FIELDS = {
    "login": _l("Login"),
    "name": _l("Name"),
    "title": _l("Job title"),
    "language": _l("Language"),
    "roles": _l("Roles"),
    "active": _l("May log in"),
}


def acceptable(field: Any, *own_words: str) -> bool:
    """Mark a password field that is too easily guessed."""
    if reason := weakness(field.data, *own_words):
        field.errors = [reason]
    return not reason


def drawn_from(person: User) -> dict[str, Any]:
    return {
        "version": person.version,
        "login": person.login,
        "name": person.name,
        "title": person.title,
        "language": person.language or "",
        "roles": sorted(person.own_role_keys),
        "active": person.active,
    }


def saved(person: User, sentence: Any) -> Any:
    flash(str(sentence), "success")
    return redirect(url_for("admin.user", user_id=person.id), 303)
