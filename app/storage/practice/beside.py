"""The database of a practice copy on PostgreSQL: beside the plant's, on the same server."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, text

from app.required import required
from app.storage import schema, shared_store
from app.storage.backup_file import BadBackup
from app.storage.restore import databases

# What it is called after the plant's, and how many bytes of a name PostgreSQL takes.
SUFFIX, LONGEST = "_practice", 63
OURS = "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = :name"
MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"


@contextmanager
def filled(app: Flask, dumped: Path, name: str | None) -> Iterator[URL]:
    """A database that holds what was dumped of the plant's, by a name or the plant's with a suffix;
    it is gone again where the work with it fails.

    Raises BadBackup, also when there is no empty one and none may be made; it says what to type.
    """
    url = databases.one_host(databases.owners_url(app))
    beside = url.set(database=name or f"{url.database}{SUFFIX}")
    if not provided(beside):
        databases.create(beside)
    try:
        databases.fill(beside, dumped)
        yield beside
    except BaseException:
        databases.drop(beside)
        raise


def provided(url: URL) -> bool:
    """Whether somebody made the database for us, empty; False where we may make it ourselves.

    Raises BadBackup where neither is so.
    """
    name = required(url.database)
    if len(name.encode()) > LONGEST:
        raise BadBackup(f"{name} is too long a name for a database; give one by --into")
    ours, may_create = found(url, OURS), found(url, MAY_CREATE)
    if ours is None and not may_create:
        raise BadBackup(
            f"the role {url.username} may make no database; an administrator of the server types: "
            f"{typed('createdb', url, f'--owner={url.username}', '--template=template0')}"
        )
    if ours is False:
        raise BadBackup(
            f"the database {name} is another role's; name another one by --into, or an "
            f"administrator of the server types: {typed('dropdb', url)}"
        )
    if ours and databases.has_tables(url):
        raise BadBackup(
            f"the database {name} holds something already; name another one by --into, or, where "
            f"nobody needs it: {typed('dropdb', url)}"
        )
    return bool(ours)


def take_away(app: Flask) -> None:
    """Drop the database of a copy, whose application this is. Raises BadBackup when it is not the
    one that belongs to the copy's files; one that is gone already is none to drop.
    """
    url = databases.one_host(databases.owners_url(app))
    if found(url, OURS) is None:
        return
    with app.app_context():
        try:
            shared_store.check()
            if shared_store.known() is None and not schema.is_empty():
                raise shared_store.NotShared("it knows of no files")
        except shared_store.NotShared as reason:
            raise BadBackup(f"{url.database} is not this copy's database: {reason}") from None
        finally:
            databases.let_go()
    databases.drop(url)


def found(url: URL, asked: str) -> object:
    """The server's answer to a question about its databases and roles."""
    with databases.server(url) as connection:
        return connection.scalar(text(asked), {"name": url.database})


def typed(program: str, url: URL, *options: str) -> str:
    """A command of PostgreSQL's about this database, as one types it."""
    host, port = url.host or url.query.get("host"), url.port or url.query.get("port")
    places = [f"--{key}={value}" for key, value in (("host", host), ("port", port)) if value]
    return shlex.join([program, *places, *options, required(url.database)])
