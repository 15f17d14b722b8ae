"""The press: HTML comes in, PDF/A-3b goes out. The one place that imports the typesetter.

A program of its own, run by its path so that it loads nothing of the application and inherits no
secret. It stays warm: the parent has the libraries and the style sheet loaded and forks a child for
each document, which dies with it. A child may take so much memory, processor time and time, reads
packaged files only, and cannot write a file.

On standard input and output go frames: a length of eight bytes, then so many bytes. A request is
one frame of JSON; an answer is a frame of JSON, ``{"error": null}`` or ``{"error": "sentence"}``,
and a frame with the PDF or nothing.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import struct
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
FONTS = HERE.parents[2] / "static/fonts"
PACKAGED = {"washline:paper.css": HERE / "paper.css"}
PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
IDLE = 60  # seconds without work after which it ends: an idle plant needs no press


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame, None at the end of the stream."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    size = struct.unpack(">Q", head)[0]
    body = stream.read(size)
    return body if len(body) == size else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    stream.write(struct.pack(">Q", len(body)) + body)
    stream.flush()


def only_our_fonts(folder: Path) -> None:
    """Let the font library see the packaged fonts and nothing of the system's."""
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(FONTS))}</dir><cachedir>{escape(str(folder))}</cachedir></fontconfig>"
    )
    os.environ["FONTCONFIG_FILE"] = str(config)


def packaged_files_only():
    """Return a fetcher that serves packaged files by name and stops the work at anything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 – after the fonts are set

    class Packaged(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith(PICTURES):  # the logo, which stands in the paper itself
                return super().fetch(url, headers)
            if url not in PACKAGED:
                raise ValueError("only packaged files are read")
            return URLFetcherResponse(url, PACKAGED[url].read_bytes(), {"Content-Type": "text/css"})

    return Packaged(fail_on_errors=True)


def render(order: dict, style: object) -> bytes:
    """Return the PDF of a request: ``html``, ``identifier``, ``attachments``."""
    from weasyprint import HTML, Attachment  # noqa: PLC0415 – after the fonts are set
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 – after the fonts are set

    fetcher = packaged_files_only()
    attached = [
        Attachment(
            string=a["text"],
            name=a["name"],
            description=a["description"],
            relationship=a["relationship"],
            created=datetime.fromisoformat(a["at"]),
            modified=datetime.fromisoformat(a["at"]),
        )
        for a in order["attachments"]
    ]
    return HTML(string=order["html"], base_url="washline:", url_fetcher=fetcher).write_pdf(
        stylesheets=[style],
        font_config=FontConfiguration(),
        pdf_variant="pdf/a-3b",
        pdf_identifier=order["identifier"].encode(),
        attachments=attached,
    )


def limit(memory: int, seconds: int) -> None:
    """Bound this process for ever."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.set_threshold(200_000, 20, 20)  # a short life needs little tidying: a fifth of the time


def child(request: bytes, style: object, out: int, memory: int, seconds: int) -> None:
    """Print one document into a pipe, then end without tidying: what is shared belongs to the
    parent.
    """
    answer: dict[str, str | None] = {"error": None}
    pdf = b""
    try:
        limit(memory, seconds)
        pdf = render(json.loads(request), style)
    except MemoryError:
        answer["error"] = "it took more memory than it may"
    except BaseException as problem:  # whatever it is, it is the document's, not the press's
        answer["error"] = f"{type(problem).__name__}: {problem}"
    with os.fdopen(out, "wb") as pipe:
        write_frame(pipe, json.dumps(answer).encode())
        write_frame(pipe, pdf)
    os._exit(0)


def collect(source: int, pid: int, patience: float) -> tuple[bytes, str | None]:
    """Return what the child wrote, and why it is not to be used if so.

    Kills it when its time is over.
    """
    parts, deadline, late = [], time.monotonic() + patience, False
    while True:
        seconds_left = deadline - time.monotonic()
        if seconds_left <= 0 or not select.select([source], [], [], seconds_left)[0]:
            late = True
            os.kill(pid, signal.SIGKILL)
            break
        part = os.read(source, 1 << 20)
        if not part:
            break
        parts.append(part)
    os.close(source)
    _, status = os.waitpid(pid, 0)
    if late:
        return b"", f"it took more than {patience:g} seconds"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        used_up = number in (signal.SIGXCPU, signal.SIGKILL)
        return (
            b"",
            "it took more processor time than it may"
            if used_up
            else f"it died of {signal.Signals(number).name}",
        )
    return b"".join(parts), None


def print_one(request: bytes, style: object, memory: int, seconds: int, patience: float) -> bytes:
    """Return the answer's frames for a request."""
    source, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        child(request, style, out, memory, seconds)
    os.close(out)
    answer, problem = collect(source, pid, patience)
    if problem is None and answer:
        return answer
    encoded = json.dumps({"error": problem or "it ended without a word"}).encode()
    return struct.pack(">Q", len(encoded)) + encoded + struct.pack(">Q", 0)


def main(memory: int, seconds: int, patience: float) -> None:
    """Serve requests until standard input closes or nothing comes for a minute."""
    with tempfile.TemporaryDirectory(prefix="washline-press-") as folder:
        only_our_fonts(Path(folder))
        from weasyprint import CSS  # noqa: PLC0415 – after the fonts are set

        gc.freeze()
        style = CSS(url="washline:paper.css", url_fetcher=packaged_files_only())
        while select.select([sys.stdin.buffer], [], [], IDLE)[0]:
            request = read_frame(sys.stdin.buffer)
            if request is None:
                break
            sys.stdout.buffer.write(print_one(request, style, memory, seconds, patience))
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
