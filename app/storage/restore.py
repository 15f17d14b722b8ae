"""Bringing a backup back: unpacked and checked in a place of its own, then put in the house's
place in one go, or not at all.
"""

from __future__ import annotations

import secrets
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import SQLAlchemyError

from app import create_app, verification
from app.database import engine_options
from app.database_url import patience
from app.extensions import db
from app.progress import Progress, silent
from app.required import required
from app.storage import schema, shared_store, statistics, store
from app.storage.backup import check_sqlite, client
from app.storage.backup_file import FOLDERS, POSTGRESQL, SQLITE, BadBackup, read_all
from app.storage.store import Folder, Store
from app.storage.store.folder import move, sync
from app.storage.store.streams import copy


def restore(app: Flask, source: Path, *, replace: bool, progress: Progress = silent) -> Path | None:
    """Put a backup in the place of the house and return where the former one was laid aside.

    Raises BadBackup and changes nothing when the backup is not whole, not true to its record, or
    would replace something without being told to. The caller holds the home folder's lock alone.
    """
    home, files = app.config["HOME"], store.of(app)
    files.trial()
    if not replace and not is_vacant(app):
        raise BadBackup(
            "there is data here already; --replace lays it aside and puts the backup in its place"
        )
    url = one_host(owners_url(app))
    unpacked = home / f".restore-{secrets.token_hex(4)}"
    unpacked.mkdir(mode=0o700)
    try:
        unpack(source, unpacked, url, progress)
        with loaded(unpacked, url) as fresh:
            examine(
                unpacked,
                files,
                fresh,
                make_url(app.config["SQLALCHEMY_DATABASE_URI"]).username
                if app.config["OWNER_URL"]
                else None,
                progress,
            )
            return exchange(home, files, unpacked, url, fresh)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def owners_url(app: Flask) -> URL:
    """The address under which databases are made and renamed."""
    return make_url(app.config["OWNER_URL"] or app.config["SQLALCHEMY_DATABASE_URI"])


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


def is_vacant(app: Flask) -> bool:
    """True when neither a table nor a file would be replaced."""
    with app.app_context():
        empty = schema.is_empty()
        db.engine.dispose()
    return empty and not any(store.of(app).places(*FOLDERS))


def unpack(source: Path, folder: Path, url: URL, progress: Progress) -> None:
    """Write the backup's files into a folder, each checked against the manifest.

    Raises BadBackup.
    """
    try:
        with tarfile.open(source) as tar:
            read_all(tar, folder, progress)
    except tarfile.TarError as error:
        raise BadBackup(f"the file is not a whole backup: {error}") from None
    expected_name = SQLITE if url.get_backend_name() == "sqlite" else POSTGRESQL
    if not (folder / expected_name).exists():
        raise BadBackup(
            "the backup is of the other kind of database; DATABASE_URL must name the kind it was "
            "made from"
        )
    if expected_name == SQLITE:
        check_sqlite(folder / SQLITE, progress)


@contextmanager
def loaded(folder: Path, url: URL) -> Iterator[URL]:
    """The unpacked database, opened in a place of its own: the file itself, or a database beside
    the real one.
    """
    if url.get_backend_name() == "sqlite":
        yield url.set(database=str(folder / SQLITE))
        return
    beside = url.set(database=f"{url.database}_restore_{secrets.token_hex(4)}")
    statement(url, f'CREATE DATABASE "{beside.database}" TEMPLATE template0', autocommit=True)
    try:
        client(
            "pg_restore",
            beside,
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            str(folder / POSTGRESQL),
        )
        yield beside
    finally:
        statement(url, f'DROP DATABASE IF EXISTS "{beside.database}" WITH (FORCE)', autocommit=True)


def examine(folder: Path, files: Store, url: URL, role: str | None, progress: Progress) -> None:
    """Raise BadBackup unless what was unpacked is what was recorded; migrate it if it is older
    than this code, open it to ``role``, and have it know the store that its files come to.
    """
    plain = url.render_as_string(hide_password=False)
    app = create_app(
        HOME=folder,
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
            checks = [
                check
                for check in verification.check(witnessed=False, progress=progress)
                if check.kept and check.faults
            ]
            shared_store.bind(files)
            if role:
                schema.open_to(role)
            statistics.gather()  # PostgreSQL's backup does not bring what it knew
        except schema.NotReady as reason:
            raise BadBackup(f"the backup cannot be used: {reason}") from None
        except SQLAlchemyError as error:
            raise BadBackup(
                f"the backup cannot be read: {error.orig if hasattr(error, 'orig') else error!s}"
            ) from None
        finally:
            db.session.remove()
            db.engine.dispose()
    if checks:
        others = sum(len(check.faults) + check.more for check in checks) - 1
        more = f" (and {others} more)" if others else ""
        raise BadBackup(f"the backup is not what was recorded: {checks[0].faults[0]}{more}")


def exchange(home: Path, files: Store, folder: Path, url: URL, fresh: URL) -> Path | None:
    """Lay the house aside and put the unpacked one in its place; a mark forbids a start while
    that is half done.
    """
    aside = home / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o700)
    mark = home / schema.RESTORING
    mark.write_text(aside.name)
    sync(home)
    # The database first: it alone may be refused to us, and then nothing has happened yet.
    if url.get_backend_name() == "sqlite":
        exchange_sqlite(Path(required(url.database)), Path(required(fresh.database)), aside)
    else:
        try:
            exchange_postgresql(url, fresh, aside.name)
        except BadBackup:
            mark.unlink()
            aside.rmdir()
            raise
    try:
        exchange_files(files, Folder(folder), aside)
    except OSError as error:
        raise BadBackup(
            f"the files are only half exchanged: {error}; once that is mended, run `washline "
            f"restore --replace` again"
        ) from error
    mark.unlink()
    sync(home)
    return aside


def exchange_files(files: Store, fresh: Folder, aside: Path) -> None:
    """Put the unpacked files in the store, and lay aside what it has otherwise or besides; what is
    the same stays. Folders stay, too: they may be mounted.
    """
    for place in fresh.places(*FOLDERS):
        unpacked = fresh.root / place
        if not files.take(place, unpacked) and sha256(files, place) != sha256(fresh, place):
            files.move_out(place, aside / place)
            files.take(place, unpacked)
    for place in files.places(*FOLDERS):
        if not (fresh.root / place).exists():
            files.move_out(place, aside / place)


def sha256(files: Store, place: str) -> str:
    with files.open(place) as opened:
        return copy(opened.file, None)


def exchange_sqlite(file: Path, fresh: Path, aside: Path) -> None:
    """Move the database with its log aside, the new one in."""
    for suffix in ("", "-wal", "-shm"):
        part = file.with_name(file.name + suffix)
        if part.exists():
            move(part, aside / part.name)
    move(fresh, file)
    sync(file.parent)


def exchange_postgresql(url: URL, fresh: URL, name: str) -> None:
    """Swap the names of the two databases in one transaction."""
    statement(
        url,
        f'ALTER DATABASE "{url.database}" RENAME TO "{url.database}_{name}"',
        f'ALTER DATABASE "{fresh.database}" RENAME TO "{url.database}"',
    )


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
        first_line = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise BadBackup(f"the database server refused: {first_line}") from None
    finally:
        engine.dispose()
