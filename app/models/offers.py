"""What a person may do to a record, and the second pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.grammar import Action, Flow
from app.flow.words import Text, _l


@dataclass(frozen=True)
class Offer:
    """An action a person may do to a record now, or the sentence that says why not yet.

    ``barred``: nothing but the second pair of eyes is missing; it is somebody else's turn.
    """

    action: Action
    refusal: Text | None
    barred: bool = False

    @classmethod
    def of(cls, action: Action, blocked: Text | None, same: Text | None) -> Offer:
        return cls(action, blocked or same, bool(same and not blocked))


def next_of(offers: list[Offer]) -> Offer | None:
    """The one next thing: the first primary action whose guards are clear, else the first there is."""
    primary = [o for o in offers if o.action.primary]
    return next((o for o in primary if not o.refusal or o.barred), primary[0] if primary else None)


def same_person(flow: Flow, action: Action, doers: dict[str, list[int]], user_id: int) -> Text | None:
    """Two steps that must be done by two people stay two people's, whatever roles they hold."""
    for key in action.not_by:
        if user_id in doers.get(key, ()):
            return _l("You did “%(earlier)s” yourself; another person must do this.", earlier=flow.action(key).label)
    return None
