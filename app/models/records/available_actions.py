"""What a person may do to a record, and the second pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.flow.grammar import Action, Flow
from app.flow.rules.blockers import Blocker
from app.flow.texts.lazy_text import Text, _l
from app.models.records.rules.availability import Availability
from app.models.records.rules.wip_limits import WITHIN_LIMITS, LimitCheck, Standings, check_limits

if TYPE_CHECKING:
    from app.models.people.user import User


@dataclass(frozen=True)
class AvailableAction:
    """An action a person may do to a record now, or the sentence that says why not yet.

    ``barred``: nothing but the second pair of eyes is missing; it is somebody else's turn.
    ``over_limit``: it goes over a limit, which this person may do with a reason.
    """

    action: Action
    refusal: Text | None
    barred: bool = False
    over_limit: bool = False

    @classmethod
    def of(
        cls,
        action: Action,
        blocker: Blocker | None,
        same: Text | None,
        way: LimitCheck = WITHIN_LIMITS,
    ) -> AvailableAction:
        return cls(
            action,
            blocker.sentence if blocker else same or way.refusal,
            bool(same and not blocker),
            way.asks is not None,
        )

    @property
    def asks_for_data(self) -> bool:
        """True when a form must be filled in first."""
        return self.action.asks_for_data or self.over_limit


def next_of(offers: list[AvailableAction]) -> AvailableAction | None:
    """The one next thing: the first primary action whose guards are clear, else the first there
    is.
    """
    primary = [o for o in offers if o.action.primary]
    return next((o for o in primary if not o.refusal or o.barred), primary[0] if primary else None)


def same_person(
    flow: Flow, action: Action, doers: dict[str, list[int]], user_id: int
) -> Text | None:
    """Two steps that must be done by two people stay two people's, whatever roles they hold."""
    for key in action.not_by:
        earlier = flow.action(key).label
        if user_id in doers.get(key, ()):
            return _l(
                "You did “%(earlier)s” yourself; another person must do this.", earlier=earlier
            )
        if user_id in doers.get(entered(key), ()):
            return _l(
                "You entered “%(earlier)s” from paper; another person must do this.",
                earlier=earlier,
            )
    return None


def entered(key: str) -> str:
    """Under which key of ``doers`` those stand who entered an action from paper."""
    return f"{key}@paper"


def known_actions(
    flow: Flow, row: Any, availability: Availability, user: User, full: Standings
) -> list[AvailableAction]:
    """What the person may do with a card, by what is known of its record, by its row and the full
    stages alone: no guard is asked again.
    """
    return [
        AvailableAction.of(
            action,
            availability.first(action.key),
            same_person(flow, action, row.doers, user.id),
            check_limits(flow, action, row.stage, user, full),
        )
        for action in flow.actions_from(row.stage)
        if not (action.driven or user.role_keys.isdisjoint(availability.roles_of(action)))
    ]
