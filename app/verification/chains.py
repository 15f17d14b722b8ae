"""What stands at the ends of chains: records with their stage, count, head, moment. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models.alerts.group_robot import Robot
from app.models.mail import received_mail
from app.models.master.dictionary import TABLES
from app.models.people.deputy import Deputy
from app.models.people.display import Display
from app.models.people.station import Station
from app.models.people.user import User
from app.models.records.event import FIRST, Event, body_of, happened_at
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.down_time import DownTime
from app.models.records.rules.gate_setting import GateSetting
from app.models.records.rules.plant_settings import PlantSetting
from app.models.records.rules.stage_settings import StageSetting
from app.models.records.sealing import plant_chain
from app.models.spreadsheets import sheet_import
from app.models.vouchers import batch
from app.verification.faults import Faults
from app.verification.scratch import BATCH


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
        "plant_setting": PlantSetting,
        "deputy": Deputy,
        "down_time": DownTime,
        "robot": Robot,
        "station": Station,
        sheet_import.FLOW: sheet_import.SheetImport,
        batch.FLOW: batch.VoucherBatch,
        received_mail.FLOW: received_mail.ReceivedMail,
        **{table.flow: table.model for table in TABLES.values()},
    }


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@dataclass
class End:
    """Where the chain of a record ends: number and hash of its last event, the stage that the
    last move led to, and when that was.

    ``earlier`` is true where only its last events were read: the last move may be before them.
    """

    record: int
    seq: int = 0
    head: str = FIRST
    stage: str | None = None
    since: datetime | None = None
    earlier: bool = False
    unchanged: bool = False

    def move(self, event: Any, body: dict[str, Any]) -> None:
        """Note where an event led."""
        data, paper = body.get("data", {}), body.get("paper", {})
        if event.action.startswith("undo_") and "since" in data:
            self.since = datetime.fromisoformat(data["since"])
        elif event.target:
            self.since = happened_at(event.at, paper)
        self.stage = event.target or self.stage


class Ends:
    """Compares the records of one flow with the ends of their chains, a batch at a time."""

    def __init__(self, flow: str, misplaced: Faults, orphans: Faults) -> None:
        self.flow, self.misplaced, self.orphans = flow, misplaced, orphans
        self.kind = kinds().get(flow)
        self.stages = self.kind is not None and issubclass(self.kind, Record)
        self.chains = self.seen = 0
        self.waiting: list[End] = []

    def add(self, end: End) -> None:
        self.chains += 1
        self.waiting.append(end)
        if len(self.waiting) >= BATCH:
            self.compare()

    def end(self) -> None:
        """Compare the rest, and name the records that have no events at all."""
        self.compare()
        if self.kind is not None and self.seen != count(self.kind):
            for row in self.rows(~with_events(self.flow, self.kind)):
                self.seen += 1
                self.misplaced.extend(self.differences(row, End(row.id)))

    def compare(self) -> None:
        ends, self.waiting = self.waiting, []
        rows = {row.id: row for row in self.rows_of([end.record for end in ends])}
        self.seen += len(rows)
        for end in ends:
            if end.record in rows:
                self.misplaced.extend(self.differences(rows[end.record], end))
            elif (self.flow, end.record) != (plant_chain.FLOW, plant_chain.PLANT):
                self.orphans.add(
                    f"{self.flow} {end.record}: the record is gone, its events are not"
                )

    def rows_of(self, numbers: list[int]) -> Any:
        return () if self.kind is None else self.rows(self.kind.id.in_(numbers))

    def rows(self, which: Any) -> Any:
        kind: Any = self.kind
        columns = (kind.id, kind.seq, kind.head, *((kind.stage, kind.since) if self.stages else ()))
        return db.session.execute(
            select(*columns).where(which).order_by(kind.id).execution_options(yield_per=BATCH)
        )

    def differences(self, row: Any, end: End) -> Iterator[str]:
        """Yield in what a record is not where its last event put it, if in anything."""
        who = f"{self.flow} {row.id}"
        if row.seq != end.seq:
            yield f"{who}: counts {row.seq} events, but the last one on record is {end.seq}"
        elif row.head != end.head:
            yield f"{who}: its head is not the hash of its last event, {end.seq}"
        elif self.stages and not end.unchanged:
            if end.earlier and end.stage is None:
                self.look_back(end)
            if row.stage != end.stage:
                yield f"{who}: stands in {row.stage}, but event {end.seq} left it in {end.stage}"
            elif row.since != end.since:
                yield f"{who}: stands in {row.stage} since another moment than its events say"

    def look_back(self, end: End) -> None:
        """Find the last move before the events that were read."""
        event = db.session.execute(
            select(Event.action, Event.target, Event.at, Event.body)
            .where(Event.flow == self.flow, Event.record_id == end.record)
            .where(Event.target.is_not(None))
            .order_by(Event.seq.desc())
            .limit(1)
        ).first()
        if event:
            end.move(event, body_of(event.body))


def with_events(flow: str, kind: Any) -> Any:
    return select(Event.id).where(Event.flow == flow, Event.record_id == kind.id).exists()


def gaps() -> Iterator[str]:
    """Yield where events are missing between others.

    SQLite gives their rows numbers without a gap; PostgreSQL leaves some out.
    """
    if db.session.get_bind().dialect.name != "sqlite":
        return
    first, last = db.session.execute(select(func.min(Event.id), func.max(Event.id))).one()
    if first == 1 and last == count(Event):
        return
    before = 0
    for number in db.session.scalars(
        select(Event.id).order_by(Event.id).execution_options(yield_per=BATCH)
    ):
        if number != before + 1:
            yield (
                f"events {before + 1} to {number - 1} of the plant are gone"
                if number > before + 2
                else f"event {before + 1} of the plant is gone"
            )
        before = number
