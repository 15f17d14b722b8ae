"""Draw the rooms of the house from its imports, into docs/architecture.md: ``make drawing``.

An arrow says that a room knows another one. Rooms stand in the order in which they may know each
other; an arrow that others imply is left out; a dotted one goes against the order. Imports inside
functions count, those for annotations only do not; the single modules of app/ are left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
PAGE = HOUSE / "docs/architecture.md"
# From what runs down to what everything stands on.
ROOMS = (
    "cli",
    "blueprints",
    "jobs",
    "mail",
    "demo",
    "verification",
    "sheets",
    "web",
    "documents",
    "screens",
    "forms",
    "storage",
    "security",
    "tls",
    "models",
    "content",
    "plant",
    "flow",
)
# Those of the models: the features, what they share, the kernel.
MODELS = (
    "alerts",
    "vouchers",
    "mail",
    "sales",
    "purchasing",
    "quality",
    "production",
    "floor",
    "warehouse",
    "spreadsheets",
    "controlled",
    "master",
    "people",
    "records",
)
Arrows = set[tuple[str, str]]


def rooms_in(folder: Path) -> set[str]:
    """The names of the rooms of a folder: the folders with code in them."""
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def imports(path: Path) -> Iterator[str]:
    """The modules of the house that a file imports when it runs, by their full names."""
    nodes: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        nodes.extend(ast.iter_child_nodes(node))


def arrows(folder: Path) -> Arrows:
    """Which room of a folder knows which other one."""
    base, rooms = ".".join(folder.relative_to(HOUSE).parts) + ".", rooms_in(folder)
    return {
        (room, known)
        for room in rooms
        for path in (folder / room).rglob("*.py")
        for name in imports(path)
        if name.startswith(base)
        and (known := name.removeprefix(base).split(".")[0]) in rooms - {room}
    }


def told_apart(found: Arrows, order: tuple[str, ...]) -> tuple[Arrows, Arrows]:
    """The arrows down the order that no others imply, and those against it."""
    down = {(a, b) for a, b in found if order.index(a) < order.index(b)}

    def reaches(start: str, goal: str, but: tuple[str, str]) -> bool:
        steps = [b for a, b in down if a == start and (a, b) != but]
        return any(step == goal or reaches(step, goal, but) for step in steps)

    return {arrow for arrow in down if not reaches(*arrow, but=arrow)}, found - down


def drawn(folder: Path, order: tuple[str, ...]) -> str:
    """A folder's rooms as a Mermaid flowchart."""
    if missing := rooms_in(folder) ^ set(order):
        raise SystemExit(f"bin/drawing.py does not know where these stand: {sorted(missing)}")
    down, against = told_apart(arrows(folder), order)

    def lines(found: Arrows, arrow: str) -> list[str]:
        ordered = sorted(found, key=lambda pair: [order.index(room) for room in pair])
        return [f"  {a} {arrow} {b}" for a, b in ordered]

    return "\n".join(["flowchart TD", *lines(down, "-->"), *lines(against, "-.->")])


def page(text: str) -> str:
    """The page with its drawings as the code is now."""
    for name, folder, order in (
        ("rooms", HOUSE / "app", ROOMS),
        ("models", HOUSE / "app/models", MODELS),
    ):
        block = f"<!-- drawing: {name} -->\n```mermaid\n{drawn(folder, order)}\n```\n"
        text, found = re.subn(
            rf"<!-- drawing: {name} -->\n```mermaid\n.*?```\n", block, text, flags=re.S
        )
        if found != 1:
            raise SystemExit(f"{PAGE} has no place for the drawing of {name}")
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
