"""Long lists: the worker makes the file, whoever asked finds it on the page of the list."""

import re

import pytest

from app.blueprints.records import downloads
from app.extensions import db
from app.jobs import lists, worker
from app.models.people.user import User
from app.models.records.papers.document import Job
from tests.pages.looking import reads
from tests.pages.test_taken_away import rows_of


@pytest.fixture
def long(everywhere, monkeypatch):
    """A plant in which every list is a long one."""
    monkeypatch.setattr(downloads, "AT_ONCE", 1)
    return everywhere


def asked(walk, browser, address, kind="xlsx"):
    """Ask for a list as a file, and have it made; the page that it is found on."""
    answer = browser.submit("/lists/", address=address, **{"as": kind})
    assert answer.status_code == 303, answer.text
    assert 'data-state="waiting"' in browser.get(answer.location).text
    made(walk)
    return answer.location


def made(walk):
    """The worker does what was asked for last."""
    with walk.app.app_context():
        assert worker.do_next("test:1")


def give_up_roles(walk, browser):
    with walk.app.app_context():
        person = db.session.get(User, browser.user_id)
        person.holds.clear()
        db.session.commit()


def files_on(page):
    return re.findall(r'href="(/lists/[0-9]+/file)"', page.text)


def test_a_long_list_is_made_by_the_worker_as_it_is_shown(long, monkeypatch):
    browser = reads(long, "planner", "en")
    words = "/archive/?words=washline"
    monkeypatch.setattr(downloads, "AT_ONCE", 10_000)
    every, some = (rows_of(browser.get(f"{a}as=xlsx")) for a in ("/archive/?", f"{words}&"))
    monkeypatch.setattr(downloads, "AT_ONCE", 1)
    long_one = browser.get("/archive/?as=xlsx")
    assert long_one.status_code == 422, "nothing is left out in silence"
    assert re.search(r'name="address" value="/archive/"', long_one.text)
    assert asked(long, browser, "/archive/") == "/archive/"
    assert asked(long, browser, words) == words
    found = files_on(browser.get("/archive/?page=2"))
    assert len(found) == 2, "on the list's page, however it is narrowed"
    assert f'href="{words}">This list' in browser.get("/archive/").text
    assert [rows_of(browser.get(each)) for each in found] == [some, every], "in one's language"
    assert not files_on(browser.get("/stock/"))
    sheet = browser.get(found[0])
    assert re.search(r"archive-[0-9-]+[.]xlsx", sheet.headers["Content-Disposition"])


def test_a_file_is_for_who_asked_and_still_may(long):
    browser, other = reads(long, "planner", "en"), reads(long, "sales", "en")
    (found,) = files_on(browser.get(asked(long, browser, "/stock/?by=lot", "csv")))
    assert not files_on(other.get("/stock/")) and other.get(found).status_code == 404
    assert browser.get(found).mimetype == "text/csv"
    give_up_roles(long, browser)
    assert browser.get(found).status_code == 404


def test_a_list_that_is_no_longer_open_is_not_made(long):
    browser = reads(long, "admin", "en")
    answer = browser.submit("/lists/", address="/import/export/people", **{"as": "csv"})
    assert answer.location == "/import/", "the page that leads to it"
    give_up_roles(long, browser)
    made(long)
    with long.app.app_context():
        job = db.session.scalars(db.select(Job).order_by(Job.id.desc())).first()
        assert job.state == "done" and job.result == {"refused": True}


def test_only_lists_are_opened_for_somebody(long):
    browser = reads(long, "sales", "en")
    for address, status in (
        ("/live", 422),
        ("/", 422),
        ("//stranger.example/archive/", 422),
        ("/nothing", 422),
        ("/admin/users", 403),
    ):
        answer = browser.submit("/lists/", address=address, **{"as": "csv"})
        assert answer.status_code == status, address
    assert browser.submit("/lists/", address="/stock/", **{"as": "pdf"}).status_code == 422


def test_files_of_lists_are_forgotten(long, monkeypatch):
    browser = reads(long, "planner", "en")
    (found,) = files_on(browser.get(asked(long, browser, "/stock/")))
    with long.app.app_context():
        lists.tidy()
        assert browser.get(found).status_code == 200
        monkeypatch.setattr(lists, "KEPT", -lists.KEPT)
        lists.tidy()
    assert browser.get(found).status_code == 404
