"""``washline restore``: a backup in the place of the house, if it is whole and true."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli import placed


@click.command(
    "restore",
    help="Check the backup FILE and put it in the place of database and archive; the server must "
    "be stopped.",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Lay aside what is there.")
@placed
def command(file: Path, replace: bool) -> None:
    """Nothing is changed unless the whole backup passes every check."""
    from app import create_app
    from app.cli.progress import shown
    from app.storage import schema, witness
    from app.storage.backup_file import made
    from app.storage.restore import restore

    app = create_app()
    with schema.in_use(app, alone=True):
        with shown() as progress:
            aside = restore(app, file, replace=replace, progress=progress)
        try:
            with app.app_context():
                witness.write("restore", backup=file.name, made=made(file))
        except OSError as error:
            click.echo(f"washline: the witness cannot be told of it: {error}", err=True)
    click.echo(f"Restored from {file}, checked.")
    if replace and aside:
        click.echo(
            f"The former database, and files that the backup has otherwise or not at all, are in "
            f"{aside}."
        )
