"""The demo plant, loaded once for each kind of database and copied for each test."""

from datetime import date

import pytest

from app.demo import load
from app.demo.sheets import Calendar
from app.extensions import db
from tests import application, shared
from tests.shared import Template

TODAY = date(2027, 3, 1)


@pytest.fixture(scope="session")
def loaded(kind, prepared, tmp_path_factory):
    """The template with the demo plant, as on TODAY.

    Its passwords are not hashed in earnest, which would take seconds.
    """
    template = Template(kind, "loaded")

    def make():
        app = application.build(template.create(prepared), HOME=tmp_path_factory.mktemp("loaded"))
        with pytest.MonkeyPatch.context() as patch, app.app_context():
            patch.setattr(load, "hash_password", lambda password: f"not a hash of {password}")
            load.load(TODAY)
            db.session.commit()
        application.close(app)

    shared.once(f"loaded-{kind}", make)
    return template


@pytest.fixture
def start(loaded):
    """Here a test's own copy is not empty: it holds the demo plant."""
    return loaded


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
