"""Whether stock covers a need: one line for itself, or all lines served in the order they came
in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.plant.production.requirements import FormulaLine, Requirement, minimum_assay
from app.plant.quantities import step_of
from app.plant.sales.order_facts import LineFacts, PlantFacts
from app.plant.warehouse.fefo import Allocation, Lot, allocate
from app.required import required

SERVED, SHORT, EXCLUDED = "ok", "short", "excluded"


@dataclass(frozen=True)
class Served:
    """What became of a line when all are served in turn: ok, short (and of what), or excluded."""

    key: tuple[str, int]
    outcome: str
    shortages: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        codes = ",".join(code for code, _ in self.shortages)
        return f"{self.outcome}:{codes}" if codes else self.outcome


def propose_lots(
    needs: Iterable[Requirement],
    formula: Iterable[FormulaLine],
    lots: Mapping[str, tuple[Lot, ...]],
    day: date,
    untracked: frozenset[str] = frozenset(),
) -> dict[str, Allocation]:
    """Return an allocation per material code for `needs` on `day`; untracked materials are left
    out.
    """
    formula = tuple(formula)
    return {
        need.material_code: allocate(
            lots.get(need.material_code, ()),
            need.quantity,
            day,
            need.nominal,
            minimum_assay(formula, need.material_code),
            step_of(need.uom),
        )
        for need in needs
        if need.material_code not in untracked
    }


def shortages(
    line: LineFacts, plant: PlantFacts, lots: Mapping[str, tuple[Lot, ...]] | None = None
) -> dict[str, int]:
    """Return {material code: missing base units} for one line alone, sorted by code; empty when
    covered.
    """
    return _missing(_proposal(line, plant, plant.lots if lots is None else lots))


def serve_in_turn(
    lines: Iterable[LineFacts], plant: PlantFacts, excluded: Iterable[tuple[str, int]] = ()
) -> dict[tuple[str, int], Served]:
    """Serve all lines from stock in order of receipt; a short line takes nothing.

    Material is all that counts.

    `excluded` names the lines not to serve (refused, duplicates). Returns {(order, line_no):
    Served}.
    """
    excluded, lots, served = set(excluded), dict(plant.lots), {}
    for line in sorted(lines, key=lambda line: (line.received_at, line.order, line.line_no)):
        if line.key in excluded:
            served[line.key] = Served(line.key, EXCLUDED)
            continue
        proposal = _proposal(line, plant, lots)
        if missing := _missing(proposal):
            served[line.key] = Served(line.key, SHORT, tuple(missing.items()))
            continue
        for code, allocation in proposal.items():
            lots[code] = _after(lots.get(code, ()), allocation)
        served[line.key] = Served(line.key, SERVED)
    return served


def _proposal(
    line: LineFacts, plant: PlantFacts, lots: Mapping[str, tuple[Lot, ...]]
) -> dict[str, Allocation]:
    product = required(line.product)
    needs = product.requirements(line.quantity)
    return propose_lots(needs, product.formula, lots, plant.day, plant.untracked)


def _missing(proposal: dict[str, Allocation]) -> dict[str, int]:
    return {code: proposal[code].shortage for code in sorted(proposal) if proposal[code].shortage}


def _after(lots: Iterable[Lot], allocation: Allocation) -> tuple[Lot, ...]:
    taken = {draw.lot_no: draw.quantity for draw in allocation.draws}
    return tuple(replace(lot, available=lot.available - taken.get(lot.lot_no, 0)) for lot in lots)
