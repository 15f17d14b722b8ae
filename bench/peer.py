"""``make bench ARGS=peer``: the board and a move of Tryton, in the same breath as ours.

Tryton comes from PyPI into an environment of its own below ``.build``, and has Debian's PostgreSQL,
which makes each commit durable. Its board is what its client asks for a list of productions; its
move is a production from *draft* to *waiting*, or back. Both programs have two processes.
"""

from __future__ import annotations

import base64
import json
import os
import socket as sockets
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.databases import OWNER, fresh_database, started
from tests.serving import until

from . import figures, plant, servers
from .client import milliseconds, per_second
from .table import Figure, said

PACKAGES = (
    "trytond[postgresql]>=8.2,<8.3",
    "trytond_production>=8.2,<8.3",
    "proteus>=8.2,<8.3",
    "psycopg[binary]",
    "gunicorn",
)
FOLDER = Path(".build/tryton")
PLANT = Path(__file__).with_name("tryton_plant.py")
SHOWN = ["number", "product.rec_name", "quantity", "unit.symbol", "planned_date", "state"]
PASSWORD = "tryton-of-the-bench"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def main() -> None:
    """Print each figure of Tryton beside ours."""
    with tempfile.TemporaryDirectory(prefix="washline-bench-") as folder:
        home = plant.copied(Path(folder) / "plant")
        with tryton(Path(folder)) as port:
            said("Tryton's board and moves")
            found = theirs(port)
        with servers.washline(home) as server:
            said("our own")
            app = plant.application(home)
            token = figures.tokens(app)["planner1"]
            people = figures.movers(app, server, token, figures.CLIENTS + 1)
            found += figures.board(server, token) + figures.moves(app, server, people)
    print("\n".join(map(str, found)))


@contextmanager
def tryton(folder: Path) -> Iterator[int]:
    """Tryton with 500 productions, served by gunicorn; the port comes back."""
    programs = FOLDER / "bin"
    if not (programs / "gunicorn").exists():
        said("installing Tryton (kept in .build/tryton for later runs)")
        venv.create(FOLDER, with_pip=True)
        subprocess.run([programs / "pip", "install", "-q", *PACKAGES], check=True)
    socket = started(under=tempfile.gettempdir(), **DURABLE)
    fresh_database(f"postgresql+psycopg://{OWNER}@/postgres?host={socket}", "tryton")
    config, secret = folder / "trytond.conf", folder / "password"
    config.write_text("[database]\nuri = postgresql://\nlist = False\n")
    secret.write_text(PASSWORD)
    env = {
        **os.environ,
        **{"PGHOST": socket, "PGUSER": OWNER, "TRYTONPASSFILE": str(secret)},
        **{"TRYTOND_CONFIG": str(config), "TRYTOND_DATABASE_NAMES": "tryton"},
    }
    said("building Tryton's plant")
    made = [
        "-c",
        config,
        "-d",
        "tryton",
        "-u",
        "production",
        "--activate-dependencies",
        "--email",
        "a@plant.example",
    ]
    subprocess.run([programs / "trytond-admin", *made], env=env, check=True)
    subprocess.run([programs / "python", PLANT, config], env=env, check=True)
    with sockets.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = ["-b", f"127.0.0.1:{port}", "-w", str(servers.PROCESSES), "--threads", "8"]
    serve += ["-k", "gthread", "--keep-alive", "60", "--log-level", "warning"]
    serve += ["--no-control-socket", "trytond.application:app"]
    with subprocess.Popen([programs / "gunicorn", *serve], env=env, stderr=sys.stderr) as server:
        try:
            until(lambda: answers(port), seconds=60)
            yield port
        finally:
            server.terminate()


def answers(port: int) -> bool:
    try:
        return bool(Person(port).productions())
    except OSError:
        return False


class Person:
    """Somebody logged in to Tryton, with a connection of their own."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.head = {"Content-Type": "application/json"}
        user, session = self.ask("common.db.login", "admin", {"password": PASSWORD}, "en")[:2]
        login = base64.b64encode(f"admin:{user}:{session}".encode()).decode()
        self.head["Authorization"] = f"Session {login}"

    def ask(self, method: str, *params: object) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": params})
        self.connection.request("POST", "/tryton/rpc/", body, self.head)
        answer = self.connection.getresponse()
        text = answer.read()
        told = json.loads(text) if answer.status == 200 else {"error": (answer.status, text)}
        if told.get("error"):
            raise RuntimeError(f"Tryton: {told['error']}")
        return told["result"]

    def productions(self) -> list[dict[str, Any]]:
        """What its list of productions shows."""
        rows: list[dict[str, Any]] = self.ask(
            "model.production.search_read", [], 0, 500, None, SHOWN, {}
        )
        return rows

    def moving(self, number: int) -> Any:
        """Return what moves a production on and back in turn."""
        ways = cycle(("wait", "draft"))
        return lambda: self.ask(f"model.production.{next(ways)}", [number], {})


def theirs(port: int) -> list[Figure]:
    """Tryton's figures: its board and a move, of one client and of sixteen."""
    people = [Person(port) for _ in range(figures.CLIENTS)]
    rows = people[0].productions()
    assert len(rows) == 500, len(rows)
    moves = [person.moving(row["id"]) for person, row in zip(people, rows, strict=False)]
    return [
        Figure("Tryton: a list of 500 productions", "ms", milliseconds(people[0].productions, 20)),
        Figure("… 16 clients", "/s", per_second([person.productions for person in people], 10)),
        Figure("Tryton: a move", "ms", milliseconds(moves[0], 100)),
        Figure("… 16 clients", "/s", per_second(moves, 10)),
    ]
