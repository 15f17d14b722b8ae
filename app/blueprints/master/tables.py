"""Master data: the staff read it; administrators change it, and who keeps a table by the procedure.

Nothing is deleted, and every change is on record.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from app import clock
from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.departments import WITH_BOARD, Department
from app.flow.master.revisions import REVISE, REVISIONS
from app.flow.roles import ADMIN, ROLES
from app.flow.texts.lazy_text import Text, _l, listed
from app.forms.master.tables import ActiveForm, MasterForm, form_for
from app.models.master.base import Master
from app.models.master.customers import Customer
from app.models.master.dictionary import KEEPERS, TABLES, Table, keepers_of, kept_in
from app.models.master.dictionary.fields import shown
from app.models.master.dictionary.wording import note, words
from app.models.master.editing import (
    BY_REVISION,
    Invalid,
    change,
    controlled,
    create,
    department_of,
    history,
    retirements,
    set_active,
    values_of,
    works,
)
from app.models.master.incomplete import missing_in, missing_of
from app.models.people.user import User
from app.models.records.errors import Refused
from app.models.records.event import Event
from app.models.records.sealing.erasable_words import entered_of
from app.screens.master.belonging import belonging_to
from app.screens.master.documents import Standing, documents_of
from app.screens.master.grids import SHAPES
from app.screens.master.list_view import ListView
from app.screens.master.listing import (
    counts,
    filters,
    find,
    how_many,
    incomplete_counts,
    options,
    sheet,
)
from app.security import policy
from app.sheets.kinds import KINDS
from app.web.filters import thing_address

blueprint = Blueprint("master", __name__, url_prefix="/admin/master")
ROW = "/<key>/<int:row_id>"
LOOK = tuple(role for role in ROLES.values() if role is not ADMIN)


def kept_by() -> Department | None:
    """The department that the address names."""
    return next((d for d in WITH_BOARD if d.key == request.args.get("of")), None)


def tables_shown() -> list[Table]:
    """The tables that the index shows: all, or what a department keeps."""
    department = kept_by()
    shown = kept_in(department.key) if department else tuple(TABLES)
    return [table for table in TABLES.values() if table.key in shown]


def index_as_file() -> ListFile:
    heads = (_l("Group"), _l("Table"), _l("Kept by"), _l("In use"), _l("Missing"))
    held, missing = counts(), incomplete_counts()
    rows = [
        [each.group, each.label, keepers_in_words(each.key), held[each.key], missing.get(each.key)]
        for each in tables_shown()
    ]
    return "master-data", [("master data", heads, rows)]


@blueprint.get("/")
@policy(ADMIN, readers=LOOK)
@offers(index_as_file)
def index() -> Any:
    """Every table of master data with how much it holds and who keeps it; with ``?of=`` what a
    department keeps.
    """
    groups: dict[Text, list[Table]] = {}
    for table in tables_shown():
        groups.setdefault(table.group, []).append(table)
    return render_template(
        "master/index.html",
        groups=groups,
        counts=counts(),
        incomplete=incomplete_counts(),
        department=kept_by(),
        keepers=keepers_in_words,
    )


def as_file(key: str) -> ListFile:
    table = named(key)
    view = ListView.of(table, request.args)
    missing = None if view.retired else missing_in(table.key, table.model)
    return table.key, [sheet(view, missing=bool(missing and missing.incomplete))]


@blueprint.get("/<key>")
@policy(ADMIN, readers=LOOK)
@offers(as_file)
def rows(key: str) -> Any:
    """A table's rows in use, searched, narrowed, sorted and paged; with ``?retired=1`` those that
    are retired.
    """
    table = named(key)
    view = ListView.of(table, request.args)
    missing = None if view.retired else missing_in(table.key, table.model)
    number = max(1, min(request.args.get("page", 1, int), 10_000))
    page = find(view, number)
    return render_template(
        "master/rows.html",
        table=table,
        view=view,
        page=page,
        filters=filters(view),
        missing=missing,
        lacks=missing_of(table.key, page.rows),
        listed=listed,
        retired_count=0 if view.retired else how_many(view.of_the_retired),
        retirements=retirements(table, page.rows),
        ending=ending,
        to_be_merged=db.session.scalars(Customer.to_be_merged()).all()
        if table.model is Customer
        else (),
        words=words,
        may_change=may_change if controlled(table) is None else never,
        may_add=may_change(table),
        has_grid=table.key in SHAPES,
        import_kind=import_kind(table),
    )


@blueprint.route("/<key>/new", methods=["GET", "POST"])
@policy(ADMIN, *KEEPERS)
@idempotent
def new(key: str) -> Any:
    """Add a row."""
    table = table_of_keeper(key)
    if layout := controlled(table):
        return redirect(revision_form(layout.kind.key))
    form = drawn(table, None)
    if form.validate_on_submit():
        try:
            return saved(table, create(table, form.values, by=me()), _l("Created."))
        except Refused as refusal:
            return show(table, None, form, refusal)
    return show(table, None, form)


def history_as_file(key: str, row_id: int) -> ListFile:
    table = named(key)
    return history_file(f"{key}-{row_id}", lines(table, db.get_or_404(table.model, row_id)))


@blueprint.route(ROW, methods=["GET", "POST"])
@policy(ADMIN, *KEEPERS, readers=LOOK)
@idempotent
@offers(history_as_file)
def row(key: str, row_id: int) -> Any:
    """Show a row with the history of its changes; change it."""
    table = named(key)
    master_row = (
        db.get_or_404(table.model, row_id)
        if request.method != "POST"
        else row_of_keeper(table, row_id)
    )
    form = drawn(table, master_row)
    if form.validate_on_submit():
        try:
            changed = change(table, master_row, form.values, by=me(), revision=form.revision.seen)
            return saved(table, master_row, _l("Saved.") if changed else _l("Nothing was changed."))
        except Refused as refusal:
            return show(table, master_row, form, refusal)
    return show(table, master_row, form)


@blueprint.post(ROW + "/active")
@policy(ADMIN, *KEEPERS)
@idempotent
def active(key: str, row_id: int) -> Any:
    """Retire a row or bring it back, with the reason."""
    table, form = named(key), ActiveForm()
    master_row = row_of_keeper(table, row_id)
    if not form.validate():
        return show(table, master_row, drawn(table, master_row, sent=False), lifecycle=form)
    activate, reason = form.active.data == "yes", form.reason.data
    try:
        set_active(table, master_row, activate, by=me(), revision=form.revision.seen, reason=reason)
    except Refused as refusal:
        return show(table, master_row, drawn(table, master_row, sent=False), refusal, form)
    return saved(
        table,
        master_row,
        _l("Brought back.") if activate else _l("Retired: it is no longer offered."),
    )


# Parts


def named(key: str) -> Table:
    return TABLES.get(key) or abort(404)


def me() -> User:
    return current_user._get_current_object()


def table_of_keeper(key: str) -> Table:
    """A table that this person may change; any other is forbidden."""
    table = named(key)
    return table if may_change(table) else abort(403)


def row_of_keeper(table: Table, row_id: int) -> Master:
    """A row that this person may change; that of another department’s list is forbidden."""
    table_of_keeper(table.key)
    row = db.get_or_404(table.model, row_id)
    return row if may_change(table, row) else abort(403)


def may_change(table: Table, row: Master | None = None) -> bool:
    return me().has_role(keepers_of(table.key, department_of(row) if row else ""))


def never(_table: Table, _row: Master | None = None) -> bool:
    """Nobody changes it where it stands."""
    return False


def revise_link(standing: Standing) -> str:
    """Where a document gets a new revision, for who writes it."""
    if not me().has_role({role.key for role in standing.kind.authors}):
        return ""
    return revision_form(standing.kind.key, standing.code)


def revision_form(kind: str, code: str = "") -> str:
    """The form of a new revision, in the surroundings of those on whose board it stands."""
    return url_for(
        "department.create",
        department=REVISIONS.stages[0].department,
        flow=REVISIONS.key,
        action=REVISE.key,
        kind=kind,
        code=code,
    )


def drawn(table: Table, row: Master | None, *, sent: bool = True) -> MasterForm:
    """The form of a row (None: a new one), filled with what was sent, else with what there is."""
    values = values_of(table, row) if row else named_in_address(table)
    form = form_for(table, row, lambda entry: options(entry, values.get(entry.name)), request.form)
    return form(
        request.form if sent and request.method == "POST" else None,
        data={**values, "revision": row.revision if row else 0},
    )


def named_in_address(table: Table) -> dict[str, Any]:
    """What the way to a new row says of it already, such as to which rows it is to belong:
    ``?kind=item&ours=M-101``.
    """
    told = (field.name for field in table.fields if field.fixed or field in table.parents)
    return {name: request.args[name] for name in told if request.args.get(name)}


def import_kind(table: Table) -> str:
    """The spreadsheet that brings its rows, for who may bring it."""
    kinds = (each for each in KINDS.values() if getattr(each, "table", None) is table)
    return next((each.key for each in kinds if me().has_role(each.keepers)), "")


def keepers_in_words(key: str) -> Text:
    """Who keeps a table beside the administrators."""
    return listed(role.label for role in ROLES.values() if role.key in keepers_of(key))


def refused(form: MasterForm, refusal: Refused) -> None:
    """Take back what was begun, and say why in the form: at its field where one is to blame."""
    db.session.rollback()
    if isinstance(refusal, Invalid) and refusal.field in form:
        form[refusal.field].errors = [refusal.sentence]
    else:
        form.form_errors.append(refusal.sentence)


def show(
    table: Table,
    row: Master | None,
    form: MasterForm,
    refusal: Refused | None = None,
    lifecycle: ActiveForm | None = None,
) -> Any:
    """The page of a row; with what was entered and the reason where it could not be saved."""
    status = refusal.status if refusal else 422 if form.is_submitted() else 200
    if refusal:
        refused(form, refusal)
    return render_template(
        "master/row.html",
        table=table,
        row=row,
        form=form,
        refusal=refusal,
        words=words,
        may_change=may_change(table, row)
        and not controlled(table)
        and not getattr(row, "is_merged", False),
        documents=list(documents_of(table, row)) if row else [],
        belonging=belonging_to(table, row) if row and not thing_address(row) else [],
        parents={f.name: shown(row, f) for f in table.parents} if row else {},
        by_revision=BY_REVISION if row and controlled(table) else "",
        revise=revise_link if works() else None,
        lifecycle=lifecycle or ActiveForm(formdata=None),
        retired=ending(retirements(table, [row]).get(row.id)) if row else None,
        changes=lines(table, row) if row else [],
    ), status


PAST = {
    "create": _l("created this"),
    "change": _l("changed this"),
    "retire": _l("retired this"),
    "bring_back": _l("brought this back"),
    "propose_merge": _l("proposed to merge this into another"),
    "drop_merge": _l("dropped the proposal to merge this"),
    "merge": _l("merged this into another"),
    "absorb": _l("merged another into this"),
    "erase": _l("erased words about a person"),
}


def lines(table: Table, row: Master) -> list[dict[str, Any]]:
    """A row's chain, the latest first."""
    events = history(table, row)
    said = entered_of(events)
    return [line(table, row, event, said[event.id]) for event in events]


def line(table: Table, row: Master, event: Event, said: dict[str, Any]) -> dict[str, Any]:
    """One event of a row's chain, as the page's timeline shows it."""
    return {
        "who": event.who or _l("System"),
        "what": PAST[event.action],
        "at": event.at,
        "seq": event.seq,
        "note": note(table, row, said) if event.action == "change" else why(event),
    }


def why(event: Event) -> str:
    """The other of two that were merged, the reason, and which records moved."""
    other = event.data.get("into") or event.data.get("merged")
    parts = (f"→ {other}" if event.data.get("into") else other, event.reason)
    return "\n".join(filter(None, (*parts, ", ".join(event.data.get("moved", ())))))


def ending(event: Event | None) -> Text | None:
    """When a row was retired, by whom and why, in a sentence."""
    if event is None:
        return None
    return _l(
        "Since %(day)s, by %(who)s: %(reason)s",
        day=clock.local(event.at).strftime("%Y-%m-%d"),
        who=event.who or _l("System"),
        reason=event.reason or "–",
    )


def saved(table: Table, row: Master, sentence: Text) -> Any:
    flash(str(sentence), "success")
    return redirect(url_for("master.row", key=table.key, row_id=row.id), 303)
