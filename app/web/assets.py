"""The front end's files, under an address that changes with them: a browser asks for each once,
not with every page.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).resolve().parents[2] / "static"
ONE_YEAR = 365 * 24 * 3600
# What every page looks like, in this order; sent as one sheet, since a browser draws nothing before
# it has them all.
SHEETS = (
    "tokens",
    "webfont",
    "base",
    "layout",
    "components",
    "forms",
    "tables",
    "grids",
    "overlays",
    "path",
    "way",
    "board",
    "views",
    "record",
    "discussion",
    "today",
    "home",
    "find",
    "lots",
    "things",
    "floor",
)
# The script of every page but a wall display's, in this order: sections of one module, so that each
# knows the others' names and a browser asks once. `page` comes first, `setup` last.
SECTIONS = (
    "page",
    "ages",
    "send",
    "scan",
    "options",
    "forms",
    "dialog",
    "stream",
    "news",
    "alarm",
    "undo",
    "comment",
    "things",
    "board",
    "columns",
    "drag",
    "keyboard",
    "picking",
    "draft",
    "keypad",
    "grid",
    "floor",
    "setup",
)
LIBRARIES = ("vendor/htmx.min.js", "vendor/Sortable.min.js")
ALL_SHEETS, ALL_SCRIPTS = "css/all.css", "js/all.js"
# What is sent as one file, and the files that it is made of.
JOINED = {
    ALL_SHEETS: tuple(f"css/{name}.css" for name in SHEETS),
    ALL_SCRIPTS: LIBRARIES + tuple(f"js/{name}.js" for name in SECTIONS),
    "js/live.js": ("js/stream.js", "js/worker.js"),
    "js/wall.js": ("js/ages.js", "js/stream.js", "js/display.js"),
}
KINDS = {".css": "text/css", ".js": "text/javascript"}


@cache
def version() -> str:
    """A name for all the files as this process found them; a wall display loads itself again
    when it changes.
    """
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return sha256(
        b"".join(str(file.relative_to(FOLDER)).encode() + file.read_bytes() for file in files)
    ).hexdigest()[:12]


@cache
def joined(name: str) -> bytes:
    """What is sent under this name: its files, one after another."""
    return b"\n".join((FOLDER / part).read_bytes() for part in JOINED[name])


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(all_sheets=ALL_SHEETS, all_scripts=ALL_SCRIPTS)
    app.add_url_rule("/static/<mark>/<path:filename>", "static", static)
    app.url_defaults(
        lambda endpoint, values: (
            values.setdefault("mark", version()) if endpoint == "static" else None
        )
    )


def static(mark: str, filename: str) -> Response:
    """One file.

    A page from before an update gets today's, and nobody keeps it under the old address.
    """
    age = ONE_YEAR if mark == version() else 0
    response = (
        Response(joined(filename), mimetype=KINDS[Path(filename).suffix])
        if filename in JOINED
        else send_from_directory(FOLDER, filename, max_age=age)
    )
    response.cache_control.max_age = age
    response.cache_control.immutable = mark == version()
    return response
