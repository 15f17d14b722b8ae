"""The events, each read once in the order of their chains: their links are checked here, and what
they say is handed to whoever compares it. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models.records.event import FIRST, Event, body_of, chain_ends, fault, fault_outside
from app.progress import Progress
from app.verification.chains import End, Ends, count, gaps, kinds
from app.verification.faults import Faults
from app.verification.files import Filings
from app.verification.messages import Messages
from app.verification.seals import Seals
from app.verification.witnessed import Witnessed
from app.verification.words import Words

BATCH = 1000
EVENTS = Event.__table__


class Chains:
    """Reads every chain, or of each only what came after the end that is given."""

    def __init__(
        self, seals: Seals, filings: Filings, witnessed: Witnessed | None, progress: Progress
    ) -> None:
        self.seals, self.filings, self.witnessed = seals, filings, witnessed
        self.progress = progress
        self.given = bool(witnessed and witnessed.given)
        self.words, self.messages = Words(whole=not self.given), Messages()
        self.broken, self.misplaced, self.orphans = Faults(), Faults(), Faults()
        self.events = self.chains = self.changed = self.records = 0

    @property
    def what_of_records(self) -> str:
        """What was compared of them."""
        if not self.given:
            return f"{self.records} records: each stands where its last event put it, since then"
        return (
            f"{self.records} records: each counts its events and ends as its chain does; "
            f"{self.changed} chains have events since then, their records where these put them"
        )

    def read(self) -> None:
        """Read them; what was found stands in the faults afterwards."""
        total = count(Event)
        flows = db.session.scalars(select(Event.flow).distinct()).all()
        for flow in sorted({*flows, *kinds()}):
            ends = Ends(flow, self.misplaced, self.orphans)
            for end in self.since_given(flow) if self.given else self.all_of(flow, total):
                ends.add(end)
            ends.end()
            self.chains, self.records = self.chains + ends.chains, self.records + ends.seen
        for part in (self.words, self.messages, self.seals, self.filings):
            part.end()
        if self.witnessed:
            self.witnessed.end()
        self.broken.extend(gaps())

    def all_of(self, flow: str, total: int) -> Iterator[End]:
        """Read all chains of a flow, and yield where each ends."""
        rows = db.session.execute(
            select(EVENTS)
            .where(Event.flow == flow)
            .order_by(Event.record_id, Event.seq)
            .execution_options(yield_per=BATCH)
        )
        chain: Chain | None = None
        for event in rows:
            if chain is None or chain.end.record != event.record_id:
                if chain:
                    yield chain.ended()
                chain = Chain(self, flow, event.record_id)
            chain.take(event)
            if self.events % BATCH == 0:
                self.progress("events", self.events, total)
        if chain:
            yield chain.ended()

    def take(self, event: Any, body: dict[str, Any]) -> None:
        """Hand on what an event says."""
        self.events += 1
        data = body.get("data", {})
        self.seals.add(event, body.get("wrote") or {})
        self.filings.add(event, data)
        self.words.add(event, data)
        self.messages.add(event, data)

    def since_given(self, flow: str) -> Iterator[End]:
        """Read of each chain of a flow what came after its given end, and yield where it ends."""
        ends = chain_ends(Event.flow == flow)
        for last in db.session.execute(ends.execution_options(yield_per=BATCH)):
            record = last.record_id
            chain = Chain(self, flow, record)
            if chain.seen == {chain.given: last.hash} and chain.given == last.seq:
                yield End(record, last.seq, last.hash, unchanged=True)
                continue
            self.changed += 1
            for event in db.session.execute(
                select(EVENTS)
                .where(Event.flow == flow, Event.record_id == record, Event.seq >= chain.given)
                .order_by(Event.seq)
                .execution_options(yield_per=BATCH)
            ):
                chain.take(event)
            if chain.head is None:  # nothing is left of what is given
                chain.seq, chain.head = last.seq, last.hash
            yield chain.ended()
            self.progress("changed chains", self.changed, 0)


class Chain:
    """One chain while it is read, from its begin or from the event that is given."""

    def __init__(self, chains: Chains, flow: str, record: int) -> None:
        self.chains, self.witnessed = chains, chains.witnessed
        self.seen, self.given = self.witnessed.seen(flow, record) if self.witnessed else ({}, 0)
        self.flow = flow
        self.end = End(record, earlier=self.given > 0)
        self.seq, self.head = max(self.given - 1, 0), None if self.given else FIRST
        self.bad: str | None = None

    def take(self, event: Any) -> None:
        """Check an event's place in the chain, and hand on what it says unless it is given."""
        body = body_of(event.body)
        if not self.bad:
            self.bad = fault(event, self.seq, self.head) or fault_outside(event, body)
            if self.bad:
                self.chains.broken.add(
                    f"{self.flow} {event.record_id}: event {self.seq + 1} {self.bad}"
                )
        self.seq, self.head = event.seq, event.hash
        if self.witnessed and self.seen:
            self.witnessed.compare(self.flow, event.record_id, self.seen, event.seq, event.hash)
        if event.seq != self.given:
            self.chains.take(event, body)
            self.end.move(event, body)

    def ended(self) -> End:
        """Where it ends."""
        if self.witnessed and self.seen:
            self.witnessed.end_chain(self.flow, self.end.record, self.seen)
        self.end.seq, self.end.head = self.seq, self.head or FIRST
        return self.end
