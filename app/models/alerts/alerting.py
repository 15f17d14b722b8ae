"""What reaches people's phones: a halt is told in the transaction that halts. No message names
a customer.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from app.database import rows_changed
from app.extensions import db
from app.flow.roles import ADMIN, ROLES
from app.flow.texts.lazy_text import Text, _l
from app.models.alerts.group_robot import (
    BACKUP,
    HALT,
    OVERDUE,
    PAPER_DAY,
    TEST,
    Robot,
    RobotMessage,
)
from app.models.records.papers.document import WAITING, Job

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder

JOB = "robot"
# What is older is not told singly, and no message has more lines.
FRESH, LINES = timedelta(minutes=10), 10


def halted(card: ProductionOrder) -> None:
    """Have the robots of the department tell that a card has halted. The caller commits."""
    roles = {
        role.key for role in ROLES.values() if role.department in card.current_stage.departments
    }
    for robot in Robot.serving(roles):
        called = card.product.name
        name = called.zh if robot.language.startswith("zh") else called.en
        text = _l(
            "%(ref)s has halted: %(product)s, line %(line)s.",
            ref=card.ref,
            product=name,
            line=card.plan.line.code if card.plan and card.plan.line else "–",
        )
        if RobotMessage.put(robot, HALT, f"halt:{card.id}:{card.seq}", text):
            send_soon(robot)


def backup_failed(day: date) -> None:
    """Have the administrators' robots tell that a night's backup was not made. The caller
    commits.
    """
    text = _l(
        "The backup of %(day)s was not made. The record is safe as long as its disk is: look at "
        "“washline nightly” on the server today.",
        day=day.isoformat(),
    )
    to_administrators(BACKUP, f"backup:{day}", text)


def paper_day_failed(day: date) -> None:
    """Have the administrators' robots tell, once a day, that the emergency pack is not up to
    date. The caller commits.
    """
    text = _l(
        "The emergency pack of %(day)s could not be made or put in its place. Work goes on; look "
        "at the page “Paper day”.",
        day=day.isoformat(),
    )
    to_administrators(PAPER_DAY, f"paper_day:{day}", text)


def to_administrators(kind: str, about: str, text: Text) -> None:
    for robot in Robot.serving({ADMIN.key}):
        if RobotMessage.put(robot, kind, about, text):
            send_soon(robot)


def test(robot: Robot) -> None:
    """Have a robot say that it is heard."""
    said = _l("This is a test: Washline reaches this group.")
    RobotMessage.put(robot, TEST, f"test:{datetime.now(UTC).isoformat()}", said)
    send_soon(robot)


def send_soon(robot: Robot) -> None:
    """One job at most waits for a robot; what comes while it could not be reached brings the
    next attempt forward.
    """
    now, payload = datetime.now(UTC), {"robot": robot.id}
    waits = (Job.kind == JOB, Job.state == WAITING, Job.leased_by.is_(None), Job.payload == payload)
    moved = rows_changed(
        update(Job).where(*waits).values(due=now).execution_options(synchronize_session=False)
    )
    if not moved:
        db.session.add(Job(kind=JOB, payload=payload, due=now))


def joined(messages: list[RobotMessage], now: datetime) -> list[tuple[Text, str]]:
    """What a robot says of several messages, each with the record that it leads to: those of the
    last minutes one by one, the others as a number.
    """
    fresh = [each for each in messages if now - each.at <= FRESH]
    lines = [
        (Text.from_json(each.said), each.said["args"].get("ref", "")) for each in fresh[:LINES]
    ]
    halts, others, backups, packs = (
        sum(each.kind == kind for each in messages if each not in fresh)
        for kind in (HALT, OVERDUE, BACKUP, PAPER_DAY)
    )
    if halts:
        lines.append(
            (_l("Halts while this robot could not be reached: %(count)s.", count=halts), "")
        )
    if others:
        lines.append(
            (
                _l(
                    "Became overdue while this robot could not be reached: %(count)s.", count=others
                ),
                "",
            )
        )
    if backups:
        lines.append((_l("Nightly backups that were not made: %(count)s.", count=backups), ""))
    if packs:
        lines.append((_l("Days without a fresh emergency pack: %(count)s.", count=packs), ""))
    if len(fresh) > LINES:
        lines.append((_l("And %(count)s more: look at the boards.", count=len(fresh) - LINES), ""))
    return lines
