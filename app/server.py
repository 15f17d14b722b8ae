"""The processes of ``washline serve``: granian's web processes and the worker, forked from one
loaded parent.

Forking after loading shares the code's memory between all of them; nothing may be open in the
parent by then.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from app import live, metrics
from app.extensions import db
from app.metrics import Wsgi
from app.security.attempts import DELAYED
from app.turns import Turn
from app.web.languages import LANGUAGES

if TYPE_CHECKING:
    from app.tls.serving import Tls

# One thread a stream, in each process, since the kernel may hand all streams to one; idle threads
# end by themselves.
THREADS = 320
# Pages begun at once in one process: one computes (app/turns.py), the others wait for their turn
# or for the write lock, or take long.
PAGES = 8
GRACE = 5
# So many answers may be held back at once; each is a thread.
LATE = 40
# A body up to this (more than any form may hold) is read for the application, of a larger one so
# much at most.
MOST_SENT, MOST_TAKEN = 6_000_000, 60_000_000
# A process that died is started again, however often; one that died just before, after this pause
# in seconds.
PAUSE = 1.0
MEMORY = "/dev/shm"


def run(app: Flask, host: str, port: int, processes: int) -> None:
    """Serve until SIGTERM or SIGINT; the worker runs beside and is started again when it dies."""
    multiprocessing.set_start_method("fork", force=True)
    one_heap()
    tls: Tls | None = app.config["TLS"]
    certificate = tls.certificate.file if tls else None
    server = web_server(host, tls.port if tls else port, processes, certificate)
    parent, stopping = os.getpid(), threading.Event()
    server.on_startup(lambda: print(f"{announced(tls, host, port)} (Ctrl+C stops it)", flush=True))
    keepers = [threading.Thread(target=keep, args=(app, worker_process, stopping))]
    if tls:
        from app.tls import serving  # noqa: PLC0415 – nobody else needs what it loads

        door = partial(door_process, host=host, port=port)
        keepers += [
            threading.Thread(target=keep, args=(app, door, stopping)),
            threading.Thread(target=serving.keep, args=(app, stopping)),
        ]
    for keeper in keepers:
        server.on_startup(keeper.start)
    counts = begin_counting(app)
    warm(app)
    close_database(app)
    gc.collect()
    gc.freeze()
    try:
        server.serve(target_loader=lambda: web_application(app, parent), wrap_loader=False)
    finally:
        stopping.set()
        for keeper in keepers:
            if keeper.ident:
                keeper.join()
        if counts:
            shutil.rmtree(counts, ignore_errors=True)


def begin_counting(app: Flask) -> Path | None:
    """Where somebody is to read what is counted: the folder that it is counted in meanwhile."""
    if not app.config["METRICS_TOKEN"]:
        return None
    # In memory, where it can be had: a full disk must not end those who count.
    memory = MEMORY if os.access(MEMORY, os.W_OK) else tempfile.gettempdir()
    folder = metrics.folder_in(Path(memory))
    with app.app_context():
        metrics.begin(folder, locks=db.engine.dialect.name == "sqlite")
    return folder


def announced(tls: Tls | None, host: str, port: int) -> str:
    """Where people find it; by HTTPS also where a device learns whom to trust."""
    if tls is None:
        return f"Washline is at http://{host}:{port}"
    name = tls.certificate.names[0] if host in ("0.0.0.0", "::", "") else host
    lead = f", whom a device is to trust at {tls.plain_address(name)}/trust/"
    return f"Washline is at {tls.address(name)}{lead if tls.certificate.root else ''}"


def web_server(host: str, port: int, processes: int, certificate: Path | None = None) -> Any:
    """Return granian, set up for many streams and few pages at once; by HTTPS where there is a
    certificate, with its key in the same file.
    """
    from granian.constants import HTTPModes, Interfaces, SSLProtocols  # noqa: PLC0415 – only the parent serves
    from granian.log import LogLevels  # noqa: PLC0415 – only the parent serves
    from granian.server import Server  # noqa: PLC0415 – only the parent serves

    server = Server(
        "app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        http=HTTPModes.http1,
        blocking_threads=THREADS,
        backpressure=THREADS,
        respawn_failed_workers=True,
        websockets=False,
        workers_kill_timeout=GRACE,
        respawn_interval=PAUSE,
        ssl_cert=certificate,
        ssl_key=certificate,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.error,
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},
    )
    server.respawned_wrks = Restarts()
    return server


class Restarts(dict[int, float]):
    """When each web process was started again.

    The server would end itself at the second death within seconds; a plant would rather have it
    back. It is told of nothing, and here waits where one dies again and again.
    """

    def __setitem__(self, process: int, at: float) -> None:
        if at - self.last < PAUSE * 5:
            time.sleep(PAUSE)
        self.last = at

    last = float("-inf")


def web_application(app: Flask, parent: int) -> Wsgi:
    """In a web process just forked: return what it serves."""
    # At times granian never comes to the end of ending in good order (its handler of signals waits
    # for a thread that waits, too); only a parent that lives would kill it then.
    become("washline-web", parent, signal.SIGKILL)
    on_signal(lambda: live.end_streams(app))
    return metrics.measured(capped(app.wsgi_app, PAGES))


def capped(application: Wsgi, pages: int) -> Wsgi:
    """Let so many requests be begun at once, and one compute; a stream counts only until it
    begins to flow, and an answer that is held back (many failed log-ins) stands in nobody's way.
    """
    turn = Turn()
    gate, held_back = threading.BoundedSemaphore(pages), threading.BoundedSemaphore(LATE)

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        too_large = receive(environ)
        with gate, turn.taken():
            answer = application(environ, start_response)
        if too_large:
            take_the_rest(too_large)
        if (delay := environ.get(DELAYED)) and held_back.acquire(blocking=False):
            time.sleep(delay)
            held_back.release()
        return answer

    return call


def receive(environ: dict[str, Any]) -> Any:
    """Read what is sent before a place is taken to work on it: a slow sender keeps nobody waiting.

    What is more than a form may hold is left where it comes from; that stream comes back.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    stream = environ["wsgi.input"]
    if length <= MOST_SENT:
        environ["wsgi.input"] = BytesIO(stream.read(length))
    return stream if length > MOST_SENT else None


def take_the_rest(stream: Any) -> None:
    """Read what was too large and nobody wanted, within reason: an answer that comes while a
    browser sends is lost to it.
    """
    left = MOST_TAKEN
    while left > 0 and (part := stream.read(1 << 20)):
        left -= len(part)


def keep(app: Flask, work: Callable[[Flask, int], None], stopping: threading.Event) -> None:
    """Do this work in a process of its own; start it again when it ends before the server does."""
    while not stopping.is_set():
        process = multiprocessing.Process(target=work, args=(app, os.getpid()))
        process.start()
        while process.is_alive() and not stopping.wait(0.2):
            pass
        if stopping.is_set():
            process.terminate()
            process.join(GRACE)
            process.kill()
        process.join()
        stopping.wait(0.3)


def door_process(app: Flask, parent: int, host: str, port: int) -> None:
    """In the door just forked: without HTTPS, lead whoever comes to where it is spoken."""
    become("washline-door", parent, signal.SIGTERM)
    server, me = web_server(host, port, 1), os.getpid()
    server.serve(target_loader=lambda: web_application(app, me), wrap_loader=False)


def worker_process(app: Flask, parent: int) -> None:
    """In the worker just forked: do jobs until told to stop."""
    stopping = (
        threading.Event()
    )  # listens before it loads anything: the server may be stopped while it starts
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    become("washline-worker", parent, signal.SIGTERM)
    from app.jobs import worker as jobs  # noqa: PLC0415 – only in the worker's process

    jobs.run(app, stopping)


def on_signal(call: Callable[[], None]) -> None:
    """Call ``call`` in a thread when the process is told to end, whoever sets the handlers later
    (granian does).
    """
    hears, tells = os.pipe()
    os.set_blocking(tells, False)
    signal.set_wakeup_fd(tells, warn_on_full_buffer=False)

    def wait() -> None:
        while os.read(hears, 1)[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        call()

    threading.Thread(target=wait, name="signals", daemon=True).start()


def one_heap() -> None:
    """Let the hundreds of threads share one heap on glibc: one each would hold on to a megabyte
    a thread (M_ARENA_MAX).
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(-8, 1)


def become(name: str, parent: int, ended_by: signal.Signals) -> None:
    """Ask Linux to show this child by a name of its own, and to end it, by this signal, with its
    parent: a killed server leaves nobody behind, not even whom it had just forked.
    """
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(15, name.encode())
        prctl(1, ended_by)
    if os.getppid() != parent:
        os._exit(0)


def warm(app: Flask) -> None:
    """Have ready what every web process needs, so that it lies in memory once: the templates,
    the words of each language.
    """
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for locale, _ in LANGUAGES:
        app.test_client().get("/login", headers={"Accept-Language": locale.replace("_", "-")})


def close_database(app: Flask) -> None:
    """Close every connection: none may be shared across a fork."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
