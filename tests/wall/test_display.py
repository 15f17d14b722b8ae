"""Wall displays: a code confirmed once, a token that opens nothing else, and never a customer's
name.
"""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import g

from app.extensions import db
from app.models.master import Customer
from app.models.people import pairing
from app.models.people.display import Display
from app.models.people.pairing import Pairing
from app.models.people.user import User
from app.models.records.event import Event, broken_links
from app.screens.wall import page_cache
from app.web import assets
from tests import application
from tests.played import played_plant

SETTINGS = {
    "name": "一车间",
    "layouts": ["plant", "flow"],
    "seconds": 20,
    "distance": 6,
    "diagonal": 55,
    "language": "zh_Hans_CN",
    "theme": "dark",
}


def code_on(screen):
    found = re.search(r'id="code">(\w{3}) (\w{3})<', screen.get("/display/").text)
    return found and found[1] + found[2]


def confirm(admin, code, **settings):
    return admin.submit("/admin/displays/", **SETTINGS | settings, code=code)


@pytest.fixture
def admin(login_as):
    return login_as("admin")


@pytest.fixture
def screen(app, admin):
    """A paired screen's browser."""
    found = app.test_client()
    assert confirm(admin, code_on(found)).status_code == 303
    assert found.get("/display/").status_code == 303
    return found


def test_a_screen_shows_one_code_until_it_is_confirmed_and_then_its_pages(app, admin):
    screen = app.test_client()
    code = code_on(screen)
    assert code_on(screen) == code and screen.get("/display/state").status_code == 204
    assert confirm(admin, f"{code[:3]}-{code[3:].lower()}").status_code == 303
    assert screen.get("/display/state").status_code == 200
    answer = screen.get("/display/")
    cookie = next(
        c for c in answer.headers.getlist("Set-Cookie") if c.startswith("washline_screen=")
    )
    assert answer.status_code == 303 and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = screen.get("/display/")
    assert 'id="screen"' in page.text and "一车间" in page.text and 'lang="zh-CN"' in page.text
    assert screen.get("/display/screen?page=1").headers["X-Display"].startswith(assets.version())


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(app, admin, rows):
    screen, other = app.test_client(), app.test_client()
    code, late = code_on(screen), code_on(other)
    assert confirm(admin, code).status_code == 303
    for wrong in (code, "ZZZZZZ", "abc", ""):
        assert confirm(admin, wrong).status_code == 422
    with app.app_context():
        waiting = db.session.scalars(db.select(Pairing).where(Pairing.code == late)).one()
        waiting.at -= timedelta(minutes=16)
        db.session.commit()
    assert confirm(admin, late).status_code == 422
    assert other.get("/display/state").status_code == 410 and code_on(other) != late
    assert len(rows(Display)) == 1


def test_whoever_opens_many_pages_keeps_no_screen_out(app, admin, rows, monkeypatch):
    """Not at forty, and not at any number: the oldest that nobody confirmed makes room."""
    monkeypatch.setattr(pairing, "MOST_WAITING", 5)
    first, screen = app.test_client(), app.test_client()
    assert code_on(first)
    for _ in range(4):
        code_on(app.test_client())
    code = code_on(screen)
    assert len(rows(Pairing)) == 5 and first.get("/display/state").status_code == 410
    assert confirm(admin, code).status_code == 303


def test_the_token_opens_the_display_and_nothing_else(app, screen):
    for path in (
        "/",
        "/production/",
        "/find?q=84",
        "/archive/",
        "/admin/displays/",
        "/live",
        "/account",
        "/master/",
    ):
        answer = screen.get(path)
        assert answer.status_code in (302, 303, 401, 404), path
        assert "/login" in answer.headers.get("Location", "/login")
    assert screen.get("/display/live").mimetype == "text/event-stream"
    assert app.test_client().get("/display/live").status_code == 410


def test_an_unpaired_screen_is_told_so_and_shows_a_new_code(app, admin, screen, rows):
    display = rows(Display)[0]
    admin.submit(f"/admin/displays/{display.id}/revoke")
    gone = screen.get("/display/screen")
    assert gone.status_code == 410 and gone.headers["X-Display"]
    assert code_on(screen)
    assert [e.action for e in rows(Event) if e.flow == "display"] == ["pair", "revoke"]
    with app.app_context():
        assert list(broken_links()) == []


def test_what_a_display_shows_can_be_changed_and_a_stale_form_is_refused(admin, screen, rows):
    display = rows(Display)[0]
    address = f"/admin/displays/{display.id}"
    assert (
        admin.submit(
            address,
            **SETTINGS | {"layouts": ["notices"], "language": "en"},
            version=display.version,
        ).status_code
        == 303
    )
    assert 'lang="en"' in screen.get("/display/").text
    assert admin.submit(address, **SETTINGS, version=display.version).status_code == 409
    assert (
        admin.submit(address, **SETTINGS | {"seconds": 1}, version=display.version + 1).status_code
        == 422
    )


def test_a_screen_too_small_for_where_it_is_read_from_is_refused_with_the_size_it_takes(
    admin, screen, rows
):
    """Capitals of 40 mm for 8 m; 74 inches of 16:9 are 921 mm high, and letters of 1/0.72 of 40
    mm are 6.03 hundredths of it.
    """
    display = rows(Display)[0]
    address = f"/admin/displays/{display.id}"
    refused = admin.submit(
        address, **SETTINGS | {"distance": 8, "diagonal": 73}, version=display.version
    )
    assert refused.status_code == 422 and "74" in refused.text
    assert (
        admin.submit(
            address, **SETTINGS | {"distance": 8, "diagonal": 74}, version=display.version
        ).status_code
        == 303
    )


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    home = tmp_path_factory.mktemp("walls")
    with application.renewed(played_plant(home).copy("walls"), home) as app:
        with app.app_context():
            db.session.execute(db.update(Customer).values(name_en=Customer.name_en + " Pty"))
            db.session.commit()
        yield app


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("distance", [2, 6])
def test_no_page_of_the_living_plant_names_a_customer_or_more_than_five_figures(
    plant, language, distance
):
    with plant.test_request_context():
        g.language = language
        names = {
            name
            for c in db.session.scalars(db.select(Customer))
            for name in (c.name_local, c.name_en)
        }
        unit = Display(distance=distance, diagonal=55).unit
        keeper = db.session.scalars(db.select(User)).first()
        pages = page_cache.screens(
            SimpleNamespace(layouts=list(page_cache.LAYOUTS), unit=unit, paired_by=keeper)
        )
    assert len(pages) > len(page_cache.LAYOUTS) and any('class="stop' in page for page in pages)
    for page in pages:
        assert not [name for name in names if name in page]
        assert page.count('<section class="line ') <= (2 if distance == 6 else 4)
    # Today's plan against actual, of each line that has one today.
    assert (
        1
        <= sum(page.count('class="today"') for page in pages)
        <= sum(page.count('<section class="line ') for page in pages)
    )


def test_what_is_halted_comes_first_whatever_a_display_shows(plant):
    with plant.test_request_context():
        g.language = "en"
        unit = Display(distance=2, diagonal=55).unit
        keeper = db.session.scalars(db.select(User)).first()
        pages = page_cache.screens(SimpleNamespace(layouts=["flow"], unit=unit, paired_by=keeper))
    assert (
        '<section class="line halted"' in pages[0]
        and "2026-00015-2" in pages[0]
        and "2026-00016-1" in pages[0]
    )
    assert "nobody has it yet" in pages[0] and "unseen" in pages[0]
    assert not any('<section class="line halted"' in page for page in pages[1:])
