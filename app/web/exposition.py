"""What a monitor reads at ``/metrics``: what the processes have counted, and how the plant stands
at this moment, in Prometheus's text format.

No figure is about a person, and no statement reads more than what is open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from app import clock, metrics
from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.models.floor.anomaly import Anomaly
from app.models.records.papers.document import FAILED, FIRST_DUE, WAITING, Job
from app.models.records.rules.stage_settings import all_ages
from app.storage import last_done

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

Figure = tuple[str, str, float]  # name, help, value


def text(app: Flask) -> tuple[bytes, str]:
    """Return the figures, and which format they are in."""
    import prometheus_client as library  # noqa: PLC0415 – only who is watched loads it
    from prometheus_client import multiprocess  # noqa: PLC0415 – see above

    registry = library.CollectorRegistry()
    if metrics.counted:
        multiprocess.MultiProcessCollector(registry, os.environ["PROMETHEUS_MULTIPROC_DIR"])
    registry.register(Present(app))
    return library.generate_latest(registry), library.exposition.CONTENT_TYPE_PLAIN_0_0_4


class Present:
    """How the plant stands at the moment it is asked."""

    def __init__(self, app: Flask) -> None:
        self.home = Path(app.config["HOME"])
        self.log = app.logger

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: what is told depends on what can be known."""
        return ()

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 – see above

        answers, found = 1.0, []
        try:
            found = [*outbox(), overdue_anomalies()]
        except SQLAlchemyError as error:
            self.log.warning("no figures of the database: %s", error)
            db.session.rollback()
            answers = 0.0
        up = ("washline_database_up", "Whether the database answers, 1 or 0.", answers)
        for name, meaning, value in (up, *found, *last(self.home)):
            yield GaugeMetricFamily(name, meaning, value=value)


def outbox() -> Iterator[Figure]:
    """What waits for the worker, and since when; what it gave up."""
    now = datetime.now(UTC)
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    is_due = (Job.state == WAITING, Job.due <= now)
    # A long job between two of its turns is not overdue: it stands behind all others on purpose.
    oldest = db.session.scalar(
        select(Job.due).where(*is_due, Job.due > FIRST_DUE, free).order_by(Job.due).limit(1)
    )
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield "washline_queue_age_seconds", "How long the oldest job that is due has waited.", age
    waiting = db.session.scalar(select(func.count()).select_from(Job).where(*is_due)) or 0
    yield "washline_jobs_due", "Jobs that wait for the worker or are in its hands.", waiting
    failed = db.session.scalar(select(func.count()).select_from(Job).where(Job.state == FAILED))
    yield "washline_jobs_failed", "Jobs that the worker gave up.", failed or 0


def overdue_anomalies() -> Figure:
    """How many open anomalies stand in a stage for longer than the plant allows."""
    now, ages = clock.now(), all_ages()
    late = [
        (Anomaly.stage == stage.key) & (Anomaly.since < now - ages[ANOMALIES.key, stage.key])
        for stage in ANOMALIES.stages
        if not stage.ends
    ]
    number = db.session.scalar(select(func.count()).select_from(Anomaly).where(or_(*late)))
    return "washline_anomalies_overdue", "Open anomalies past their clock.", number or 0


def last(home: Path) -> Iterator[Figure]:
    """When backup and verification were last done, as this machine knows (0 for never); how long
    the record has been without a witness (infinitely, where there never was one).
    """
    for what, meaning in (
        (last_done.BACKUP, "When the last checked backup was made, in Unix time; 0 for never."),
        (last_done.VERIFY, "When the record was last verified, in Unix time; 0 for never."),
    ):
        known = last_done.told(home, what)
        at = known[0].timestamp() if known else 0.0
        yield f"washline_last_{what}_timestamp_seconds", meaning, at
    if verified := last_done.told(home, last_done.VERIFY):
        faults = verified[1].get("faults", 0)
        yield "washline_last_verify_faults", "Faults that the last verification found.", faults
    seen = last_done.told(home, last_done.WITNESS)
    age = (datetime.now(UTC) - seen[0]).total_seconds() if seen else float("inf")
    yield "washline_witness_age_seconds", "How old the witness's last line is.", age
