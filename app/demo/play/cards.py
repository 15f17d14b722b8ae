"""A card in the play: planned, supplied, made, inspected and stocked in, until it stands where
it is to be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.demo.play.clock import FLOOR, after, within
from app.demo.play.execution import duration, execution
from app.demo.play.inspection import inspection
from app.demo.play.world import Script, World
from app.models.master import Line
from app.models.production.production_order import ProductionOrder
from app.required import required


@dataclass(frozen=True)
class Run:
    """How a card goes on: the stage it is to reach, and the run's line, day (0 is the last) and
    hour.

    ``steps``: steps signed when the play ends; ``fails``: readings (None: does not conform) that
    fail the lot, with ``then`` its disposition; ``late``: days promised beyond the customer's date;
    ``parts``: quantity and run of each card split off before planning.
    """

    until: str
    line: str = ""
    day: int = 0
    hour: str = "08:30"
    steps: int = 99
    fails: dict[str, Decimal | None] = field(default_factory=dict)
    then: str = ""
    late: int = 0
    short_until: int | None = None
    returned: str = ""
    refuses: str = ""
    parts: tuple[tuple[int, Run], ...] = ()


def card_story(world: World, card: ProductionOrder, run: Run) -> Script:
    """Play one card until it stands in the stage it is to reach."""
    for phase in (planning, materials, execution, inspection):
        for moment in phase(world, card, run):
            if arrived(card, run):
                return
            yield moment
        if arrived(card, run):
            return


def arrived(card: ProductionOrder, run: Run) -> bool:
    if card.stage == "running":
        return run.until == "running" and len(card.step_records) >= run.steps
    return card.stage == run.until


def planning(world: World, card: ProductionOrder, run: Run) -> Iterator[datetime]:
    """Clauses 2.1 to 2.3."""
    planner = world.one_of("planner", card.id)
    yield after(world.now, 35)
    for quantity, part in run.parts:
        world.act(card, "split", planner, quantity=quantity, reason="超过一锅,分锅生产")
        world.start(card_story(world, card.children[-1], part))
        yield after(world.now, 5)
    if run.until == "to_plan":
        return
    yield after(world.now, 40)
    if run.line == "stock":
        world.act(
            card,
            "supply_from_stock",
            planner,
            lot_id=card.covering_lots()[0].id,
            promised_date=card.requested_date,
        )
        yield after(world.now, 60)
        return world.act(card, "approve_plan", world.head(card.id))
    world.act(card, "draw_up", planner, **plan_of(world, card, run))
    yield after(world.now, 45)
    if run.until == "consulting" and run.short_until is None:
        return
    late = run.short_until is not None
    promised = world.days.date(required(run.short_until)) if late else None
    world.act(
        card,
        "answer_warehouse",
        world.one_of("store", card.id),
        in_time=not late,
        promised_date=promised,
        note="库存不足,等到货" if late else "",
    )
    if run.until == "consulting":
        return
    yield after(world.now, 30)
    world.act(
        card,
        "answer_purchasing",
        world.one_of("buyer", card.id),
        in_time=not late,
        promised_date=promised,
        note="",
    )
    yield after(world.now, 55)
    if run.returned:
        world.act(card, "return_plan", world.head(card.id), reason=run.returned)
        yield after(world.now, 40)
        world.act(card, "draw_up", planner, **plan_of(world, card, run))
        yield after(world.now, 20)
        world.act(card, "answer_warehouse", world.one_of("store", card.id), in_time=True)
        yield after(world.now, 20)
        world.act(card, "answer_purchasing", world.one_of("buyer", card.id), in_time=True)
        yield after(world.now, 45)
    world.act(card, "approve_plan", world.head(card.id))
    for login in ("buyer1", "inspector1"):
        yield after(world.now, 25)
        world.act(card, "acknowledge_plan", login)


def plan_of(world: World, card: ProductionOrder, run: Run) -> dict[str, Any]:
    line = required(Line.by_code(run.line))
    start = world.days.at(run.day, run.hour)
    end = start + duration(card, line)
    crew = required(card.rate_on(line)).crew
    return {
        "line_id": line.id,
        "start": world.days.real(start),
        "end": world.days.real(end),
        "crew": crew,
        "crew_names": "",
        "promised_date": required(card.requested_date) + timedelta(days=run.late),
        "note": "",
    }


def materials(world: World, card: ProductionOrder, run: Run) -> Iterator[datetime]:
    """Clauses 3.1 to 3.3, mostly the afternoon before the run."""
    preparer, checker = ("store1", "store2") if card.id % 3 else ("store2", "store1")
    acceptor = world.crew(run.line)[0]
    yield max(after(world.now, 30), within(world.days.at(run.day, run.hour) - timedelta(hours=19)))
    world.act(card, "start_preparing", preparer)
    yield after(world.now, 45)
    yield from prepare(world, card, preparer, checker)
    yield after(world.now, 40, FLOOR)
    if run.refuses:
        refused = next(p for p in card.picks if p.requirement.material.code == run.refuses)
        world.act(
            card,
            "accept_materials",
            acceptor,
            lines=[
                accepted(p)
                if p is not refused
                else {
                    "pick": p.id,
                    "accepted": False,
                    "received": p.prepared,
                    "reason": "外包装破损",
                }
                for p in card.picks
            ],
        )
        yield after(world.now, 30)
        yield from prepare(world, card, preparer, checker)
        yield after(world.now, 20, FLOOR)
    world.act(
        card,
        "accept_materials",
        acceptor,
        lines=[accepted(p) for p in card.picks if p.accepted is None],
    )


def prepare(world: World, card: ProductionOrder, preparer: str, checker: str) -> Iterator[datetime]:
    picks = [{"pick": p.id, "quantity": p.proposed} for p in card.picks if not p.issued]
    world.act(card, "prepare", preparer, picks=picks)
    yield after(world.now, 25)
    world.act(card, "hand_over", checker)


def accepted(pick: Any) -> dict[str, Any]:
    return {"pick": pick.id, "accepted": True, "received": pick.prepared}
