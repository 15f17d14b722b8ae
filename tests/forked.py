"""A command run as a process of its own without loading everything anew: a fork of a process that has it loaded and does nothing else.

That mother is forked from the tests' process when they are collected, before any thread runs: a fork inherits the locks that
threads hold at that moment, and nobody who lets go of them.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager

from app import clock
from app.cli import main

LARGEST = 1 << 17
orders = None  # our end of the line to the mother


def have_mother():
    """Make the process of which commands are forks, once; it ends with ours."""
    global orders
    if orders is None:
        orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            orders.close()
            be_mother(theirs)
        theirs.close()


def be_mother(orders):
    """In the mother: fork a keeper for each order, until nobody can give one any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are not waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        order, files, _, _ = socket.recv_fds(orders, LARGEST, 4)
        if not order:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            keep(files, *json.loads(order))
        for file in files:
            os.close(file)


def keep(files, arguments, environment):
    """In the keeper: fork the command, tell its id and in the end its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard, news = files
    child = os.fork()
    if child == 0:
        os.close(news)
        become(standard, arguments, environment)
    for file in standard:
        os.close(file)
    os.write(news, b"%d\n" % child)
    os.write(news, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)


def become(files, arguments, environment):
    """In the child: be the command, and leave nothing of the tests behind."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
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


class Command:
    """``washline`` with these arguments in this environment, ``given`` on its standard input: what tests use of a ``subprocess.Popen``."""

    def __init__(self, arguments, environment, given=None):
        self.files = [tempfile.TemporaryFile() for _ in range(3)]
        self.files[0].write((given or "").encode())
        self.files[0].seek(0)
        news, theirs = os.pipe()
        socket.send_fds(orders, [json.dumps([arguments, environment]).encode()], [*(file.fileno() for file in self.files), theirs])
        os.close(theirs)
        self.news = open(news, "rb", buffering=0)
        self.pid, self.returncode = int(self.news.readline()), None

    def poll(self):
        """The exit code, None while it runs."""
        if self.returncode is None and select.select([self.news], [], [], 0)[0]:
            self.returncode = int(self.news.readline())
        return self.returncode

    def wait(self, timeout):
        """The exit code; a command that takes too long is killed."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired("washline", timeout)
            time.sleep(0.01)
        return self.returncode

    def communicate(self, timeout):
        """What it said on its standard output and on its standard error, once it has ended."""
        self.wait(timeout)
        for file in self.files:
            file.seek(0)
        return tuple(file.read().decode() for file in self.files[1:])

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)


def run(arguments, environment, given=None, timeout=60):
    """Run ``washline`` and wait for its end; what ``subprocess.run`` returns."""
    command = Command(arguments, environment, given)
    said = command.communicate(timeout)
    return subprocess.CompletedProcess(arguments, command.returncode, *said)


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
