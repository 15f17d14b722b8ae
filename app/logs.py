"""What the server writes down of itself, on standard error: a record a line, with the request it
belongs to; as JSON where ``WASHLINE_LOG`` says so.

No names, no words that were searched for: people are told by their number.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from datetime import UTC, datetime

from flask import Flask, Response, has_request_context, request
from flask.logging import default_handler

HEADER, KEPT = "X-Request-ID", "washline.request_id"
# An id that a proxy gave is taken over only where it can do no harm in a line.
HARMLESS = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# PostgreSQL repeats there what was to be written.
VALUES = re.compile(r"\s*DETAIL:.*?(?=\n\[SQL|\nCONTEXT:|\nHINT:|\n\n|\Z)", re.DOTALL)


def init_app(app: Flask) -> None:
    app.after_request(name)


def begin(app: Flask) -> None:
    """Write as the setting says, from now on and in all processes that are forked later."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines() if app.config["LOG"] == "json" else Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    app.logger.removeHandler(default_handler)


def request_id() -> str | None:
    """The id of the request that is answered here: as it came with it, or made; None outside."""
    if not has_request_context():
        return None
    if KEPT not in request.environ:
        given = request.headers.get(HEADER, "")
        request.environ[KEPT] = given if HARMLESS.fullmatch(given) else secrets.token_hex(8)
    found: str = request.environ[KEPT]
    return found


def name(response: Response) -> Response:
    """Tell the id with the answer: whoever reports a fault can say which one."""
    response.headers[HEADER] = request_id() or ""
    return response


class Plain(logging.Formatter):
    """``time level logger [request] message``; what follows it is indented, so that nothing that
    was sent looks like a record of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        head = f"{at(record)} {record.levelname} {record.name} [{request_id() or '-'}]"
        lines = f"{said(record)}\n{fault(self, record)}".rstrip().splitlines()
        return f"{head} " + "\n    ".join(lines)


class Lines(logging.Formatter):
    """A JSON object a line: time, level, logger, process, message, request_id, and exception where
    there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": at(record),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": said(record),
            "request_id": request_id(),
        }
        if exception := fault(self, record):
            line["exception"] = exception
        return json.dumps(line)  # ASCII: no sign in it ends a line or is lost on its way


def at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def said(record: logging.LogRecord) -> str:
    """The message, without the values that a database repeats."""
    return VALUES.sub("", record.getMessage())


def fault(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """Where it went wrong, without the same."""
    return VALUES.sub("", formatter.formatException(record.exc_info)) if record.exc_info else ""
