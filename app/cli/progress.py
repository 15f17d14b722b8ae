"""What a command shows of how far it has come: one line that changes on a terminal, elsewhere a
line now and then; always on stderr, so that what was found can be kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.progress import Progress

# Seconds between two lines: on a terminal, and in a log.
TERMINAL, LOG = 0.2, 10.0


@contextmanager
def shown() -> Iterator[Progress]:
    """A Progress that is shown until the block ends."""
    terminal = sys.stderr.isatty()
    pause = TERMINAL if terminal else LOG
    last = 0.0 if terminal else time.monotonic()  # what is done soon is not told of in a log

    def show(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < pause:
            return
        last = now
        line = f"{what}: {done:,} of {of:,}" if of else f"{what}: {done:,}" if done else f"{what} …"
        # Back to the line's begin; what stood there longer is cleared.
        click.echo(
            f"\r{line}\x1b[K" if terminal else f"washline: {line}", err=True, nl=not terminal
        )

    try:
        yield show
    finally:
        clear()


def clear() -> None:
    """Take the line off a terminal, before something else is said there."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
