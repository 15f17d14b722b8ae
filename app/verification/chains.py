"""Events and what stands at their ends: stages, counts, heads, moments, messages. Reads only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from app.extensions import Model, db
from app.models.alerts.group_robot import Robot
from app.models.master.dictionary import TABLES
from app.models.people.deputy import Deputy
from app.models.people.display import Display
from app.models.people.station import Station
from app.models.people.user import User
from app.models.records.event import FIRST, Event
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.gate_setting import GateSetting
from app.models.records.rules.stage_settings import StageSetting
from app.models.records.sealing import plant_chain
from app.models.sales.order import Order
from app.verification.older import OLDER


def kinds() -> dict[str, Any]:
    """Whatever has a chain of events, by the name its events give it: records, people, master
    data.
    """
    return {
        **{key: KINDS[key] for key in sorted(KINDS)},
        "user": User,
        "display": Display,
        "stage_setting": StageSetting,
        "gate_setting": GateSetting,
        "deputy": Deputy,
        "robot": Robot,
        "station": Station,
        **{table.flow: table.model for table in TABLES.values()},
    }


def count(model: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@dataclass
class End:
    """Where a chain ends: number and hash of its last event; the stage that the last move led
    to, and when that was.
    """

    seq: int = 0
    head: str = FIRST
    stage: str | None = None
    since: datetime | None = None


def misplaced(flow: str, kind: Any) -> Iterator[str]:
    """Yield the records of a kind whose stage, moment, count or head is not that of their last
    event.
    """
    ends = last_events(flow)
    stages = issubclass(kind, Record)
    columns = (kind.id, kind.seq, kind.head, *((kind.stage, kind.since) if stages else ()))
    for record in db.session.execute(
        select(*columns).order_by(kind.id).execution_options(yield_per=1000)
    ):
        end = ends.get(record.id, End())
        who = f"{flow} {record.id}"
        if record.seq != end.seq:
            yield f"{who}: counts {record.seq} events, but the last one on record is {end.seq}"
        elif record.head != end.head:
            yield f"{who}: its head is not the hash of its last event, {end.seq}"
        elif stages and record.stage != end.stage:
            yield f"{who}: stands in {record.stage}, but event {end.seq} left it in {end.stage}"
        elif stages and record.since != end.since:
            yield f"{who}: stands in {record.stage} since another moment than its events say"


def last_events(flow: str) -> dict[int, End]:
    """Return where the chains of a flow end, by record."""
    end_of: dict[int, End] = {}
    undo = case((Event.action.startswith("undo_"), Event.body)).label("undo")
    for event in db.session.execute(
        select(Event.record_id, Event.seq, Event.hash, Event.target, Event.at, undo)
        .where(Event.flow == flow)
        .order_by(Event.record_id, Event.seq)
        .execution_options(yield_per=1000)
    ):
        end = end_of.setdefault(event.record_id, End())
        end.seq, end.head, end.stage = event.seq, event.hash, event.target or end.stage
        if event.undo:
            end.since = datetime.fromisoformat(json.loads(event.undo)["data"]["since"])
        elif event.target:
            end.since = event.at
    return end_of


def altered_messages() -> Iterator[str | None]:
    """Yield the orders whose message is not the one that the event which took it in sealed."""
    taken_in = select(Order.request_no, Order.message, Event).join(
        Event, (Event.record_id == Order.id) & (Event.flow == Order.flow.key)
    )
    for number, message, event in db.session.execute(
        taken_in.where(Event.seq == 1).order_by(Order.id).execution_options(yield_per=1000)
    ):
        if "message_sha256" not in event.data:
            yield OLDER
        elif hashlib.sha256(message.encode()).hexdigest() != event.data["message_sha256"]:
            yield f"{number}: the customer's message was altered"


def chains() -> int:
    every = select(Event.flow, Event.record_id).distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(every)) or 0


def orphans() -> Iterator[str]:
    """Yield the chains whose record was removed."""
    present: dict[str, Any] = {
        flow: set(db.session.scalars(select(kind.id))) for flow, kind in kinds().items()
    }
    present[plant_chain.FLOW] = {plant_chain.PLANT}
    for flow, number in db.session.execute(
        select(Event.flow, Event.record_id).distinct().order_by(Event.flow, Event.record_id)
    ):
        if number not in present.get(flow, ()):
            yield f"{flow} {number}: the record is gone, its events are not"


def gaps() -> Iterator[str]:
    """Yield where events are missing between others.

    SQLite gives their rows numbers without a gap; PostgreSQL leaves some out.
    """
    if db.session.get_bind().dialect.name != "sqlite":
        return
    before = 0
    for number in db.session.scalars(
        select(Event.id).order_by(Event.id).execution_options(yield_per=1000)
    ):
        if number != before + 1:
            yield (
                f"events {before + 1} to {number - 1} of the plant are gone"
                if number > before + 2
                else f"event {before + 1} of the plant is gone"
            )
        before = number
