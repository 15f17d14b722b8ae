"""What every test may ask for."""

import gc
import os
import shutil

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import configure_mappers

from app import create_app, models  # noqa: F401
from app.database import engine_options
from app.extensions import db
from app.live import end_streams
from app.models.event import guard_ledgers
from tests import databases, forked, memory, shared
from tests.people import Browser, log_in, make_user
from tests.warm import keep_compiled

keep_compiled()
memory.keep_in_memory()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def pytest_configure(config):
    """Before the workers start: the folder they share, and the server whose address they inherit."""
    if WORKER == "main":
        shared.folder()
        if getattr(config.option, "numprocesses", None):
            os.environ.setdefault("WASHLINE_TEST_POSTGRES", databases.postgres_url())


def pytest_collection_finish():
    """What is loaded by now stays, in the commands that tests run too: the collector of garbage need not look through it again, nor as
    often as for a small program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WASHLINE_HOME", str(shared.folder()))
        patch.delenv("DATABASE_URL", raising=False)
        create_app()
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    forked.have_mother()


def pytest_unconfigure():
    if WORKER == "main":
        shutil.rmtree(shared.folder(), ignore_errors=True)


# What touches dialect, locks, triggers, migrations, roles or search runs on PostgreSQL too, and one journey.
ON_BOTH = {
    "tests/race/", "tests/upgrades/", "tests/flow/journeys/test_production.py",
    "tests/flow/test_deputies.py", "tests/flow/test_kept_boards.py", "tests/flow/test_robots.py",
    "tests/pages/test_board_rules.py",
    "tests/security/test_once.py", "tests/test_archive.py", "tests/test_backup.py",
    "tests/test_cli.py", "tests/test_databases.py", "tests/test_find.py", "tests/test_jobs.py",
    "tests/test_ledgers.py", "tests/test_limits.py", "tests/test_live.py", "tests/test_readiness.py",
    "tests/test_migrations.py", "tests/test_views.py",
}


def pytest_generate_tests(metafunc):
    """Run a test on SQLite, and on PostgreSQL too where its file is in ``ON_BOTH``."""
    named = any("kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "kind" in metafunc.fixturenames and not named:
        path = str(metafunc.definition.path.relative_to(metafunc.config.rootpath))
        both = any(path == name or name.endswith("/") and path.startswith(name) for name in ON_BOTH)
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def kind(request):
    """``sqlite`` or ``postgresql``."""
    return request.param


@pytest.fixture(scope="session")
def database_url(kind, tmp_path_factory):
    """URL of an empty database, once for each kind that the test runs on."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'washline.db'}"
    return databases.fresh_database(databases.postgres_url(), f"washline_{WORKER}")


@pytest.fixture(scope="session")
def prepared(kind):
    """A database with every table and nothing in it, made once and copied for each test."""

    def make():
        url = (f"sqlite:///{shared.folder() / 'prepared.db'}" if kind == "sqlite"
               else databases.fresh_database(databases.postgres_url(), "prepared"))  # fmt: skip
        engine = create_engine(url, **engine_options(url))
        with engine.begin() as connection:
            db.metadatas[None].create_all(connection)
            guard_ledgers(connection)
        engine.dispose()
        return url

    return shared.once(f"prepared-{kind}", make)


@pytest.fixture
def empty_database(kind, prepared, tmp_path):
    """URL of this test's own copy, with every table and nothing in it."""
    if kind == "sqlite":
        copy = tmp_path / "washline.sqlite3"
        shutil.copyfile(prepared.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"
        return
    yield databases.fresh_database(databases.postgres_url(), f"copy_{WORKER}", template="prepared")


@pytest.fixture
def app(empty_database, tmp_path, monkeypatch):
    """The application on an empty database. No context is open: ask for one where the test touches models."""
    monkeypatch.setenv("WASHLINE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", empty_database)
    for name in ("WASHLINE_HOSTS", "WASHLINE_PROXY_HOPS"):
        monkeypatch.delenv(name, raising=False)
    app = create_app(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = Browser
    yield app
    end_streams(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app):
    """A browser in which nobody is logged in."""
    return app.test_client()


@pytest.fixture
def login_as(app):
    """``login_as("planner")`` gives a browser of a new person with that role (or several roles)."""

    def enter(*roles, **fields):
        return log_in(app, make_user(app, *roles, **fields))

    return enter


@pytest.fixture
def rows(app):
    """``rows(UserSession)``: what stands in a table, as a list."""

    def read(model):
        with app.app_context():
            return db.session.scalars(db.select(model)).all()

    return read
