"""The one Blueprint class that every department is made of: its board, its records, their
actions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from app import live
from app.blueprints.board.saved_views import SavedViews
from app.blueprints.floor import second_signature, tablet
from app.blueprints.records.confirmation import DONE, still_wanted, told_of
from app.blueprints.records.discussion import Discussion, look_at
from app.blueprints.records.idempotent import once
from app.blueprints.records.over_limit import way
from app.blueprints.records.plan_receipts import PlanReceipts
from app.blueprints.records.questions import ASKING, Beside, beside
from app.blueprints.records.resubmission import can_be_sent, kept, words_of
from app.blueprints.today import TodayPage
from app.database import reading
from app.extensions import db
from app.flow.departments import Department
from app.flow.flows import FLOWS
from app.flow.grammar import Action
from app.flow.texts.lazy_text import Text
from app.forms import form_for
from app.forms.records.action import ActionForm
from app.forms.records.comment import CommentForm
from app.models.people.user import User
from app.models.records.errors import Refused
from app.models.records.event_chain import changed_columns
from app.models.records.kinds import KINDS, record_of
from app.models.records.record import Record
from app.models.records.rules import wip_limits
from app.models.records.rules.gating import warnings
from app.models.records.undo import WayBack
from app.screens.board import card_cache, page_cache
from app.screens.board import columns as columns_of
from app.screens.board.filters import View
from app.screens.board.options import Look
from app.screens.forms.nobody_left import nobody_left
from app.screens.record.about import about
from app.screens.record.page import Page
from app.screens.today.plan_receipts import owed_by, receives
from app.security import STAFF, new_key, policy, safe_path
from app.web import errors

NOTHING = Beside()


class DepartmentBlueprint(TodayPage, SavedViews, PlanReceipts, Discussion, Blueprint):
    """``/<department>/``: the board; ``…/<ref>``: a record; ``…/<ref>/<action>``: one action;
    ``…/<ref>/comment``; ``…/new/<flow>/<action>``.
    """

    def __init__(self, department: Department) -> None:
        super().__init__(department.key, __name__, url_prefix=f"/{department.key}")
        self.department = department
        for rule, view, methods, at_tablet in self.rules():
            name = getattr(view, "__wrapped__", view).__name__
            self.add_url_rule(
                rule, name, policy(STAFF, floor=at_tablet)(as_function(view)), methods=methods
            )
        self.register_error_handler(Refused, self.refused)
        self.register_error_handler(RequestEntityTooLarge, self.too_large)

    def rules(self) -> Iterable[tuple[str, Any, list[str], bool]]:
        """Address, view, methods, and whether it is open at a shared tablet."""
        return (
            ("/", self.board, ["GET"], False),
            ("/today", self.today, ["GET"], False),
            ("/column/<flow>/<stage>", self.column, ["GET"], False),
            ("/receipts", once(self.acknowledge_all), ["POST"], True),
            ("/views", once(self.keep_view), ["POST"], False),
            ("/fold", once(self.fold), ["POST"], False),
            ("/views/<int:number>/delete", once(self.forget_view), ["POST"], False),
            ("/new/<flow>/<action>", once(self.create, then=self.sent), ["GET", "POST"], True),
            ("/<ref>", self.show, ["GET"], True),
            ("/<ref>/comment", self.comment, ["POST"], False),
            ("/<ref>/<action>", once(self.act, then=self.sent), ["GET", "POST"], True),
        )

    # What is looked at

    def board(self) -> Any:
        """The board; with ``?seen=n`` nothing when there is nothing new."""
        seen, state = request.args.get("seen", type=int), live.state()
        if seen is not None and state.number <= seen:
            return "", 204
        view = self.view(request.args)
        look = Look(self.department, view, person(), [])
        drawn = page_cache.drawn(self.department, view, person(), state)
        desk = {self.department.key}.intersection(receives(person()))
        owed = owed_by(desk) if desk else None
        return render_template(
            "board/index.html" if seen is None else "board/_fresh.html",
            look=look,
            drawn=drawn,
            seen=state.number,
            owed=owed,
            department=self.department,
            key=new_key(),
        )

    def column(self, flow: str, stage: str) -> Any:
        """The next page of one column."""
        found = [
            c
            for c in columns_of.stages_on(self.department)
            if (c[0].key, c[1].key) == (flow, stage)
        ] or abort(404)
        view = self.view(request.args)
        after = request.args.get("after", "")
        lane = request.args.get("lane")
        key = {None: None, "-": ""}.get(lane, lane) if view.lanes else None
        columns = columns_of.fill(
            [columns_of.Column(*found[0])],
            view,
            person(),
            after if columns_of.is_place(after) else abort(404),
            key,
        )
        look = Look(self.department, view, person(), card_cache.draw(columns, person()))
        return render_template(
            "board/_further.html", column=columns[0], cell=columns[0].cell(), look=look, lane=lane
        )

    def view(self, asked: Mapping[str, str]) -> View:
        """What of the board an address asks for."""
        return View.of(asked, columns_of.can_show(self.department))

    def look(self, asked: Mapping[str, str], only: Collection[tuple[str, str]] = ()) -> Look:
        """The board as an address asks for it; with ``only`` these columns.

        In lanes a row needs all its columns.
        """
        view = self.view(asked)
        columns = columns_of.board(self.department, view, person(), () if view.lanes else only)
        return Look(self.department, view, person(), card_cache.draw(columns, person()))

    def show(self, ref: str) -> Any:
        """A record's page; of its history what ``show`` and ``who`` ask for."""
        record = record_of(ref) or abort(404)
        look_at(record)
        return self.page(record)

    # What is done

    def act(self, ref: str, action: str) -> Any:
        """One action of one record: its form, or what became of it."""
        record = record_of(ref) or abort(404)
        wanted = record.flow.action(action) or abort(404)
        if wanted.driven or wanted.source is None or not current_user.may(wanted, record.stands):
            abort(403)
        form = form_for(wanted, record, second_signature.choices(), bool(current_user.spot))
        more = beside(record.flow, wanted, record.stage)
        if request.method != "POST":
            return self.ask(record, wanted, form, more)
        if form.grow() or not more.valid(form) or not second_signature.signed(wanted, form):
            return self.ask(record, wanted, form, more, 422)
        try:
            event = second_signature.carry_out(
                record, wanted, form, version=form.version.seen, **more.given
            )
        except ASKING as no:
            return self.ask_why(no, record, wanted, form, more)
        g.record, g.way_back, g.card = (
            record,
            record.way_back(person(), event),
            record.concerned.card_key,
        )  # the record stays at hand for the answer's columns
        return done(
            record,
            safe_path(request.form.get("next"), self.url(record)),
            event.target is not None,
            told_of(wanted),
            second_signature.onward(record, wanted, self.name),
        )

    def create(self, flow: str, action: str) -> Any:
        """A record's first action: its form, or the new record."""
        wanted = (FLOWS.get(flow) and FLOWS[flow].action(action)) or abort(404)
        if wanted.source is not None or wanted.driven:
            abort(404)
        if not current_user.may(wanted, FLOWS[flow].stage(wanted.targets[0])):
            abort(403)
        form = form_for(wanted, None, second_signature.choices(), bool(current_user.spot))
        more = beside(FLOWS[flow], wanted, None)
        if request.method != "POST" or form.grow() or not more.valid(form):
            return self.ask(None, wanted, form, more, 200 if request.method != "POST" else 422)
        try:
            record = KINDS[flow].create(action, by=current_user, **more.given, **form.answers())
        except ASKING as no:
            return self.ask_why(no, None, wanted, form, more)
        g.record, g.card = record, record.concerned.card_key
        return done(record, self.url(record), True)

    # How it is answered

    def ask(
        self,
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
            offer = next((o for o in record.offers(current_user) if o.action is action), None)
            if offer is None or offer.refusal:
                raise Refused(offer.refusal if offer else record.moved_on())
            if status == 200 or sentence:
                form.version.data, form.version.raw_data = record.version, None
        if not form.key.data or status == 200 or sentence:
            form.key.data = new_key()
        warning = way(record.flow, action, record.stage).warns if record and not more.over else None
        cautions = (
            [*warnings(record, action), *nobody_left(record, action, person())] if record else []
        )
        return render_template(
            "forms/show.html",
            record=record,
            action=action,
            form=form,
            over=more.over,
            odd=more.odd,
            warning=warning,
            cautions=cautions,
            department=self.department,
            sentence=sentence,
            about=record and about(record),
        ), status

    def ask_why(
        self, no: Refused, record: Record | None, action: Action, form: ActionForm, more: Beside
    ) -> Any:
        """The form once more: with the question why, where the stage was full after all or
        figures are odd, or refused.
        """
        more.take(no, form)
        db.session.rollback()
        reading.set(True)
        return self.ask(record, action, form, more, 422)

    def page(
        self,
        record: Record,
        sentence: Any = None,
        comment: CommentForm | None = None,
        entered: Collection[tuple[Any, str]] = (),
    ) -> Any:
        return render_template(
            "record/show.html",
            page=Page(record, person(), request.args),
            record=record,
            sentence=sentence,
            entered=entered,
            comment=comment or CommentForm(formdata=None),
            department=self.department,
            seen=live.latest(),
        )

    def sent(self, response: Response) -> Any:
        """After a change: for a board its fresh columns with a sentence, else the way to the
        record's page; a shared tablet locks.
        """
        if current_user.spot:
            return tablet.lock(response) if response.location == tablet.HOME else response
        if request.headers.get("X-Board") != self.department.key or response.status_code != 303:
            return response
        undo = g.way_back if "way_back" in g else self.way_back()
        return make_response(
            self.columns_answer(response.get_data(as_text=True), "done", changed_columns(), undo)
        )

    def way_back(self) -> WayBack | None:
        """What the person may still take back of the record in the address, where a request is
        repeated.
        """
        record = record_of((request.view_args or {}).get("ref", ""))
        return record and record.way_back(person())

    def refused(self, error: Refused) -> Any:
        """A no in words: with the board's fresh columns, or where there is no script over the
        form as it was filled in, or on the fresh page of the record with what was entered.
        """
        db.session.rollback()
        reading.set(True)
        if request.headers.get("X-Board") == self.department.key:
            return self.columns_answer(error.sentence, "refused"), error.status
        record = record_of((request.view_args or {}).get("ref", ""))
        sent = None if request.headers.get("HX-Request") else kept(record, request.view_args or {})
        if sent and can_be_sent(record, sent[0]):
            return self.ask(record, *sent, status=error.status, sentence=error.sentence)
        if request.headers.get("HX-Request") or record is None:
            return errors.answer(error.status, error.sentence)
        return self.page(
            record, error.sentence, entered=list(words_of(sent[1])) if sent else ()
        ), error.status

    def columns_answer(
        self,
        sentence: Any,
        kind: str,
        only: Collection[tuple[str, str]] = (),
        undo: WayBack | None = None,
    ) -> str:
        """The sentence with the card that it concerns, and the columns: those that the move
        changed; all of them after a refusal or a repeated request. With the way back, where
        there is one.
        """
        look = self.look(
            dict(parse_qsl(urlsplit(request.headers.get("HX-Current-URL", "")).query)), only
        )
        return render_template(
            "board/_answer.html",
            look=look,
            columns=look.columns,
            sentence=sentence,
            kind=kind,
            department=self.department,
            undo=undo,
            card=g.get("card"),
        )

    def url(self, record: Record) -> str:
        return url_for(f"{self.name}.show", ref=record.ref)


def done(
    record: Record, address: str, moved: bool, sentence: Text = DONE, onward: str | None = None
) -> Response:
    """The way to go on, with the sentence that a board shows instead; a retry is answered the same.

    At a shared tablet the login ends, unless the next step follows at once: ``onward`` is its form.
    """
    said = [
        Text(sentence.msgid, **{**sentence.args, "ref": record.ref, "stage": record.stands.label}),
        wip_limits.remark(record) if moved else still_wanted(record),
    ]
    return Response(
        " ".join(str(each) for each in said if each),
        303,
        {"Location": onward or (tablet.leave() if current_user.spot else address)},
        mimetype="text/plain",
    )


def person() -> User:
    """Who asks, without the proxy: a board looks at them for every card."""
    return current_user._get_current_object()


def as_function(view: Any) -> Any:
    """A bound method as a function, which can carry its policy."""

    def called(**kwargs: Any) -> Any:
        return view(**kwargs)

    called.__name__ = getattr(view, "__name__", "view")
    return called
