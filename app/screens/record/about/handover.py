"""What the page of a hand-over note tells: whose it is, of which shift, and who took over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from app.flow.handovers import TAKE_OVER
from app.flow.texts.lazy_text import _l
from app.screens.record.fact import Fact, Mark

if TYPE_CHECKING:
    from app.models.floor.handover import Handover


class AboutHandover:
    """The note as the next shift looks at it."""

    def __init__(self, handover: Handover) -> None:
        self.handover = handover

    marks: Sequence[Mark] = ()

    @property
    def timing(self) -> list[Fact]:
        return [Fact(_l("Written at"), self.handover.created_at)]

    @cached_property
    def taken_over_by(self) -> str:
        event = next((e for e in self.handover.deeds if e.action == TAKE_OVER.key), None)
        return event.who if event else ""

    @property
    def facts(self) -> list[Fact]:
        note = self.handover
        return [
            Fact(_l("Day"), note.day),
            Fact(_l("Shift"), note.amount),
            Fact(_l("Production line"), note.headline),
            Fact(_l("Written by"), note.party),
            Fact(_l("Taken over by"), self.taken_over_by),
        ]
