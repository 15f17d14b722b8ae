"""``washline migration``: for those who change the models."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from app.cli import Trouble

CODE = Path(__file__).resolve().parents[2]
# The same command by another tree's code: its models are what is compared.
AGAIN = (sys.executable, "-c", "from app.cli import main; main()", "migration")


@click.command(
    "migration",
    hidden=True,
    help="Write the migration that brings the last one's tables to today's models.",
)
@click.argument("message")
def command(message: str) -> None:
    """Compare the models of the tree it is called in with an empty database brought to the last
    migration; read what comes out before committing it.
    """
    tree = tree_of(Path.cwd())
    if tree != CODE:
        os.execve(AGAIN[0], [*AGAIN, message], {**os.environ, "PYTHONPATH": str(tree)})
    write(message)


def tree_of(folder: Path) -> Path:
    """The source tree that a folder lies in. Raises Trouble where it is in none."""
    for tree in (folder, *folder.parents):
        if (tree / "migrations/versions").is_dir() and (tree / "app/models").is_dir():
            return tree
    raise Trouble("call it in Washline's source tree, where app/ and migrations/ are")


def write(message: str) -> None:
    """Write the migration of this very tree."""
    # Loaded only once it is known that it is this tree's code that is wanted.
    from app import create_app
    from app.storage import schema

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            HOME=Path(folder), SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/empty.sqlite3"
        )
        with app.app_context():
            if schema.has_versions():
                schema.run_migrations()
            schema.migrations().migrate(directory=str(schema.MIGRATIONS), message=message)
