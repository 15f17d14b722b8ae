"""What reaches people's phones: a halt, in the transaction that halts; and what waits for
somebody longer than it should. No message names a customer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app import clock
from app.extensions import db
from app.flow.grammar import Named
from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.alerts.group_robot import HALT, OVERDUE, TEST, Robot, RobotMessage
from app.models.records.numbers import records
from app.models.records.papers.document import WAITING, Job
from app.models.records.rules.stage_settings import all_ages
from app.screens.home.tasks import HALTED, Place, places, waits_for_another

if TYPE_CHECKING:
    from app.models.production.production_order import ProductionOrder

JOB = "robot"
# What is older is not told singly, and no message has more lines.
FRESH, LINES = timedelta(minutes=10), 10


def halted(card: ProductionOrder) -> None:
    """Have the robots of the department tell that a card has halted. The caller commits."""
    roles = {role.key for role in ROLES.values() if role.department in card.stands.departments}
    for robot in Robot.serving(roles):
        name = card.product.name_zh if robot.language.startswith("zh") else card.product.name_en
        said = _l(
            "%(ref)s has halted: %(product)s, line %(line)s.",
            ref=card.ref,
            product=name,
            line=card.plan.line.code if card.plan and card.plan.line else "–",
        )
        if RobotMessage.put(robot, HALT, f"halt:{card.id}:{card.seq}", said):
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
    moved = db.session.execute(
        update(Job).where(*waits).values(due=now).execution_options(synchronize_session=False)
    )
    if not moved.rowcount:
        db.session.add(Job(kind=JOB, payload=payload, due=now))


# What waits for somebody longer than its stage allows


def overdue() -> int:
    """Have the robots tell what is overdue and was not told yet; says how many messages were put.

    The caller commits.
    """
    if not (robots := Robot.serving(ROLES)):
        return 0
    late = list(waiting_too_long())
    known = told(robots)
    new = [
        (robot, place, roles & set(robot.roles))
        for place, roles in late
        for robot in robots
        if not roles.isdisjoint(robot.roles) and (robot.id, name_of(place)) not in known
    ]
    found = records({place.key for _, place, _ in new})
    put = 0
    for robot, place, roles in new:
        record = found[place.key]
        said = _l(
            "%(ref)s waits for %(roles)s: %(stage)s, since %(time)s.",
            ref=record.ref,
            stage=place.stands.label,
            roles=listed(ROLES[key].label for key in ROLES if key in roles),
            time=clock.local(place.since).strftime("%m-%d %H:%M"),
        )
        put += RobotMessage.put(robot, OVERDUE, name_of(place), said)
    for robot in {robot.id: robot for robot, *_ in new}.values():
        send_soon(robot)
    return put


def is_new_overdue() -> bool:
    """Whether there is something to tell; this can be asked without the write lock."""
    robots = Robot.serving(ROLES)
    if not robots:
        return False
    known = told(robots)
    return any(
        not roles.isdisjoint(robot.roles) and (robot.id, name_of(place)) not in known
        for place, roles in waiting_too_long()
        for robot in robots
    )


def told(robots: Iterable[Robot]) -> set[tuple[int, str]]:
    """What each robot has told, or is to tell, of what is overdue."""
    ids = [robot.id for robot in robots]
    asked = select(RobotMessage.robot_id, RobotMessage.about).where(
        RobotMessage.robot_id.in_(ids), RobotMessage.kind == OVERDUE
    )
    return set(map(tuple, db.session.execute(asked)))


def name_of(place: Place) -> str:
    return f"overdue:{place.flow.key}:{place.id}:{place.stage}:{int(place.since.timestamp())}"


def waiting_too_long() -> Iterable[tuple[Place, set[str]]]:
    """Yield where a record stands longer than its stage allows, and the roles that can do
    something about it now.
    """
    now, ages = clock.now(), all_ages()
    for place in places():
        if (
            place.stage == HALTED
            or waits_for_another(place.flow, place.stands)
            or now - place.since <= ages[place.flow.key, place.stage]
        ):
            continue
        if roles := roles_at(place, json.loads(place.raw_cue)):
            yield place, roles


def roles_at(place: Place, cue: dict[str, Any]) -> set[str]:
    """Whose turn it is: the roles of what can be done next."""
    found: set[str] = set()
    for action in place.flow.actions_from(place.stage):
        if action.primary and not action.driven and action.key not in cue.get("waiting", {}):
            found |= set(
                cue.get("roles", {}).get(action.key, ())
                if isinstance(action.roles, Named)
                else action.role_keys
            )
    return found


def joined(messages: list[RobotMessage], now: datetime) -> list[tuple[Text, str]]:
    """What a robot says of several messages, each with the record that it leads to: those of the
    last minutes one by one, the others as a number.
    """
    fresh = [each for each in messages if now - each.at <= FRESH]
    lines = [
        (Text.from_json(each.said), each.said["args"].get("ref", "")) for each in fresh[:LINES]
    ]
    halts, others = (
        sum(each.kind == kind for each in messages if each not in fresh) for kind in (HALT, OVERDUE)
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
    if len(fresh) > LINES:
        lines.append((_l("And %(count)s more: look at the boards.", count=len(fresh) - LINES), ""))
    return lines
