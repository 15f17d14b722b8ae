"""What gates say against an action of a record: refused, or gone through with the warning on
record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.flow.grammar import Action
from app.flow.rules.blockers import Blocker
from app.flow.rules.gates import REFUSES, WARNS
from app.flow.texts.lazy_text import Text
from app.models.records.rules.gate_setting import mode_of

NOTHING: Mapping[str, Any] = {}


def said(
    record: Any, action: Action, mode: str, entered: Mapping[str, Any] = NOTHING
) -> Iterator[Blocker]:
    """What those gates of an action say that stand so."""
    return (
        Blocker(gate.key, sentence)
        for gate in action.gates
        for line, sentence in gate.asks(record, entered)
        if mode_of(gate, line) == mode
    )


def blockers(
    record: Any, action: Action, entered: Mapping[str, Any] = NOTHING
) -> Iterator[Blocker]:
    """What those say that refuse."""
    return said(record, action, REFUSES, entered)


def warnings(record: Any, action: Action, entered: Mapping[str, Any] = NOTHING) -> list[Text]:
    """What is said before signing, and stands in the event."""
    return [warning.sentence for warning in said(record, action, WARNS, entered)]
