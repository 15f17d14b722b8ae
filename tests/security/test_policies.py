"""Nothing is served that nobody declared."""

import pytest
from flask import Flask

from app.flow.roles import ADMIN, AUDITOR, PLANNER, SALES
from app.security import PUBLIC, SELF, STAFF, MissingPolicy, policy, require_policies


@pytest.fixture
def app(own_app):
    """The pages that are added here are nobody else's."""
    return own_app


def test_the_application_does_not_start_without_a_policy_and_names_the_endpoint(app):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(MissingPolicy, match="forgotten"):
        require_policies(app)


@pytest.mark.parametrize("roles", [(), ("admin",), ("auditor", "sales")])
def test_what_slips_in_later_is_refused_to_everybody(app, login_as, roles):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    browser = login_as(*roles) if roles else app.test_client()
    assert browser.get("/forgotten").status_code == 403


class Person:
    is_authenticated = True
    spot = None

    def __init__(self, *roles):
        self.roles = {r.key for r in roles}

    def has_role(self, keys):
        return not self.roles.isdisjoint(keys)


class Nobody:
    is_authenticated = False


WHO = [Nobody(), Person(), Person(SALES), Person(AUDITOR), Person(AUDITOR, SALES), Person(ADMIN)]


@pytest.mark.parametrize(
    "declared, get, post",
    [
        #                                                  nobody none sales auditor both admin
        ((PUBLIC,), "111111", "111111"),
        ((SELF,), "011111", "011111"),
        ((STAFF,), "001111", "001011"),
        ((SALES, PLANNER), "001010", "001010"),
        ((ADMIN,), "000001", "000001"),
    ],
)
def test_who_may_what(declared, get, post):
    assert_table(policy(*declared), get, post)


def test_readers_look_and_change_nothing():
    assert_table(policy(ADMIN, readers=(AUDITOR,)), "000111", "000001")


def assert_table(declare, get, post):
    view = declare(lambda: None)
    for method, row in (
        ("GET", get),
        ("HEAD", get),
        ("POST", post),
        ("PUT", post),
        ("DELETE", post),
    ):
        assert "".join("01"[view.policy.allows(who, method)] for who in WHO) == row, method


def test_files_of_the_look_are_public():
    require_policies(Flask("bare"))
