"""What a row says of a card that was begun on paper: prepared, or running."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.flow.production import KIT_READY, ON_ITS_LINE
from app.flow.texts.lazy_text import _l
from app.models.master import Line, Product, Tank
from app.models.production.cut_over.begun import Begun
from app.plant import reading
from app.plant.production.requirements import bulk_mass, pots
from app.plant.production.schedule import fill_minutes, mix_minutes
from app.sheets.kinds.listed import Pass
from app.sheets.reading.days import NoDay, moment_of
from app.sheets.reading.rows import Read

BEGUN = (KIT_READY, ON_ITS_LINE)
NEEDED = ("production_line", "start", "sheets", "sheets_at")
OF_BEGUN = ("production_line", "tank", "start", "end", "made_so_far", "paper_steps")
OF_RUN = ("tank", "made_so_far", "paper_steps")


def begun(read: Read, at: Pass, product: Product, left: int) -> Begun | None:
    """What is begun of a row, its kit left out, or what is wrong with what it says of that; None
    at the other stages.
    """
    said, stage = read.values, read.values["stage"]
    if stage not in BEGUN:
        for name in (each for each in OF_BEGUN if said.get(each)):
            read.wrong(_l("Only what is begun has this."), at.source(name))
        return None
    needed, odd = (NEEDED, OF_RUN) if stage == KIT_READY else ((*NEEDED, "lot_number"), ())
    for name in (n for n in needed if not said.get(n)):
        label = at.more["labels"][name]
        read.wrong(_l("What is begun needs: %(what)s.", what=label), at.source(name))
    for name in (n for n in odd if said.get(n)):
        read.wrong(_l("Only what runs has this."), at.source(name))
    return None if read.faults else planned(read, at, product, left)


def planned(read: Read, at: Pass, product: Product, left: int) -> Begun | None:
    """The plan on paper: its line, its times, its lot, its steps."""
    said, runs = read.values, read.values["stage"] == ON_ITS_LINE
    line: Any = at.known.coded(Line, said["production_line"])
    rate = next((r for r in product.rates if r.active and r.line_id == line.id), None)
    if rate is None:
        read.wrong(_l("This line does not make the product."), at.source("production_line"))
    tank: Any = at.known.coded(Tank, said["tank"]) if said.get("tank") else None
    if tank and tank.line_id != line.id:
        read.wrong(_l("This tank is another line’s."), at.source("tank"))
    steps = product.instruction.steps if product.instruction else []
    last = max((step.step_no for step in steps), default=0)
    if (said.get("paper_steps") or 0) > last:
        read.wrong(_l("The last step is no. %(n)s.", n=last), at.source("paper_steps"))
    start, end = times(read, at)
    if read.faults or start is None or rate is None:
        return None
    return Begun(
        line=line,
        start=start,
        end=end or start + takes(rate, product, left),
        crew=rate.crew,
        kit=(),
        lot=reading.code(said.get("lot_number")),
        tank=tank.code if tank else "",
        running=runs,
        made_so_far=said.get("made_so_far") or 0,
        steps=said.get("paper_steps") or 0,
    )


def times(read: Read, at: Pass) -> tuple[datetime | None, datetime | None]:
    """When it starts, or started, and ends, if a row says so."""
    start, end = moment(read, at, "start"), None
    if read.values.get("end"):
        end = moment(read, at, "end")
    if start and read.values["stage"] == ON_ITS_LINE and start > clock.now():
        read.wrong(_l("This moment lies ahead."), at.source("start"))
    if start and end and end <= start:
        read.wrong(_l("It ends before it starts."), at.source("end"))
    return start, end


def moment(read: Read, at: Pass, name: str) -> datetime | None:
    """Day and time of a cell; a day alone is said to be too little."""
    try:
        found, alone = moment_of(read.values[name], clock.plant_zone())
    except NoDay as wrong:
        read.wrong(wrong.sentence, at.source(name))
        return None
    if alone:
        read.wrong(_l("Say the time as well, like 2026-11-30 08:30."), at.source(name))
    return clock.local(found)


def takes(rate: Any, product: Product, units: int) -> timedelta:
    """How long mixing and filling take by the line's rates."""
    bulk = bulk_mass(units, product.fill_mass_mg, rate.filling_loss_pct, rate.bulk_yield_pct)
    charges = pots(bulk, rate.min_batch_mg, rate.max_batch_mg).count
    mixing = mix_minutes(rate.mix_hours_per_batch, charges)
    return timedelta(minutes=int(mixing + fill_minutes(units, rate.units_per_hour)))
