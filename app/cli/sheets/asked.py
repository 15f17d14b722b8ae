"""What the commands of spreadsheets ask for, and what they tell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from app.cli import Trouble

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.sheets.kinds import Kind
    from app.sheets.reading.plan import Plan

DEMO = "demo"


def own_language() -> str:
    """The language of the terminal, where it is one of ours."""
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh_Hans_CN" if said.lower().startswith("zh") else "en"


def known(key: str) -> Kind:
    from app.sheets.kinds import KINDS

    if key not in KINDS:
        raise click.BadParameter(
            f"{key!r} is none of {', '.join((*KINDS, DEMO))}", param_hint="KIND"
        )
    return KINDS[key]


def person(login: str | None, roles: frozenset[str]) -> User | None:
    """The person of a login, who may do it. Raises Trouble."""
    from sqlalchemy import select

    from app.extensions import db
    from app.models.people.user import User

    if not login:
        return None
    found = db.session.scalar(select(User).where(User.login == login, User.active))
    if found is None:
        raise Trouble(f"nobody has the login {login}")
    if not found.has_role(roles):
        raise Trouble(f"{login} does not keep these: it takes {' or '.join(sorted(roles))}")
    return found


def tell(kind: Kind, plan: Plan) -> None:
    """Print a line for each row, and on stderr what was understood of the file."""
    from app.sheets.importing.words import fields_of, line

    for note in plan.notes:
        click.echo(f"washline: {note}", err=True)
    fields = fields_of(kind)
    for part, rows in zip(("", "lines:"), plan.parts(), strict=True):  # of a second file
        for row in rows:
            for said in row.said:
                click.echo(f"washline: {said}", err=True)
            click.echo(f"{part}{line(fields, row)}")


def tell_links(plan: Plan, kind: Kind) -> None:
    """Print for each new person the link by which they choose a password."""
    from flask import current_app
    from sqlalchemy import select

    from app.extensions import db
    from app.jobs.leases import transaction
    from app.models.people.user import User
    from app.security.first_login import path_for
    from app.sheets.kinds.people import People

    if not isinstance(kind, People):
        return
    logins = [row.work[1]["login"] for row in plan.rows if row.work and row.work[0] is None]
    base = current_app.config["BASE_URL"].rstrip("/")
    with transaction(reads=True):
        for user in db.session.scalars(select(User).where(User.login.in_(logins))):
            if user.password_hash is None:
                click.echo(f"{user.login}: {base}{path_for(user)}")
