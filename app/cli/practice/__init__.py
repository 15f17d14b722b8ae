"""``washline practice``: a copy of the plant to try things in, and its end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from app.cli import Trouble, placed

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@click.command(
    "practice",
    help="Copy the plant into a home of its own, where everybody tries things with their own "
    "login: marked on every page and paper, sending nothing. While the plant runs.",
)
@click.option("--serve", is_flag=True, help="Serve the copy, made if there is none.")
@click.option("--end", is_flag=True, help="Throw the copy away; its server must be stopped.")
@click.option(
    "--host",
    envvar="HOST",
    default="127.0.0.1",
    show_default=True,
    help="Address to serve it at.",
)
@click.option(
    "--port",
    envvar="WASHLINE_PRACTICE_PORT",
    default=8001,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to serve it at; not the plant's own.",
)
@click.option(
    "--into",
    metavar="NAME",
    help="On PostgreSQL, the database of the copy: an empty one, or made if there is none "
    "(default: the plant's with _practice).",
)
@placed
def command(serve: bool, end: bool, host: str, port: int, into: str | None) -> None:
    """Options in; with --serve it does not return until it is told to stop."""
    from app import create_app
    from app.storage import practice

    app = create_app()
    home = app.config["HOME"]
    if app.config["PRACTICE"]:
        raise Trouble(f"{home} is a practice copy itself; name the plant's own WASHLINE_HOME")
    if serve and end:
        raise Trouble("a copy is served or thrown away, not both")
    if end:
        throw_away(home)
        return
    if practice.is_there(home) and not serve:
        raise Trouble(
            f"there is a practice copy already, in {practice.home_in(home)}; serve it with "
            "`washline practice --serve`, or throw it away with `washline practice --end`"
        )
    if not practice.is_there(home):
        click.echo(f"Copied to {make(app, into)}; `washline practice --serve` serves it.")
    if serve:
        started(practice.home_in(home), host, port)


def make(app: Flask, into: str | None) -> Path:
    """Make the copy and return its home. Raises Trouble."""
    from app.cli.progress import shown
    from app.extensions import db
    from app.storage import practice, schema, shared_store

    with schema.in_use(app), app.app_context():
        if into and db.engine.dialect.name == "sqlite":
            raise Trouble("a plant on SQLite has its copy in the home folder; leave --into away")
        if schema.is_empty():
            raise Trouble("there is nothing to practise with: the database is empty")
        shared_store.check()
        with shown() as progress:
            return practice.make(app, into, progress)


def throw_away(home: Path) -> None:
    """Throw the copy away, unless it is being served. Raises Trouble."""
    from app import create_app
    from app.storage import practice, schema

    if not practice.is_there(home):
        raise Trouble("there is no practice copy")
    os.environ["WASHLINE_HOME"] = str(practice.home_in(home))
    copy = create_app()
    with schema.in_use(copy, alone=True):
        practice.throw_away(home, copy)
    click.echo("The practice copy is gone.")


def started(home: Path, host: str, port: int) -> None:
    """Serve the copy until the server is told to stop."""
    from app import create_app
    from app.cli import serve
    from app.extensions import db
    from app.models.records.rules.setting import is_demo
    from app.required import required

    os.environ["WASHLINE_HOME"] = str(home)
    app = create_app()
    with app.app_context():
        demo = is_demo()
        db.session.remove()
        db.engine.dispose()
    required(serve.command.callback)(host, port, None, 1, demo)
