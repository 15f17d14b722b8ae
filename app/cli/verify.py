"""``washline verify``: is everything on record still what was recorded, and nothing ordered
given up?
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click

from app.cli import placed


@click.command(
    "verify",
    help="Compare what is on record with the events that wrote it, files, triggers and the "
    "witness; "
    "say what was compared, and name what was altered.",
)
@placed
def command() -> None:
    """Print what was checked and what was found; exit code 1 on any fault."""
    from app import create_app, verification
    from app.storage import last_done, schema

    app = create_app()
    with app.app_context():
        if not schema.is_empty():
            schema.current()
        faults = report(verification.check())
        last_done.note(app.config["HOME"], last_done.VERIFY, faults=faults)
    if faults:
        click.echo(
            f"washline: {faults} fault{'s' if faults > 1 else ''} found; not all is well", err=True
        )
        sys.exit(1)
    click.echo("All is well.")


def report(checks: Iterable[Any]) -> int:
    """Print each check with its faults and return how many there were."""
    total = 0
    for check in checks:
        click.echo(f"{'ok   ' if not check.faults else 'FAULT'}  {check.what}")
        for fault in check.faults:
            click.echo(f"       {fault}")
        for note in check.told:
            click.echo(f"       ({note})")
        total += len(check.faults)
    return total
