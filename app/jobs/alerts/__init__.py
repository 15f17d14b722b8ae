"""The worker's part in reaching people's phones: a robot's messages are sent joined, a few
seconds apart, and what is overdue is looked for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, update

from app import clock
from app.database import rows_changed
from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.jobs.alerts import outgoing, overdue, robots
from app.jobs.leases import NotYet, transaction
from app.models.alerts import alerting
from app.models.alerts.group_robot import Robot, RobotMessage
from app.models.records.papers.document import FAILED, Job
from app.web.languages import speaking

# The products take twenty messages a minute from a robot.
APART = timedelta(seconds=3.2)
BUSY = timedelta(seconds=30)
LOOK = 5.0  # seconds between two looks for what is overdue
TAKEN = _l("The robot took the message.")


class NotTaken(Exception):
    """The robot did not take the message; it is tried again."""


def send(payload: dict[str, Any]) -> list[int]:
    """Send what a robot is to tell, as one message; the numbers of what it told come back.

    Raises NotYet where it was used a moment ago, NotTaken where it did not take it.
    """
    number = payload["robot"]
    waiting = RobotMessage.waiting(number)
    robot = db.session.get_one(Robot, number)
    if not waiting or not robot.active or not outgoing.may_send():
        return [each.id for each in waiting]
    with speaking(robot.language):
        text = "\n".join(
            f"{line}{link(ref)}" for line, ref in alerting.joined(waiting, clock.now())
        )
    kind = robot.kind
    address = robot.address_secret
    secret = robot.signing_secret
    message_ids = [each.id for each in waiting]
    db.session.rollback()
    reserve(number)
    refusal: Text | None = _l("It could not be sent.")
    try:
        target, body = robots.message(kind, address, secret, text, datetime.now(UTC))
        status, answer = outgoing.post(target, body, current_app.config["ROBOT_HOSTS"])
        refusal = robots.refusal(
            status, answer, (address, secret, *address.replace("/", "=").split("=")[-1:])
        )
    except outgoing.Unreachable as reason:
        refusal = reason.sentence
    finally:
        release(number, refusal)
    if refusal:
        raise NotTaken(str(refusal))
    return message_ids


def link(ref: str) -> str:
    """Where a line leads; nothing where the plant has not said under which address it is
    reached.
    """
    base = current_app.config["BASE_URL"].rstrip("/")
    return f" {base}/find?q={ref}" if base and ref else ""


def reserve(number: int) -> None:
    """Take a robot for one sending.

    Raises NotYet where another worker has it, or it was used a moment ago.
    """
    now = datetime.now(UTC)
    free = (
        or_(Robot.busy_until.is_(None), Robot.busy_until < now),
        or_(Robot.tried_at.is_(None), Robot.tried_at <= now - APART),
    )
    with transaction():
        reserved = rows_changed(
            update(Robot)
            .where(Robot.id == number, *free)
            .values(tried_at=now, busy_until=now + BUSY)
            .execution_options(synchronize_session=False)
        )
    if not reserved:
        raise NotYet("the robot was used a moment ago")


def release(number: int, refusal: Text | None) -> None:
    """Note what came of it."""
    columns = {
        "at": clock.now().isoformat(),
        "ok": refusal is None,
        "said": (refusal or TAKEN).to_json(),
    }
    with transaction():
        db.session.execute(
            update(Robot)
            .where(Robot.id == number)
            .values(busy_until=None, last=columns)
            .execution_options(synchronize_session=False)
        )


def settle(payload: dict[str, Any], message_ids: list[int]) -> None:
    """Mark what was told; attempts that were given up before have become needless."""
    db.session.execute(
        update(RobotMessage)
        .where(RobotMessage.id.in_(message_ids))
        .values(settled_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    needless = (
        update(Job)
        .where(Job.kind == alerting.JOB, Job.state == FAILED, Job.payload == payload)
        .values(state="done")
    )
    db.session.execute(needless.execution_options(synchronize_session=False))
    if db.session.scalar(
        select(RobotMessage.id)
        .where(RobotMessage.robot_id == payload["robot"], RobotMessage.settled_at.is_(None))
        .limit(1)
    ):
        alerting.send_soon(db.session.get_one(Robot, payload["robot"]))


def look() -> None:
    """Have told what is overdue; the write lock is asked for only where something is new."""
    with transaction(reads=True):
        found = overdue.is_new()
    if found:
        with transaction():
            overdue.tell()
