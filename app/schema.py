"""The tables: made, migrated and asserted before anything is served."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from flask import Flask
from sqlalchemy import inspect, text

from .extensions import db
from .models.event import guard_ledgers, unguarded_ledgers

# A file of this name in the home folder marks a restore that did not come to its end.
RESTORING = "restoring"
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class NotReady(Exception):
    """The database cannot be used as it is."""


@contextmanager
def in_use(app: Flask, *, alone: bool = False) -> Iterator[IO[str]]:
    """Hold the home folder's lock: shared by what runs, exclusive (``alone``) for what replaces it. Raises NotReady."""
    with open(app.config["HOME"] / "lock", "w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady("Washline is running on this home folder; stop it first" if alone
                           else "this home folder is being restored; wait until that is done") from None  # fmt: skip
        if not alone and (app.config["HOME"] / RESTORING).exists():
            raise NotReady("a restore was interrupted here; run `washline restore --replace` again")
        yield file


def is_empty() -> bool:
    """True while the database has no table."""
    return not inspect(db.engine).get_table_names()


def prepare(app: Flask, say: Callable[[str], object] = lambda _line: None) -> None:
    """Bring the tables to what this code needs, after a verified backup. Raises NotReady when they cannot be."""
    if pending():
        if not is_empty():
            say(f"The database is backed up to {back_up(app)} before it is migrated.")
        upgrade()
    elif is_empty():
        create()
    check()


def check() -> None:
    """Raise NotReady unless the database refuses to change its ledgers."""
    with db.engine.connect() as connection:
        if bare := unguarded_ledgers(connection):
            raise NotReady(f"the triggers that keep {' and '.join(bare)} append-only are missing")


def create() -> None:
    """Make every table straight from the models, as if all migrations had run (tests do; and until the first one exists)."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with db.engine.begin() as connection:
        db.metadata.create_all(connection)
        guard_ledgers(connection)
        if has_versions():
            MigrationContext.configure(connection).stamp(ScriptDirectory(str(MIGRATIONS)), "head")


def has_versions() -> bool:
    return any((MIGRATIONS / "versions").glob("*.py"))


def pending() -> bool:
    """True when the database lags behind the migrations. Raises NotReady when it is ahead of this code."""
    if not has_versions():
        return False
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(MIGRATIONS))
    stands = revision()
    if stands and stands not in {known.revision for known in script.walk_revisions()}:
        raise NotReady(f"the database is at migration {stands}, which this version of Washline does not know")
    if not stands and not is_empty():
        raise NotReady("the database has tables that no migration made; name another one")
    return stands != script.get_current_head()


def revision() -> str | None:
    """Return the migration the database stands at."""
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def upgrade() -> None:
    """Run the migrations, all in one transaction."""
    import flask_migrate

    flask_migrate.upgrade(directory=str(MIGRATIONS))


def back_up(app: Flask) -> Path:
    """Write the backup that goes before a migration and return its file."""
    from .backup import make

    folder = app.config["HOME"] / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"before-migration-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    make(app, target)
    return target
