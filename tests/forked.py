"""A command run as a process of its own without loading everything anew: a fork of the test's process, which has it loaded.

Beside running threads it is loaded anew: a fork inherits the locks that they hold at that moment, and nobody who lets go of them.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

from app import clock
from app.cli import main

WASHLINE = Path(sys.executable).with_name("washline")


def run(arguments, environment, given=None, timeout=60):
    """Run ``washline`` with these arguments in this environment, ``given`` on its standard input; what ``subprocess.run`` returns."""
    if threading.active_count() > 1:
        return subprocess.run([WASHLINE, *arguments], env=environment, input=given, capture_output=True, text=True, timeout=timeout)
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        if given is not None:
            stdin.write(given.encode())
            stdin.seek(0)
        child = os.fork()
        if child == 0:
            become([stdin, stdout, stderr], arguments, environment)
        code = left(child, time.monotonic() + timeout)
        said = []
        for file in (stdout, stderr):
            file.seek(0)
            said.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, code, *said)


def become(files, arguments, environment):
    """In the child: be the command, and leave nothing of the tests behind."""
    code = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["washline", *arguments]
        clock.set_clock(None)
        main()
    except SystemExit as leaving:
        code = leaving.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def left(child, deadline):
    """The exit code of a child; it is ended when it takes too long."""
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(child, 9)
        time.sleep(0.01)


@contextmanager
def beside(work):
    """Call ``work()`` over and over in a process of its own, until the block ends; it must not have failed."""
    child = os.fork()
    if child == 0:
        keep_at(work)
    try:
        yield
    finally:
        os.kill(child, signal.SIGTERM)
        code = left(child, time.monotonic() + 60)
    assert code == 0, "what went on beside failed"


def keep_at(work):
    """In the child: work until told to end, and never come back to the tests."""
    told = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(True))
    code = 1
    try:
        while not told:
            work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
