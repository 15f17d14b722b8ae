"""A net of things that lead to one another, laid out in columns from left to right: plain
numbers, no drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 168, 58, 40, 14, 4
# More boxes in one column than this are not looked at one by one; the list beside the picture has
# them all.
MOST = 24
TALL = 8  # a net of more rows is read from its top, a smaller one as a whole
WIDE, NARROW = 12, 6.7  # how wide a sign of a Chinese word, and of any other, is drawn


@dataclass(frozen=True)
class Box:
    """One thing: its key and the corner where its box begins."""

    key: Hashable
    x: int
    y: int


@dataclass(frozen=True)
class Arrow:
    """From the right side of one box to the left side of another."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def path(self) -> str:
        bend = max(ACROSS, (self.x2 - self.x1) // 2)
        return (
            f"M{self.x1} {self.y1}C{self.x1 + bend} {self.y1} {self.x2 - bend} {self.y2} "
            f"{self.x2} {self.y2}"
        )


@dataclass(frozen=True)
class Layout:
    """Boxes and arrows; ``hidden`` is how many things there was no room for."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int
    hidden: int


def layout(focus: Hashable, edges: Iterable[tuple[Hashable, Hashable]]) -> Layout:
    """Place the focus and all that leads to it and from it.

    What leads to a thing stands left of it, as near as may be.
    """
    edges = list(dict.fromkeys(edges))
    after, before = defaultdict(list), defaultdict(list)
    for source, target in edges:
        after[source].append(target)
        before[target].append(source)
    column = {focus: 0} | steps(focus, after, 1) | steps(focus, before, -1)
    columns: dict[int, list[Hashable]] = {}
    for place in sorted(set(column.values()), key=lambda n: (abs(n), n)):
        near = columns.get(place - 1 if place > 0 else place + 1, [])
        links = before if place > 0 else after
        there = [key for key, n in column.items() if n == place]
        placed_keys = {key for found in columns.values() for key in found}
        linked = [key for key in there if place == 0 or placed_keys.intersection(links[key])]
        columns[place] = sorted(linked[-MOST:], key=lambda key: middle(links[key], near))
    return placed(columns, edges, len(column))


def steps(focus: Hashable, links: dict[Hashable, list[Hashable]], sign: int) -> dict[Hashable, int]:
    """How many steps at most everything in one direction is away; a thing that would lead back
    to itself is met once.
    """
    step_of: dict[Hashable, int] = {}
    frontier, depth = [focus], 0
    while frontier and depth < 40:
        depth += 1
        frontier = list(
            dict.fromkeys(key for each in frontier for key in links[each] if key != focus)
        )
        step_of |= dict.fromkeys(frontier, sign * depth)
    return step_of


def middle(neighbours: list[Hashable], near: list[Hashable]) -> float:
    """Where a thing's neighbours in the next column stand on the average; at the end if there
    are none.
    """
    rows = [near.index(key) for key in neighbours if key in near]
    return sum(rows) / len(rows) if rows else len(near)


def placed(
    columns: dict[int, list[Hashable]], edges: list[tuple[Hashable, Hashable]], all_things: int
) -> Layout:
    tallest = max(len(keys) for keys in columns.values())
    height = tallest * (HEIGHT + DOWN) - DOWN + 2 * EDGE
    boxes = {}
    for n, place in enumerate(sorted(columns)):
        top = EDGE + (
            0 if tallest > TALL else (tallest - len(columns[place])) * (HEIGHT + DOWN) // 2
        )
        for row, key in enumerate(columns[place]):
            boxes[key] = Box(key, EDGE + n * (WIDTH + ACROSS), top + row * (HEIGHT + DOWN))
    arrows = [
        Arrow(boxes[a].x + WIDTH, boxes[a].y + HEIGHT // 2, boxes[b].x, boxes[b].y + HEIGHT // 2)
        for a, b in edges
        if a in boxes and b in boxes
    ]
    width = len(columns) * (WIDTH + ACROSS) - ACROSS + 2 * EDGE
    return Layout(tuple(boxes.values()), tuple(arrows), width, height, all_things - len(boxes))


def fitted(text: str, room: float = WIDTH - 16) -> str:
    """The text, or as much of its beginning as there is room for."""
    used = 0.0
    for place, sign in enumerate(text):
        used += WIDE if ord(sign) > 0x2E80 else NARROW
        if used > room:
            return f"{text[: max(1, place - 1)]}…"
    return text
