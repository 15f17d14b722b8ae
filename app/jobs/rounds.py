"""What the worker does again and again beside the jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from app.jobs import alerts, bundles, imports, inbox, lists, lot_labels, mailbox, paper_day
from app.jobs.leases import persist, tidy, transaction
from app.models.controlled.revision import Revision
from app.storage import shared_store, statistics, witness

# What nobody needs any longer is cleared away this often, in seconds.
TIDY = 3600
# What was signed and takes effect on a later day is looked for this often.
DOCUMENTS = 60

log = logging.getLogger(__name__)


class Round:
    """Work that comes round: done when first asked for, and again after so many seconds."""

    def __init__(self, every: float, work: Callable[[], Any]) -> None:
        self.every, self.work, self.done_at = every, work, float("-inf")
        self.result: Any = None

    def is_due(self) -> bool:
        return monotonic() - self.done_at > self.every

    def come(self) -> Any:
        """Do it if it is time; what came of it last comes back."""
        if self.is_due():
            self.result, self.done_at = self.work(), monotonic()
        return self.result


def of_the_store() -> Round:
    """Whether this node may file is looked at."""
    return Round(shared_store.EVERY.total_seconds(), has_the_store)


def one_of(rounds: tuple[Round, ...]) -> bool:
    """Do the first that is due; whether one was. One between two jobs: somebody waits for a job,
    and neither keeps the other from its turn.
    """
    due = next((each for each in rounds if each.is_due()), None)
    if due:
        due.come()
    return due is not None


def others() -> tuple[Round, ...]:
    """All that is looked at beside; what may take long stands last."""
    return (
        Round(TIDY, clear_away),
        Round(witness.EVERY.total_seconds(), count_and_witness),
        Round(DOCUMENTS, lambda: attempt("put documents in force", put_documents_in_force)),
        Round(alerts.LOOK, lambda: attempt("send alerts", alerts.look)),
        Round(inbox.LOOK, lambda: attempt("look into the watched folder", inbox.look)),
        Round(paper_day.LOOK, lambda: attempt("make the emergency pack", paper_day.look)),
        Round(mailbox.LOOK, lambda: attempt("look into the mailbox", mailbox.look)),
    )


def attempt(what: str, step: Callable[[], object]) -> None:
    """Do what stops nothing when it fails: the next round makes it good."""
    try:
        step()
    except Exception:
        log.exception("could not %s", what)


def clear_away() -> None:
    persist(tidy)
    attempt("clear away old lists", bundles.tidy)
    attempt("clear away old imports", imports.tidy)
    attempt("clear away old labels", lot_labels.tidy)
    attempt("clear away old files of lists", lists.tidy)


def put_documents_in_force() -> None:
    with transaction(reads=True):
        waits = Revision.any_due()
    if waits:
        with transaction():
            Revision.put_due_in_force()


def count_and_witness() -> None:
    """Where the witness cannot be told, `verify` says what no witness covers."""
    attempt("tell the witness", witness.hourly)
    attempt("count the tables", statistics.refresh)


def has_the_store() -> bool:
    """Whether this node's store is the database's, as far as can be told: what it filed elsewhere
    would be lost to the others.
    """
    try:
        shared_store.mark()
    except shared_store.NotShared as fault:
        log.critical("no job is done here: %s", fault)
        return False
    except Exception:
        log.exception("could not mark the store")
    return True
