"""Whether the database is what the witness saw, and what no witness covers yet. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models.records.event import FIRST, Event
from app.required import required
from app.storage import witness
from app.verification.chains import kinds
from app.verification.faults import Faults
from app.verification.scratch import Scratch

# Tables whose rows are never taken away.
KEPT = ("event", "stock_movement", "document", "attachment", "private_word", "lot")
SHOWN = 10


class Witnessed:
    """Lays out every head that the witness saw, and compares the chains as they are read.

    ``given`` is the line up to which a verify found all well, where one was asked for and is there.
    """

    def __init__(self, scratch: Scratch, *, since: bool = False) -> None:
        self.scratch = scratch
        self.lines = self.met = self.gone = 0
        self.last: dict[str, Any] | None = None
        self.told: list[str] = []
        self.faults = Faults()
        self.verified = last_verified() if since else None
        self.given: dict[str, Any] | None = None
        self.read()
        if self.faults.sentences or not self.given:
            self.given = None
            self.scratch.ask("UPDATE head SET given = 0")
        self.chains = self.scratch.one(
            "SELECT count(*) FROM (SELECT DISTINCT flow, record FROM head)"
        )

    def read(self) -> None:
        """Note where lines are missing, and lay out the heads; a restore begins anew, and is
        told.
        """
        before: str | None = None
        for line, text in witness.lines(witness.folder()):
            if line is None:
                self.told.append("one line is torn, as a crash leaves it")
                continue
            if before is None and line["previous"] != FIRST:
                self.told.append(f"it begins at {line['at']}: earlier lines were put elsewhere")
            elif before is not None and line["previous"] != witness.seal_of(before):
                self.faults.add(
                    f"before {line['at']}, lines of the witness were altered or taken away"
                )
            if line["why"] == "restore" and line.get("part", 1) == 1:
                self.begin_anew(line)
            self.take(line["heads"])
            self.lines, self.last, before = self.lines + 1, line, text
            if self.verified and witness.seal_of(text) == self.verified["line"]:
                self.given = line
                self.scratch.ask("UPDATE head SET given = 1")

    def begin_anew(self, line: dict[str, Any]) -> None:
        self.told.append(
            f"at {line['at']} the plant was set back by `washline restore` to "
            f"{line.get('backup')}, made {line.get('made')}, with {line['counts'].get('event')} "
            f"events"
        )
        self.scratch.ask("DELETE FROM head")
        self.given = None

    def take(self, heads: dict[str, list[Any]]) -> None:
        """Lay out heads; what was seen first of an event stays."""
        rows = []
        for chain, (seq, sealed) in heads.items():
            flow, _, number = chain.rpartition(":")  # master:address:1
            rows.append((flow, int(number), seq, sealed))
        self.scratch.put("INSERT OR IGNORE INTO head VALUES (?, ?, ?, ?, 0)", rows)

    @property
    def taken_as_given(self) -> str:
        """What is not compared, because a verify found it well."""
        if self.given is None:
            return (
                "nothing is taken as given: the witness does not say of any verify that it found "
                "all well, or lines of it are missing"
            )
        return (
            f"{self.given['event']} events up to {self.given['at']}, with the rows, words and "
            f"files that no event wrote since: a verify found them well, and the heads of their "
            f"chains are compared; everything was checked last at {self.whole}"
        )

    @property
    def whole(self) -> str | None:
        """When everything was checked last, where something is given."""
        return self.verified["whole"] if self.verified and self.given else None

    # While the chains are read

    def seen(self, flow: str, record: int) -> tuple[dict[int, str], int]:
        """What was seen of a chain, the hash of an event by its number, from the last on that is
        given; and that one's number, 0 if nothing of the chain is given.
        """
        rows = self.scratch.ask(
            "SELECT seq, hash, given FROM head WHERE flow = ? AND record = ? ORDER BY seq DESC",
            flow,
            record,
        )
        heads: dict[int, str] = {}
        given = 0
        for seq, sealed, is_given in rows:
            heads[seq] = sealed
            if is_given:
                given = seq
                break
        self.met += bool(heads)
        return heads, given

    def compare(self, flow: str, record: int, seen: dict[int, str], seq: int, sealed: str) -> None:
        """Compare an event with what was seen of its chain, and strike it off."""
        if seen.pop(seq, sealed) != sealed:
            self.faults.add(
                f"{flow} {record}: event {seq} is not the one that the witness saw: its chain was "
                f"rewritten"
            )

    def end_chain(self, flow: str, record: int, unmet: dict[int, str]) -> None:
        """Note what was seen of a chain and is not there."""
        if unmet:
            self.gone += 1
            if self.gone <= SHOWN:
                self.faults.add(
                    f"{flow} {record}: event {min(unmet)}, which the witness saw, is gone"
                )

    # At the end

    def end(self) -> None:
        """Compare the rest: chains that are gone with all their events, and the counts."""
        if self.last is None:
            self.told.append(
                "nothing was written to it yet: `washline serve` does so every hour, `washline "
                "witness` at once"
            )
            return
        if self.met != self.chains:
            self.find_lost()
        if self.gone > SHOWN:
            self.faults.add(
                f"and the same of {self.gone - SHOWN} more chains: the database was set back, or "
                f"the witness is another plant's"
            )
        self.what_is_new()
        self.faults.extend(self.lost_rows())

    def find_lost(self) -> None:
        """Note the chains of which no event is there."""
        for page in self.scratch.pages("SELECT flow, record, min(seq) FROM head GROUP BY 1, 2"):
            for flow, record, seq in page:
                if not db.session.scalar(
                    select(Event.id).where(Event.flow == flow, Event.record_id == record).limit(1)
                ):
                    self.end_chain(flow, record, {seq: ""})

    def what_is_new(self) -> None:
        last = required(self.last)
        new = db.session.scalar(select(func.count()).where(Event.id > last["event"]))
        if new:
            self.told.append(f"no witness covers yet: {new} events since {last['at']}")

    def lost_rows(self) -> Iterator[str]:
        last = required(self.last)
        for table in sorted({*KEPT, *(kind.__tablename__ for kind in kinds().values())}):
            then = last["counts"].get(table, 0)
            now = db.session.scalar(select(func.count()).select_from(db.metadata.tables[table]))
            if now < then:
                yield f"{table}: the witness counted {then} at {last['at']}, now there are {now}"

    @property
    def what(self) -> str:
        if self.last is None:
            return f"no line of a witness in {witness.folder()}"
        return (
            f"{self.lines} lines of the witness in {witness.folder()}: {self.chains} "
            f"chains "
            f"hold what it saw, no table lost rows"
        )


def last_verified() -> dict[str, str] | None:
    """What the last line says that a verify wrote, if no restore came after it: up to which line
    (its SHA-256) all was found well, and when everything was checked last.
    """
    found: dict[str, str] | None = None
    for text in witness.texts(witness.folder()):
        if '"verified":' in text or '"why":"restore"' in text:
            line = witness.parsed(text) or {}
            found = None if line.get("why") == "restore" else line.get("verified", found)
    return found
