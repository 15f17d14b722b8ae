"""The worker's part of lots' labels: printed for whoever asked, found again for two weeks."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from app.documents import lot_labels
from app.jobs.bundles import Tell
from app.models.people.user import User
from app.models.records.papers.document import Job
from app.models.warehouse.lots import lots_by_id
from app.storage import store

JOB, FOLDER = "lot_labels", "labels"
MOST = 2000  # labels at once
KEPT = timedelta(days=14)


def place(number: int) -> str:
    """Where in the store the labels of a job are, or will be."""
    return f"{FOLDER}/lot-labels-{number}.pdf"


def ask_for(lots: list[int], layout: str, by: User) -> Job:
    """Have labels of lots printed, in the caller's transaction."""
    return Job.ask(JOB, {"lots": lots, "layout": layout}, by)


def make(payload: dict[str, Any], number: int, tell: Tell) -> dict[str, Any]:
    """Print the labels of a job and keep them, in place of an earlier attempt's.

    Raises NotPrinted, OSError.
    """
    lots = lots_by_id(payload["lots"])
    pdf = lot_labels.printed(lots, payload["layout"], tell)
    store.here().remove(place(number))
    store.here().put(place(number), BytesIO(pdf))
    return {"labels": len(lots), "size": len(pdf)}


def tidy() -> None:
    """Clear away what was printed for somebody weeks ago."""
    for each in store.here().places(FOLDER):
        if (store.here().age(each) or 0) > KEPT.total_seconds():
            store.here().remove(each)
