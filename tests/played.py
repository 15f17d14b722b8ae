"""A played demo plant for whoever needs one full of life: played once a test run, then copied."""

import shutil
import tempfile
from pathlib import Path

import pytest

from app import create_app, schema
from app.demo import play
from app.extensions import db
from app.models.setting import mark_demo
from tests import shared


def played_file() -> Path:
    """The SQLite file of a plant played up to now. Copy it before you change anything: ``copy_to``."""

    def make():
        with tempfile.TemporaryDirectory() as home:
            played(f"sqlite:///{shared.folder() / 'played.sqlite3'}", Path(home))

    shared.once("played", make)
    return shared.folder() / "played.sqlite3"


def copy_to(path: Path) -> str:
    """Copy the played plant to ``path``; the copy's URL comes back."""
    shutil.copyfile(played_file(), path)
    return f"sqlite:///{path}"


def application(url: str, home: Path):
    """The application on a database, its home elsewhere than the developer's."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WASHLINE_HOME", str(home))
        environment.setenv("DATABASE_URL", url)
        return create_app(TESTING=True, PROPAGATE_EXCEPTIONS=False)


def played(url: str, home: Path, today=None):
    """Play the demo plant into the empty database of ``url``; the application comes back."""
    app = application(url, home)
    with app.app_context():
        schema.create()
        mark_demo()
        db.session.commit()
        play.play(today)
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return app
