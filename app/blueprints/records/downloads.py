"""Lists that people take away from a page, as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Response, abort

from app import clock
from app.web.sheets import TYPES, Sheet, written


def sent(name: str, kind: str, sheets: Iterable[Sheet]) -> Response:
    """The answer that carries lists as a file of a kind (``csv``, ``xlsx``), with the day in its
    name.
    """
    content = written(kind, sheets) if kind in TYPES else abort(404)
    response = Response(content, content_type=TYPES[kind])
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.") or "list"
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{plain}-{clock.today().isoformat()}.{kind}"
    )
    return response
