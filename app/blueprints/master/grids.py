"""Changeovers and incompatible classes as grids, each cell changed where it stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from app.blueprints.master.tables import drawn, may_change, me, refused
from app.blueprints.records.downloads import ListFile, offers
from app.blueprints.records.idempotent import idempotent
from app.flow.roles import ADMIN, PLANNER, ROLES
from app.flow.texts.lazy_text import _l
from app.models.master.editing import change, create
from app.models.records.errors import Refused
from app.screens.master.grids import SHAPES, Cell, Grid, grid
from app.security import policy

blueprint = Blueprint("grids", __name__, url_prefix="/admin/master")
LOOK = tuple(role for role in ROLES.values() if role is not ADMIN)
KEY = "/<any(changeover, incompatible):key>/grid"


def as_file(key: str) -> ListFile:
    return key, grid(SHAPES[key]).sheets()


@blueprint.get(KEY)
@policy(ADMIN, readers=LOOK)
@offers(as_file)
def show(key: str) -> Any:
    """The grid."""
    found = grid(SHAPES[key])
    table = found.shape.table
    return render_template("master/grid/show.html", grid=found, may=may_change(table))


def answer(response: Response) -> Any:
    """What is sent after a change: the cell as it is now, where a page asked for no more."""
    if not is_part():
        return response
    arguments = request.view_args or {}
    return part(*placed(**arguments))


@blueprint.get(f"{KEY}/<int:one>/<int:other>")
@policy(ADMIN, PLANNER)
def cell(key: str, one: int, other: int) -> Any:
    """The form of a pair, for its cell or as a page; with ``?shown=1`` the cell without it."""
    found, place = kept(key, one, other)
    if is_part() and request.args.get("shown"):
        return part(found, place)
    if place.retired:
        return redirect(url_for("master.row", key=key, row_id=place.retired.id))
    return form_of(place, asked(place), 200)


@blueprint.post(f"{KEY}/<int:one>/<int:other>")
@policy(ADMIN, PLANNER)
@idempotent(then=answer)
def state(key: str, one: int, other: int) -> Any:
    """State a pair, or change what is stated of it."""
    _, place = kept(key, one, other)
    form = asked(place)
    if not form.validate():
        return form_of(place, form, 422)
    try:
        put(place, form)
    except Refused as refusal:
        refused(form, refusal)
        return form_of(place, form, refusal.status)
    if not is_part():
        flash(str(_l("Saved.")), "success")
    return redirect(f"{url_for('grids.show', key=key)}#cell-{one}-{other}", 303)


# Parts


def placed(key: str, one: int, other: int) -> tuple[Grid, Cell]:
    """A cell and its grid; a pair of which one is not in use, or that has nothing to state, is
    nowhere.
    """
    found = grid(SHAPES[key])
    axis = {each.id: each for each in found.axis}
    if one not in axis or other not in axis:
        abort(404)
    place = found.cell(axis[one], axis[other])
    return (found, place) if place.is_open else abort(404)


def kept(key: str, one: int, other: int) -> tuple[Grid, Cell]:
    """A cell that this person may change; any other is forbidden."""
    return placed(key, one, other) if may_change(SHAPES[key].table) else abort(403)


def asked(place: Cell) -> Any:
    """The form of a cell: what its table asks of a pair that is new, else what a cell shows."""
    shape = place.shape
    form = drawn(shape.table, place.row)
    needed = [f.name for f in shape.table.fields if f.required and not f.fixed]
    wanted = {*shape.asked, *(() if place.row else needed)}
    for entry in shape.table.fields:
        if entry.name in form and entry.name not in wanted:
            del form[entry.name]
    first = form[shape.asked[0]]
    first.render_kw = {**(first.render_kw or {}), "autofocus": True}
    return form


def put(place: Cell, form: Any) -> None:
    """Keep what a form says of a pair. Raises Refused."""
    shape, seen = place.shape, form.revision.seen
    if place.row:
        change(shape.table, place.row, form.values, by=me(), revision=seen)
    else:
        pair = {shape.row: place.one.code, shape.column: place.other.code}
        create(shape.table, form.values | pair, by=me())


def is_part() -> bool:
    return request.headers.get("HX-Request") == "true"


def part(found: Grid, place: Cell) -> str:
    """A cell with the count of what is not stated, to be put in its place."""
    return render_template("master/grid/_changed.html", grid=found, cell=place, may=True)


def form_of(place: Cell, form: Any, status: int) -> Any:
    template = "master/grid/_form.html" if is_part() else "master/grid/cell.html"
    return render_template(template, cell=place, form=form, in_place=is_part()), status
