"""The run of a card in the play: every step signed by whom the work instruction names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.demo.play.clock import FLOOR, after
from app.demo.play.readings import reading
from app.demo.play.world import World
from app.models.master import Line, WorkStep
from app.models.production.production_order import ProductionOrder
from app.plant.production.balance import yield_pct
from app.required import required


def execution(world: World, card: ProductionOrder, run: Any) -> Iterator[datetime]:
    """Clauses 4.1 and 4.2: started, signed step by step, finished with its counts."""
    operator = world.crew(run.line)[0]
    yield max(after(world.now, 10, FLOOR), world.days.at(run.day, run.hour))
    while card.running_on_my_line():
        yield after(world.now, 20, FLOOR)
    world.act(card, "start", operator)
    yield from steps(world, card, run)
    if card.stage != "running":
        return
    good = card.quantity - card.quantity // 400 if card.line is None else card.quantity
    world.act(
        card,
        "finish",
        operator,
        good=good,
        rejected=card.quantity // 350,
        reject_reason="首件调试、封口不良",
    )


def duration(card: ProductionOrder, line: Line) -> timedelta:
    """Mixing and filling at the line's rate."""
    rate = required(card.rate_on(line))
    return timedelta(
        minutes=int(rate.mix_hours_per_batch * 60) + card.quantity * 60 // rate.units_per_hour
    )


def steps(world: World, card: ProductionOrder, run: Any) -> Iterator[datetime]:
    pace = duration(card, required(required(card.plan).line)) / (len(card.steps) + 1)
    while step := card.open_step:
        yield max(world.now + pace, after(world.now, 3, FLOOR))
        yield from wait_for_restart(world, card)
        signer = person(world, step.role, run.line, 0)
        world.act(card, "sign_step", signer, step_no=step.step_no, **entry(card, step, run))
        if card.stage != "running":
            return
        if step.second_role:
            yield world.now + timedelta(minutes=4)
            yield from wait_for_restart(world, card)
            world.act(card, "countersign_step", person(world, step.second_role, run.line, 1))
    yield after(world.now, 12, FLOOR)
    yield from wait_for_restart(world, card)


def wait_for_restart(world: World, card: ProductionOrder) -> Iterator[datetime]:
    while card.stage == "halted":
        yield after(world.now, 10, FLOOR)


def person(world: World, role: str, line: str, place: int) -> str:
    """Who signs on a line: its operators and supervisor, one of the laboratory for Quality's
    steps.
    """
    operator, second, supervisor = world.crew(line)
    return {
        "operator": second if place else operator,
        "supervisor": supervisor,
        "storekeeper": "store1",
        "inspector": "inspector1" if line in ("L1", "L3") else "inspector2",
        "quality_head": "qhead1" if line in ("L1", "L3") else "qhead2",
    }[role]


def entry(card: ProductionOrder, step: WorkStep, run: Any) -> dict[str, Any]:
    """What is entered for a step: a reading, a scan, or only the signature."""
    lower, upper, uom = card.limits_of(step)
    if step.entry_type in ("measure", "count"):
        if (
            card.stage == "running"
            and run.until == "halted"
            and len(card.step_records) + 1 >= run.steps
            and "step" in run.fails
        ):
            return {"value": run.fails["step"]}
        if uom == "%" and lower and lower > 90 and not step.limit_ref:
            bulk = required(required(card.plan).bulk)
            return {"value": yield_pct(card.quantity, card.product.fill_mass_mg, bulk)}
        target = next((t.target for t in card.tests if t.code == step.limit_ref), "")
        return {
            "value": reading(
                f"{card.number} {step.step_no} {card.reworked}", lower, upper, uom, target
            )
        }
    if step.entry_type == "scan":
        return {"value": [lot.lot_no for lot in card.issued_lots]}
    return {"value": ""}
