"""The pages of a wall display as HTML, rendered once for every display that shows the same: the
facts are the plant's, not a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, TypeVar

from flask import render_template
from markupsafe import Markup

from app import clock, live
from app.flow.departments import PHASES, WITH_BOARD
from app.flow.texts.lazy_text import Text, _l
from app.models.people.user import User
from app.models.records.kinds import records
from app.screens.board import columns as boards
from app.screens.board.filters import View
from app.screens.wall import facts
from app.web.caches import cache
from app.web.languages import language

LAYOUTS: dict[str, Text] = {
    "plant": _l("The lines"),
    "flow": _l("The six phases"),
    "notices": _l("Notices"),
    **{department.key: department.label for department in WITH_BOARD},
}
HALTED = "halted"
LARGE = 4.2  # hundredths of the height: with letters beyond this a page holds half as much
PHASES_A_PAGE = 3  # all six would be more figures than one takes in at once
LARGEST = 40

T = TypeVar("T")


def screens(display: Any) -> list[Markup]:
    """The pages of all layouts of a display, before them what is halted now; notices take none
    while there are none.
    """
    number, minute = live.latest(), clock.now().replace(second=0, microsecond=0)
    pages: list[Markup] = []
    screen_cache = cache("walls", LARGEST)
    for layout in (HALTED, *display.layouts):
        key = (number, minute, language(), layout, display.unit > LARGE)
        with (
            screen_cache.lock
        ):  # three hundred screens ask at once; the first renders, the others wait for it
            drawn_screens = screen_cache.get(key)
            if drawn_screens is None:
                drawn_screens = [
                    Markup(page)
                    for page in rendered(layout, display.unit > LARGE, display.paired_by)
                ]  # of our escaping templates
                screen_cache.put(key, drawn_screens)
        pages += drawn_screens
    return pages or [Markup(render_template("wall/_notices.html", notices=[]))]


def rendered(layout: str, large: bool, keeper: User) -> list[str]:
    """The pages of one layout; a board is shown unfiltered, so it does not matter who paired the
    screen.
    """
    if layout == HALTED:
        halted = [now for now in facts.plant().lines if now.state == HALTED]
        return [
            render_template("wall/_halted.html", lines=part, count=len(halted))
            for part in parts(halted, 2 if large else 4)
        ]
    if layout == "plant":
        plant, most = facts.plant(), 2 if large else 4
        return [
            render_template("wall/_plant.html", plant=plant),
            *(
                render_template("wall/_lines.html", plant=plant, lines=part)
                for part in parts(plant.lines, most)
            ),
        ]
    if layout == "flow":
        phase_counts = facts.phases()
        return [
            render_template("wall/_flow.html", phases=part, found=phase_counts, all=PHASES)
            for part in parts(PHASES, PHASES_A_PAGE)
        ]
    if layout == "notices":
        return [
            render_template("wall/_notices.html", notices=part)
            for part in parts(facts.notices(), 2)
        ]
    department = next(d for d in WITH_BOARD if d.key == layout)
    return [
        render_template(
            "wall/_department.html",
            department=department,
            columns=part,
            found=cards_of(part, 3 if large else 6),
        )
        for part in parts(
            [c for c in boards.board(department, View(), keeper) if not c.waited], 3 if large else 5
        )
    ]


def parts(things: Sequence[T], most: int) -> list[Sequence[T]]:
    """The things in pages of about equal length, ``most`` at most."""
    if not things:
        return []
    size = ceil(len(things) / ceil(len(things) / most))
    return [things[i : i + size] for i in range(0, len(things), size)]


def cards_of(columns: Sequence[boards.Column], most: int) -> dict[str, list[Any]]:
    """The first records of each column, by the column's id."""
    wanted = {
        column.id: [(column.flow.key, row.id) for row in column.rows[:most]] for column in columns
    }
    found = records(key for keys in wanted.values() for key in keys)
    return {column: [found[key] for key in keys] for column, keys in wanted.items()}
