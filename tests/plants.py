"""Two plants, each made once and copied for each test: one with master data and stock, one with
a record in every stage.
"""

import pytest
from sqlalchemy import select

from app import clock
from app.demo.load import load
from app.extensions import db
from app.models.master import WorkStep
from tests import application, shared
from tests.flow.everywhere import fill
from tests.shared import Template
from tests.trail import Trail
from tests.walk import Walk

# Of the seventeen steps of an instruction one of each kind, with and without a second person, and
# the note. All of them are signed in the browser's tour (tests/browser/test_journey.py) and in the
# dossier's (tests/documents).
STEPS = (1, 2, 4, 5, 10, 14, 17, 18)


@pytest.fixture(scope="session")
def planted(kind, prepared, tmp_path_factory):
    """The template with master data, staff, opening stock, and work instructions of few steps."""
    template = Template(kind, "planted")

    def make():
        app = application.build(template.create(prepared), HOME=tmp_path_factory.mktemp("planted"))
        with pytest.MonkeyPatch.context() as patch, app.app_context():
            patch.setattr("app.demo.load.hash_password", lambda password: "no hash")
            load(clock.today())
            for step in db.session.scalars(select(WorkStep).where(WorkStep.step_no.not_in(STEPS))):
                step.active = False
            db.session.commit()
        application.close(app)

    shared.once(f"planted-{kind}", make)
    return template


@pytest.fixture(scope="session")
def walked(kind, planted, tmp_path_factory):
    """The template in which a record stands in every stage.

    It has ``refs`` of (flow, stage) and the walk's ``people``.
    """
    template = Template(kind, "walked")

    def make():
        app = application.build(template.create(planted), HOME=tmp_path_factory.mktemp("walked"))
        walk = Walk(app)
        refs = fill(walk)
        people = {who: browser.user_id for who, browser in walk.browsers.items()}
        application.close(app)
        return [list(refs.items()), list(people.items())]

    refs, people = shared.once(f"walked-{kind}", make)
    template.refs = {tuple(key): ref for key, ref in refs}
    template.people = {tuple(who): user_id for who, user_id in people}
    return template


@pytest.fixture
def walk(planted, tmp_path, request):
    """A walk through a plant that holds the demo's master data and stock, but nobody's orders.

    Its first steps may be copies: tests/trail.py.
    """
    with application.renewed(planted.copy(), tmp_path) as app:
        yield Walk(app, trail=Trail(app, planted, request))


def walk_everywhere(walked, app):
    walk = Walk(app, walked.people)
    walk.refs = walked.refs
    return walk


@pytest.fixture
def everywhere(walked, tmp_path):
    """A walk through the plant with a record in every stage: ``everywhere.refs[flow, stage]``."""
    with application.renewed(walked.copy(), tmp_path) as app:
        yield walk_everywhere(walked, app)


@pytest.fixture(scope="session")
def standing(walked, tmp_path_factory):
    """The same plant, one for all tests that change nothing: what they ask for must be refused."""
    with application.renewed(walked.copy("standing"), tmp_path_factory.mktemp("standing")) as app:
        yield walk_everywhere(walked, app)
