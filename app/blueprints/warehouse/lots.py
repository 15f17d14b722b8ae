"""A lot's page: how it stands, every movement, where it came from and where it went; and its
lists to take away.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask_login import current_user

from app.blueprints.records.downloads import ListFile, offers
from app.models.warehouse.lots import address, lot_with, lots_of
from app.models.warehouse.stock import Lot
from app.plant.warehouse.genealogy_layout import fitted
from app.screens.record.about.lot import SHOWN, AboutLot, sheets
from app.screens.search.find import department_for, planned_as
from app.security import STAFF, policy

blueprint = Blueprint("lots", __name__)
LONGEST = 80


def as_file(number: str) -> ListFile:
    """The lists of one lot; with ``?of=movements`` the movements alone."""
    lots = asked_for(number)
    lot = lots[0] if len(lots) == 1 else abort(404)
    return f"lot-{lot.lot_no}", list(sheets(AboutLot(lot)))[request.args.get("of") == "movements" :]


@blueprint.get("/lots/<path:number>")
@policy(STAFF, floor=True)
@offers(as_file)
def show(number: str) -> Any:
    """One lot by its number, ours or its supplier's; of several (``?id=``) a list to choose
    from; a planned one leads to its card.
    """
    lots = asked_for(number)
    if not lots and (card := planned_as(number.upper())):
        return redirect(
            f"/{department_for(current_user, card.flow, card.current_stage).key}/{card.ref}"
        )
    if len(lots) != 1:
        return render_template(
            "warehouse/lots/several.html", number=number, lots=lots or abort(404), address=address
        )
    return render_template(
        "warehouse/lots/show.html",
        lot=lots[0],
        about=AboutLot(lots[0]),
        department_for=department_for,
        fitted=fitted,
        may_print=current_user.has_role(STAFF.roles),
        shown=None if "movements" in request.args else SHOWN,
    )


def asked_for(number: str) -> list[Lot]:
    """The lots that an address names."""
    if "id" in request.args:
        lot = lot_with(number, request.args.get("id", type=int))
        return [lot] if lot else []
    return lots_of(number) if len(number) <= LONGEST else []
