"""Whether the record is still what was recorded: chains, stages, seals, stock, files.

Reads only. However long the record is, what must be looked up again is laid out on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import text

from app.database import reading
from app.extensions import db
from app.models.records.event import APPEND_ONLY, trigger_faults
from app.models.records.papers.document import Job
from app.models.warehouse.stock import StockMovement, ledger_faults
from app.progress import Progress, silent
from app.storage.schema import NotReady, is_empty
from app.verification.chains import count
from app.verification.events import Chains
from app.verification.faults import Faults
from app.verification.files import Filings, given_up
from app.verification.scratch import Scratch
from app.verification.seals import Seals
from app.verification.witnessed import Witnessed

__all__ = ["Check", "check"]


@dataclass(frozen=True)
class Check:
    """What was compared, with the count, and a sentence for each fault (but for ``more`` that are
    only counted); ``kept`` says that it is about what was recorded, ``told`` is what should be
    known and is no fault; ``given`` says when everything was compared last, where not
    all was this time.
    """

    what: str
    faults: list[str]
    told: tuple[str, ...] = ()
    kept: bool = True
    more: int = 0
    given: str | None = None

    @classmethod
    def of(cls, what: str, found: Faults, *told: str) -> Check:
        return cls(what, found.sentences, (*found.told, *told), more=found.more)


def check(
    *, witnessed: bool = True, since: bool = False, progress: Progress = silent
) -> Iterator[Check]:
    """Do every check on one state of the database; a backup is not compared with the witness,
    which saw later states. ``since`` takes as given what the witness says that an earlier verify
    found well, if it does say so.

    Raises NotReady when there is nothing to check.
    """
    token, scratch = reading.set(True), Scratch(current_app.config["HOME"])
    try:
        if is_empty():
            raise NotReady("the database is empty; `washline serve` or `washline demo` fills it")
        # Read first: what it saw is in the database that is looked at now.
        witness = Witnessed(scratch, since=since) if witnessed else None
        db.session.rollback()
        if db.session.get_bind().dialect.name == "postgresql":
            # SQLite's transaction sees one state by itself, and waits for nobody.
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            db.session.execute(text("SET LOCAL statement_timeout = 0"))
            db.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        if since and witness:
            yield Check(witness.taken_as_given, [], given=witness.whole)
        yield from checks(scratch, witness, progress)
    finally:
        db.session.rollback()
        reading.reset(token)
        scratch.close()


def checks(scratch: Scratch, witness: Witnessed | None, progress: Progress) -> Iterator[Check]:
    """Do them one after the other; the events are read once, for several of them."""
    whole = not (witness and witness.given)
    since = "" if whole else " since then"
    yield Check(
        f"{len(APPEND_ONLY)} ledgers: the database refuses to change them, by triggers that "
        f"say what they should",
        trigger_faults(db.session.connection()),
    )
    seals = Seals(scratch, whole=whole, progress=progress)
    files = Filings(scratch, whole=whole, progress=progress)
    chains = Chains(seals, files, witness, progress)
    chains.read()
    yield Check.of(
        f"{chains.events} events{since}: each sealed, in order, none missing within its chain",
        chains.broken,
    )
    yield Check.of(
        f"{chains.words.seen} words about people{since}, kept apart from their events: each as its "
        f"event sealed it, or erased",
        chains.words.faults,
    )
    yield Check.of(
        f"{chains.messages.seen} messages of customers{since}: each as it was when it was taken in",
        chains.messages.faults,
    )
    yield Check.of(chains.what_of_records, chains.misplaced)
    yield Check.of(f"{chains.chains} chains: each belongs to a record", chains.orphans)
    faults = Faults(seals.faults())
    yield Check.of(seals.what, faults)
    yield Check.of(
        f"{count(StockMovement)} stock movements: they add up to the balances",
        Faults(ledger_faults()),
    )
    faults = Faults(files.unfiled())
    yield Check.of(
        f"{files.documents} filed documents{since}: each file is there and unaltered, as its event "
        f"says",
        faults,
    )
    faults = Faults(files.detached())
    yield Check.of(
        f"{files.attachments} attached files{since}: each is there and unaltered, as its event "
        f"says",
        faults,
    )
    faults = Faults(files.strange())
    yield Check.of(
        f"{files.places} files in archive and uploads: each has its document or attachment", faults
    )
    if witness:
        yield Check.of(witness.what, witness.faults, *witness.told)
    yield Check(f"{count(Job)} jobs: none was given up by the worker", list(given_up()), kept=False)
