"""``washline`` run as a process of its own without loading everything anew.

The commands are forks of a server of forks that has the application loaded and does nothing else.
"""

import os
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", "tests.loaded"])


def washline():
    from app.cli import main

    main()


def become(folder, arguments, environment, where, work):
    """In the fork: be the command, with the files of its folder for its input and its outputs."""
    os.chdir(where)
    for number, name in enumerate(("given", "said", "complained")):
        file = os.open(Path(folder, name), os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["washline", *arguments]
    work()


class Command:
    """``washline`` with these arguments in this environment, ``given`` on its standard input,
    called in a folder (this process's, if none): what tests use of a ``subprocess.Popen``.
    Instead of ``washline`` it may do other ``work``, a function of a module.
    """

    def __init__(self, arguments, environment, given=None, where=".", work=washline):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in (("given", given or ""), ("said", ""), ("complained", "")):
            Path(self.folder.name, name).write_text(text)
        self.process = FORKS.Process(
            target=become,
            args=(self.folder.name, arguments, environment, str(Path(where).resolve()), work),
        )
        self.process.start()
        self.pid = self.process.pid

    @property
    def returncode(self):
        return self.process.exitcode

    def poll(self):
        """The exit code, None while it runs."""
        return self.process.exitcode

    def wait(self, timeout):
        """The exit code; a command that takes too long is killed."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            self.process.kill()
            raise subprocess.TimeoutExpired("washline", timeout)
        return self.process.exitcode

    def communicate(self, timeout):
        """What it said on its standard output and on its standard error, once it has ended."""
        self.wait(timeout)
        return tuple(Path(self.folder.name, name).read_text() for name in ("said", "complained"))

    def lines(self):
        """What it said up to now."""
        return Path(self.folder.name, "said").read_text().splitlines()

    def tell(self, text):
        """Add to its standard input."""
        with Path(self.folder.name, "given").open("a") as given:
            given.write(text)

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)


def run(arguments, environment, given=None, timeout=60, where="."):
    """Run ``washline`` and wait for its end; what ``subprocess.run`` returns."""
    command = Command(arguments, environment, given, where)
    said = command.communicate(timeout)
    return subprocess.CompletedProcess(arguments, command.returncode, *said)
