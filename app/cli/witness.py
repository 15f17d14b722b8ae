"""``washline witness`` and ``washline paper-day``: what the worker writes each hour to another
place, written now: counts and chain heads, and what to work with on paper.
"""

from __future__ import annotations

from pathlib import Path

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


@click.command(
    "paper-day",
    help="Make the emergency pack for a day on paper now, and put it into FOLDER (default: "
    "WASHLINE_PAPER_DAY_FOLDER).",
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@placed
def paper_day(folder: Path | None) -> None:
    """Print where it lies."""
    from app import create_app
    from app.documents import NotPrinted
    from app.jobs import paper_day
    from app.storage import paper_day as place
    from app.storage import schema

    app = create_app()
    app.config["PAPER_DAY_FOLDER"] = folder or app.config["PAPER_DAY_FOLDER"]
    with schema.in_use(app), app.app_context():
        if schema.is_empty():
            raise Trouble("there is nothing to work with on paper: the database is empty")
        schema.current()
        try:
            paper_day.make()
        except (OSError, NotPrinted) as fault:
            told = paper_day.sentence(fault)
            raise Trouble(f"the emergency pack could not be made: {told}") from None
        kept = place.folder()
        click.echo(kept / place.NEWEST if kept else place.at_home())
