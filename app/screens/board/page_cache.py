"""The board as it is drawn for a person in a view, kept until something is recorded, and a minute
at most.

What a board shows changes with an event, with the clock (days left, ages) and with who looks; all
of that is in the key. What belongs to one page alone (its CSRF token, its keys, the person's saved
views) is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup

from app import clock, live
from app.flow.anomalies import ANOMALIES
from app.flow.departments import Department
from app.flow.grammar import Action
from app.models.people.user import User
from app.screens.board import card_cache
from app.screens.board.columns import actions_on, board, stages_on
from app.screens.board.filters import View
from app.screens.board.options import BoardOptions
from app.web.caches import cache
from app.web.languages import language

LARGEST = 100
PARTS = ("filters", "summary", "jumps", "columns")


@dataclass(frozen=True)
class Drawn:
    """``actions`` are what the person may do on the board, ``creations`` the records they may
    open there (flow, action, icon).
    """

    filters: Markup
    summary: Markup
    jumps: Markup
    columns: Markup
    actions: dict[str, dict[str, Any]]
    creations: list[tuple[str, Action, str]]
    is_onlooker: bool


def drawn(department: Department, view: View, user: User, state: live.State) -> Drawn:
    """The board of a department; ``state`` is what was recorded last, asked before anything else
    of the transaction.
    """
    pages = cache("boards", LARGEST)
    present = (state, int(clock.now().timestamp() // 60))
    key = (
        present,
        department.key,
        view,
        user.id,
        user.role_keys,
        user.folded_on(department.key),
        language(),
    )
    page: Drawn | None = pages.get(key)
    if page is None:
        page = draw(department, view, user)
        pages.drop(
            lambda each: each[0] != present
        )  # nobody asks for it again, and a board weighs 200 KB
        pages.put(key, page)
    return page


def draw(department: Department, view: View, user: User) -> Drawn:
    options = BoardOptions(
        department, view, user, card_cache.draw(board(department, view, user), user)
    )
    parts = {
        name: part(
            f"board/_{name}.html", department=department, board=options, columns=options.columns
        )
        for name in PARTS
    }
    return Drawn(
        **parts,
        actions=actions_on(department, user),
        creations=creations(department, user),
        is_onlooker=is_onlooker(department, user),
    )


def part(template: str, **said: Any) -> Markup:
    return Markup(
        current_app.jinja_env.get_template(template).render(said)
    )  # rendered by an escaping environment


def creations(department: Department, user: User) -> list[tuple[str, Action, str]]:
    """The records this person may open here: those whose first stage the board owns, and last,
    everywhere, a problem; with the icon.
    """
    own = dict.fromkeys(
        flow for flow, _, waited in stages_on(department) if not waited and flow is not ANOMALIES
    )
    return [
        (flow.key, action, "risk" if flow is ANOMALIES else "add")
        for flow in (*own, ANOMALIES)
        for action in flow.creation
        if not action.driven and user.has_role(action.role_keys)
    ]


def is_onlooker(department: Department, user: User) -> bool:
    """Whether nothing on this board can ever be this person's to do."""
    own = [(flow, stage) for flow, stage, waited in stages_on(department) if not waited]
    return not any(
        user.has_role(a.role_keys)
        for flow, stage in own
        if flow is not ANOMALIES
        for a in flow.actions_from(stage.key)
        if not a.driven
    )
