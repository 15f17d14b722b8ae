"""The finished lot in the play: sampled, tested, reported, released by a second person, stocked
in; or failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.demo.play.clock import FLOOR, after
from app.demo.play.execution import execution
from app.demo.play.readings import INSTRUMENTS, reading
from app.demo.play.world import World
from app.models.master import Line
from app.models.master.plant import zone_for
from app.models.production.production_order import ProductionOrder
from app.models.quality.sample import Sample, TestResult
from app.plant.quality.verdict import ASSAY
from app.required import required


def inspection(world: World, card: ProductionOrder, run: Any) -> Iterator[datetime]:
    """Clauses 5.1 to 5.3."""
    inspector, head = world.one_of("inspector", card.id), world.one_of("qhead", card.id)
    fails = run.fails
    while card.stage != "to_stock_in":
        yield after(world.now, 25, FLOOR)
        world.act(
            card,
            "draw_sample",
            inspector,
            size=20 if card.quantity > 1200 else 13,
            place=f"{run.line} 前、中、后段",
        )
        yield from test(world, required(card.sample), inspector, head, fails)
        if card.stage != "nonconforming" or not run.then:
            break
        yield after(world.now, 70)
        yield from dispose(world, card, run, head)
        fails = {}
        if card.stage == "scrapped":
            return
    yield after(world.now, 45)
    world.act(
        card,
        "stock_in",
        world.one_of("store", card.id),
        zone=zone_for("finished", card.product.incompat_class),
    )


def test(
    world: World, sample: Sample, inspector: Any, head: Any, fails: dict[str, Any]
) -> Iterator[datetime]:
    """Results in two sittings (what takes hours comes later), then the verdict by another
    person.
    """
    yield after(world.now, 15, FLOOR)
    world.act(sample, "start_testing", inspector)
    quick = [r for r in sample.results if r.position % 2]
    for minutes, results in ((50, quick), (110, [r for r in sample.results if r not in quick])):
        yield after(world.now, minutes, FLOOR)
        world.act(sample, "enter_results", inspector, results=[outcome(r, fails) for r in results])
    yield after(world.now, 15, FLOOR)
    world.act(sample, "report", inspector)
    yield after(world.now, 40)
    if sample.failed_results:
        world.act(sample, "reject", head, reason="检验不合格", containment="已移入不合格品区并挂牌")
    else:
        world.act(sample, "release", head)


def outcome(result: TestResult, fails: dict[str, Any]) -> dict[str, Any]:
    """A result as the laboratory enters it; ``fails`` gives those that fail."""
    instrument = INSTRUMENTS.get(result.code, "")
    if result.code in fails:
        value = fails[result.code]
    elif result.code == ASSAY and result.sample.lot.assay:
        value = result.sample.lot.assay
    elif not result.is_text:
        value = reading(
            f"{result.sample.number} {result.code}",
            result.lower,
            result.upper,
            result.uom,
            result.target,
        )
    else:
        return {"result": result.id, "conforms": True}
    return (
        {"result": result.id, "conforms": False}
        if value is None
        else {"result": result.id, "value": value, "instrument": instrument}
    )


def planned_again(world: World, card: ProductionOrder, run: Any) -> Iterator[datetime]:
    """The rework is planned on the same line, needs no materials, and is approved."""
    yield after(world.now, 25)
    line, start = Line.by_code(run.line), after(world.now, 150, FLOOR)
    world.act(
        card,
        "draw_up",
        world.one_of("planner", card.id),
        line_id=required(line).id,
        start=world.days.real(start),
        end=world.days.real(start + timedelta(hours=2)),
        crew=2,
        crew_names="",
        promised_date=card.promised_date,
        note=required(card.nonconformance).instructions,
        materials=[],
    )
    for action, login in (
        ("answer_warehouse", world.one_of("store", card.id)),
        ("answer_purchasing", world.one_of("buyer", card.id)),
    ):
        yield after(world.now, 20)
        world.act(card, action, login, in_time=True, promised_date=None, note="无需领料")
    yield after(world.now, 25)
    world.act(card, "approve_plan", world.head(card.id))


def dispose(world: World, card: ProductionOrder, run: Any, head: Any) -> Iterator[datetime]:
    """What becomes of a failed lot."""
    if run.then == "rework":
        world.act(
            card,
            "rework",
            head,
            reason="瓶盖扭矩偏低,漏液",
            instructions="全数复拧瓶盖,倒置 10 分钟复检,剔除漏液件",
        )
        yield from planned_again(world, card, run)
        yield from execution(world, card, run)
    elif run.then == "concede":
        world.act(
            card,
            "concede",
            head,
            reason="密度略高于内控上限,不影响使用",
            consent="客户陈示七电话同意让步接收",
        )
    elif run.then == "reinspect":
        world.act(card, "reinspect", head, reason="逐箱挑选,剔除不合格件后重新抽样")
    elif run.then == "scrap":
        world.act(card, "scrap", head, reason="有效氯低于标准下限,不得让步", witness="张样五")
