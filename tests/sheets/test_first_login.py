"""Whoever came in by a file of people has a link to choose a first password, once."""

import re

from app.extensions import db
from app.models.people.user import User
from tests.sheets.conftest import work

ENGLISH = {"Accept-Language": "en"}
STAFF = "登录名,姓名,角色\nwang,王样,sales|planner\n".encode()
NEW = {"password": "four horses on a hill", "again": "four horses on a hill"}


def link_of(admin, app):
    with app.app_context():
        number = db.session.query(User).filter_by(login="wang").one().id
    page = admin.get(f"/admin/users/{number}").text
    found = re.search(r"http://[^/]+(/welcome/[\w.-]+)", page)
    return found and found[1]


def test_a_link_serves_once(app, client, login_as, bring):
    admin = login_as("admin")
    page = bring(admin, "people", "staff.csv", STAFF)
    admin.submit(f"{page}/take")
    work(app)
    link = link_of(admin, app)
    assert "You log in as wang" in client.get(link, headers=ENGLISH).text
    for wrong in ({"again": "another"}, {"password": "12345678", "again": "12345678"}):
        assert client.post(link, data={**NEW, **wrong}).status_code == 422
    assert client.post(link, data=NEW).status_code == 303
    assert client.get(link).status_code == client.post(link, data=NEW).status_code == 404
    assert link_of(admin, app) is None
    with app.app_context():
        person = db.session.query(User).filter_by(login="wang").one()
        assert person.own_role_keys == {"sales", "planner"} and person.password_hash
        assert person.history[-1].action == "set_password"
    answer = client.post("/login", data={"login": "wang", "password": NEW["password"]})
    assert answer.status_code == 303


def test_no_other_link_opens_anything(client, app):
    assert client.get("/welcome/WzEsMF0.aaaa.bbbb").status_code == 404
