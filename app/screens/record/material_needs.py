"""What a plan needs beside what is there for it, material by material."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app import clock
from app.flow.texts.lazy_text import _l
from app.models.master import Material
from app.models.production.requirement import Pick, Requirement, lots_on_offer, needs_of
from app.required import required
from app.screens.record.fact import Mark

if TYPE_CHECKING:
    from app.models.master import Line
    from app.models.production.production_order import ProductionOrder


@dataclass(frozen=True)
class Need:
    """A material, how much of it (base units), what is free in stock, what is missing, and the
    lots picked.
    """

    material: Material
    quantity: int
    available: int | None
    missing: int
    picks: list[Pick]

    @property
    def uom(self) -> str:
        return self.material.uom


def needs_of_plan(card: ProductionOrder) -> list[Need]:
    """The requirements of the card's plan; stock only where no lot is picked yet."""
    open_needs = [r for r in card.requirements if not r.live_picks]
    missing = {need.id: short for need, short in card.shortages()} if open_needs else {}
    free = free_of([r.material for r in open_needs], card.day_of_use)
    return [
        Need(r.material, r.quantity, free.get(r.material_id), missing.get(r.id, 0), shown_picks(r))
        for r in card.requirements
    ]


def needs_on(card: ProductionOrder, line: Line) -> list[Need]:
    """What a card not yet planned would need on a line."""
    needed = [
        (material, need.quantity)
        for need, material in needs_of(card.product, card.bulk_on(line), card.quantity)
    ]
    free = free_of([material for material, _ in needed], clock.today())
    return [
        Need(
            m,
            quantity,
            free.get(m.id),
            0 if m.untracked else max(0, quantity - free.get(m.id, 0)),
            [],
        )
        for m, quantity in needed
    ]


def free_of(materials: list[Material], day: date) -> dict[int, int]:
    """Released stock that no plan has picked and that lasts until a day, by material id; nothing
    for what has no lots.
    """
    tracked = {m.id for m in materials if not m.untracked}
    offer = lots_on_offer(tracked, day) if tracked else {}
    return {key: sum(free for _, free in offer.get(key, [])) for key in tracked}


def shown_picks(requirement: Requirement) -> list[Pick]:
    """Refused ones too: what was refused is part of the story."""
    return [p for p in requirement.picks if p.accepted is False or not p.returned]


def pick_mark(pick: Pick) -> Mark:
    """How far a picked lot has come."""
    if pick.accepted is not None:
        short = pick.accepted and required(pick.received) < required(pick.prepared)
        return (
            Mark("risk", _l("Came short"))
            if short
            else Mark("passed", _l("Accepted"))
            if pick.accepted
            else Mark("failed", _l("Refused"))
        )
    if pick.issued:
        return Mark("", _l("Handed over"))
    return (
        Mark("", _l("Prepared")) if pick.prepared is not None else Mark("waiting", _l("To prepare"))
    )
