"""The plant's own settings: administrators change them, the auditor reads them, and every change
is on record.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user

from app.blueprints.records.discussion import drop, stored_uploads
from app.blueprints.records.documents import sent
from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.documents.paper.heading import by_environment
from app.flow.roles import ADMIN, AUDITOR
from app.flow.rules.settings import CHOICE, LOGO, SECTIONS, SETTINGS, Declared
from app.flow.texts.lazy_text import _l
from app.flow.texts.terms import unit
from app.forms.master.logo import LogoForm
from app.forms.master.settings import SettingsForm
from app.mail.mailbox import NotReached, opened
from app.models.master.dictionary import TABLES
from app.models.records.event import Event
from app.models.records.papers.attachment import Attachment
from app.models.records.rules.plant_settings import PlantSetting, plant_setting
from app.models.sales.order import Order
from app.required import required
from app.security import PUBLIC, new_key, policy
from app.web.template_context import is_open

# What a plant sets on pages of their own.
ELSEWHERE = (
    ("/admin/start/", _l("First steps"), _l("What is entered, and what is missing")),
    (
        "/admin/stages/",
        _l("Stages and limits"),
        _l("When a card is too long in a stage, how many may stand there"),
    ),
    ("/admin/gates/", _l("Gates"), _l("What must be fulfilled before a step")),
    ("/admin/master/line", TABLES["line"].label, _l("Shifts of each line")),
    ("/admin/robots/", _l("Group robots"), _l("Who is told what where nobody looks at a screen")),
)
blueprint = Blueprint("settings", __name__, url_prefix="/admin/settings")


def lines(setting: PlantSetting) -> list[dict[str, Any]]:
    """The chain of the settings, the latest first."""
    return [line(event) for event in reversed(setting.history)]


def history_as_file() -> ListFile:
    return history_file("settings", lines(PlantSetting.current()))


@blueprint.route("/", methods=["GET", "POST"])
@policy(ADMIN, readers=(AUDITOR,))
@idempotent
@offers(history_as_file)
def show() -> Any:
    """Show what is set, with the history of its changes; change it."""
    setting = PlantSetting.current()
    drawn = {"version": setting.version, **setting.values}
    form = SettingsForm(data=None if request.method == "POST" else drawn)
    form.money_on_record = Order.holds_money()
    if form.validate_on_submit():
        changed = PlantSetting.change(form.values, by=current_user, version=form.version.seen)
        flash(str(_l("Saved.") if changed else _l("Nothing was changed.")), "success")
        return redirect(url_for("settings.show"), 303)
    form.key.data = form.key.data or new_key()
    return render_template(
        "master/settings.html",
        form=form,
        sections=SECTIONS,
        said=lambda declared: in_words(declared, setting.values.get(declared.key, "")),
        without=without,
        mail_in=current_app.config["MAIL_IN"],
        mail_in_password=current_app.config["MAIL_IN_PASSWORD_FILE"],
        logo_form=LogoForm(formdata=None, data={"key": new_key()}),
        elsewhere=[each for each in ELSEWHERE if is_open(each[0], current_user)],
        changes=lines(setting),
        may_change=current_user.has_role([ADMIN.key]),
    ), 422 if form.is_submitted() else 200


@blueprint.post("/mailbox")
@policy(ADMIN)
def try_mailbox() -> Any:
    """Look into the mailbox once and say what is there; nothing is taken in."""
    try:
        with opened(current_app.config) as box:
            flash(
                str(_l("The mailbox answers: %(count)s lie there.", count=len(box.numbers))),
                "success",
            )
    except NotReached as fault:
        flash(str(_l("The mailbox does not answer: %(fault)s", fault=str(fault))), "error")
    return redirect(url_for("settings.show"), 303)


@blueprint.post("/logo")
@policy(ADMIN)
def put_logo() -> Any:
    """Take a new logo, or take the present one away."""
    form = LogoForm()
    if "remove" in request.form:
        return idempotent(changed_logo)([])
    if not form.validate_on_submit():
        flash(" ".join(map(str, (e for errors in form.errors.values() for e in errors))), "error")
        return redirect(url_for("settings.show"), 303)
    files = stored_uploads((required(form.logo.upload),))
    try:
        return idempotent(changed_logo)(files)
    finally:
        drop(files)


def changed_logo(files: list[Attachment]) -> Any:
    """Put the logo on record, or that there is none; it is taken out of the list, and stays."""
    PlantSetting.put_logo(files[0] if files else None, by=current_user)
    files.clear()
    flash(str(_l("Saved.")), "success")
    return redirect(url_for("settings.show"), 303)


@blueprint.get("/logo/<name>")
@policy(PUBLIC)
def logo(name: str) -> Response:
    """The plant's logo, which whoever logs in sees as well."""
    file = Attachment.find(name) if name == plant_setting("logo") else None
    return sent(file or abort(404), required(file).content_type, "inline")


def in_words(declared: Declared, value: str) -> str:
    """A setting's value as people read it."""
    if declared is LOGO:
        return value[:8] or "–"
    said = dict(declared.choices).get(value, value) if declared.kind == CHOICE else value
    return (
        " ".join(filter(None, (str(said), value and declared.unit and unit(declared.unit)))) or "–"
    )


def without(declared: Declared) -> str:
    """What holds where the setting is not set, and where that is said; "" for nothing."""
    if declared.environment:
        name = by_environment().name
        said = {"company_zh": name.zh, "company_en": name.en}[declared.key]
        return str(_l("%(value)s (%(name)s)", value=said, name=declared.environment))
    return in_words(declared, declared.default) if declared.default else ""


def line(event: Event) -> dict[str, Any]:
    """One change, as the page's timeline shows it."""
    changes = (
        [str(event.data["filename"])]
        if event.action == "attach"
        else [
            f"{SETTINGS[key].label}: {in_words(SETTINGS[key], change['old'])} → "
            f"{in_words(SETTINGS[key], change['new'])}"
            for key, change in event.data.items()
        ]
    )
    return {
        "who": event.who or "–",
        "what": _l("changed the settings"),
        "at": event.at,
        "seq": event.seq,
        "role": event.in_role,
        "note": "\n".join(changes),
    }
