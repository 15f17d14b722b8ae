"""A flow as a drawing: stages one below the other, the steps between neighbours straight, all
others as lanes at the sides.

Plain numbers; ``templates/home/procedure/_diagram.html`` turns them into SVG.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.flow.grammar import Action, Flow, Stage

WIDTH, HEIGHT, STEP, LANE, TOP = 220, 36, 64, 26, 34
# An action that leaves from, or leads to, more stages than this would hide the drawing; the list
# beside it tells.
MANY = 3


@dataclass(frozen=True)
class Box:
    stage: Stage
    y: int


@dataclass(frozen=True)
class Edge:
    """An arrow with the numbers of its actions.

    ``lane`` 0 is straight down; positive at the right (forward), negative back.
    """

    numbers: tuple[int, ...]
    y1: int
    y2: int
    lane: int = 0


@dataclass(frozen=True)
class Diagram:
    """Boxes and arrows; ``left`` and ``right`` are how many lanes each side needs."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    left: int
    right: int

    @property
    def x(self) -> int:
        """Where the boxes begin."""
        return (self.left + 1) * LANE

    @property
    def width(self) -> int:
        return self.x + WIDTH + (self.right + 1) * LANE

    @property
    def height(self) -> int:
        return self.boxes[-1].y + HEIGHT + 8

    def lane_x(self, edge: Edge) -> int:
        return self.x + WIDTH + edge.lane * LANE if edge.lane > 0 else self.x + edge.lane * LANE


def diagram(flow: Flow) -> Diagram:
    """Lay a flow out. Edges between the same two stages share an arrow."""
    rows = {stage.key: row for row, stage in enumerate(flow.stages)}
    numbers: dict[tuple[int, int], list[int]] = {}
    for number, action in enumerate(flow.actions, 1):
        for ends in drawn(action, rows):
            numbers.setdefault(ends, []).append(number)
    lanes = {
        1: in_lanes((a, b) for a, b in numbers if b > a + 1),
        -1: in_lanes((b, a) for a, b in numbers if b < a),
    }
    edges = []
    for (a, b), which in numbers.items():
        side = 0 if b == a + 1 else 1 if b > a else -1
        lane = side * lanes[side][min(a, b), max(a, b)] if side else 0
        edges.append(edge(a, b, tuple(which), lane))
    return Diagram(
        tuple(Box(stage, top(row)) for stage, row in zip(flow.stages, rows.values(), strict=True)),
        tuple(edges),
        max(lanes[-1].values(), default=0),
        max(lanes[1].values(), default=0),
    )


def drawn(action: Action, rows: dict[str, int]) -> Iterable[tuple[int, int]]:
    """The rows it leads from and to; -1 is where records come from.

    Nothing for what stays, or has too many ends to draw.
    """
    targets = action.targets if action.moves else ()
    if len(action.sources) > MANY or len(targets) > MANY:
        return ()
    return [
        (rows.get(source, -1), rows[target])
        for source in action.sources or ("",)
        for target in targets
        if target != source
    ]


def in_lanes(spans: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Give each span the innermost lane (1, 2, …) that is free along it; short ones first."""
    taken: dict[tuple[int, int], int] = {}
    for span in sorted(spans, key=lambda s: (s[1] - s[0], s)):
        lane = 1
        while any(other == lane and span[0] < b and a < span[1] for (a, b), other in taken.items()):
            lane += 1
        taken[span] = lane
    return taken


def edge(a: int, b: int, numbers: tuple[int, ...], lane: int) -> Edge:
    """Straight arrows go from box to box; lanes leave and enter at the boxes' sides, a little
    apart: one ends before the next on its lane begins.
    """
    if not lane:
        return Edge(numbers, top(a) + HEIGHT if a >= 0 else 6, top(b))
    apart = 7 if b > a else -7
    return Edge(
        numbers, (top(a) + HEIGHT // 2 + apart) if a >= 0 else 6, top(b) + HEIGHT // 2 - apart, lane
    )


def top(row: int) -> int:
    return TOP + row * STEP
