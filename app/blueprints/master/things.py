"""The page of a product, a customer, a material or a line: read by the staff, its parts changed
where they stand by who keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app.blueprints.master.tables import (
    LOOK,
    drawn,
    keepers_in_words,
    line,
    may_change,
    me,
    revise_link,
)
from app.blueprints.records.downloads import ListFile, history_file, offers
from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.flow.roles import ADMIN
from app.flow.texts.lazy_text import Text, _l
from app.forms.master.tables import MasterForm
from app.models.master.dictionary import KEEPERS, TABLES
from app.models.master.dictionary.things import address
from app.models.master.editing import Invalid, change, create, works
from app.models.records.errors import Refused
from app.models.records.sealing.erasable_words import entered_of
from app.plant.production.formula_sum import told
from app.screens.master.things.page import Part, ThingPage
from app.security import policy

blueprint = Blueprint("things", __name__)
NEW = "new"


@dataclass
class Opened:
    """The part of the page that is open to be changed, and the row of it: None is a new one."""

    part: Part
    row: Any
    form: MasterForm
    refusal: Refused | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What was entered; a new row hangs on what the part stands for."""
        if self.row is not None:
            return self.form.values
        return {**self.form.values, self.part.section.owner: self.part.owner.code}

    @property
    def rest(self) -> Decimal:
        """What the other lines add up to, where all must to a whole."""
        others = (row for row in self.part.rows if row is not self.row)
        return sum((getattr(row, self.part.summed) for row in others), Decimal(0))

    @property
    def sum(self) -> Text:
        """What all of them add up to with what stands in the form."""
        return told([self.rest, self.form[self.part.summed].data or Decimal(0)])


def as_file(kind: str, code: str) -> ListFile:
    """The parts of the page; with ``of`` the one that it names."""
    thing = TABLES[kind].model.by_code(code) or abort(404)
    wanted, page = request.args.get("of"), ThingPage(kind, thing, me())
    sheets = [*page.sheets(), *history_file(kind, changes_of(page))[1]]
    sheets = [each for each in sheets if wanted in (None, each[0])]
    return f"{kind}-{thing.code}", sheets or abort(404)


@blueprint.route("/<any(customer,line,material,product):kind>/<path:code>", methods=["GET", "POST"])
@policy(ADMIN, *KEEPERS, readers=LOOK)
@idempotent
@offers(as_file)
def show(kind: str, code: str) -> Any:
    """A thing with all that hangs on it; with ``?edit=<part>.<row>`` that part open, and what is
    posted there saved.
    """
    thing = TABLES[kind].model.by_code(code) or abort(404)
    page = ThingPage(kind, thing, me())
    opened = opened_in(page)
    if request.method == "POST" and opened is None:
        abort(403)
    if opened and opened.form.validate_on_submit():
        try:
            return saved(page, opened)
        except Refused as refusal:
            db.session.rollback()
            refused(opened, refusal)
    return drawn_page(page, opened)


def opened_in(page: ThingPage) -> Opened | None:
    """What of the page is asked to be open; None where nothing is, or this person may not."""
    key, _, row_id = request.args.get("edit", "").partition(".")
    part = page.part(key)
    if part is None:
        return None
    row = row_of(part, row_id)
    if not (may_edit(part, row) if row is not None else row_id == NEW and may_add(part)):
        return None
    form: MasterForm = drawn(part.table, row)
    names = part.section.fields if part.shape == "own" else ()
    for field in part.table.fields:
        outside = names and field.name not in names
        if field.name in form and (outside or (row is None and field.name == part.section.owner)):
            del form[field.name]
    return Opened(part, row, form)


def row_of(part: Part, row_id: str) -> Any:
    if part.shape == "own":
        return part.thing
    return next((row for row in part.rows if str(row.id) == row_id), None)


def may_edit(part: Part, row: Any) -> bool:
    """Whether this person may change a row of a part where it stands."""
    if part.by_revision or (part.shape == "own" and not part.section.fields):
        return False
    return may_change(part.table, row) and not getattr(row, "is_merged", False)


def may_add(part: Part) -> bool:
    return part.adds and not part.by_revision and may_change(part.table)


def saved(page: ThingPage, opened: Opened) -> Response:
    """Write what was entered. Raises Refused."""
    part, row = opened.part, opened.row
    if row is None:
        create(part.table, opened.values, by=me())
        flash(str(_l("Created.")), "success")
    else:
        seen = opened.form.revision.seen
        changed = change(part.table, row, opened.values, by=me(), revision=seen)
        flash(str(_l("Saved.") if changed else _l("Nothing was changed.")), "success")
    return redirect(f"{address(page.thing)}#{part.key}", 303)


def refused(opened: Opened, refusal: Refused) -> None:
    """Say beside the field, or above the form, why nothing was saved."""
    opened.refusal = refusal
    if isinstance(refusal, Invalid) and refusal.field in opened.form:
        opened.form[refusal.field].errors = [refusal.sentence]
    else:
        opened.form.form_errors.append(refusal.sentence)


def drawn_page(page: ThingPage, opened: Opened | None) -> Any:
    status = 200
    if opened and opened.form.is_submitted():
        status = opened.refusal.status if opened.refusal else 422
    return render_template(
        "master/thing.html",
        page=page,
        thing=page.thing,
        here=address(page.thing) or request.path,
        opened=opened,
        may_edit=may_edit,
        may_add=may_add,
        mends=mends,
        keepers=keepers_in_words,
        revise=revise_link if works() else None,
        changes=changes_of(page),
    ), status


def changes_of(page: ThingPage) -> list[dict[str, Any]]:
    """Who changed what of a thing, the latest first."""
    events = page.changes()
    said = entered_of([event for _, _, event in events])
    return [titled(page, *each, said[each[2].id]) for each in events]


def mends(part: Part) -> str:
    """The address of the form that fills a gap, for who may; else of where it shows."""
    if part.by_revision:
        return (part.document and revise_link(part.document)) or f"#{part.key}"
    if may_add(part):
        return f"?edit={part.key}.{NEW}#{part.key}"
    own = part.shape == "own" and may_edit(part, part.thing)
    return f"?edit={part.key}#{part.key}" if own else f"#{part.key}"


def titled(page: ThingPage, table: Any, row: Any, event: Any, said: Any) -> dict[str, Any]:
    """A change as the timeline shows it; of another row than the thing's own with its name."""
    shown = line(table, row, event, said)
    if row is page.thing:
        return shown
    what: Text = _l("%(what)s: %(row)s", what=table.label, row=table.title(row))
    return {**shown, "note": "\n".join(filter(None, (str(what), shown["note"])))}
