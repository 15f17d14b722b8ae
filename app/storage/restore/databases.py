"""Whole databases: made, filled and dropped on PostgreSQL's server, and a copied one taken over."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import SQLAlchemyError

from app import create_app
from app.database import engine_options
from app.database_url import patience
from app.extensions import db
from app.required import required
from app.storage import schema, shared_store, statistics
from app.storage.backup import client
from app.storage.backup_file import POSTGRESQL, SQLITE, BadBackup
from app.storage.store import Store


def owners_url(app: Flask) -> URL:
    """The address under which databases are made and renamed."""
    return make_url(app.config["OWNER_URL"] or app.config["SQLALCHEMY_DATABASE_URI"])


def working_role(app: Flask) -> str | None:
    """The role that works in tables which another one owns; None where it has them itself."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    return url.username if app.config["OWNER_URL"] else None


def one_host(url: URL) -> URL:
    """Of several hosts the one that takes writes now: a standby has a database that was just made
    a moment later, and a client program does not look further than the first that answers.

    Raises BadBackup.
    """
    if "," not in url.query.get("host", ""):
        return url
    with server(url) as connection:
        line = required(connection.connection.driver_connection).info
        return url.update_query_dict({"host": line.host, "port": str(line.port)})


@contextmanager
def loaded(folder: Path, url: URL) -> Iterator[URL]:
    """The unpacked database, opened in a place of its own: the file itself, or a database beside
    the real one.
    """
    if url.get_backend_name() == "sqlite":
        yield url.set(database=str(folder / SQLITE))
        return
    beside = url.set(database=f"{url.database}_restore_{secrets.token_hex(4)}")
    create(beside)
    try:
        fill(beside, folder / POSTGRESQL)
        yield beside
    finally:
        drop(beside)


def create(url: URL) -> None:
    """Make an empty database."""
    statement(url, f'CREATE DATABASE "{url.database}" TEMPLATE template0', autocommit=True)


def fill(url: URL, dumped: Path) -> None:
    """Put what was dumped of a database into an empty one."""
    told = ("--no-owner", "--no-privileges", "--exit-on-error")
    client("pg_restore", url, *told, str(dumped))


def drop(url: URL) -> None:
    """Take a database away, if it is there, whoever is connected to it."""
    statement(url, f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)', autocommit=True)


@contextmanager
def taken_over(home: Path, url: URL, files: Store, role: str | None) -> Iterator[None]:
    """The application, with no way out, on a database that was copied into ``home`` or beside it:
    migrated if it is older than this code. At the end it is opened to ``role`` and knows ``files``
    as its store.

    Raises BadBackup where it cannot be used.
    """
    plain = url.render_as_string(hide_password=False)
    app = create_app(
        HOME=home,
        STORE=None,
        SQLALCHEMY_DATABASE_URI=plain,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(plain),
        OWNER_URL="",
    )
    with app.app_context():
        try:
            if schema.pending():
                schema.upgrade()
            schema.check()
            yield
            shared_store.bind(files)
            if role:
                schema.open_to(role)
            statistics.gather()  # PostgreSQL's dump does not bring what it knew
        except schema.NotReady as reason:
            raise BadBackup(f"the backup cannot be used: {reason}") from None
        except SQLAlchemyError as error:
            raise BadBackup(
                f"the backup cannot be read: {error.orig if hasattr(error, 'orig') else error!s}"
            ) from None
        finally:
            let_go()


def let_go() -> None:
    """End what this application has open of its database."""
    db.session.remove()
    db.engine.dispose()


def has_tables(url: URL) -> bool:
    """Whether anything was put into a database."""
    engine = create_engine(url, connect_args=patience(url))
    try:
        return bool(inspect(engine).get_table_names())
    except SQLAlchemyError as error:
        raise refused(error) from None
    finally:
        engine.dispose()


def statement(url: URL, *commands: str, autocommit: bool = False) -> None:
    """Run statements about whole databases, together, from the server's own one.

    Raises BadBackup with the server's reason.
    """
    with server(url, "AUTOCOMMIT" if autocommit else "READ COMMITTED") as connection:
        for command in commands:
            connection.execute(text(command))


@contextmanager
def server(url: URL, isolation: IsolationLevel = "READ COMMITTED") -> Iterator[Connection]:
    """A connection to the database server's own database, committed at the end.

    Raises BadBackup with the server's reason.
    """
    engine = create_engine(
        url.set(database="postgres"), isolation_level=isolation, connect_args=patience(url)
    )
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise refused(error) from None
    finally:
        engine.dispose()


def refused(error: SQLAlchemyError) -> BadBackup:
    """What the server said, in a sentence."""
    first_line = str(getattr(error, "orig", error)).strip().splitlines()[0]
    return BadBackup(f"the database server refused: {first_line}")
