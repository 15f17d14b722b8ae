"""What an action's declaration demands to be said is asked for here too, whoever calls: a form,
a command, a program.
"""

from __future__ import annotations

from typing import Any

from app.flow.grammar import Action
from app.flow.texts.lazy_text import Text, _l
from app.flow.texts.terms import FACTS
from app.models.records.errors import Refused
from app.plant import reading


class Missing(Refused):
    """A fact that goes on record was not given, or says nothing that can be seen."""

    status = 422


def facts_of(action: Action, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an action as they go on record.

    Raises Missing where one that is demanded says nothing.
    """
    data = reading.read(data)
    for name in action.demanded:
        if not reading.says(data.get(name)):
            raise Missing(
                _l(
                    "%(action)s: please fill this in: %(fact)s.",
                    action=action.label,
                    fact=FACTS[name],
                )
            )
    return data


def given(value: str | None, what: Text) -> str:
    """Return words on one line. Raises Missing where they say nothing."""
    if not (words := reading.line(value)):
        raise Missing(_l("Please fill this in: %(fact)s.", fact=what))
    return words
