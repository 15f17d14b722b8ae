"""What every test may ask for."""

import gc
import os
import shutil

import pytest
from sqlalchemy import create_engine

from app import live, models
from app.database import engine_options
from app.extensions import db
from app.models.records.event import guard_ledgers
from tests import application, databases, memory, shared
from tests.shared import WORKER, Template
from tests.staff import log_in, make_user
from tests.trail import Trail

memory.keep_in_memory()
live.TRIED = 0.3  # a watcher whose end a test waits for has ended as soon
pytest_plugins = ["tests.plants"]


def pytest_configure(config):
    """Before the workers start: the folder they share, and the server whose address they inherit.

    Nothing of the developer's own installation is known to any test.
    """
    for name in [name for name in os.environ if name.startswith(("WASHLINE_", "DATABASE_"))]:
        if not name.startswith("WASHLINE_TEST_"):
            del os.environ[name]
    os.environ["WASHLINE_HOME"] = str(shared.folder() / "home")
    if WORKER == "main" and getattr(config.option, "numprocesses", None):
        os.environ.setdefault("WASHLINE_TEST_POSTGRES", databases.postgres_url())


def pytest_xdist_auto_num_workers():
    """One more than there are processors: a worker waits at times for a browser or a database."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish():
    """What is loaded by now stays: the collector of garbage need not look through it again, nor as
    often as for a small program."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure():
    if WORKER == "main":
        shutil.rmtree(shared.folder(), ignore_errors=True)


def pytest_generate_tests(metafunc):
    """Run a test on SQLite, and on PostgreSQL too where it is marked ``on_both``."""
    named = any("kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "kind" in metafunc.fixturenames and not named:
        both = metafunc.definition.get_closest_marker("on_both")
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def kind(request):
    """``sqlite`` or ``postgresql``."""
    return request.param


@pytest.fixture(scope="session")
def prepared(kind):
    """The template with every table and nothing in it."""
    template = Template(kind, "prepared")

    def make():
        url = template.create()
        engine = create_engine(url, **engine_options(url))
        with engine.begin() as connection:
            db.metadatas[None].create_all(connection)
            guard_ledgers(connection)
        engine.dispose()

    shared.once(f"prepared-{kind}", make)
    return template


@pytest.fixture
def start(prepared):
    """The template that this test's own database begins as: with nothing in it."""
    return prepared


@pytest.fixture
def empty_database(start):
    """URL of this test's own copy of what it starts from."""
    return start.copy()


@pytest.fixture
def app(empty_database, tmp_path):
    """The application on an empty database.

    No context is open: ask for one where the test touches models.
    """
    with application.renewed(empty_database, tmp_path) as app:
        yield app


@pytest.fixture
def own_app(empty_database, tmp_path):
    """An application that nobody else has, for a test that adds pages to it."""
    app = application.build(empty_database, HOME=tmp_path)
    yield app
    application.close(app)


@pytest.fixture
def client(app):
    """A browser in which nobody is logged in."""
    return app.test_client()


@pytest.fixture
def trail(app, start, request):
    """``trail.follow("orders", make)``: what ``make()`` does to the database, done once a run."""
    return Trail(app, start, request)


@pytest.fixture
def login_as(app, trail):
    """``login_as("planner")`` gives a browser of a new person with that role (or several roles)."""

    def enter(*roles, **fields):
        way = (roles, sorted(fields.items()))
        return log_in(app, trail.follow(way, lambda: make_user(app, *roles, **fields)))

    return enter


@pytest.fixture
def rows(app):
    """``rows(UserSession)``: what stands in a table, as a list."""

    def read(model):
        with app.app_context():
            return db.session.scalars(db.select(model)).all()

    return read
