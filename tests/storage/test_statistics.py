"""The database knows how large its tables are, after many rows came at once and as they grow."""

import pytest
from sqlalchemy import text

from app.extensions import db
from app.jobs.leases import transaction
from app.models.records.number_series import Series
from app.storage import statistics

pytestmark = pytest.mark.on_both


@pytest.fixture
def many(app):
    """A table that a thousand rows have just come into."""
    with app.app_context():
        with transaction():
            db.session.add_all(Series(key=f"K-{number}", last=1) for number in range(1000))
        yield


def known(table):
    """How many rows the database takes a table to have; None where it does not know."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            if not connection.scalar(
                text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
            ):
                return None
            asked = "SELECT max(CAST(stat AS integer)) FROM sqlite_stat1 WHERE tbl = :table"
        else:
            asked = "SELECT NULLIF(reltuples, -1) FROM pg_class WHERE relname = :table"
        return connection.scalar(text(asked), {"table": table})


def test_what_came_at_once_is_counted(many):
    assert known("series") in (None, 0)
    statistics.gather()
    assert known("series") == 1000


def test_what_has_grown_is_counted_again(many, kind):
    if kind == "postgresql":
        pytest.skip("PostgreSQL does so by itself, some time later")
    statistics.refresh()
    assert known("series") == 1000
