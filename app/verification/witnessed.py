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

# Tables whose rows are never taken away.
KEPT = ("event", "stock_movement", "document", "attachment", "private_word", "lot")
SHOWN = 10


class Witnessed:
    """Reads every line, keeps of each chain the latest head, and compares."""

    def __init__(self) -> None:
        self.lines = 0
        self.last: dict[str, Any] | None = None
        self.text: str | None = None
        self.heads: dict[str, list[Any]] = {}
        self.told: list[str] = []
        self.broken = list(self.read())

    def faults(self) -> Iterator[str]:
        yield from self.broken
        if self.last is None:
            self.told.append(
                "nothing was written to it yet: `washline serve` does so every hour, `washline "
                "witness` at once"
            )
            return
        self.what_is_new()
        yield from self.compare()
        for table in sorted({*KEPT, *(kind.__tablename__ for kind in kinds().values())}):
            then = self.last["counts"].get(table, 0)
            now = db.session.scalar(select(func.count()).select_from(db.metadata.tables[table]))
            if now < then:
                yield (
                    f"{table}: the witness counted {then} at {self.last['at']}, now there are {now}"
                )

    @property
    def what(self) -> str:
        if self.last is None:
            return f"no line of a witness in {witness.folder()}"
        return (
            f"{self.lines} lines of the witness in {witness.folder()}: {len(self.heads)} "
            f"chains "
            f"hold what it saw, no table lost rows"
        )

    def read(self) -> Iterator[str]:
        """Yield where lines are missing, and keep the latest heads; a restore begins anew, and
        is told.
        """
        for line, text in witness.lines(witness.folder()):
            if line is None:
                self.told.append("one line is torn, as a crash leaves it")
                continue
            if self.text is None and line["previous"] != FIRST:
                self.told.append(f"it begins at {line['at']}: earlier lines were put elsewhere")
            elif self.text is not None and line["previous"] != witness.seal_of(self.text):
                yield f"before {line['at']}, lines of the witness were altered or taken away"
            if line["why"] == "restore":
                self.told.append(
                    f"at {line['at']} the plant was set back by `washline restore` to "
                    f"{line.get('backup')}, "
                    f"made {line.get('made')}, with {line['counts'].get('event')} events"
                )
                self.heads.clear()
            self.heads.update(line["heads"])
            self.lines, self.last, self.text = self.lines + 1, line, text

    def what_is_new(self) -> None:
        last = required(self.last)
        new = db.session.scalar(select(func.count()).where(Event.id > last["event"]))
        if new:
            self.told.append(f"no witness covers yet: {new} events since {last['at']}")

    def compare(self) -> Iterator[str]:
        """Yield the chains that do not hold what the witness saw."""
        unseen = dict(self.heads)
        rows = (
            select(Event.flow, Event.record_id, Event.seq, Event.hash)
            .order_by(Event.id)
            .execution_options(yield_per=1000)
        )
        for flow, record, seq, sealed in db.session.execute(rows):
            head = unseen.get(f"{flow}:{record}")
            if head and head[0] == seq:
                del unseen[f"{flow}:{record}"]
                if head[1] != sealed:
                    yield (
                        f"{flow} {record}: event {seq} is not the one that the witness saw: its "
                        f"chain was rewritten"
                    )
        for chain, (seq, _) in sorted(unseen.items())[:SHOWN]:
            yield f"{chain.replace(':', ' ')}: event {seq}, which the witness saw, is gone"
        if len(unseen) > SHOWN:
            yield (
                f"and the same of {len(unseen) - SHOWN} more chains: the database was set back, "
                f"or "
                f"the witness is another plant's"
            )
