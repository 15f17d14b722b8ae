"""What goes before others: by its dates, or because somebody said so and why (clauses 1.2 and 2.1)."""

from __future__ import annotations

from app.flow.grammar import Action, RolesFrom
from app.flow.roles import PLANNER, PRODUCTION_HEAD, SALES
from app.flow.texts.lazy_text import _l

HURRIERS = frozenset({SALES, PLANNER, PRODUCTION_HEAD})


def rush_actions(sources: tuple[str, ...], clause: str) -> tuple[Action, Action]:
    """The two actions that mark a record as rush and take the mark back; only one of them makes sense at a time."""
    return (
        Action("set_rush", _l("Mark as rush"), past=_l("marked it as rush"),
               source=sources, target=None, roles=RolesFrom("who_may_rush", HURRIERS), clause=clause,
               reason=True, effect="set_rush", primary=False),
        Action("lift_rush", _l("No longer rush"), past=_l("took the rush mark back"),
               source=sources, target=None, roles=RolesFrom("who_may_lift_rush", HURRIERS), clause=clause,
               reason=True, effect="lift_rush", primary=False),
    )
