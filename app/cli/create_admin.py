"""``washline create-admin``: the first person who may log in, and make the others."""

from __future__ import annotations

import sys

import click

from app.cli import Trouble, placed


@click.command("create-admin", help="Make a person who may log in as administrator.")
@click.argument("login")
@click.option("--name", help="The person's name as it appears on records (asked for if missing).")
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input, one line, without asking.",
)
@placed
def command(login: str, name: str | None, password_stdin: bool) -> None:
    """Ask for what is missing, write the person, commit once."""
    from app import create_app, security
    from app.extensions import db
    from app.flow.printed.procedure import english
    from app.models.records.errors import Refused
    from app.storage import schema

    app = create_app()
    with schema.in_use(app), app.app_context():
        schema.prepare(app, say=click.echo)
        refuse_taken(login)
        name = click.prompt("Name", err=True) if name is None else name
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ask()
        try:
            person = security.create_admin(login, name, password)
        except Refused as refusal:
            raise Trouble(english(refusal.sentence)) from None
        db.session.commit()
        click.echo(f"{person.name} may now log in as {person.login}.")


def refuse_taken(login: str) -> None:
    """Raise Trouble for a login that another person has, before anything is asked."""
    from sqlalchemy import func, select

    from app.extensions import db
    from app.models.people.user import User
    from app.plant import reading

    if db.session.scalar(
        select(User.id).where(func.lower(User.login) == reading.code(login).lower())
    ):
        raise Trouble(f"there is already somebody with the login {login}")
    # The write lock is not held while a person thinks about a password.
    db.session.rollback()


def ask() -> str:
    """Ask for the password twice, unseen."""
    return click.prompt("Password", hide_input=True, confirmation_prompt="Password again", err=True)
