"""All that a command may need, loaded once by the process whose forks the commands are; and done
once: the first of everything finds out much that is kept (how classes are mapped to tables).
"""

import gc
import tempfile
from pathlib import Path

import flask_migrate
import granian.server
from alembic import autogenerate, script

import app.blueprints
import app.cli
import app.documents
import app.jobs.worker
import app.server
import app.storage.backup
import app.storage.restore
from app import verification
from app.storage import schema
from tests import application


def do_once():
    """Have an application on a database, and read every table of it."""
    with tempfile.TemporaryDirectory() as home:
        house = application.build(f"sqlite:///{home}/tried.sqlite3", HOME=Path(home))
        with house.app_context():
            schema.create()
            list(verification.check())
        application.close(house)


do_once()
# The forks neither look through what is here for garbage nor copy it in doing so.
gc.collect()
gc.freeze()
