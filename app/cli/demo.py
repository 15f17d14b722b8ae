"""``washline demo``: fill an empty database with the demo plant, and tell how to get in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import click

from app.cli import Trouble, placed

PLAYED = "demo_played"


@click.command(
    "demo", help="Load the demo plant into an empty database and play it forward; print the logins."
)
@placed
def command() -> None:
    """Fill the database once; a second call only prints the logins again."""
    from app import create_app
    from app.demo.play import player
    from app.models.records.rules.setting import is_demo, setting
    from app.storage import schema, shared_store

    app = create_app()
    with schema.in_use(app), app.app_context():
        schema.prepare(app, say=click.echo)
        shared_store.join()
        if untouched():
            fill(player.play)
        elif is_demo() and not setting(PLAYED):
            raise Trouble(
                "the demo was interrupted while it was loaded; name another WASHLINE_HOME or empty "
                "this one"
            )
        elif not is_demo():
            raise Trouble(
                "this database is in real use and never becomes a demo; name an empty "
                "WASHLINE_HOME or DATABASE_URL"
            )
        tell(player.logins())


def untouched() -> bool:
    """True while there is neither a person nor an event in the database."""
    from sqlalchemy import select

    from app.extensions import db
    from app.models.people.user import User
    from app.models.records.event import Event

    first_row = db.session.scalar(select(User.id).limit(1)) or db.session.scalar(
        select(Event.id).limit(1)
    )
    db.session.rollback()
    return first_row is None


def fill(play: Callable[[], None]) -> None:
    """Mark the database a demo for ever, then let the player work; a second mark tells that it
    came to its end.
    """
    from app.extensions import db
    from app.models.records.rules.setting import Setting, is_demo, mark_demo
    from app.storage import statistics

    if not is_demo():
        mark_demo()
        db.session.commit()
    click.echo("The demo plant is loaded and played forward; this takes a minute or two.")
    play()
    db.session.add(Setting(key=PLAYED, value="1"))
    db.session.commit()
    statistics.gather()


def tell(logins: Iterable[tuple[Any, str, str]]) -> None:
    """Print the address, one login per role (the role in both languages), and the PIN for the
    shared tablets.
    """
    from app.documents.paper.bilingual import say
    from app.security import DEMO_PIN

    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    click.echo(
        f"\nThe demo plant is at http://{host}:{port} once `washline serve --demo` runs. Logins:\n"
    )
    for role, login, password in logins:
        click.echo(f"  {login:<12} {password:<22} {say(role, 'zh_Hans_CN')} {say(role, 'en')}")
    click.echo(f"\nAt a shared tablet (/floor/) everybody’s PIN is {DEMO_PIN}.\n")
