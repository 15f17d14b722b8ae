"""The tables: made, migrated and asserted before anything is served."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import IO, TYPE_CHECKING

from flask import Flask, current_app
from sqlalchemy import Connection, func, inspect, make_url, select, text

from app import live
from app.database import engine_options
from app.extensions import db
from app.jobs.leases import transaction
from app.models.records.event import APPEND_ONLY, guard_ledgers, unguarded_ledgers
from app.models.records.rules.reevaluation import look_at_all
from app.models.records.sealing import plant_chain
from app.models.records.search_index.stored import is_in_step
from app.required import required
from app.storage import pooler, statistics
from app.storage.schema_differences import misfits

if TYPE_CHECKING:
    from alembic.script import Script, ScriptDirectory

# Alembic's table, and our column in it: what the database stands at, and since which migration
# code may serve on it.
STANDS, SINCE = "alembic_version", "serves_since"
# A file of this name in the home folder marks a restore that did not come to its end.
RESTORING = "restoring"
# PostgreSQL's advisory lock of whoever prepares the tables; how many misfits one sentence names.
TURN, SAID = 0x57415348, 4
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class NotReady(Exception):
    """The database cannot be used as it is."""


@contextmanager
def in_use(app: Flask, *, alone: bool = False) -> Iterator[IO[str]]:
    """Hold the home folder's lock: shared by what runs, exclusive (``alone``) for what replaces it.

    Raises NotReady.
    """
    with (app.config["HOME"] / "lock").open("w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(
                "Washline is running on this home folder; stop it first"
                if alone
                else "this home folder is being restored; wait until that is done"
            ) from None
        if not alone and (app.config["HOME"] / RESTORING).exists():
            raise NotReady("a restore was interrupted here; run `washline restore --replace` again")
        yield file


def is_empty() -> bool:
    """True while the database has no table."""
    return not inspect(db.engine).get_table_names()


def prepare(app: Flask, say: Callable[[str], object] = lambda _line: None) -> None:
    """Bring the tables to what this code needs, after a verified backup.

    Raises NotReady when they cannot be.
    """
    try:
        pooler.refuse()
    except pooler.Pooled as reason:
        raise NotReady(str(reason)) from None
    with owning(app) as owner, one_at_a_time(say):
        if pending():
            with alone_if_it_breaks():
                if not is_empty():
                    say(f"The database is backed up to {back_up(owner)} before it is migrated.")
                upgrade()
        elif is_empty():
            create()
    check()
    if app.config["OWNER_URL"] and (open_to_change := changeable_ledgers()):
        raise NotReady(
            f"the role of DATABASE_URL may change {' and '.join(open_to_change)}; give it a role "
            f"that owns nothing"
        )


def check() -> None:
    """Raise NotReady unless the tables are the models' and the database lets nobody change its
    ledgers.
    """
    with db.engine.connect() as connection:
        compare(connection)
        if bare := unguarded_ledgers(connection):
            raise NotReady(f"the triggers that keep {' and '.join(bare)} append-only are missing")
        if not is_in_step(connection):
            raise NotReady("what keeps the search index in step with the records is missing")


def current() -> None:
    """Raise NotReady unless the tables are those of this version, for a command that reads them
    and migrates nothing.
    """
    with db.engine.connect() as connection:
        fits = not list(misfits(connection))
    if not fits and pending():
        raise NotReady(
            "the database is an older version's; `washline serve` brings it up to this one, after "
            "a backup"
        )
    with db.engine.connect() as connection:
        compare(connection)


def compare(connection: Connection) -> None:
    """Raise NotReady where the tables are not the models'."""
    if found := list(misfits(connection)):
        more = f", and {len(found) - SAID} more" if len(found) > SAID else ""
        raise NotReady(
            f"the database does not fit this version of Washline: {', '.join(found[:SAID])}{more}; "
            "no migration made it so. Restore a backup, or use the version it belongs to"
        )


@contextmanager
def one_at_a_time(say: Callable[[str], object]) -> Iterator[None]:
    """Hold the turn to prepare this database; who comes second waits, and then finds it ready."""
    wait = "Another process is preparing the database; this one goes on when that is done."
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # closed at the end, which gives the turn back
            if not connection.scalar(select(func.pg_try_advisory_lock(TURN))):
                say(wait)
                connection.execute(text("SET statement_timeout = 0"))
                connection.execute(text("SET lock_timeout = 0"))
                connection.execute(select(func.pg_advisory_lock(TURN)))
            yield
        return
    with Path(f"{db.engine.url.database}.turn").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(wait)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def owning(app: Flask) -> Iterator[Flask]:
    """The application as the owner of the tables, where PostgreSQL has one apart; what it made
    is opened to the other role at the end.
    """
    url = app.config["OWNER_URL"]
    if not url:
        yield app
        return
    from app import create_app  # noqa: PLC0415 – it makes this house again, as the owner

    role = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).username
    owner = create_app(
        HOME=app.config["HOME"],
        STORE=app.config["STORE"],
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        OWNER_URL="",
    )
    with owner.app_context():
        try:
            yield owner
            open_to(required(role))
        finally:
            db.session.remove()
            db.engine.dispose()


def open_to(role: str) -> None:
    """Let a role of PostgreSQL work in every table, but only read and add in the ledgers.

    Only their owner may say so.
    """
    name = db.engine.dialect.identifier_preparer.quote(role)
    with db.engine.begin() as connection:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(APPEND_ONLY)} FROM {name}",
        ):
            connection.execute(text(statement))


def changeable_ledgers() -> list[str]:
    """The ledgers in which the application's own role may do more than read and add."""
    asked = text("SELECT has_table_privilege(:table, 'UPDATE, DELETE, TRUNCATE')")
    with db.engine.connect() as connection:
        return [table for table in APPEND_ONLY if connection.scalar(asked, {"table": table})]


def create() -> None:
    """Make every table straight from the models, as if all migrations had run (tests do; and
    until the first one exists).
    """
    from alembic.migration import MigrationContext  # noqa: PLC0415 – 5 MB that few need

    with db.engine.begin() as connection:
        db.metadata.create_all(connection)
        guard_ledgers(connection)
        if has_versions():
            script = all_migrations()
            MigrationContext.configure(connection).stamp(script, "head")
            tell_who_may_serve(connection, script, required(script.get_current_head()))


def has_versions() -> bool:
    return any((MIGRATIONS / "versions").glob("*.py"))


def pending() -> bool:
    """True when the database lags behind the migrations; False, too, where it is ahead of them by
    such as only add: this code serves on.

    Raises NotReady when it is ahead by others.
    """
    if not has_versions():
        return False
    script = all_migrations()
    known = {each.revision for each in script.walk_revisions()}
    stands = revision()
    if stands and stands not in known:
        if serves_since() in known:
            return False
        raise NotReady(
            f"the database is at migration {stands}, which this version of Washline does not know"
        )
    if not stands and not is_empty():
        raise NotReady("the database has tables that no migration made; name another one")
    return stands != script.get_current_head()


def all_migrations() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 – 5 MB that few need

    return ScriptDirectory(str(MIGRATIONS))


def serves_since() -> str | None:
    """Return the oldest migration whose code may serve on these tables, None where nobody said."""
    with db.engine.connect() as connection:
        known = {each["name"] for each in inspect(connection).get_columns(STANDS)}
        return connection.scalar(text(f"SELECT {SINCE} FROM {STANDS}")) if SINCE in known else None


def tell_who_may_serve(connection: Connection, script: ScriptDirectory, stands: str) -> None:
    """Say beside the migration that the database stands at which code may serve on it: that of the
    last one that did more than add, and all that came after.
    """
    since = script.get_revision(stands)
    while is_additive(since) and since.down_revision:
        since = script.get_revision(str(since.down_revision))
    if SINCE not in {each["name"] for each in inspect(connection).get_columns(STANDS)}:
        connection.execute(text(f"ALTER TABLE {STANDS} ADD COLUMN {SINCE} VARCHAR(32)"))
    connection.execute(text(f"UPDATE {STANDS} SET {SINCE} = :since"), {"since": since.revision})


@contextmanager
def alone_if_it_breaks() -> Iterator[None]:
    """Hold off other nodes while migrations run that do more than add: their code does not know
    what comes of them. On PostgreSQL each node that serves shares a lock (``live.SERVING``).

    Raises NotReady while one serves.
    """
    coming = all_migrations().iterate_revisions("head", revision() or "base")
    if db.engine.dialect.name != "postgresql" or all(is_additive(each) for each in coming):
        yield
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed at the end, which gives the lock back
        if not connection.scalar(select(func.pg_try_advisory_lock(live.SERVING))):
            raise NotReady(
                "this upgrade changes tables under other nodes, which serve now: stop them first, "
                "then start this one"
            )
        yield


def is_additive(migration: Script) -> bool:
    """Whether a migration says that it only adds, and that code without it may write on."""
    return getattr(migration.module, "additive", False)


def revision() -> str | None:
    """Return the migration the database stands at."""
    if not inspect(db.engine).has_table(STANDS):
        return None
    with db.engine.connect() as connection:
        return connection.scalar(text(f"SELECT version_num FROM {STANDS}"))


def upgrade() -> None:
    """Run the migrations, all in one transaction; then do what they leave to the code (what keeps
    it from that is done by the worker), and have the tables counted.
    """
    run_migrations()
    with transaction():
        plant_chain.begin()
    with transaction():
        look_at_all()
    statistics.gather()


def run_migrations() -> None:
    """Bring the tables to the last migration and do nothing that needs the models: those may be
    ahead of it, where the next one is about to be written.
    """
    # Unwrapped: the wrapper ends the process instead of saying what is wrong.
    migrations().upgrade.__wrapped__(directory=str(MIGRATIONS))


def migrations() -> ModuleType:
    """Flask-Migrate, bound to this application.

    Only who migrates loads it: with Alembic it weighs 5 MB in every process.
    """
    import flask_migrate  # noqa: PLC0415 – see above

    flask_migrate.Migrate(current_app, db)
    return flask_migrate


def back_up(app: Flask) -> Path:
    """Write the backup that goes before a migration and return its file."""
    from app.storage.backup import make  # noqa: PLC0415 – a backup asks for the schema

    folder = app.config["HOME"] / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"before-migration-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    make(app, target)
    return target
