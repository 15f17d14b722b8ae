"""Whether the record is still what was recorded: chains, stages, seals, stock, files.

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from app.database import reading
from app.extensions import db
from app.models.records.event import APPEND_ONLY, Event, broken_links, trigger_faults
from app.models.records.papers.attachment import Attachment
from app.models.records.papers.document import Job
from app.models.records.sealing.erasable_words import count_words, false_words
from app.models.sales.order import Order
from app.models.warehouse.stock import StockMovement, ledger_faults
from app.storage.schema import NotReady, is_empty
from app.verification.chains import altered_messages, chains, count, gaps, kinds, misplaced, orphans
from app.verification.files import detached, filed, given_up, lasting, strange, unfiled
from app.verification.older import told_apart
from app.verification.seals import Seals
from app.verification.witnessed import Witnessed

__all__ = ["Check", "check", "misplaced"]


@dataclass(frozen=True)
class Check:
    """What was compared, with the count, and a sentence for each fault; ``kept`` says that it is
    about what was recorded, ``told`` is what should be known and is no fault.
    """

    what: str
    faults: list[str]
    told: tuple[str, ...] = ()
    kept: bool = True


def check(*, witnessed: bool = True) -> Iterator[Check]:
    """Do every check on one state of the database; a backup is not compared with the witness,
    which saw later states. Raises NotReady when there is nothing to check.
    """
    if is_empty():
        raise NotReady("the database is empty; `washline serve` or `washline demo` fills it")
    token = reading.set(True)
    try:
        witness = Witnessed()  # read first: what it saw is in the database that is looked at now
        db.session.rollback()
        if (
            db.session.get_bind().dialect.name == "postgresql"
        ):  # SQLite's transaction sees one state by itself
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            db.session.execute(text("SET LOCAL statement_timeout = 0"))
        yield Check(
            f"{len(APPEND_ONLY)} ledgers: the database refuses to change them, by triggers that "
            f"say what they should",
            trigger_faults(db.session.connection()),
        )
        yield Check(
            f"{count(Event)} events: each sealed, in order, none missing within its chain",
            [*broken_links(), *gaps()],
        )
        yield Check(
            f"{count_words()} words about people, kept apart from their events: each as its event "
            f"sealed it, or erased",
            list(false_words()),
        )
        yield Check(
            f"{count(Order)} messages of customers: each as it was when it was taken in",
            *told_apart(altered_messages()),
        )
        yield Check(
            f"{sum(count(kind) for kind in kinds().values())} records: each stands where its last "
            f"event put it, since then",
            [fault for flow, kind in kinds().items() for fault in misplaced(flow, kind)],
        )
        yield Check(f"{chains()} chains: each belongs to a record", list(orphans()))
        seals = Seals()
        faults = list(seals.faults())
        yield Check(seals.told, faults)
        yield Check(
            f"{count(StockMovement)} stock movements: they add up to the balances",
            list(ledger_faults()),
        )
        yield Check(
            f"{filed()} filed documents: each file is there and unaltered, as its event says",
            *told_apart(unfiled()),
        )
        yield Check(
            f"{count(Attachment)} attached files: each is there and unaltered, as its event says",
            *told_apart(detached()),
        )
        yield Check(
            f"{sum(1 for _ in lasting())} files in archive and uploads: each has its document or "
            f"attachment",
            list(strange()),
        )
        if witnessed:
            faults = list(witness.faults())
            yield Check(witness.what, faults, told=tuple(witness.told))
        yield Check(
            f"{count(Job)} jobs: none was given up by the worker", list(given_up()), kept=False
        )
    finally:
        db.session.rollback()
        reading.reset(token)
