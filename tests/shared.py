"""What costs seconds to make is made once a test run, by the first worker that needs it, and shared by all."""

import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path

from tests import databases

RUN = "WASHLINE_TEST_RUN"


def folder() -> Path:
    """The folder of this run: the controller makes it (tests/conftest.py), a single process makes its own."""
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="washline-tests-")
    return Path(os.environ[RUN])


def once(name, make):
    """Call ``make()`` in the first process that asks for ``name``; what it returned (as JSON has it) comes back to all."""
    answer = folder() / f"{name}.json"
    with open(folder() / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            answer.write_text(json.dumps(make()))
    return json.loads(answer.read_text())


class Template:
    """A database to copy, shared by all workers: a SQLite file or a PostgreSQL database."""

    def __init__(self, kind, name, url=None):
        self.kind, self.name = kind, name
        self.url = url or (f"sqlite:///{folder() / name}.sqlite3" if kind == "sqlite" else None)

    def copy_to(self, path, name):
        if self.kind == "sqlite":
            shutil.copyfile(self.url.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        return databases.fresh_database(databases.postgres_url(), name, template=self.name)

    def become(self, source):
        """Make it a copy of another; its URL comes back."""
        return source.copy_to(folder() / f"{self.name}.sqlite3", self.name)
