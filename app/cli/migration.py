"""``washline migration``: for those who change the models."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command(
    "migration",
    hidden=True,
    help="Write the migration that brings the last one's tables to today's models.",
)
@click.argument("message")
def command(message: str) -> None:
    """Compare the models with an empty database brought to the last migration; read what comes
    out before committing it.
    """
    from app import create_app
    from app.storage import schema

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            HOME=Path(folder), SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/empty.sqlite3"
        )
        with app.app_context():
            if schema.has_versions():
                schema.upgrade()
            schema.migrations().migrate(directory=str(schema.MIGRATIONS), message=message)
