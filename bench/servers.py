"""What is measured, running: ``washline serve`` on the plant, and a bare Flask page served in
the same way.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from app.extensions import db
from app.models.people.user import User, UserSession

from .client import Client

PROCESSES = 2


@dataclass
class Server:
    """A running server and its port."""

    process: subprocess.Popen[str]
    port: int

    @property
    def family(self) -> list[int]:
        """The ids of all its processes."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def processor_ms(self) -> float:
        """The processor time all its processes have used."""
        fields = (
            Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.family
        )
        return sum(int(f[11]) + int(f[12]) for f in fields) * 1000 / os.sysconf("SC_CLK_TCK")

    def megabytes(self, field: str) -> float:
        """The memory of all its processes: ``Pss`` shares what is shared, ``Rss`` counts it in
        each.
        """
        lines = (
            line
            for pid in self.family
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        )
        return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


@contextmanager
def running(path: str, *command: str, quiet: bool = False, **environment: str) -> Iterator[Server]:
    """Start a command with ``--port`` and wait until ``path`` answers; it is stopped at the end.
    A ``quiet`` one says nothing of what is done to it.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("WASHLINE_", "DATABASE_"))}
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env={**ours, **environment},
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else None,
    )
    server = Server(process, port)
    try:
        wait_for(server, path)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(server: Server, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if Client(server.port).get(path)[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def washline(home: Path):
    """``washline serve`` on a home folder, with two web processes."""
    command = [sys.executable, "-m", "bench.serve", "--home", str(home)]
    return running("/healthz", *command, "--processes", str(PROCESSES), "--demo")


def hello():
    """The bare page."""
    return running("/", sys.executable, "-m", "bench.hello")


def log_in(app: Flask, login: str) -> str:
    """Open a login of a person in the database and return its token."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with app.app_context():
        user = db.session.scalars(db.select(User).where(User.login == login)).one()
        db.session.add(
            UserSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                user_id=user.id,
                created=now,
                touched=now,
            )
        )
        db.session.commit()
        db.engine.dispose()
    return token
