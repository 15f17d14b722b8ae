"""A list of documents that are in force on paper: one person took it over, another signs it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_login import current_user

from app.blueprints.floor import second_signature
from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.flow.departments import QUALITY
from app.flow.master.revisions import ABANDON, APPROVERS, AUTHORS, CONFIRM
from app.flow.texts.lazy_text import _l
from app.forms.master.paper_lists import GiveUpListForm, SignListForm
from app.models.records.errors import MovedOn
from app.screens.master.paper_lists import PaperList
from app.security import STAFF, new_key, policy

blueprint = Blueprint("paper_lists", __name__, url_prefix="/documents-on-paper")


HEADS = (
    _l("Number"),
    _l("Document"),
    _l("Title"),
    _l("Edition"),
    _l("In force since"),
    _l("Approved on paper by"),
    _l("Written on paper by"),
    _l("Remark"),
    _l("Stage"),
)


def as_file(number: str) -> ListFile:
    found = PaperList.of(number) or abort(404)
    rows = [
        [
            each.ref,
            each.headline,
            each.title,
            each.edition,
            each.effective_on,
            each.paper_approver,
            each.paper_author,
            each.reason,
            each.current_stage.label,
        ]
        for each in found.revisions
    ]
    return f"documents-on-paper-{number}", [("documents", HEADS, rows)]


@blueprint.get("/<number>")
@policy(STAFF)
@offers(as_file)
def show(number: str) -> Any:
    """What the list says, and the signature that it waits for."""
    return page(PaperList.of(number) or abort(404), SignListForm(formdata=None))


@blueprint.post("/<number>")
@policy(*sorted(APPROVERS, key=lambda role: role.key))
@idempotent
def sign(number: str) -> Any:
    """Confirm all that waits of it with one signature, or nothing. Raises Refused."""
    found, form = PaperList.of(number) or abort(404), SignListForm()
    if not form.validate() or not second_signature.signed(CONFIRM, form):
        return page(found, form, 422)
    waiting = found.waiting
    if not waiting or set(form.record.data) != seen(waiting):
        raise MovedOn(_l("The list has changed meanwhile. Load the page again."))
    for revision in waiting:
        revision.perform(CONFIRM.key, by=current_user)
    flash(str(_l("The list is confirmed. In force as on paper: %(n)s.", n=len(waiting))), "success")
    return redirect(url_for("paper_lists.show", number=number), 303)


@blueprint.post("/<number>/give-up")
@policy(*sorted(AUTHORS, key=lambda role: role.key))
@idempotent
def give_up(number: str) -> Any:
    """Give up all that waits of it, for one reason, or nothing. Raises Refused."""
    found, form = PaperList.of(number) or abort(404), GiveUpListForm()
    if not form.validate():
        return page(found, SignListForm(formdata=None), 422, form)
    waiting = found.waiting
    if not waiting or set(form.record.data) != seen(waiting):
        raise MovedOn(_l("The list has changed meanwhile. Load the page again."))
    for revision in waiting:
        revision.perform(ABANDON.key, by=current_user, reason=form.reason.data)
    flash(str(_l("The list is given up: %(n)s documents.", n=len(waiting))), "success")
    return redirect(url_for("paper_lists.show", number=number), 303)


def seen(waiting: Any) -> set[str]:
    return {f"{each.ref} {each.version}" for each in waiting}


def page(
    found: PaperList, form: SignListForm, status: int = 200, up: GiveUpListForm | None = None
) -> Any:
    up = up or GiveUpListForm(formdata=None)
    for each in (form, up):
        each.key.data = each.key.data or new_key()
    return render_template(
        "master/paper_list.html",
        list=found,
        form=form,
        action=CONFIRM,
        department=QUALITY,
        same_person=next(
            (no for each in found.waiting if (no := each.same_person(CONFIRM, current_user))), None
        ),
        may_sign=current_user.has_role({role.key for role in APPROVERS}),
        up=up,
        may_give_up=all(current_user.has_role(each.roles_for(ABANDON)) for each in found.waiting),
    ), status
