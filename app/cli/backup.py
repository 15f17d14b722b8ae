"""``washline backup``: everything that must last, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import Trouble, placed

if TYPE_CHECKING:
    from flask import Flask


@click.command(
    "backup",
    help="Write database and archive to FILE (tar), while the server runs; FILE is checked before "
    "it counts.",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
@placed
def command(file: Path, overwrite: bool) -> None:
    """The secret is not in it: a house restored elsewhere makes its own."""
    from app import create_app

    if file.exists() and not overwrite:
        raise Trouble(f"{file} is there already; name another file or use --overwrite")
    if not file.absolute().parent.is_dir():
        raise Trouble(f"there is no folder {file.absolute().parent}")
    click.echo(write(create_app(), file))


def write(app: Flask, file: Path) -> str:
    """Write a backup, in place of one that is there; what to say of it comes back.

    Raises Trouble or BadBackup.
    """
    from app.cli.progress import shown
    from app.storage import backup, schema, shared_store

    with schema.in_use(app), app.app_context():
        if schema.is_empty():
            raise Trouble("there is nothing to back up: the database is empty")
        shared_store.check()
        with shown() as progress:
            count = backup.make(app, file.absolute(), progress)
    return f"{file}: {count} files, {file.stat().st_size / 1e6:.1f} MB, checked."
