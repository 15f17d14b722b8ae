"""A database that only the migrations have touched: they run once a test run, then it is copied."""

import tempfile
from pathlib import Path

from app.storage import schema
from tests import application, shared
from tests.shared import Template


def migrated(kind):
    """The template with every table as the migrations make it, and nothing in it."""
    template = Template(kind, "migrated")
    shared.once(f"migrated-{kind}", lambda: prepare(template.create()))
    return template


def prepare(url):
    """Prepare a database as a start of the application does.

    Returns whether it was behind, and how many backups were made of it.
    """
    with tempfile.TemporaryDirectory() as home:
        app = application.build(url, HOME=Path(home))
        with app.app_context():
            behind = schema.pending()
            schema.prepare(app)
        application.close(app)
        return behind, len(list(Path(home, "backups").glob("before-migration-*.tar")))
