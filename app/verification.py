"""Whether the record is still what was recorded: chains, stages, stock, files. Reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text

from . import archive
from .database import reading
from .extensions import db
from .models.attachment import Attachment
from .models.display import Display
from .models.document import Document, Job
from .models.event import FIRST, Event, broken_links
from .models.master.dictionary import TABLES
from .models.order import Order
from .models.people import User
from .models.private import count_words, false_words
from .models.record import Record
from .models.gate_setting import GateSetting
from .models.stage_setting import StageSetting
from .models.station import Station
from .models.stock import StockMovement, ledger_faults
from .schema import NotReady, is_empty


@dataclass(frozen=True)
class Check:
    """What was compared, with the count, and a sentence for each fault.

    ``kept`` says that it is about what was recorded; ``older`` how many events of an earlier version recorded less than is
    compared now, and were judged by what they recorded.
    """

    what: str
    faults: list[str]
    kept: bool = True
    older: int = 0


def check() -> Iterator[Check]:
    """Do every check on one state of the database. Raises NotReady when there is nothing to check."""
    if is_empty():
        raise NotReady("the database is empty; `washline serve` or `washline demo` fills it")
    token = reading.set(True)
    try:
        db.session.rollback()
        if db.session.get_bind().dialect.name == "postgresql":  # SQLite's transaction sees one state by itself
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            db.session.execute(text("SET LOCAL statement_timeout = 0"))
        yield Check(f"{count(Event)} events: each sealed, in order, none missing within its chain", list(broken_links()))
        yield Check(f"{count_words()} words about people, kept apart from their events: each as its event sealed it, or erased",
                    list(false_words()))  # fmt: skip
        yield judged(f"{count(Order)} messages of customers: each as it was when it was taken in", altered_messages())
        yield Check(f"{sum(count(kind) for kind in kinds().values())} records: each stands where its last event put it",
                    [fault for flow, kind in kinds().items() for fault in misplaced(flow, kind)])  # fmt: skip
        yield Check(f"{chains()} chains: each belongs to a record", list(orphans()))
        yield Check(f"{count(StockMovement)} stock movements: they add up to the balances", list(ledger_faults()))
        yield judged(f"{filed()} filed documents: each file is there and unaltered, as its event says", unfiled())
        yield judged(f"{count(Attachment)} attached files: each is there and unaltered, as its event says", detached())
        yield Check(f"{count(Job)} jobs: none was given up by the worker", list(given_up()), kept=False)
    finally:
        db.session.rollback()
        reading.reset(token)


OLDER = None  # what a comparison yields for an event that did not record yet what is compared


def judged(what: str, found: Iterator[str | None]) -> Check:
    """Gather a check; its comparison yields a sentence for a fault, OLDER for what an event left open."""
    faults = list(found)
    return Check(what, [fault for fault in faults if fault is not OLDER], older=faults.count(OLDER))


def kinds() -> dict[str, type]:
    """Whatever has a chain of events, by the name its events give it: records, people, master data."""
    return {**{key: Record.kinds[key] for key in sorted(Record.kinds)}, "user": User, "display": Display, "stage_setting": StageSetting,
            "gate_setting": GateSetting,
            "station": Station, **{table.flow: table.model for table in TABLES.values()}}  # fmt: skip


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def misplaced(flow: str, kind: type) -> Iterator[str]:
    """Yield the records of a kind whose stage, count or head is not that of their last event."""
    tails = last_events(flow)
    stages = issubclass(kind, Record)
    columns = (kind.id, kind.seq, kind.head, *((kind.stage,) if stages else ()))
    for record in db.session.execute(select(*columns).order_by(kind.id).execution_options(yield_per=1000)):
        seq, head, stage = tails.get(record.id, (0, FIRST, None))
        who = f"{flow} {record.id}"
        if record.seq != seq:
            yield f"{who}: counts {record.seq} events, but the last one on record is {seq}"
        elif record.head != head:
            yield f"{who}: its head is not the hash of its last event, {seq}"
        elif stages and record.stage != stage:
            yield f"{who}: stands in {record.stage}, but event {seq} left it in {stage}"


def last_events(flow: str) -> dict[int, tuple[int, str, str | None]]:
    """Return, by record, the last event's number and hash, and the stage that the last move led to."""
    found: dict[int, tuple[int, str, str | None]] = {}
    for event in db.session.execute(select(Event.record_id, Event.seq, Event.hash, Event.target)
                                    .where(Event.flow == flow).order_by(Event.record_id, Event.seq)
                                    .execution_options(yield_per=1000)):  # fmt: skip
        before = found.get(event.record_id, (0, FIRST, None))
        found[event.record_id] = (event.seq, event.hash, event.target or before[2])
    return found


def altered_messages() -> Iterator[str | None]:
    """Yield the orders whose message is not the one that the event which took it in sealed."""
    taken_in = select(Order.request_no, Order.message, Event).join(Event, (Event.record_id == Order.id) & (Event.flow == Order.flow.key))
    for number, message, event in db.session.execute(taken_in.where(Event.seq == 1).order_by(Order.id).execution_options(yield_per=1000)):
        if "message_sha256" not in event.data:
            yield OLDER
        elif hashlib.sha256(message.encode()).hexdigest() != event.data["message_sha256"]:
            yield f"{number}: the customer's message was altered"


def chains() -> int:
    return db.session.scalar(select(func.count()).select_from(select(Event.flow, Event.record_id).distinct().subquery()))


def orphans() -> Iterator[str]:
    """Yield the chains whose record was removed."""
    present = {flow: set(db.session.scalars(select(kind.id))) for flow, kind in kinds().items()}
    for flow, number in db.session.execute(select(Event.flow, Event.record_id).distinct()
                                           .order_by(Event.flow, Event.record_id)):  # fmt: skip
        if number not in present.get(flow, ()):
            yield f"{flow} {number}: the record is gone, its events are not"


def filed() -> int:
    return db.session.scalar(select(func.count()).where(Document.sha256.is_not(None)))


def unfiled() -> Iterator[str | None]:
    """Yield the documents whose file or row is not what the event that filed them says."""
    events = db.session.scalars(select(Event).where(Event.action == "file_document"))
    sealed = {event.data["document"]: event.data.get("sha256") for event in events}
    for document in db.session.scalars(select(Document).where(Document.sha256.is_not(None)).order_by(Document.id)
                                       .execution_options(yield_per=1000)):  # fmt: skip
        if document.name not in sealed:
            yield f"{document.name}: filed without an event"
        elif (hash_sealed := sealed.pop(document.name)) not in (None, document.sha256):
            yield f"{document.name}: its hash is not the one its event sealed"
        elif fault := archive.fault(document):
            yield fault
        elif hash_sealed is None:
            yield OLDER
    for name in sorted(sealed):
        yield f"{name}: an event filed it, but the document is gone"


def detached() -> Iterator[str | None]:
    """Yield the attached files whose content or row is not what the event that attached them says."""
    sealed = {event.id: event for event in db.session.scalars(select(Event).where(Event.action == "attach"))}
    for file in db.session.scalars(select(Attachment).order_by(Attachment.id).execution_options(yield_per=1000)):
        event = sealed.pop(file.event_id, None)
        if event is None:
            yield f"{file.name}: attached without an event"
        elif (event.flow, event.record_id, event.data) != (file.flow, file.record_id, {key: file.facts.get(key) for key in event.data}):
            yield f"{file.name}: is not what its event sealed"
        elif fault := archive.fault(file):
            yield fault
        elif event.data.keys() != file.facts.keys():
            yield OLDER
    for event in sealed.values():
        yield f"{event.flow} {event.record_id}: event {event.seq} attached {event.data.get('stored_as', 'a file')}, but it is gone"


def given_up() -> Iterator[str]:
    """Yield the jobs that failed for good; what waits for them (a dossier for its documents) waits until they are tried again."""
    for job in Job.failed():
        what = job.document.name if job.document else f"job {job.id}"
        yield f"{what}: could not be made ({job.error}); an administrator can have it tried again at /admin/jobs/"
