"""One process at a time prepares a database, all or nothing; what does not fit is not served."""

import pytest
from sqlalchemy import inspect, text

from app.extensions import db
from app.storage import schema
from tests.serving import House
from tests.upgrades.conftest import COMMITS


def everything():
    """Every row of every table."""
    with db.engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
        return {
            table: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"'))))
            for table in tables
        }


def line(process):
    return process.stdout.readline().strip()


@pytest.mark.on_both
def test_of_two_that_migrate_at_once_one_waits_and_goes_on(preparing, tmp_path):
    first = preparing()
    assert line(first).startswith("The database is backed up") and line(first) == "in the midst"
    second = preparing()
    assert line(second).startswith("Another process is preparing the database")
    assert first.communicate("on\n")[0] == second.communicate()[0] == "ready\n"
    assert first.returncode == second.returncode == 0
    assert schema.revision() == "midst"
    assert len(list(tmp_path.glob("backups/*"))) == 1


@pytest.mark.on_both
def test_a_migration_killed_midway_leaves_the_plant_as_it_was(preparing, tmp_path):
    before = everything()
    killed = preparing()
    assert line(killed).startswith("The database is backed up") and line(killed) == "in the midst"
    killed.kill()
    killed.wait()
    assert everything() == before
    again = preparing()
    assert line(again).startswith("The database is backed up") and line(again) == "in the midst"
    again.communicate("on\n")
    assert again.returncode == 0 and schema.revision() == "midst"


STRANGE = {
    'ALTER TABLE "user" DROP COLUMN pin_hash': "column pin_hash of user is missing",
    "DROP TABLE mention": "table mention is missing",
    "ALTER TABLE lot RENAME COLUMN lot_no TO shelf": "column shelf of lot is unknown",
}


@pytest.mark.on_both
def test_a_database_that_does_not_fit_is_not_served(kept, tmp_path):
    schema.prepare(kept(COMMITS[-1]))
    house = House(tmp_path, db.engine.url.render_as_string(hide_password=False))
    for statement, fault in STRANGE.items():
        with db.engine.begin() as connection:
            connection.execute(text(statement))
        with pytest.raises(schema.NotReady, match=fault):
            schema.check()
    answer = house.run("serve", "--port", "8101", "--demo")
    assert answer.returncode == 1 and answer.stdout == ""
    assert "does not fit" in answer.stderr and answer.stderr.count("\n") == 1
    assert all(fault in answer.stderr for fault in STRANGE.values())


@pytest.mark.parametrize("command", [("verify",), ("witness",), ("erase", "sales1")])
def test_a_command_that_reads_says_what_keeps_it_from_reading(kept, tmp_path, command):
    """That the database is an older version's, or is none of any version; not which column a
    statement missed.
    """
    app = kept("e839448")
    house = House(tmp_path, db.engine.url.render_as_string(hide_password=False))
    older = house.run(*command)
    assert older.returncode == 1 and older.stderr.startswith(
        "washline: the database is an older version's; `washline serve`"
    )
    schema.prepare(app)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE mention"))
    strange = house.run(*command)
    assert (
        strange.returncode == 1
        and "table mention is missing" in strange.stderr
        and strange.stderr.count("\n") == 1
    )
