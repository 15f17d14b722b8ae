"""The store counts what is there: a zone that is right but for a spoonful, one that needs a second
signature, one that is still counted, one that was given up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.demo.play.world import Script, World
from app.flow.texts.lazy_text import for_record
from app.models.warehouse.counting.stock_count import StockCount
from app.models.warehouse.stock import Lot
from app.plant.quantities import to_base


@dataclass(frozen=True)
class Counting:
    """The count of a zone on a day: what is missing of the lots of some codes, in the unit that
    people count in, and why; whether it is closed then, or given up.
    """

    zone: str
    day: int
    missing: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    fate: str = "closed"


SPILT = for_record("散漏、洒落", "Spilt")
WEIGHING = for_record("称量误差累计", "Errors of weighing added up")
COUNTS = (
    Counting("PX", -4, fate="given up"),
    Counting("CO", -2, {"R-019": "0.2"}, WEIGHING),
    Counting("AC", 0, {"R-032": "6", "R-025": "0.5"}, SPILT),
    Counting("CA", 0, {"R-024": "0.4"}, fate="left open"),
)


def counts(world: World) -> list[Script]:
    return [count_story(world, each) for each in COUNTS]


def count_story(world: World, counting: Counting) -> Script:
    """Begun before lunch, entered in the afternoon, closed or not."""
    yield world.days.at(counting.day, "10:40")
    count = world.make(StockCount, "begin_count", "store2", zone=counting.zone)
    if counting.fate == "given up":
        yield world.days.at(counting.day, "11:25")
        world.act(count, "give_up", "store2", reason="叉车故障,货架高层无法盘点")
        return
    yield world.days.at(counting.day, "14:35")
    said = count.books()
    found = [
        {"line": line.id, "quantity": said[line.lot_id] - less(line.lot, counting.missing)}
        for line in count.lines
    ]
    world.act(count, "enter_counts", "store2", counts=found)
    if counting.fate == "left open":
        return
    yield world.days.at(counting.day, "15:20")
    reasons = {line.id: counting.reason for line in count.lines if less(line.lot, counting.missing)}
    world.act(count, "submit_count", "store2", reasons=reasons)


def less(lot: Lot, missing: dict[str, str]) -> int:
    """What is missing of a lot, in base units: of each of a code as much."""
    return min(lot.quantity, to_base(missing.get(lot.item.code, "0"), lot.uom))
