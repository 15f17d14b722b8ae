"""The migrations make exactly the tables that the models describe, guarded, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app import create_app, schema
from app.extensions import db
from app.models.event import unguarded_ledgers
from tests import databases
from tests.conftest import WORKER


@pytest.fixture
def migrated(kind, tmp_path, monkeypatch):
    """The application on a database that only the migrations have touched."""
    url = (f"sqlite:///{tmp_path / 'migrated.sqlite3'}" if kind == "sqlite"
           else databases.fresh_database(databases.postgres_url(), f"migrated_{WORKER}"))  # fmt: skip
    monkeypatch.setenv("WASHLINE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    app = create_app(TESTING=True)
    with app.app_context():
        schema.prepare(app)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_what_the_models_describe(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
        assert unguarded_ledgers(connection) == []


def test_a_migrated_database_is_migrated_no_further(migrated):
    assert not schema.pending()
    schema.prepare(migrated)
    assert not list((migrated.config["HOME"] / "backups").glob("*"))
