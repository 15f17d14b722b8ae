"""Spreadsheets of a plant's own data: brought, looked at, taken in; and taken away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers, sent
from app.blueprints.records.idempotent import idempotent
from app.content.tables.encodings import ENCODINGS
from app.extensions import db
from app.flow.roles import ADMIN
from app.flow.texts.lazy_text import _l
from app.forms.spreadsheets.sent import (
    DECIMALS,
    LEFT_OUT,
    SEPARATORS,
    BringForm,
    settings_sent,
)
from app.models.master.dictionary import KEEPERS
from app.models.people.user import User
from app.models.records.paging import Paged
from app.models.records.papers.document import Job
from app.models.spreadsheets.column_mapping import ColumnMapping
from app.models.spreadsheets.refused_files import JOB, refusals
from app.models.spreadsheets.sheet_import import SheetImport
from app.plant import reading
from app.screens.master.paper_lists import waiting_lists
from app.security import new_key, policy
from app.sheets.exporting.files import sheet_of
from app.sheets.exporting.template import second_template_of, template_of
from app.sheets.importing import jobs, lists, report
from app.sheets.importing.files import File, settings_of
from app.sheets.importing.folder import WATCHED
from app.sheets.importing.rejects import sheets as wrong_sheets
from app.sheets.importing.words import STATES, change, fields_of, told
from app.sheets.kinds import KINDS, Kind
from app.sheets.reading.plan import Change

blueprint = Blueprint("spreadsheets", __name__, url_prefix="/import")
OWN, LATEST = 10, 20
LOOK = "/<int:number>"


def as_file() -> ListFile:
    """The lists of the page; with ``of`` the one that it names."""
    sheets = [
        lists.taken_in(SheetImport.latest([kind.key for kind in mine()], LATEST)),
        lists.looked_at(jobs.own(me(), OWN)),
        lists.waiting(waiting_lists()),
    ]
    wanted = request.args.get("of")
    return "spreadsheets", [each for each in sheets if wanted in (None, each[0])] or abort(404)


@blueprint.get("/")
@policy(ADMIN, *KEEPERS)
@offers(as_file)
def index() -> Any:
    """What may be brought, what was, and what can be taken away."""
    form = BringForm(formdata=None, data={"kind": request.args.get("kind", "")})
    return shown(form)


@blueprint.post("/")
@policy(ADMIN, *KEEPERS)
@idempotent
def bring() -> Any:
    """Have a file looked at."""
    form = BringForm()
    offer(form)
    if not form.validate():
        return shown(form, 422)
    kind = named(form.kind.data)
    files = [File(*each.sent) for each in (form.file, form.lines) if each.sent]
    if len(files) > 1 and not kind.takes_lines:
        form.lines.errors = [str(_l("These come in one file."))]
        return shown(form, 422)
    said = dict(kept_mapping(kind, form.mapping.data))
    wishes = dict(said.get("wishes", {}))
    said["wishes"] = {**wishes, "decimal": form.decimal.data or wishes.get("decimal", "")}
    return look_at(kind, {"files": jobs.keep(files), "settings": said})


def rows_as_file(number: int) -> ListFile:
    """What the rows come to that the page shows."""
    job = looked(number)
    if not (job.result or {}).get("counts"):
        abort(404)
    rows = reported(job, [state_shown(job.result or {})])
    files = [file["name"] for file in job.payload["files"]]
    return f"import-{number}", [lists.outcome(KINDS[job.payload["kind"]], rows, files)]


@blueprint.get(LOOK)
@policy(ADMIN, *KEEPERS)
@offers(rows_as_file)
def look(number: int) -> Any:
    """What a file comes to; its progress alone for a page that looks again."""
    job = looked(number)
    page = {"job": job, "kind": KINDS[job.payload["kind"]], "taking": jobs.taking(job)}
    if request.headers.get("HX-Request") == "true" and is_waiting(page):
        return render_template("spreadsheets/_progress.html", **page)
    if is_waiting(page) or job.given_up or not job.result or "unread" in job.result:
        return render_template("spreadsheets/look.html", **page, sentence=report.sentence)
    return render_template("spreadsheets/look.html", **page, **found(job))


@blueprint.post(LOOK)
@policy(ADMIN, *KEEPERS)
@idempotent
def again(number: int) -> Any:
    """Look at the file once more, read otherwise; keep how its columns are called."""
    job = looked(number)
    kind = KINDS[job.payload["kind"]]
    shown_then = job.result or {}
    settings = settings_sent(
        request.form, shown_then.get("heads", []), shown_then.get("line_heads", [])
    )
    if name := reading.line(request.form.get("mapping", ""))[:60]:
        ColumnMapping.keep(kind.key, name, settings)
        flash(str(_l("The columns are kept as “%(name)s”.", name=name)), "success")
    return look_at(kind, {"files": job.payload["files"], "settings": settings})


@blueprint.post(LOOK + "/take")
@policy(ADMIN, *KEEPERS)
@idempotent
def take(number: int) -> Any:
    """Have what was shown written: all of it, or where that is ticked the right rows."""
    job = looked(number)
    counts = (job.result or {}).get("counts")
    good_only = request.form.get("take_good") == "yes"
    if not counts or (counts["wrong"] and not good_only):
        abort(409, description=_l("Nothing was taken in. Look at the file again."))
    jobs.hold(job)
    if jobs.taking(job):
        flash(str(_l("It was confirmed already; here is what became of it.")), "success")
        return redirect(url_for("spreadsheets.look", number=number), 303)
    jobs.ask(jobs.TAKE, {**job.payload, "look": job.id, "take_good": good_only}, me())
    return redirect(url_for("spreadsheets.look", number=number), 303)


def wrong_as_file(number: int) -> ListFile:
    """The wrong rows with a column that says why."""
    job = looked(number)
    rows: tuple[list[Any], list[Any]] = ([], [])
    for row in reported(job, ["wrong"]):
        why = "; ".join(told(fault) for fault in row.faults)
        rows[row.second].append([why, *row.cells])
    result = job.result or {}
    return "wrong", wrong_sheets([result.get("heads", []), result.get("line_heads", [])], rows)


@blueprint.get(LOOK + "/wrong")
@policy(ADMIN, *KEEPERS)
@offers(wrong_as_file, shown_at="/import/")
def wrong(number: int) -> Any:
    """The wrong rows as a file."""
    return sent(wrong_as_file(number), "xlsx")


def kind_as_file(key: str) -> ListFile:
    """What there is of a kind, as an import reads it; with ``?empty`` its heads, explained, with
    ``?empty=second`` those of a second file.
    """
    kind = named(key)
    if request.args.get("empty") == "second" and kind.second:
        return kind.second[0], [second_template_of(kind)]
    return key, [template_of(kind) if "empty" in request.args else sheet_of(kind)]


@blueprint.post("/folder/<int:number>/seen")
@policy(ADMIN)
@idempotent
def seen(number: int) -> Any:
    """Take a refused file of the watched folder off the page: somebody saw to it."""
    job = db.get_or_404(Job, number)
    if job.kind != JOB or "refused" not in (job.result or {}):
        abort(404)
    job.result = {**(job.result or {}), "seen": me().id}
    return redirect(url_for("spreadsheets.index"), 303)


@blueprint.get("/export/<key>")
@policy(ADMIN, *KEEPERS)
@offers(kind_as_file, shown_at="/import/")
def export(key: str) -> Any:
    """What there is of a kind as a file."""
    return sent(kind_as_file(key), "xlsx")


# Parts


def me() -> User:
    return current_user._get_current_object()


def mine() -> list[Kind]:
    """The kinds that this person may take in."""
    return [kind for kind in KINDS.values() if me().has_role(kind.keepers)]


def named(key: str) -> Kind:
    """A kind that this person may take in; any other is forbidden."""
    kind = KINDS.get(key) or abort(404)
    return kind if me().has_role(kind.keepers) else abort(403)


def looked(number: int) -> Job:
    """The look of a number, at what this person may take in."""
    job = db.get_or_404(Job, number)
    if job.kind != jobs.LOOK:
        abort(404)
    named(job.payload["kind"])
    return job


def look_at(kind: Kind, payload: dict[str, Any]) -> Any:
    job = jobs.ask(jobs.LOOK, {"kind": kind.key, **payload}, me())
    return redirect(url_for("spreadsheets.look", number=job.id), 303)


def offer(form: BringForm) -> None:
    kept = [
        (f"{kind.key}:{each.name}", f"{kind.label} · {each.name}")
        for kind in mine()
        for each in ColumnMapping.of(kind.key)
    ]
    form.offer([(kind.key, kind.label) for kind in mine()], kept)


def kept_mapping(kind: Kind, choice: str) -> dict[str, Any]:
    """What a mapping of the kind says, nothing where none was chosen."""
    key, _, name = (choice or "").partition(":")
    row = ColumnMapping.named(kind.key, name) if key == kind.key else None
    return row.said if row else {}


def shown(form: BringForm, status: int = 200) -> Any:
    offer(form)
    form.key.data = form.key.data or new_key()
    return render_template(
        "spreadsheets/index.html",
        form=form,
        kinds=mine(),
        known=KINDS,
        own=jobs.own(me(), OWN),
        waiting=waiting_lists(),
        refused=refusals() if me().has_role({ADMIN.key}) else [],
        watched=current_app.config["INBOX"] and WATCHED,
        sentence=report.sentence,
        latest=SheetImport.latest([kind.key for kind in mine()], LATEST),
    ), status


def is_waiting(page: dict[str, Any]) -> bool:
    """Whether the worker still has something to do for a page."""
    return any(job and job.state == "waiting" for job in (page["job"], page["taking"]))


def reported(job: Job, states: list[str]) -> list[report.Row]:
    try:
        return report.rows(job.id, states)
    except FileNotFoundError:
        abort(404, description=_l("What was found is no longer kept. Bring the file again."))


def state_shown(result: dict[str, Any]) -> str:
    """Which rows the page shows: those that are asked for, else those that matter most."""
    state = request.args.get("state", "")
    first = (each for each in ("wrong", "changed", "new") if result["counts"][each])
    return state if state in STATES else next(first, "same")


def found(job: Job) -> dict[str, Any]:
    """What the page says of a look that has come to its end."""
    kind, result = KINDS[job.payload["kind"]], job.result or {}
    state = state_shown(result)
    rows = reported(job, [state])
    number = max(1, min(request.args.get("page", 1, int), 100_000))
    first = (number - 1) * report.PAGE
    fields = fields_of(kind)
    return {
        "state": state,
        "states": STATES,
        "page": Paged(rows[first : first + report.PAGE], len(rows), number, report.PAGE),
        "words": lambda each: change(fields, Change(*each)),
        "told": told,
        "sentence": report.sentence,
        "settings": settings_of(job.payload["settings"]),
        "missing": missing(kind, result),
        "choices": (DECIMALS, SEPARATORS, ENCODINGS, LEFT_OUT),
    }


def missing(kind: Kind, result: dict[str, Any]) -> list[Any]:
    """The columns that a file does not have, and for which one text may stand in all rows."""
    taken = set(result["taken"].values())
    return [c for c in kind.columns if c.key not in taken]
