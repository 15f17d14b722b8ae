"""What one shift leaves to the next (principle 二: each hand-over is smooth), read by the supervisor who takes over."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import EXECUTION, PRODUCTION
from app.flow.grammar import Action, Flow, Stage, Undo
from app.flow.roles import OPERATOR, SUPERVISOR
from app.flow.texts.lazy_text import _l

HANDOVERS = Flow("handover", _l("Shift hand-over"), (
    Stage("written", _l("Hand-over to read"), EXECUTION, PRODUCTION, "4.1", ages_after=timedelta(hours=12), admits=True),
    Stage("read", _l("Hand-over read"), EXECUTION, PRODUCTION, "4.1", ends=True),
), (
    Action("write", _l("Write a hand-over note"), past=_l("left a note for the next shift"),
           source=None, target="written", roles=frozenset({OPERATOR, SUPERVISOR}), clause="4.1", form="write_handover", demands=("shift", "text"),
           effect="write", private=("text",)),
    TAKE_OVER := Action("take_over", _l("Read and take over"), past=_l("read the note and took over"),
           source="written", target="read", roles=frozenset({SUPERVISOR}), clause="4.1", not_by=("write",),
           undo=Undo()),
))  # fmt: skip
