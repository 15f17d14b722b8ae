"""What costs seconds to make is made once a test run, by the first worker that needs it, and shared by all."""

import fcntl
import json
import os
import tempfile
from pathlib import Path

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
