"""Controlled documents in the play: an instruction in its second revision, a formula that waits for
its signature.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from app.demo.play.world import Script, World
from app.extensions import db
from app.flow.master.revisions import FORMULA, INSTRUCTION
from app.models.controlled.revision import Revision

LONGER = "加 AES、AEO-9、丙二醇,搅拌至透明后再搅拌 10 min"
LONGER_EN = "Add AES, AEO-9 and propylene glycol; stir until clear, then for another 10 min"


def instruction_story(world: World, code: str, step: int, day: int) -> Script:
    """The supervisor rewrites a step, the production head signs, the next day it is in force."""
    yield world.days.at(day, "09:20")
    first_day = world.days.date(day + 1)
    revision = world.make(
        Revision,
        "revise",
        "super1",
        kind=INSTRUCTION.key,
        code=code,
        reason="连续两锅黏度偏高,延长搅拌后正常",
        effective_on=first_day,
    )
    content = deepcopy(revision.content)
    line = next(line for line in content["lines"] if line["step_no"] == step)
    line["text_zh"], line["text_en"] = LONGER, LONGER_EN
    yield world.days.at(day, "09:50")
    world.act(revision, "write_contents", "super1", **written(revision, content))
    world.act(revision, "submit_for_review", "super1")
    yield world.days.at(day, "15:10")
    world.act(revision, "approve_document", "qhead1")
    yield world.days.at(day + 1, "00:05")
    Revision.put_due_in_force()
    db.session.commit()


def formula_story(world: World, code: str, less: str, more: str, day: int) -> Script:
    """Quality wants a little less of one material, made up by another; nobody has signed yet."""
    yield world.days.at(day, "10:25")
    revision = world.make(
        Revision,
        "revise",
        "qhead1",
        kind=FORMULA.key,
        code=code,
        reason="客户反馈香味偏浓,香精降 0.05 %,以水补足",
        effective_on=world.days.date(day + 7),
    )
    content = deepcopy(revision.content)
    for line in content["lines"]:
        change = {less: Decimal("-0.05"), more: Decimal("0.05")}.get(line["material"])
        if change:
            line["percent"] = Decimal(line["percent"]) + change
    yield world.days.at(day, "10:50")
    world.act(revision, "write_contents", "qhead1", **written(revision, content))
    world.act(revision, "submit_for_review", "qhead1")


def written(revision: Revision, content: dict[str, object]) -> dict[str, object]:
    """What the form for the contents sends."""
    return {
        "content": content,
        "reason": revision.reason,
        "effective_on": revision.effective_on,
        "edition": revision.edition,
    }
