"""Something wrong, and what was done (clause 4.3)."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import EXECUTION, PRODUCTION
from app.flow.grammar import Action, Flow, Stage, Undo
from app.flow.roles import STAFF, SUPERVISOR
from app.flow.rules import tags as t
from app.flow.texts.lazy_text import _l

ANOMALIES = Flow("anomaly", _l("Anomaly"), (
    Stage("reported", _l("Anomaly reported"), EXECUTION, PRODUCTION, "4.3", ages_after=timedelta(minutes=15), admits=True,
          tags=(t.NEW,)),
    Stage("acknowledged", _l("Anomaly being dealt with"), EXECUTION, PRODUCTION, "4.3", ages_after=timedelta(hours=4), admits=True),
    Stage("resolved", _l("Resolved"), EXECUTION, PRODUCTION, "4.3", ends=True),
), (
    REPORT := Action("report", _l("Report a problem"), past=_l("reported a problem"),
           source=None, target="reported", roles=STAFF, clause="4.3", form="report_anomaly", demands=("description",), effect="report"),
    ACKNOWLEDGE := Action("acknowledge", _l("Acknowledge"), past=_l("acknowledged the problem"),
           source="reported", target="acknowledged", roles=frozenset({SUPERVISOR}), clause="4.3", undo=Undo()),
    RESOLVE := Action("resolve", _l("Resolve"), past=_l("resolved the problem"),
           source="acknowledged", target="resolved", roles=frozenset({SUPERVISOR}), clause="4.3", form="resolve", demands=("measures",),
           effect="resolve"),
))  # fmt: skip
