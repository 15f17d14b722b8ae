"""One process at a time prepares a database, all or nothing; what does not fit is not served."""

import signal

import pytest
from sqlalchemy import inspect, text

from app.extensions import db
from app.storage import schema
from tests.serving import PATIENCE, House, until
from tests.upgrades.conftest import COMMITS, landed, upgraded


def everything():
    """Every row of every table that can be read."""
    with db.engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
        return {
            table: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"'))))
            for table in tables
            if table != "search_gram"  # an index: it has no rows of its own to show
        }


def line(process, number):
    """The first, second … line that it says, once it has said it."""
    return until(lambda: process.lines()[number - 1 : number])[0]


def begun(process):
    """Wait until a process that migrates is in the midst of it."""
    assert line(process, 1).startswith("The database is backed up")
    assert line(process, 2) == "in the midst"


@pytest.mark.on_both
def test_of_two_that_migrate_at_once_one_waits_and_goes_on(preparing, tmp_path):
    first = preparing()
    begun(first)
    second = preparing()
    assert line(second, 1).startswith("Another process is preparing the database")
    first.tell("on\n")
    assert first.wait(PATIENCE) == second.wait(PATIENCE) == 0
    assert first.lines()[2:] == second.lines()[1:] == ["ready"]
    assert schema.revision() == "midst"
    assert len(list(tmp_path.glob("backups/*"))) == 1


@pytest.mark.on_both
def test_a_migration_killed_midway_leaves_the_plant_as_it_was(preparing, tmp_path):
    before = everything()
    killed = preparing()
    begun(killed)
    killed.send_signal(signal.SIGKILL)
    killed.wait(PATIENCE)
    assert everything() == before
    again = preparing()
    begun(again)
    again.tell("on\n")
    assert again.wait(PATIENCE) == 0 and schema.revision() == "midst"


STRANGE = {
    'ALTER TABLE "user" DROP COLUMN pin_hash': "column pin_hash of user is missing",
    "DROP TABLE mention": "table mention is missing",
    "ALTER TABLE lot RENAME COLUMN lot_no TO shelf": "column shelf of lot is unknown",
}


@pytest.mark.on_both
def test_a_database_that_does_not_fit_is_not_served(kind, opened, tmp_path):
    opened(upgraded(COMMITS[-1], kind).copy("upgraded"))
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
def test_a_command_that_reads_says_what_keeps_it_from_reading(kind, opened, tmp_path, command):
    """That the database is an older version's, or is none of any version; not which column a
    statement missed.
    """
    older = House(tmp_path, landed("e839448", kind).copy("kept")).run(*command)
    assert older.returncode == 1 and older.stderr.startswith(
        "washline: the database is an older version's; `washline serve`"
    )
    url = upgraded("e839448", kind).copy("upgraded")
    opened(url)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE mention"))
    strange = House(tmp_path, url).run(*command)
    assert (
        strange.returncode == 1
        and "table mention is missing" in strange.stderr
        and strange.stderr.count("\n") == 1
    )
