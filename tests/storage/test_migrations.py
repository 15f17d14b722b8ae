"""The migrations make exactly the tables that the models describe, guarded, on both databases."""

import os
import shutil
import tarfile

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models.people.user import User
from app.models.records.event import unguarded_ledgers
from app.models.records.search_index.stored import is_apart
from app.storage import backup, schema
from tests import application
from tests.commands import Command
from tests.migrated import migrated as migrations_alone
from tests.serving import PATIENCE
from tests.storage import two_more_columns

pytestmark = pytest.mark.on_both


@pytest.fixture
def migrated(kind, tmp_path):
    """The application on a database that only the migrations have touched."""
    url = migrations_alone(kind).copy("migrated")
    with application.renewed(url, tmp_path) as app, app.app_context():
        yield app


def test_the_migrations_make_what_the_models_describe(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _thing, name, kind, *_found: not is_apart(name, kind),
            },
        )
        assert compare_metadata(context, db.metadata) == []
    assert unguarded() == []


def test_a_migrated_database_is_migrated_no_further(migrated):
    assert not schema.pending()
    schema.prepare(migrated)
    assert not list((migrated.config["HOME"] / "backups").glob("*"))


# A later migration: a column by a batch, which drops the triggers of SQLite; then perhaps a fault.
LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = {before!r}


def upgrade():
    with op.batch_alter_table("event") as batch:
        batch.alter_column("clause", type_=sa.String(20))
        batch.add_column(sa.Column("later", sa.Integer(), nullable=True))
    {fault}
"""


@pytest.fixture
def later(migrated, tmp_path, monkeypatch):
    """``later(fault)``: the code is one migration ahead of the database."""

    def write(fault):
        folder = tmp_path / "migrations"
        shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions/later.py").write_text(
            LATER.format(before=schema.revision(), fault=fault)
        )
        monkeypatch.setattr(schema, "MIGRATIONS", folder)

    User.create(login="zhao", name="赵")
    db.session.commit()
    return write


def columns():
    return {column["name"] for column in inspect(db.engine).get_columns("event")}


def backups(app):
    found = list((app.config["HOME"] / "backups").glob("before-migration-*.tar"))
    for file in found:
        with tarfile.open(file) as tar:
            assert backup.read_all(tar)
    return len(found)


def test_a_migration_comes_after_a_backup_and_leaves_the_ledgers_guarded(later, migrated):
    later("")
    said = []
    schema.prepare(migrated, say=said.append)
    assert "later" in columns() and schema.revision() == "later"
    assert backups(migrated) == 1 and "backed up" in said[0]
    with pytest.raises(SQLAlchemyError, match="append-only"):
        db.session.execute(text("UPDATE event SET later = 1"))
    db.session.rollback()


@pytest.mark.parametrize(
    "fault",
    [
        'raise RuntimeError("on the way")',
        'op.execute("INSERT INTO private_word (id, event_id, field) VALUES (999999, 999999, '
        "'x')\")",
    ],
)
def test_a_migration_that_fails_changes_nothing(later, migrated, fault):
    later(fault)
    before = schema.revision()
    with pytest.raises(Exception, match=r"on the way|points to nothing|foreign key"):
        schema.prepare(migrated)
    db.session.rollback()
    assert "later" not in columns() and schema.revision() == before
    assert backups(migrated) == 1 and unguarded() == []


def unguarded():
    with db.engine.connect() as connection:
        return unguarded_ledgers(connection)


def test_a_written_migration_fills_the_rows_that_are_there(later, migrated, tmp_path):
    later("")
    (tmp_path / "migrations/versions/later.py").unlink()
    writing = Command(
        [str(tmp_path / "migrations")],
        {**os.environ, "DATABASE_URL": ""},
        work=two_more_columns.written,
    )
    assert writing.wait(PATIENCE) == 0
    schema.prepare(migrated)
    with db.engine.connect() as connection:
        assert connection.execute(text('SELECT desk, away FROM "user"')).all() in [
            [("", False)],
            [("", 0)],
        ]
