"""Lists that people take away from a page, as it is shown.

A view says by ``offers`` what its list is as a file; its own address with ``?as=csv`` or ``xlsx``
answers with it, by its own policy. What is long is made by the worker, which opens that address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from functools import partial, wraps
from itertools import islice
from typing import Any

from flask import Response, abort, g, render_template, request

from app import clock
from app.flow.texts.lazy_text import _l
from app.web.list_pages import AT_ONCE, HERE
from app.web.sheets import TYPES, Sheet, written

# A file's name and its sheets.
ListFile = tuple[str, Iterable[Sheet]]


def offers(file: Callable[..., ListFile], shown_at: str = "") -> Callable[[Any], Any]:
    """Declare what a page's list is as a file: ``file`` takes what its view takes. ``shown_at`` is
    the page that leads to it, where it is none itself.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> Any:
            if request.method == "GET" and (kind := request.args.get("as")):
                return sent(file(*args, **kwargs), kind, shown_at)
            return view(*args, **kwargs)

        answered.offers = shown_at or HERE  # type: ignore[attr-defined]
        return answered

    return declare


def sent(file: ListFile, kind: str, shown_at: str = "") -> Any:
    """The answer that carries lists as a file of a kind (``csv``, ``xlsx``), with the day in its
    name; where they are long, the page that has it made.
    """
    name, sheets = file
    asked = list(sheets)[: 1 if kind == "csv" else None] if kind in TYPES else abort(404)
    if tell := g.get("tell_rows"):
        of = sum(len(rows) for *_, rows in asked if isinstance(rows, Sized)) or None
        content = written(kind, asked, partial(tell, of=of))
    elif (short := at_once(asked)) is not None:
        content = written(kind, short)
    else:
        page = shown_at or request.path
        return render_template("lists/long.html", kind=kind, page=page, most=AT_ONCE), 422
    response = Response(content, content_type=TYPES[kind])
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.") or "list"
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{plain}-{clock.today().isoformat()}.{kind}"
    )
    return response


def history_file(name: str, lines: Iterable[Mapping[str, Any]]) -> ListFile:
    """The history of what is no record as a file, from the lines that its page shows."""
    heads = (_l("No."), _l("When"), _l("By"), _l("Role"), _l("What happened"), _l("Note"))
    keys = ("seq", "at", "who", "role", "what", "note")
    return f"{name}-history", [
        ("history", heads, [[line.get(key) for key in keys] for line in lines])
    ]


def at_once(sheets: Iterable[Sheet]) -> list[Sheet] | None:
    """The sheets with their rows read; None where there are more than anybody waits for."""
    read: list[Sheet] = []
    room = AT_ONCE
    for name, heads, rows in sheets:
        if isinstance(rows, Sized) and len(rows) > room:
            return None
        some = list(islice(rows, room + 1))
        room -= len(some)
        if room < 0:
            return None
        read.append((name, heads, some))
    return read
