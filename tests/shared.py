"""What costs seconds to make is made once a test run, by the first worker that needs it, and
shared by all.
"""

import fcntl
import itertools
import json
import os
import shutil
import tempfile
from pathlib import Path

from tests import databases, memory

RUN = "WASHLINE_TEST_RUN"
COPIES = itertools.count(1)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def folder() -> Path:
    """The folder of this run: the controller makes it (tests/conftest.py), a single process
    makes its own.
    """
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="washline-tests-", dir=memory.folder())
    return Path(os.environ[RUN])


def once(name, make):
    """Call ``make()`` in the first process that asks for ``name``; what it returned (as JSON has
    it) comes back to all.
    """
    answer = folder() / f"{name}.json"
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            answer.write_text(json.dumps(make()))
    return json.loads(answer.read_text())


class Template:
    """A database to copy, shared by all workers: a SQLite file or a PostgreSQL database."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, name

    def create(self, source=None):
        """Make it, empty or as a copy of another; its URL comes back."""
        return (source or Template(self.kind, None)).copied_to(self.name)

    def copy(self, name="copy"):
        """This worker's copy of it by a name, in place of a former one; its URL comes back."""
        return self.copied_to(f"{name}_{WORKER}")

    def copy_into(self, home, name):
        """A copy of it where an installation has its database; its URL comes back."""
        if self.kind == "postgresql":
            return self.copy(name)
        return f"sqlite:///{shutil.copyfile(self.file(self.name), home / 'washline.sqlite3')}"

    def copied_to(self, name):
        if self.kind == "postgresql":
            template = self.name or "template1"
            return databases.fresh_database(databases.postgres_url(), name, template)
        # Each copy is a file of its own behind the one address: whoever still has the former one
        # open would take the log of the new one for its own when it closes. And there is one at
        # any time: whoever came too late would make an empty one, and leave it to the next.
        place, real = self.file(name), self.file(f"{name}-{next(COPIES)}")
        formers = list(place.parent.glob(f"{name}-*.sqlite3*"))
        if self.name:
            shutil.copyfile(self.file(self.name), real)
        else:
            real.touch()
        link = place.with_suffix(".next")
        link.symlink_to(real)
        link.replace(place)
        for former in formers:
            former.unlink(missing_ok=True)
        return f"sqlite:///{place}"

    @staticmethod
    def file(name) -> Path:
        return folder() / f"{name}.sqlite3"
