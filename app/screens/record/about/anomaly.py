"""What the page of an anomaly tells: what happened, how long until somebody came, how long until
it was over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from app import clock
from app.flow.anomalies import ACKNOWLEDGE, RESOLVE
from app.flow.texts.lazy_text import Text, _l
from app.flow.texts.terms import SEVERITIES, term
from app.screens.record.fact import Fact, Mark

if TYPE_CHECKING:
    from app.models.floor.anomaly import Anomaly


@dataclass(frozen=True)
class Clock:
    """A span of the anomaly's life: its name, since when, how long, by whom it ended;
    ``running`` while nobody ended it.
    """

    label: Text
    since: datetime
    span: timedelta
    by: str
    running: bool


class AboutAnomaly:
    """The anomaly as the supervisor looks at it."""

    def __init__(self, anomaly: Anomaly) -> None:
        self.anomaly = anomaly

    @property
    def timing(self) -> list[Fact]:
        return [Fact(_l("Reported at"), self.anomaly.created_at)]

    @property
    def marks(self) -> list[Mark]:
        return (
            [Mark("halted", _l("Stops the card"))]
            if self.anomaly.stops and self.anomaly.card
            else []
        )

    @property
    def severity(self) -> Mark:
        code = self.anomaly.code
        return Mark(
            {"critical": "failed", "high": "risk"}.get(code.severity, ""),
            term(SEVERITIES, code.severity),
        )

    @cached_property
    def clocks(self) -> list[Clock]:
        """From the report to the first who came, and from then to the end."""
        did = {event.action: event for event in self.anomaly.deeds}
        clocks, since = [], self.anomaly.created_at
        for action, label in (
            (ACKNOWLEDGE, _l("Until acknowledged")),
            (RESOLVE, _l("Until resolved")),
        ):
            event = did.get(action.key)
            clocks.append(
                Clock(
                    label,
                    since,
                    (event.happened_at if event else clock.now()) - since,
                    event.who if event else "",
                    event is None,
                )
            )
            if event is None:
                break
        return clocks

    @property
    def reporter(self) -> str:
        first = self.anomaly.history[0]
        return first.who

    @property
    def facts(self) -> list[Fact]:
        anomaly = self.anomaly
        card = anomaly.card
        return [
            Fact(_l("Code"), f"{anomaly.code.code} {anomaly.code.name}"),
            Fact(_l("Severity"), self.severity.word),
            Fact(_l("Stops the line"), _l("Yes") if anomaly.code.stops_line else _l("No")),
            Fact(_l("Card"), card.ref if card else "", card.ref if card else ""),
            Fact(_l("Where"), anomaly.place),
            Fact(_l("Reported by"), self.reporter),
        ]
