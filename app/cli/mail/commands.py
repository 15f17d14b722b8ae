"""``washline import-mail`` and ``washline fetch-mail``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli import Trouble, placed


@click.command(
    "import-mail",
    help="Take in mails (.eml) as if they had been fetched; a line tells what became of each.",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@placed
def import_command(files: tuple[Path, ...]) -> None:
    """Exit code 1 only when something could not be kept."""
    from app import create_app
    from app.jobs.leases import transaction
    from app.mail.taking_in import take_in
    from app.storage import schema, shared_store

    app, lost = create_app(), False
    with schema.in_use(app), app.app_context():
        schema.current()
        shared_store.join()
        for file in files:
            try:
                with transaction():
                    said = take_in(file.read_bytes()).said
                click.echo(f"{file}: {said}")
            except OSError as fault:
                lost = True
                click.echo(f"{file}: not kept: {fault.strerror or fault}")
    sys.exit(int(lost))


@click.command(
    "fetch-mail",
    help="Look once into the mailbox of MAIL_IN_URL and take in what is new; a line tells what "
    "became of each. `washline serve` does the same every minute.",
)
@placed
def fetch_command() -> None:
    """One round."""
    from app import create_app
    from app.jobs.mailbox import fetch
    from app.mail.mailbox import NotReached
    from app.storage import schema, shared_store

    app, count = create_app(), 0
    if not app.config["MAIL_IN"]:
        raise Trouble("no mailbox is named: set MAIL_IN_URL and MAIL_IN_PASSWORD_FILE")
    with schema.in_use(app), app.app_context():
        schema.current()
        shared_store.join()
        try:
            for said in fetch():
                click.echo(said)
                count += 1
        except NotReached as fault:
            raise Trouble(str(fault)) from None
    click.echo(f"{count} taken in.")
