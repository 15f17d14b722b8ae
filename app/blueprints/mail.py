"""``/sales/mail/``: the mails that came in, each beside the order that was made of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.floor.second_signature import choices
from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.orders import CORRECT, DECLINE
from app.flow.roles import AUDITOR, SALES
from app.flow.texts.lazy_text import _l
from app.forms import form_for
from app.forms.sales.mail import BringMailForm, PutToOrderForm
from app.mail.taking_in import take_in
from app.models.mail.received_mail import (
    CORRECTED,
    LAID_ASIDE,
    LOOKED_AT,
    PUT_TO_ORDER,
    ReceivedMail,
)
from app.models.people.user import User
from app.models.records.kinds import record_of
from app.models.sales.order import Order
from app.required import required
from app.screens import mails
from app.security import new_key, policy

blueprint = Blueprint("mail", __name__, url_prefix="/sales/mail")
SAID = {
    LOOKED_AT: _l("Looked at: it is settled."),
    LAID_ASIDE: _l("Set aside. It stays on record."),
}
NO_ORDER_AFTER_ALL = _l("The e-mail was set aside: it is no order.")
NO_SUCH_ORDER = _l("There is no order of this number.")


def waiting() -> list[ReceivedMail]:
    return ReceivedMail.latest(waiting=True, before=None, most=mails.MOST)


def settled() -> list[ReceivedMail]:
    before = request.args.get("before", type=int)
    return ReceivedMail.latest(waiting=False, before=before, most=mails.MOST)


def as_file() -> ListFile:
    """The lists of the page; with ``of`` the one that it names."""
    if request.args.get("of") == "settled":
        return "mails-settled", [mails.sheet(_l("Settled"), settled())]
    return "mails-waiting", [mails.sheet(_l("Waiting"), waiting())]


@blueprint.get("/")
@policy(SALES, readers=(AUDITOR,))
@offers(as_file)
def index() -> Any:
    """What waits, and what was settled."""
    return shown(BringMailForm(formdata=None, data={"key": new_key()}))


def shown(form: BringMailForm, status: int = 200) -> Any:
    page = {"waiting": waiting(), "count": ReceivedMail.waiting(), "settled": settled()}
    may = current_user.has_role([SALES.key])
    return render_template(
        "mail/index.html", **page, form=form, may=may, became=mails.BECAME, most=mails.MOST
    ), status


@blueprint.post("/")
@policy(SALES)
@idempotent
def bring() -> Any:
    """Take in mails that somebody saved."""
    form = BringMailForm()
    if not form.validate():
        return shown(form, 422)
    taken = [take_in(content, by=me()) for content in form.files.contents]
    if len(taken) == 1:
        return redirect(url_for("mail.show", number=taken[0].mail.id), 303)
    for each in taken:
        flash(each.said, "success")
    return redirect(url_for("mail.index"), 303)


@blueprint.get("/<int:number>")
@policy(SALES, readers=(AUDITOR,))
def show(number: int) -> Any:
    """One mail, and beside it the order that it made or is about."""
    mail = found(number)
    return beside(mail, form_of(mail))


def beside(mail: ReceivedMail, form: Any, status: int = 200, other: Any = None) -> Any:
    """The page of a mail with the form that corrects its order, where that can be corrected."""
    return render_template(
        "mail/show.html",
        mail=mail,
        letter=mails.letter_of(mail),
        form=form,
        other=other or PutToOrderForm(formdata=None, data={"key": new_key()}),
        may=current_user.has_role([SALES.key]),
        became=mails.BECAME,
        matched=mails.MATCHED,
        read_from=mails.read_from,
        day=mails.day,
    ), status


@blueprint.post("/<int:number>/correct")
@policy(SALES)
@idempotent
def correct(number: int) -> Any:
    """Correct the order as the mail wants it."""
    mail = found(number)
    form = form_of(mail, sent=True) or abort(409)
    if form.grow() or not form.validate_on_submit():
        return beside(mail, form, 422)
    order = mail.order or abort(404)
    order.perform(CORRECT.key, by=me(), version=form.version.seen, **form.answers())
    mail.settle(CORRECTED, me())
    return redirect(f"/sales/{order.ref}", 303)


@blueprint.post("/<int:number>/order")
@policy(SALES)
@idempotent
def put_to_order(number: int) -> Any:
    """Put a mail to the order that somebody names."""
    mail, form = found(number), PutToOrderForm()
    order = record_of(form.number.data) if form.validate() else None
    if not isinstance(order, Order):
        form.number.errors = form.number.errors or [str(NO_SUCH_ORDER)]
        return beside(mail, form_of(mail), 422, form)
    mail.settle(PUT_TO_ORDER, me(), order)
    return redirect(url_for("mail.show", number=number), 303)


@blueprint.post("/<int:number>/<any(looked_at, laid_aside):what>")
@policy(SALES)
@idempotent
def settle(number: int, what: str) -> Any:
    """It is right as it stands, or it is no order."""
    mail = found(number)
    if what == LAID_ASIDE and mail.is_draft:
        required(mail.order).perform(DECLINE.key, by=me(), reason=str(NO_ORDER_AFTER_ALL))
    mail.settle(what, me())
    flash(str(SAID[what]), "success")
    return redirect(url_for("mail.index"), 303)


def found(number: int) -> ReceivedMail:
    return db.session.get(ReceivedMail, number) or abort(404)


def me() -> User:
    user: User = current_user._get_current_object()
    return user


def form_of(mail: ReceivedMail, sent: bool = False) -> Any:
    """The form that corrects the order of a mail, with what the mail changes in it; None where the
    order cannot be corrected by this person, or is past it.
    """
    order = mail.order
    if order is None or order.stage not in CORRECT.sources:
        return None
    if not current_user.may(CORRECT, order.current_stage):
        return None
    form = form_for(CORRECT, order, choices())
    if not sent:
        mails.changed(form, mail)
        form.key.data = new_key()
    return form
