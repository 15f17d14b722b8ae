"""Two nodes on one database, each with a home of its own: a form from one is taken by the other,
once, if they share their secret.
"""

import pytest

from app.blueprints.records.idempotent import idempotent
from app.extensions import db
from app.models.people.user import User
from app.security import STAFF, policy
from tests import application
from tests.staff import log_in, make_user


@pytest.fixture
def nodes(empty_database, tmp_path, monkeypatch):
    """``nodes(file)``: two applications whose secret is in this file, if one is named."""
    built = []

    def start(secret=None):
        if secret:
            monkeypatch.setenv("WASHLINE_SECRET_FILE", str(secret))
        for name in ("one", "other"):
            monkeypatch.setenv("WASHLINE_HOME", str(tmp_path / name))
            built.append(application.build(empty_database, HOME=tmp_path / name))
            counting(built[-1])
        return built

    yield start
    for node in built:
        application.close(node)


def counting(app):
    """POST /count gives a person a title, one longer each time."""

    @app.post("/count")
    @policy(STAFF)
    @idempotent
    def count():
        person = db.session.scalar(db.select(User))
        person.title += "x"
        return person.title, 200


def send(node, browser, key, token):
    """Send a form that was opened elsewhere to a node, with the cookies it was opened with."""
    other = node.test_client()
    other.careless = True  # it carries the token of the form, none of this node's
    for cookie in browser._cookies.values():
        other.set_cookie(cookie.key, cookie.value)
    return other.post("/count", data={"key": key, "csrf_token": token})


@pytest.mark.on_both
def test_a_form_from_one_node_is_taken_by_the_other_once(nodes, tmp_path):
    shared = tmp_path / "shared"
    shared.write_text("a secret that both of the nodes were given\n")
    one, other = nodes(shared)
    assert one.config["SECRET_KEY"] == other.config["SECRET_KEY"] == shared.read_text().strip()
    assert not [*tmp_path.glob("*/secret")], "and none is made"
    browser = log_in(one, make_user(one, "sales", title=""))
    key, token = browser.key(), browser.csrf_token()
    answers = [send(node, browser, key, token) for node in (other, one, other)]
    assert [(each.status_code, each.text) for each in answers] == [(200, "x")] * 3


def test_nodes_with_secrets_of_their_own_refuse_each_other_s_forms(nodes):
    one, other = nodes()
    browser = log_in(one, make_user(one, "sales", title=""))
    key, token = browser.key(), browser.csrf_token()
    assert send(other, browser, key, token).status_code == 400
    assert send(one, browser, key, token).status_code == 200
