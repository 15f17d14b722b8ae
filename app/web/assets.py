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
    "floor",
)
ALL_SHEETS = "css/all.css"
APART = ("display",)  # a script of its own, on pages without the layout


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
def sheet() -> bytes:
    """The sheets of every page as one."""
    return b"\n".join((FOLDER / f"css/{name}.css").read_bytes() for name in SHEETS)


@cache
def modules() -> list[str]:
    """The scripts that app.js brings in: named in the page, a browser asks for them at once and
    not one after another.
    """
    return sorted(
        f"js/{path.name}" for path in (FOLDER / "js").glob("*.js") if path.stem not in APART
    )


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(all_sheets=ALL_SHEETS, modules=modules)
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
        Response(sheet(), mimetype="text/css")
        if filename == ALL_SHEETS
        else send_from_directory(FOLDER, filename, max_age=age)
    )
    response.cache_control.max_age = age
    response.cache_control.immutable = mark == version()
    return response
