"""The front end's files, under an address that changes with them: a browser asks for each once, not with every page."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).resolve().parent.parent / "static"
ONE_YEAR = 365 * 24 * 3600


@cache
def version() -> str:
    """A name for all the files as this process found them; a wall display loads itself again when it changes."""
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return sha256(b"".join(str(file.relative_to(FOLDER)).encode() + file.read_bytes() for file in files)).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.add_url_rule("/static/<mark>/<path:filename>", "static", static)
    app.url_defaults(lambda endpoint, values: values.setdefault("mark", version()) if endpoint == "static" else None)


def static(mark: str, filename: str) -> Response:
    """One file. A page from before an update gets today's, and nobody keeps it under the old address."""
    response = send_from_directory(FOLDER, filename, max_age=ONE_YEAR if mark == version() else 0)
    response.cache_control.immutable = mark == version() or None
    return response
