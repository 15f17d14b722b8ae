"""The demo plant, loaded once for each kind of database and copied for each test."""

import shutil
from datetime import date

import pytest

from app import create_app
from app.demo import load
from app.demo.sheets import Calendar
from app.extensions import db
from tests import databases
from tests.conftest import WORKER

TODAY = date(2027, 3, 1)


@pytest.fixture(scope="session")
def loaded(kind, prepared, tmp_path_factory):
    """URL of a database with the demo plant. Its passwords are not hashed in earnest, which would take seconds."""
    folder = tmp_path_factory.mktemp("loaded")
    url = f"sqlite:///{folder / 'loaded.db'}"
    if kind == "sqlite":
        shutil.copyfile(prepared.removeprefix("sqlite:///"), folder / "loaded.db")
    else:
        url = databases.fresh_database(databases.postgres_url(), f"loaded_{WORKER}", template=f"prepared_{WORKER}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WASHLINE_HOME", str(folder))
        patch.setenv("DATABASE_URL", url)
        patch.setattr(load, "hash_password", lambda password: f"not a hash of {password}")
        with create_app().app_context():
            load.load(TODAY)
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
    return url


@pytest.fixture
def empty_database(kind, loaded, tmp_path):
    """Here a test's own copy is not empty: it holds the demo plant."""
    if kind == "sqlite":
        copy = tmp_path / "washline.sqlite3"
        shutil.copyfile(loaded.removeprefix("sqlite:///"), copy)
        return f"sqlite:///{copy}"
    return databases.fresh_database(databases.postgres_url(), f"copy_{WORKER}", template=f"loaded_{WORKER}")


@pytest.fixture
def plant(app):
    """What the load gives back, without its users."""
    return load.Plant(Calendar(TODAY), {})


@pytest.fixture
def admin(login_as):
    return login_as("admin", name="李样")


@pytest.fixture
def id_of(app):
    """``id_of(Product, code="P-DW-500")``."""

    def find(model, **wanted):
        with app.app_context():
            return db.session.scalars(db.select(model).filter_by(**wanted)).one().id

    return find
