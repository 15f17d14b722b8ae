"""Two nodes are upgraded one after the other: what only adds is migrated while the old one serves,
and what does more waits until it is stopped.
"""

import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import select

from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.records.papers.document import Job
from app.storage import schema
from tests import application
from tests.serving import PATIENCE, house, until
from tests.shared import WORKER, Template
from tests.upgrades import to_come
from tests.upgrades.tables import looked_at, taken

HEAD = """
import sqlalchemy as sa
from alembic import op

revision = {name!r}
down_revision = {before!r}
"""
ADDS = """
additive = True


def upgrade():
    op.create_table("shelf", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.add_column("lot", sa.Column("shelf", sa.BigInteger(), nullable=True))
    op.add_column("anomaly", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_lot_shelf", "lot", ["shelf"])
"""
TAKES = """


def upgrade():
    op.drop_column("anomaly", "weight")
"""
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")


@pytest.fixture
def version(tmp_path):
    """``version("added", ADDS)``: the folder of a version with one migration more."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def write(name, text):
        before = ScriptDirectory(str(folder)).get_current_head()
        (folder / f"versions/{name}.py").write_text(HEAD.format(name=name, before=before) + text)
        return folder

    return write


def migrated(house):
    """What the version to come says on standard error, having prepared the database."""
    process = house.start(to_come.prepare)
    return process.communicate(PATIENCE)[1] if process.wait(PATIENCE) else ""


def works(house, node):
    """The node writes and listens, its worker writes, and what was recorded before is shown."""
    until(lambda: node.get("/readyz").status == 200)
    house.report()
    with house.app():
        anomaly = db.session.scalars(select(Anomaly).order_by(Anomaly.id.desc())).first()
        face = anomaly.face
        look = {"flow": "anomaly", "record": anomaly.id}
        db.session.add(Job(kind="look_again", payload=look, due=datetime.now(UTC)))
        db.session.commit()

        def looked():
            db.session.rollback()
            return db.session.get_one(Anomaly, look["record"], populate_existing=True).face > face

        until(looked)
        db.session.rollback()
    return node.get("/", house.log_in()).status == 200


@on_postgresql
def test_the_old_node_serves_on_through_a_migration_that_adds(house, version):
    house.environment[to_come.FOLDER] = str(version("added", ADDS))
    with house.serving() as old:
        assert works(house, old)
        assert migrated(house) == ""
        assert works(house, old)
    with house.serving() as again, house.serving(work=to_come.serve) as new:
        assert works(house, again) and works(house, new)


@on_postgresql
def test_what_does_more_than_add_waits_until_no_other_node_serves(house, version):
    version("added", ADDS)
    house.environment[to_come.FOLDER] = str(version("taken", TAKES))
    with house.serving() as old:
        assert works(house, old)
        assert "stop them first" in migrated(house)
        assert works(house, old)
    assert migrated(house) == ""
    refused = house.run("serve", "--port", "8102")
    assert refused.returncode == 1
    assert "at migration taken, which this version of Washline does not know" in refused.stderr


TO_FILL = sa.Column("n", sa.Text(), nullable=False)
# What is found of each change.
CHANGES = {
    "mention: gone": lambda op: op.drop_table("mention"),
    "series.last: gone or changed": lambda op: op.drop_column("series", "last"),
    "job.progress: gone or changed": lambda op: op.alter_column(
        "job", "progress", new_column_name="done"
    ),
    "job.done: must be given": lambda op: None,
    "lot.supplier_lot: gone or changed": lambda op: op.alter_column(
        "lot", "supplier_lot", type_=sa.Text()
    ),
    "job.error: gone or changed": lambda op: op.alter_column("job", "error", nullable=False),
    "saved_view.n: must be given": lambda op: op.add_column("saved_view", TO_FILL),
    "job: bound by small": lambda op: op.create_check_constraint("small", "job", "attempts < 9"),
    "job: bound by ('kind', 'due')": lambda op: op.create_unique_constraint(
        "one", "job", ["kind", "due"]
    ),
    "job: bound by (('attempts',), 'user')": lambda op: op.create_foreign_key(
        "who", "job", "user", ["attempts"], ["id"]
    ),
    "job: does more by watch": lambda op: op.execute(
        "CREATE TRIGGER watch AFTER UPDATE ON job EXECUTE FUNCTION "
        "suppress_redundant_updates_trigger()"
    ),
}


@on_postgresql
def test_each_change_that_takes_something_is_seen(house):
    with house.app(), db.engine.connect() as connection:
        before = looked_at(connection)
        for change in CHANGES.values():
            change(Operations(MigrationContext.configure(connection)))
        assert sorted(taken(before, looked_at(connection))) == sorted(CHANGES)
        connection.rollback()


@pytest.mark.on_both
def test_what_says_that_it_only_adds_does(kind, tmp_path, version, monkeypatch):
    """From before the first of this tree that says so, one after the other."""
    monkeypatch.setattr(schema, "MIGRATIONS", version("added", ADDS))
    steps = list(schema.all_migrations().walk_revisions())[::-1]
    first = next(n for n, step in enumerate(steps) if schema.is_additive(step))
    url = Template(kind, None).copied_to(f"rolling_{WORKER}")
    with application.renewed(url, tmp_path) as app, app.app_context():
        before = at(steps[first - 1].revision)
        for step in steps[first:]:
            after = at(step.revision)
            if schema.is_additive(step):
                assert after != before and taken(before, after) == [], step.revision
                assert schema.serves_since() not in (None, step.revision)
            before = after


def at(revision):
    """The tables, once they are migrated so far."""
    schema.migrations().upgrade.__wrapped__(str(schema.MIGRATIONS), revision)
    with db.engine.connect() as connection:
        return looked_at(connection)
