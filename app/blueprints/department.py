"""What every department has: its board, its records, their actions.

``/<department>/``: the board; ``…/<ref>``: a record; ``…/<ref>/<action>``: one action;
``…/new/<flow>/<action>``: a record's first. What is said of a record, the page of the morning,
kept views and receipts are beside it, on the same blueprint.
"""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request
from flask_login import current_user

from app import live
from app.blueprints.answers import (
    ask,
    ask_why,
    done,
    longer,
    page_of,
    person,
    sent,
    url_of,
    view_of,
)
from app.blueprints.floor import second_signature
from app.blueprints.of_department import blueprint
from app.blueprints.records.confirmation import confirmation_of
from app.blueprints.records.discussion import look_at
from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.blueprints.records.questions import ASKING, beside
from app.flow.departments import Department
from app.flow.flows import FLOWS
from app.forms import form_for
from app.models.master.dictionary import keeps
from app.models.records.kinds import KINDS, record_of
from app.screens.board import card_cache, page_cache, taken_away
from app.screens.board import columns as columns_of
from app.screens.board.options import BoardOptions
from app.screens.record.history import History
from app.screens.today.plan_receipts import owed_by, receives
from app.security import STAFF, new_key, policy, safe_path

# What is looked at


def board_as_file(department: Department) -> ListFile:
    view = view_of(department, request.args)
    return department.key, [taken_away.sheet(department, view, person())]


@blueprint.get("/")
@policy(STAFF)
@offers(board_as_file)
def board(department: Department) -> Any:
    """The board; with ``?seen=n`` nothing when there is nothing new."""
    seen, state = request.args.get("seen", type=int), live.state()
    if seen is not None and state.number <= seen:
        return "", 204
    view = view_of(department, request.args)
    options = BoardOptions(department, view, person(), [])
    page = page_cache.drawn(department, view, person(), state)
    desk = {department.key}.intersection(receives(person()))
    owed = owed_by(desk) if desk else None
    return render_template(
        "board/index.html" if seen is None else "board/_fresh.html",
        board=options,
        drawn=page,
        seen=state.number,
        owed=owed,
        department=department,
        key=new_key(),
        keeps=keeps(person(), department.key),
    )


@blueprint.get("/column/<flow>/<stage>")
@policy(STAFF)
def column(department: Department, flow: str, stage: str) -> Any:
    """The next page of one column, or of a lane of it."""
    matching = [
        c for c in columns_of.stages_on(department) if (c[0].key, c[1].key) == (flow, stage)
    ] or abort(404)
    view = view_of(department, request.args)
    after = request.args.get("after", "")
    lane = request.args.get("lane")
    key = {None: None, "-": ""}.get(lane, lane) if view.lanes else None
    columns = columns_of.fill(
        [columns_of.Column(*matching[0])],
        view,
        person(),
        after if columns_of.is_place(after) else abort(404),
        key,
    )
    options = BoardOptions(department, view, person(), card_cache.draw(columns, person()))
    cell = columns[0].cell(before=request.args.get("before", 0, type=int))
    return render_template(
        "board/_further.html", column=columns[0], cell=cell, board=options, lane=lane
    ), {"HX-Replace-Url": longer(department, flow, stage, lane, cell.length)}


def history_as_file(department: Department, ref: str) -> ListFile:
    record = record_of(ref) or abort(404)
    return f"{ref}-history", [History(record, request.args).sheet()]


@blueprint.get("/<ref>")
@policy(STAFF, floor=True)
@offers(history_as_file)
def show(department: Department, ref: str) -> Any:
    """A record's page; of its history what ``show`` and ``who`` ask for."""
    record = record_of(ref) or abort(404)
    look_at(record)
    return page_of(department, record)


# What is done


@blueprint.route("/<ref>/<action>", methods=["GET", "POST"])
@policy(STAFF, floor=True)
@idempotent(then=sent)
def act(department: Department, ref: str, action: str) -> Any:
    """One action of one record: its form, or what became of it."""
    record = record_of(ref, hold=request.method == "POST") or abort(404)
    declared = record.flow.action_or_none(action) or abort(404)
    if (
        declared.driven
        or declared.source is None
        or not current_user.may(declared, record.current_stage)
    ):
        abort(403)
    form = form_for(declared, record, second_signature.choices(), bool(current_user.spot))
    more = beside(record.flow, declared, record)
    if request.method != "POST":
        return ask(department, record, declared, form, more)
    if form.grow() or not more.valid(form) or not second_signature.signed(declared, form):
        return ask(department, record, declared, form, more, 422)
    try:
        event = second_signature.carry_out(
            record, declared, form, version=form.version.seen, **more.given
        )
    except ASKING as no:
        return ask_why(department, no, record, declared, form, more)
    g.record, g.way_back, g.card = (
        record,
        record.way_back(person(), event),
        record.concerned.card_key,
    )  # the record stays at hand for the answer's columns
    return done(
        record,
        safe_path(request.form.get("next"), url_of(department, record)),
        event.target is not None,
        confirmation_of(declared),
        second_signature.onward(record, declared, department),
    )


@blueprint.route("/new/<flow>/<action>", methods=["GET", "POST"])
@policy(STAFF, floor=True)
@idempotent(then=sent)
def create(department: Department, flow: str, action: str) -> Any:
    """A record's first action: its form, or the new record."""
    declared = (FLOWS.get(flow) and FLOWS[flow].action_or_none(action)) or abort(404)
    if declared.source is not None or declared.driven:
        abort(404)
    if not current_user.may(declared, FLOWS[flow].stage(declared.targets[0])):
        abort(403)
    form = form_for(declared, None, second_signature.choices(), bool(current_user.spot))
    more = beside(FLOWS[flow], declared, None)
    if request.method != "POST" or form.grow() or not more.valid(form):
        return ask(department, None, declared, form, more, 200 if request.method != "POST" else 422)
    try:
        record = KINDS[flow].create(action, **{"by": current_user, **more.given}, **form.answers())
    except ASKING as no:
        return ask_why(department, no, None, declared, form, more)
    g.record, g.card = record, record.concerned.card_key
    return done(record, url_of(department, record), True)
