"""What waits for somebody longer than it should reaches people's phones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.roles import ROLES
from app.flow.rules.tags import HALTED
from app.flow.texts.lazy_text import _l, listed
from app.models.alerts.alerting import send_soon
from app.models.alerts.group_robot import OVERDUE, Robot, RobotMessage
from app.models.records.kinds import records
from app.models.records.rules.availability import Availability, availability
from app.models.records.rules.stage_settings import all_ages
from app.screens.home.tasks import Place, places, waits_for_another

Late = tuple[Place, set[str]]  # where a record stands too long, and the roles whose turn it is


def tell() -> int:
    """Have the robots tell what is overdue and was not told yet; says how many messages were put.

    The caller commits.
    """
    if not (robots := Robot.serving(ROLES)):
        return 0
    late = list(waiting_too_long())
    sent_before = already_sent(robots, late)
    new = [
        (robot, place, roles & set(robot.roles))
        for place, roles in late
        for robot in robots
        if not roles.isdisjoint(robot.roles) and (robot.id, name_of(place)) not in sent_before
    ]
    records_by_key = records({place.key for _, place, _ in new})
    put = 0
    for robot, place, roles in new:
        record = records_by_key[place.key]
        text = _l(
            "%(ref)s waits for %(roles)s: %(stage)s, since %(time)s.",
            ref=record.ref,
            stage=place.current_stage.label,
            roles=listed(ROLES[key].label for key in ROLES if key in roles),
            time=clock.local(place.since).strftime("%m-%d %H:%M"),
        )
        put += RobotMessage.put(robot, OVERDUE, name_of(place), text)
    for robot in {robot.id: robot for robot, *_ in new}.values():
        send_soon(robot)
    return put


def is_new() -> bool:
    """Whether there is something to tell; this can be asked without the write lock."""
    robots = Robot.serving(ROLES)
    if not robots:
        return False
    late = list(waiting_too_long())
    sent_before = already_sent(robots, late)
    return any(
        not roles.isdisjoint(robot.roles) and (robot.id, name_of(place)) not in sent_before
        for place, roles in late
        for robot in robots
    )


def already_sent(robots: Iterable[Robot], late: Iterable[Late]) -> set[tuple[int, str]]:
    """What each robot has told, or is to tell, of what is overdue now."""
    asked = select(RobotMessage.robot_id, RobotMessage.about).where(
        RobotMessage.robot_id.in_([robot.id for robot in robots]),
        RobotMessage.about.in_([name_of(place) for place, _ in late]),
    )
    return {(robot, about) for robot, about in db.session.execute(asked)}


def name_of(place: Place) -> str:
    return f"overdue:{place.flow.key}:{place.id}:{place.stage}:{int(place.since.timestamp())}"


def waiting_too_long() -> Iterable[Late]:
    """Yield where a record stands longer than its stage allows, and the roles that can do
    something about it now.
    """
    now, ages = clock.now(), all_ages()
    late = [
        place
        for place in places()
        if not place.current_stage.has(HALTED)
        and not waits_for_another(place.flow, place.current_stage)
        and now - place.since > ages[place.flow.key, place.stage]
    ]
    ids: dict[str, list[int]] = defaultdict(list)
    for place in late:
        ids[place.flow.key].append(place.id)
    availabilities = availability(ids)
    for place in late:
        if roles := roles_at(place, availabilities[place.key]):
            yield place, roles


def roles_at(place: Place, known: Availability) -> set[str]:
    """Whose turn it is: the roles of what can be done next."""
    found: set[str] = set()
    for action in place.flow.actions_from(place.stage):
        if action.primary and not action.driven and not known.first(action.key):
            found |= set(known.roles_of(action))
    return found
