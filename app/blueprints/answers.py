"""How a department answers: a form, a record's page, a board's fresh columns, or a no in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, g, make_response, render_template, request, url_for
from flask_login import current_user

from app import live
from app.blueprints.floor import tablet
from app.blueprints.of_department import asked, blueprint
from app.blueprints.records.confirmation import DONE, still_wanted
from app.blueprints.records.over_limit import limit_check
from app.blueprints.records.questions import Beside, paper_question
from app.blueprints.records.resubmission import can_be_sent, resubmission, words_of
from app.database import reading
from app.extensions import db
from app.flow.departments import Department
from app.flow.grammar import Action
from app.flow.texts.lazy_text import Text
from app.forms.records.action import ActionForm
from app.forms.records.comment import CommentForm
from app.models.people.user import User
from app.models.records.errors import Refused
from app.models.records.event_chain import changed_columns, is_changed_alone
from app.models.records.kinds import record_of
from app.models.records.record import Record
from app.models.records.rules import wip_limits
from app.models.records.rules.gating import warnings
from app.models.records.undo import WayBack
from app.screens.board import card_cache
from app.screens.board import columns as columns_of
from app.screens.board.filters import View
from app.screens.board.options import BoardOptions
from app.screens.board.placing import place
from app.screens.forms.nobody_left import nobody_left
from app.screens.record.about import about
from app.screens.record.page import Page
from app.security import new_key
from app.web import errors

NOTHING = Beside()


def view_of(department: Department, query: Mapping[str, str]) -> View:
    """What of the board an address asks for."""
    return View.of(query, columns_of.can_show(department))


def asking_view(department: Department) -> View:
    """What of the board the page shows that asks."""
    _, _, query = request.headers.get("HX-Current-URL", "").partition("?")
    return view_of(department, dict(parse_qsl(query.partition("#")[0])))


def longer(department: Department, flow: str, stage: str, lane: str | None, length: int) -> str:
    """The address of the page that asks, with one of its lists read so far."""
    view = asking_view(department).longer(flow, stage, lane, length)
    return f"/{department.key}/{view.query_as_long}"


def options_of(
    department: Department,
    only: Collection[tuple[str, str]] = (),
) -> BoardOptions:
    """The board as the page shows it that asks; with ``only`` these columns.

    In lanes a row needs all its columns.
    """
    view = asking_view(department)
    columns = columns_of.board(department, view, person(), () if view.lanes else only)
    return BoardOptions(department, view, person(), card_cache.draw(columns, person()))


def ask(
    department: Department,
    record: Record | None,
    action: Action,
    form: ActionForm,
    more: Beside = NOTHING,
    status: int = 200,
    sentence: Any = None,
) -> Any:
    """The form of an action, or at once the sentence that speaks against it, also where the
    form was filled in wrongly. With ``sentence`` it was refused, and may be sent again
    against the record as it is now.
    """
    if record is not None:
        available = next(
            (o for o in record.available_actions(current_user) if o.action is action), None
        )
        if available is None or available.refusal:
            raise Refused((available and available.refusal) or record.moved_on())
        if status == 200 or sentence:
            form.version.data, form.version.raw_data = record.version, None
    if not form.key.data or status == 200 or sentence:
        form.key.data = new_key()
    warning = (
        limit_check(record.flow, action, record.stage).warns if record and not more.over else None
    )
    cautions = [*warnings(record, action), *nobody_left(record, action, person())] if record else []
    return render_template(
        "forms/show.html",
        record=record,
        action=action,
        form=form,
        over=more.over,
        odd=more.odd,
        paper=more.paper,
        warning=warning,
        cautions=cautions,
        department=department,
        sentence=sentence,
        about=record and about(record),
    ), status


def ask_why(
    department: Department,
    no: Refused,
    record: Record | None,
    action: Action,
    form: ActionForm,
    more: Beside,
) -> Any:
    """The form once more: with the question why, where the stage was full after all or
    figures are odd, or refused.
    """
    more.take(no, form)
    db.session.rollback()
    reading.set(True)
    return ask(department, record, action, form, more, 422)


def page_of(
    department: Department,
    record: Record,
    sentence: Any = None,
    comment: CommentForm | None = None,
    entered: Collection[tuple[Any, str]] = (),
) -> Any:
    """A record's page, with what was refused or said in vain."""
    return render_template(
        "record/show.html",
        page=Page(record, person(), request.args),
        record=record,
        sentence=sentence,
        entered=entered,
        comment=comment or CommentForm(formdata=None),
        department=department,
        seen=live.latest(),
    )


def sent(response: Response) -> Any:
    """After a change: for a board its fresh columns with a sentence, else the way to the
    record's page; a shared tablet locks.
    """
    if current_user.spot:
        return tablet.lock(response) if response.location == tablet.HOME else response
    department = asked()
    if request.headers.get("X-Board") != department.key or response.status_code != 303:
        return response
    undo = g.way_back if "way_back" in g else way_back()
    sentence = response.get_data(as_text=True)
    placed = "record" in g and placed_answer(department, g.record, sentence, undo)
    return make_response(
        placed or columns_answer(department, sentence, "done", changed_columns(), undo)
    )


def way_back() -> WayBack | None:
    """What the person may still take back of the record in the address, where a request is
    repeated.
    """
    record = record_of((request.view_args or {}).get("ref", ""))
    return record.way_back(person()) if record else None


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Any:
    """A no in words: with the board's fresh columns, or where there is no script over the
    form as it was filled in, or on the fresh page of the record with what was entered.
    """
    department = asked()
    db.session.rollback()
    reading.set(True)
    if request.headers.get("X-Board") == department.key:
        return columns_answer(department, error.sentence, "refused"), error.status
    record = record_of((request.view_args or {}).get("ref", ""))
    sent = (
        None if request.headers.get("HX-Request") else resubmission(record, request.view_args or {})
    )
    if sent and can_be_sent(record, sent[0]):
        paper = Beside(paper=paper_question(sent[0], record))
        return ask(department, record, *sent, paper, error.status, error.sentence)
    if request.headers.get("HX-Request") or record is None:
        return errors.answer(error.status, error.sentence)
    return page_of(
        department, record, error.sentence, entered=list(words_of(sent[1])) if sent else ()
    ), error.status


def columns_answer(
    department: Department,
    sentence: Any,
    kind: str,
    only: Collection[tuple[str, str]] = (),
    undo: WayBack | None = None,
) -> str:
    """The sentence with the card that it concerns, and the columns: those that the move
    changed; all of them after a refusal or a repeated request. With the way back, where
    there is one.
    """
    options = options_of(department, only)
    return render_template(
        "board/_answer.html",
        board=options,
        columns=options.columns,
        sentence=sentence,
        kind=kind,
        department=department,
        undo=undo,
        card=g.get("card"),
    )


def placed_answer(
    department: Department, record: Record, sentence: str, undo: WayBack | None
) -> str | None:
    """The sentence with the one card that a move has changed: where it lies now, and how many
    stand in the columns that it left and came to. The board reads the rest with the news.

    None where more has changed, or cannot be placed like that: in lanes, behind a filter, and where
    a full stage is in the way of other cards.
    """
    view, columns = asking_view(department), columns_of.some(department, changed_columns())
    if view.lanes or view.filters or not is_changed_alone(record):
        return None
    columns_of.count(columns, view, person())
    if any(column.full for column in columns):
        return None
    return render_template(
        "board/_placed.html",
        board=BoardOptions(department, view, person(), columns),
        columns=columns,
        place=place(record, columns, view, person()),
        sentence=sentence,
        kind="done",
        department=department,
        undo=undo,
        card=record.card_key,
    )


def url_of(department: Department, record: Record) -> str:
    return url_for("department.show", department=department, ref=record.ref)


def done(
    record: Record, address: str, moved: bool, sentence: Text = DONE, onward: str | None = None
) -> Response:
    """The way to go on, with the sentence that a board shows instead; a retry is answered the same.

    At a shared tablet the login ends, unless the next step follows at once: ``onward`` is its form.
    """
    sentences = [
        Text(
            sentence.msgid,
            **{**sentence.args, "ref": record.ref, "stage": record.current_stage.label},
        ),
        wip_limits.remark(record) if moved else still_wanted(record),
    ]
    return Response(
        " ".join(str(each) for each in sentences if each),
        303,
        {"Location": onward or (tablet.leave() if current_user.spot else address)},
        mimetype="text/plain",
    )


def person() -> User:
    """Who asks, without the proxy: a board looks at them for every card."""
    return current_user._get_current_object()
