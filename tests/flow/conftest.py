"""Two plants, each made once and copied for each test: one with master data and stock, one with a record in every stage."""

import pytest
from sqlalchemy import event, select

from app import clock, create_app
from app.demo.load import load
from app.extensions import db
from app.models.master import WorkStep
from tests import shared
from tests.conftest import WORKER
from tests.flow.everywhere import fill
from tests.people import Browser
from tests.shared import Template
from tests.walk import Walk

# Of the seventeen steps of an instruction one of each kind, with and without a second person, and the note.
# All of them are signed in the browser's tour (tests/browser/test_journey.py) and in the dossier's (tests/documents).
STEPS = (1, 2, 4, 5, 10, 14, 17, 18)


def application(url, home, monkeypatch):
    monkeypatch.setenv("WASHLINE_HOME", str(home))
    monkeypatch.setenv("DATABASE_URL", url)
    app = create_app(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = Browser
    with app.app_context():
        if db.engine.dialect.name == "sqlite":  # nothing here must survive a power loss
            event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return app


def close(app):
    with app.app_context():
        db.session.remove()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


@pytest.fixture(scope="session")
def planted(kind, prepared, tmp_path_factory):
    """The template with master data, staff, opening stock, and work instructions of few steps."""
    template = Template(kind, "planted")

    def make():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.demo.load.hash_password", lambda password: "no hash")
            app = application(template.become(Template(kind, "prepared", prepared)), tmp_path_factory.mktemp("planted"), patch)
            with app.app_context():
                load(clock.today())
                for step in db.session.scalars(select(WorkStep).where(WorkStep.step_no.not_in(STEPS))):
                    db.session.delete(step)
                db.session.commit()
            close(app)

    shared.once(f"planted-{kind}", make)
    return template


@pytest.fixture(scope="session")
def walked(kind, planted, tmp_path_factory):
    """The template in which a record stands in every stage, with ``refs`` of (flow, stage) and the walk's ``people``."""
    template = Template(kind, "walked")

    def make():
        with pytest.MonkeyPatch.context() as patch:
            app = application(template.become(planted), tmp_path_factory.mktemp("walked"), patch)
            walk = Walk(app)
            refs = fill(walk)
            people = {who: browser.user_id for who, browser in walk.browsers.items()}
            close(app)
        return [list(refs.items()), list(people.items())]

    template.refs, template.people = ({tuple(key): value for key, value in pairs} for pairs in shared.once(f"walked-{kind}", make))
    return template


@pytest.fixture
def walk(planted, tmp_path, monkeypatch):
    """A walk through a plant that holds the demo's master data and stock, but nobody's orders."""
    app = application(planted.copy_to(tmp_path / "copy.sqlite3", f"copy_{WORKER}"), tmp_path, monkeypatch)
    yield Walk(app)
    close(app)


@pytest.fixture
def everywhere(walked, tmp_path, monkeypatch):
    """A walk through the plant with a record in every stage: ``everywhere.refs[flow, stage]``."""
    app = application(walked.copy_to(tmp_path / "copy.sqlite3", f"copy_{WORKER}"), tmp_path, monkeypatch)
    walk = Walk(app, walked.people)
    walk.refs = walked.refs
    yield walk
    close(app)


@pytest.fixture(scope="session")
def standing(walked, tmp_path_factory):
    """The same plant, one for all tests that change nothing: everything they ask for must be refused."""
    folder = tmp_path_factory.mktemp("standing")
    with pytest.MonkeyPatch.context() as patch:
        app = application(walked.copy_to(folder / "standing.sqlite3", f"standing_{WORKER}"), folder, patch)
    walk = Walk(app, walked.people)
    walk.refs = walked.refs
    yield walk
    close(app)
