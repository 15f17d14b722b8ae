"""``washline nightly``: a backup of its own for each night, and a word to the administrators where
one failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli import Trouble, placed

if TYPE_CHECKING:
    from flask import Flask

NAME = re.compile(r"washline-(\d{4}-\d{2}-\d{2})\.tar")


@click.command(
    "nightly",
    help="Write today's backup into FOLDER, on a second disk or another machine's share, and take "
    "away those older than --keep days. A failure is told to the administrators' group robot.",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--keep",
    metavar="DAYS",
    default=30,
    show_default=True,
    type=click.IntRange(1, 3650),
    help="How long backups stay.",
)
@click.option(
    "--page",
    is_flag=True,
    help="Write no backup, but a page beside them to print and keep: how a spare machine is "
    "brought up from them, with this plant's own settings.",
)
@placed
def command(folder: Path, keep: int, page: bool) -> None:
    """What is there stays where today's fails."""
    from app import clock, create_app
    from app.cli.backup import write
    from app.storage.backup import BadBackup

    app = create_app()
    if page:
        click.echo(
            f"Print {print_page(app, folder.absolute())} and keep it away from this machine."
        )
        return
    with app.app_context():
        today = clock.today()
    file = folder.absolute() / f"washline-{today}.tar"
    try:
        if not file.parent.is_dir():
            raise Trouble(f"there is no folder {file.parent}; is its disk or share there?")
        if file.parent.is_relative_to(app.config["HOME"]):
            raise Trouble(f"{file.parent} lies in the home folder: what takes one takes the other")
        said = write(app, file)
    except (Trouble, BadBackup, OSError) as fault:
        tell(app, today)
        raise Trouble(f"no backup was made: {fault}") from fault
    for old in list(outlived(file.parent, today - timedelta(days=keep))):
        old.unlink()
    click.echo(said)


def print_page(app: Flask, folder: Path) -> Path:
    """Write the page for a spare machine into the folder of the backups; its file comes back."""
    from app import clock
    from app.cli.systemd import account, given, program
    from app.documents import set_in_type, spare_machine

    installed = spare_machine.Installed(
        version=version("washline"),
        program=program(),
        home=app.config["HOME"],
        backups=folder,
        user=account(app.config["HOME"]),
        settings={name: without_secret(name, value) for name, value in given(app.config["HOME"])},
    )
    with app.app_context():
        pages = set_in_type(spare_machine.page(installed, clock.now()))
    file = folder / f"{spare_machine.NAME}.pdf"
    half = file.with_suffix(".half")
    half.write_bytes(pages)
    half.replace(file)
    return file


def without_secret(name: str, value: str) -> str:
    """A setting as it may be printed: no key, and an address of a database without password."""
    if name.endswith(("_ACCESS_KEY", "_TOKEN")):
        return "SECRET"
    return re.sub(r"(\w+://[^/@:]*:)[^@]*@", r"\1PASSWORD@", value)


def outlived(folder: Path, before: date) -> Iterator[Path]:
    """The nightly backups of a folder from before a day."""
    for path in sorted(folder.glob("washline-*.tar")):
        if (match := NAME.fullmatch(path.name)) and date.fromisoformat(match[1]) < before:
            yield path


def tell(app: Flask, today: date) -> None:
    """Have the administrators' robots say so, where the database can still be written."""
    from sqlalchemy.exc import SQLAlchemyError

    from app.extensions import db
    from app.models.alerts import alerting

    try:
        with app.app_context():
            alerting.backup_failed(today)
            db.session.commit()
    except SQLAlchemyError as fault:
        click.echo(f"washline: nobody could be told: {fault.__class__.__name__}", err=True)
