"""What a row says of finished goods that were made on paper."""

from __future__ import annotations

from typing import Any

from app import clock
from app.flow.production import TO_INSPECT_YET, TO_SHIP_YET
from app.flow.texts.lazy_text import _l
from app.models.master import StorageZone
from app.models.warehouse.made_before import Made
from app.models.warehouse.stock import QUARANTINE, RELEASED
from app.plant import reading
from app.plant.quality.verdict import expiry_date
from app.sheets.kinds.cut_over.begun import BEGUN
from app.sheets.kinds.listed import Pass
from app.sheets.reading.rows import Read

STATUS = {TO_INSPECT_YET: QUARANTINE, TO_SHIP_YET: RELEASED}
ZONES = {TO_INSPECT_YET: "quarantine", TO_SHIP_YET: "finished"}
OF_MADE = ("lot_number", "made_on", "zone")
LONGEST_LOT = 28


def made(read: Read, at: Pass, product: Any, left: int) -> Made | None:
    """The finished goods of a row, or what is wrong with what it says of them."""
    said, stage = read.values, read.values["stage"]
    named = [name for name in (*OF_MADE, "lot_quantity", "expiry") if said.get(name)]
    if stage not in STATUS:
        for name in (n for n in named if stage not in BEGUN or n != "lot_number"):
            read.wrong(_l("What is to be made has no lot yet."), at.source(name))
        return None
    for name in (each for each in OF_MADE if each not in named):
        what = at.more["labels"][name]
        read.wrong(_l("Goods that are made need: %(what)s.", what=what), at.source(name))
    return None if read.faults else units_of(read, at, product, left)


def units_of(read: Read, at: Pass, product: Any, left: int) -> Made:
    """The units, with what may be wrong with their number, their day and their place."""
    said, stage = read.values, read.values["stage"]
    zone: Any = at.known.coded(StorageZone, said["zone"])
    if zone.kind != ZONES[stage] or product.incompat_class not in zone.classes:
        read.wrong(_l("Goods at this stage do not stand in this zone."), at.source("zone"))
    units = said.get("lot_quantity") or left
    if units > left:
        read.wrong(
            _l("Only %(left)s units of the line are open.", left=f"{left:,}"),
            at.source("lot_quantity"),
        )
    made = Made(
        lot=reading.code(said["lot_number"]),
        product=product,
        status=STATUS[stage],
        good=units,
        zone=said["zone"],
        made_on=said["made_on"],
        expiry=said.get("expiry") or expiry_date(said["made_on"], product.shelf_life_days),
    )
    if len(made.lot) > LONGEST_LOT:
        read.wrong(_l("At most %(n)s characters.", n=LONGEST_LOT), at.source("lot_number"))
    if made.made_on > clock.today():
        read.wrong(_l("This day lies ahead."), at.source("made_on"))
    return made
