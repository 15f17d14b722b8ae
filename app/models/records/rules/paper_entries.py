"""When what was done on paper may be entered: the guards ask whoever did it; whoever enters it
needs a right of their own, and never gains by it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app import clock
from app.flow.grammar import Action
from app.flow.roles import ENTER_FROM_PAPER
from app.flow.texts.lazy_text import Text, _l
from app.models.records.errors import Blocked, Forbidden
from app.models.records.rules.down_time import DownTime
from app.models.records.sealing.from_paper import FromPaper

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.records.record import Record

# Sheets tell the minute.
MINUTE = timedelta(minutes=1)


def may_enter(user: User) -> bool:
    """Whether somebody may enter what others did on paper; at a shared tablet nobody does."""
    return user.spot is None and user.has_role(ENTER_FROM_PAPER)


def down_times_for(user: User) -> list[DownTime]:
    """The down times of which a person can enter sheets now."""
    if not may_enter(user):
        return []
    return [each for each in DownTime.still_open() if each.declared_by_id != user.id]


def authorise(record: Record, action: Action, doer: User, entry: FromPaper) -> None:
    """Raise Forbidden or Blocked where one of the two may not.

    Whoever enters it must be one who could do it: so an entry opens no way round a signature, a
    role or the second person.
    """
    roles, who = record.roles_for(action), entry.by
    if not may_enter(who):
        raise Forbidden(_l("Your role may not enter what was done on paper."))
    if not who.has_role(roles):
        raise Forbidden(
            _l(
                "Your role may not do this: %(action)s. So you cannot enter it from paper either.",
                action=action.label,
            )
        )
    if not (doer.active and doer.has_role(roles)):
        raise Blocked(
            _l(
                "%(name)s has no role that may do this: %(action)s.",
                name=doer.known_as,
                action=action.label,
            )
        )


def refusal(record: Record, action: Action, doer: User, entry: FromPaper) -> Text | None:
    """Why it cannot be entered so, if anything speaks against it."""
    return wrong_time(entry) or too_early(record, entry) or paired(record, action, doer, entry.by)


def wrong_time(entry: FromPaper) -> Text | None:
    """Why it cannot have happened on paper then."""
    at = entry.happened_at
    if at > clock.now():
        return _l("This lies in the future.")
    declared = [each for each in DownTime.still_open() if each.since <= at <= each.until]
    if not declared:
        return _l(
            "No down time that is still open covers %(time)s. A supervisor, a head or an "
            "administrator declares it on the page “Paper day”.",
            time=in_words(at),
        )
    if all(each.declared_by_id == entry.by.id for each in declared):
        return _l("You declared this down time; another person enters its sheets.")
    return None


def too_early(record: Record, entry: FromPaper) -> Text | None:
    """The sentence about what is on record of a later moment; of the same minute nothing is."""
    events = record.history if record.id else []
    last = max(
        (event for event in events if record.flow.action_or_none(event.action)),
        key=lambda event: event.happened_at,
        default=None,
    )
    if last is None or entry.happened_at + MINUTE > last.happened_at:
        return None
    return _l(
        "%(ref)s: “%(what)s” happened later, %(time)s, and is on record already. Enter sheets in "
        "the order in which things happened.",
        ref=record.ref,
        what=record.past(last),
        time=in_words(last.happened_at),
    )


def paired(record: Record, action: Action, doer: User, who: User) -> Text | None:
    """Two steps of two people stay two people's: for whoever did it, and for whoever enters it."""
    if refusal := record.same_person(action, who):
        return refusal
    for key in action.not_by if doer.id != who.id else ():
        if doer.id in (record.doers or {}).get(key, ()):
            return _l(
                "%(name)s did “%(earlier)s”; another person must do this.",
                name=doer.known_as,
                earlier=record.flow.action(key).label,
            )
    return None


def in_words(moment: Any) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")
