"""Merging a customer entered twice: a keeper proposes it, another one confirms what they see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN, SALES
from app.flow.texts.lazy_text import Text, _l
from app.forms.master.merging import DecideForm, ProposeForm
from app.models.master import Customer, namesakes
from app.models.master.dictionary.wording import words
from app.models.records.errors import Refused
from app.models.sales.merging import ADDRESSES, CUSTOMERS, Merging, proposal
from app.plant import reading
from app.security import new_key, policy

blueprint = Blueprint("merging", __name__, url_prefix="/admin/master/customer/<int:row_id>/merge")
PROPOSED = _l("Proposed. It is done once somebody else has confirmed it.")


@blueprint.route("", methods=["GET", "POST"])
@policy(ADMIN, SALES)
@idempotent
def propose(row_id: int) -> Any:
    """Choose who stays (``?stays=``), see what moves, propose it; a proposal is shown to decide."""
    double = in_use(row_id)
    form = ProposeForm(data={"revision": double.revision, "stays": asked(double)})
    stays = Customer.called(form.stays.data) if form.stays.data else None
    if form.is_submitted() and form.validate():
        if stays is None:
            form.stays.errors = [_l("There is no such customer.")]
        else:
            try:
                Merging(double, stays).propose(
                    me(), revision=form.revision.seen, reason=form.reason.data
                )
                return saved(double, PROPOSED)
            except Refused as refusal:
                return show(row_id, form, refusal=refusal)
    return show(row_id, form)


@blueprint.post("/decide")
@policy(ADMIN, SALES)
@idempotent
def decide(row_id: int) -> Any:
    """Confirm what was proposed, or drop it."""
    double, form = in_use(row_id), DecideForm()
    stays = db.session.get(Customer, double.merge_into_id or 0) or abort(409)
    if not form.validate():
        return show(row_id, deciding=form)
    merging, seen = Merging(double, stays), form.revision.seen
    try:
        if form.do.data == "drop":
            merging.drop(me(), revision=seen, reason=form.reason.data)
            return saved(double, _l("The proposal is dropped."))
        merging.confirm(
            me(),
            revision=seen,
            stays_revision=form.stays_revision.seen,
            reason=form.reason.data,
        )
    except Refused as refusal:
        return show(row_id, deciding=form, refusal=refusal)
    return saved(stays, _l("Merged: both histories are kept."))


# Parts


def in_use(row_id: int) -> Customer:
    double = db.get_or_404(Customer, row_id)
    return double if double.active else abort(404)


def me() -> Any:
    return current_user._get_current_object()


def asked(double: Customer) -> str:
    """The code that was asked for, else that of the only customer of the same name."""
    if typed := reading.code(request.args.get("stays", "")):
        return typed[:40]
    alike = similar(double)
    return alike[0].code if len(alike) == 1 else ""


def similar(double: Customer) -> list[Customer]:
    """Other customers in use of the same name."""
    found = {c.id: c for name in (double.name_local, double.name_en) for c in namesakes(name)}
    return [each for each in found.values() if each.id != double.id]


def show(
    row_id: int,
    form: ProposeForm | None = None,
    deciding: DecideForm | None = None,
    refusal: Refused | None = None,
) -> Any:
    """The page as it stands; with the reason where it could not be done."""
    if refusal:
        db.session.rollback()
    double = db.get_or_404(Customer, row_id)
    proposed = proposal(double) if double.merge_into_id else None
    code = form.stays.data if form else ""
    stays = (
        db.session.get_one(Customer, double.merge_into_id)
        if proposed
        else Customer.called(code)
        if code
        else None
    )
    merging = Merging(double, stays) if stays else None
    return render_template(
        "master/merge.html",
        double=double,
        stays=stays,
        merging=merging,
        refusal=refusal.sentence if refusal else merging and not proposed and merging.refusal,
        proposed=proposed,
        mine=proposed and proposed.actor_id == current_user.id,
        form=form,
        deciding=deciding or DecideForm(formdata=None),
        similar=similar(double),
        table=CUSTOMERS,
        addresses=ADDRESSES,
        words=words,
        new_key=new_key,
    ), refusal.status if refusal else 422 if request.method == "POST" else 200


def saved(customer: Customer, sentence: Text) -> Any:
    flash(str(sentence), "success")
    return redirect(url_for("master.row", key="customer", row_id=customer.id), 303)
