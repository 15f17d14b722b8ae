"""Plants as earlier commits left them, and what starts an upgrade."""

import gzip
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from app import create_app
from app.storage import schema
from tests import application, shared
from tests.commands import Command
from tests.migrated import prepare
from tests.serving import PATIENCE
from tests.shared import Template

PLANTS = Path(__file__).parent / "plants"
# In the order of their landing.
COMMITS = ["e839448", "c9a58cc", "82ca4b2", "e8961f6", "21a13b9", "debe3e3", "1fe7eca", "b8233d7"]
assert {file.name.split(".")[0] for file in PLANTS.iterdir()} == set(COMMITS)


def landed(commit, kind):
    """The template with the plant that a commit left."""
    template = Template(kind, f"landed_{commit}")
    shared.once(f"landed-{commit}-{kind}", lambda: unpack(commit, kind, template.create()))
    return template


def upgraded(commit, kind):
    """The template with that plant after today's migrations.

    It has what ``migrated.prepare`` tells of it: ``behind`` and ``backups``.
    """
    template = Template(kind, f"upgraded_{commit}")
    template.behind, template.backups = shared.once(
        f"upgraded-{commit}-{kind}", lambda: prepare(template.create(landed(commit, kind)))
    )
    return template


def unpack(commit, kind, url):
    """Fill an empty database with a kept plant."""
    where = make_url(url)
    if kind == "sqlite":
        whole = gzip.decompress((PLANTS / f"{commit}.sqlite3.gz").read_bytes())
        Path(where.database).write_bytes(whole)
        return
    psql = [
        "psql",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        where.query["host"],
        "-U",
        where.username,
        where.database,
    ]
    dump = gzip.decompress((PLANTS / f"{commit}.postgresql.sql.gz").read_bytes())
    subprocess.run(psql, input=dump, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def opened(tmp_path):
    """``opened(url)``: the application on a database, in a context; nothing is prepared."""
    with ExitStack() as entered:

        def enter(url):
            app = entered.enter_context(application.renewed(url, tmp_path))
            entered.enter_context(app.app_context())
            return app

        yield enter


@pytest.fixture
def kept(kind, opened):
    """``kept(commit)``: the application on the plant that the commit left."""
    return lambda commit: opened(landed(commit, kind).copy("kept"))


# A migration that says when it is in the midst, and goes on when it is told to.
MIDST = """
import sys
import time
import sqlalchemy as sa
from alembic import op

revision = "midst"
down_revision = {before!r}


def upgrade():
    op.add_column("series", sa.Column("midst", sa.Integer(), nullable=True))
    op.execute("UPDATE series SET midst = 1")
    print("in the midst", flush=True)
    while not sys.stdin.readline():
        time.sleep(0.01)
"""


def prepare_apart():
    """In another process: take the plant to the last migration of a folder."""
    schema.MIGRATIONS = Path(sys.argv[1])
    app = create_app()
    with app.app_context():
        schema.prepare(app, say=lambda line: print(line, flush=True))
    print("ready", flush=True)


@pytest.fixture
def preparing(tmp_path, kept):
    """``preparing()``: another process that takes an old plant to a migration to come."""
    app = kept(COMMITS[-1])
    environment = {
        **os.environ,
        "WASHLINE_HOME": str(app.config["HOME"]),
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions/midst.py").write_text(MIDST.format(before=head))
    started = []

    def start():
        started.append(Command([str(folder)], environment, work=prepare_apart))
        return started[-1]

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
