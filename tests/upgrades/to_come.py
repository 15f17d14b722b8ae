"""The code of a version to come: its migrations lie in the folder that the environment names."""

import os
from pathlib import Path

from app import create_app
from app.storage import schema
from tests.commands import washline

FOLDER = "MIGRATIONS_TO_COME"


def serve():
    schema.MIGRATIONS = Path(os.environ[FOLDER])
    washline()


def prepare():
    schema.MIGRATIONS = Path(os.environ[FOLDER])
    app = create_app()
    with app.app_context():
        schema.prepare(app)
