"""``washline witness``: write down counts and chain heads now, in the second place."""

from __future__ import annotations

import click

from app.cli import Trouble, placed


@click.command(
    "witness",
    help="Write counts and chain heads to the witness (WASHLINE_WITNESS) now; `verify` compares "
    "them.",
)
@placed
def command() -> None:
    """Print where and what was written."""
    from app import create_app
    from app.storage import schema, witness

    app = create_app()
    with schema.in_use(app), app.app_context():
        if schema.is_empty():
            raise Trouble("there is nothing to witness: the database is empty")
        schema.current()
        try:
            events, chains = witness.write("command")
        except OSError as error:
            raise Trouble(
                f"the witness in {witness.folder()} cannot be written: {error.strerror}"
            ) from None
        click.echo(
            f"{witness.folder()}: {events} events, {chains} chains that grew since the last line."
        )
