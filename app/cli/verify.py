"""``washline verify``: is everything on record still what was recorded, and nothing ordered
given up?
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from app.cli import placed

if TYPE_CHECKING:
    from app.verification import Check


@click.command(
    "verify",
    help="Compare what is on record with the events that wrote it, files, triggers and the "
    "witness; say what was compared, and name what was altered. What was found well is noted in "
    "the witness.",
)
@click.option(
    "--since-last",
    is_flag=True,
    help="For every day: take as given what the last verify found well, as far as the chains still "
    "have the heads that the witness saw, and check what came since. Checks everything where the "
    "witness knows of no such verify. An old row or file altered behind the application shows only "
    "without this option: use that every month.",
)
@placed
def command(since_last: bool) -> None:
    """Print what was checked and what was found; exit code 1 on any fault."""
    from app import create_app, verification
    from app.cli.progress import shown
    from app.storage import last_done, schema, witness

    app = create_app()
    with app.app_context():
        if not schema.is_empty():
            schema.current()
        began, last = datetime.now(UTC), witness.last_line(witness.folder())
        with shown() as progress:
            found = report(verification.check(since=since_last, progress=progress))
        if last and not found.altered:
            note(last[1], found.whole or began.isoformat(timespec="seconds"))
        last_done.note(app.config["HOME"], last_done.VERIFY, faults=found.faults)
    if found.faults:
        click.echo(
            f"washline: {found.faults} fault{'s' if found.faults > 1 else ''} found; not all is "
            f"well",
            err=True,
        )
        sys.exit(1)
    click.echo("All is well, as far as it was checked." if found.whole else "All is well.")


@dataclass
class Found:
    """How many faults there were, how many of them in what was recorded, and when everything was
    checked last where this time it was not.
    """

    faults: int = 0
    altered: int = 0
    whole: str | None = None


def report(checks: Iterable[Check]) -> Found:
    """Print each check with its faults, and return what there was."""
    from app.cli.progress import clear

    found = Found()
    for check in checks:
        clear()
        number = len(check.faults) + check.more
        label = "FAULT" if number else "given" if check.given else "ok"
        click.echo(f"{label:5}  {check.what}")
        for fault in check.faults:
            click.echo(f"       {fault}")
        if check.more:
            click.echo(f"       and {check.more} more")
        for note in check.told:
            click.echo(f"       ({note})")
        found.faults += number
        found.altered += number if check.kept else 0
        found.whole = check.given or found.whole
    return found


def note(line: str, whole: str) -> None:
    """Note in the witness that all was found well up to a line of it; a place that cannot be
    written changes nothing of what was found.
    """
    from app.storage import witness

    try:
        witness.write("verify", verified={"line": witness.seal_of(line), "whole": whole})
    except OSError as error:
        click.echo(
            f"       (the witness cannot be told so: {error.strerror}; `--since-last` will begin "
            f"where it would have begun now)"
        )
