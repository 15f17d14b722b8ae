"""How the two databases are opened, and that what was recorded cannot be changed in them
(trust.md, Database).
"""

from contextlib import closing

import pysqlite3
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app import create_app, database, verification
from app.database import UnsafeDatabase, engine_options, reading
from app.extensions import db
from app.models.people.user import User
from app.storage import schema
from tests import databases
from tests.shared import WORKER

pytestmark = pytest.mark.on_both

SQLITE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 10_000,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
}
POSTGRESQL = {
    "transaction_isolation": "read committed",
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "30s",
}


def test_every_connection_keeps_what_it_acknowledges(app, kind):
    with app.app_context():
        ask = db.session.connection().exec_driver_sql
        if kind == "sqlite":
            assert {name: ask(f"PRAGMA {name}").scalar() for name in SQLITE} == SQLITE
        else:
            assert {name: ask(f"SHOW {name}").scalar() for name in POSTGRESQL} == POSTGRESQL
            arguments = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])["connect_args"]
            assert (
                arguments["connect_timeout"],
                arguments["tcp_user_timeout"],
                arguments["keepalives_idle"],
            ) == (3, 5000, 3)


def test_a_sqlite_that_loses_records_is_refused(monkeypatch):
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(UnsafeDatabase):
        engine_options("sqlite://")
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 51, 3))
    assert engine_options("sqlite://")["module"] is pysqlite3


def test_who_writes_holds_the_lock_from_the_start_and_who_reads_holds_nobody_up(
    app, kind, monkeypatch
):
    if kind != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    monkeypatch.setattr(
        database, "PATIENCE", 1
    )  # with none at all the lock is not asked for as it always is
    with app.app_context():
        reading.set(True)
        db.session.execute(text("SELECT 1 FROM event"))
        reading.set(False)
        with db.engine.connect() as writer:
            writer.execute(text("SELECT 1"))
            other = pysqlite3.connect(db.engine.url.database, timeout=0)
            with pytest.raises(pysqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()


# Named here, too: a table that is no ledger any more must be missed.
LEDGERS = ("event", "stock_movement")
WAYS = {
    "sqlite": [
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET id = "
        "excluded.id",
    ],
    "postgresql": [
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
    ],
}
# What keeps rows from pointing to nothing, set aside while a ledger gets a row that points nowhere.
ASIDE = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON"),
    "postgresql": ("SET session_replication_role=replica", "SET session_replication_role=origin"),
}

MOVEMENT = (
    "INSERT INTO stock_movement (id, lot_id, zone, quantity, kind, at) VALUES (1, 1, 'Z', "
    "5, 'opening', '2026-01-01 00:00:00')"
)


def refused(statement):
    """The reason for which the database refuses a statement."""
    with pytest.raises(SQLAlchemyError) as told, db.engine.begin() as connection:
        connection.execute(text(statement))
    return str(told.value.orig)


def test_a_ledger_s_rows_are_neither_changed_nor_taken_away(app, kind):
    with app.app_context():
        User.create(login="zhao", name="赵")
        db.session.commit()
        with closing(db.engine.raw_connection()) as opened:
            for statement in (ASIDE[kind][0], MOVEMENT, ASIDE[kind][1]):
                opened.driver_connection.execute(statement)
            opened.commit()
        for table in LEDGERS:
            for way in WAYS[kind]:
                assert "append-only" in refused(way.format(table=table)), way
            with db.engine.connect() as connection:
                assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1


# PostgreSQL with an owner apart: the application's own role could not even by another program


@pytest.fixture
def apart(tmp_path):
    """The application as a role that owns nothing, its tables made by their owner."""
    owner = databases.fresh_database(databases.postgres_url(), f"apart_{WORKER}")
    role = f"application_{WORKER}"
    with db_of(owner) as connection:
        connection.exec_driver_sql(
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
        )
    app = create_app(
        TESTING=True,
        HOME=tmp_path,
        SQLALCHEMY_DATABASE_URI=make_url(owner).set(username=role).render_as_string(False),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(owner),
        OWNER_URL=owner,
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def db_of(url):
    return create_engine(url, isolation_level="AUTOCOMMIT").connect()


def test_the_application_s_role_reads_and_adds_and_nothing_else(apart):
    schema.prepare(apart)
    User.create(login="zhao", name="赵")
    db.session.commit()
    assert not [fault for check in verification.check() for fault in check.faults]
    for table in LEDGERS:
        for way in (
            *WAYS["postgresql"],
            "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "DROP TABLE {table}",
        ):
            assert refused(way.format(table=table)).startswith(
                ("permission denied", "must be owner")
            ), way
    schema.prepare(apart)  # the next start finds everything as it should be


def test_a_role_that_could_change_the_record_is_refused(apart):
    owner = create_app(
        TESTING=True,
        HOME=apart.config["HOME"],
        SQLALCHEMY_DATABASE_URI=apart.config["OWNER_URL"],
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(apart.config["OWNER_URL"]),
        OWNER_URL=apart.config["OWNER_URL"],
    )
    with owner.app_context(), pytest.raises(schema.NotReady, match="owns nothing"):
        try:
            schema.prepare(owner)
        finally:
            db.engine.dispose()
