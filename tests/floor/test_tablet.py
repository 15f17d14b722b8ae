"""The shared tablet: paired once; a name, a PIN, one step, and it locks again.

Its login counts nowhere else, opens little, and is over soon.
"""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.extensions import db
from app.models.master import AnomalyCode
from app.models.people.logins import FailedLogin
from app.models.people.station import Station
from app.models.people.user import User, UserSession
from app.models.records.event import Event, broken_links
from app.models.records.rules.setting import Setting
from app.security import DEMO_PIN, demo_passwords_present, pin_weakness
from tests import around
from tests.staff import make_user
from tests.wall.test_display import confirm as confirm_display

PIN, PASSWORD = "735192", "seven green bottles"
cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash


@pytest.fixture
def plant(app):
    """An issued card, one whose plan waits for approval, and people with a PIN: ids by login,
    refs of the cards.
    """
    hashes = {"pin_hash": cheap(PIN), "password_hash": cheap(PASSWORD), "language": "en"}
    people = {
        login: make_user(app, *roles, login=login, name=name, **hashes)
        for login, name, roles in (
            ("wang", "王样", ["storekeeper"]),
            ("xie", "谢样", ["production_head"]),
            ("xu", "许样", ["sales"]),
            ("both", "Pat Sample", ["storekeeper", "sales"]),
        )
    }
    people["gone"] = make_user(
        app, "storekeeper", login="gone", name="去样", active=False, **hashes
    )
    people["none"] = make_user(app, "storekeeper", login="none", name="无样")
    with app.app_context():
        around.open_plant()
        db.session.add(
            AnomalyCode(
                code="AN-1",
                name_zh="灌装异常",
                name_en="Filling fault",
                stage="running",
                severity="low",
            )
        )
        card, other = (around.approve(order)[0] for order in (around.take_in(), around.take_in()))
        around.issue(card)
        around.plan(other)
        other.perform("answer_warehouse", by=around.person("storekeeper"), in_time=True)
        other.perform("answer_purchasing", by=around.person("buyer"), in_time=True)
        db.session.commit()
        return {**people, "card": card.number, "plan": other.number, "order": card.order.number}


@pytest.fixture
def admin(login_as):
    return login_as("admin")


@pytest.fixture
def tablet(app, admin):
    """``tablet("warehouse")`` gives the browser of a tablet paired for these departments."""

    def paired(*departments, browser=None):
        browser = browser or app.test_client()
        browser.set_cookie("language", "en")
        found = re.search(r'id="code">(\w{3}) (\w{3})<', browser.get("/floor/").text)
        assert confirm(admin, found[1] + found[2], departments).status_code == 303
        assert browser.get("/floor/state").status_code == 200
        assert browser.get("/floor/").status_code == 303
        return browser

    return paired


def confirm(admin, code, departments):
    return admin.submit(
        "/admin/stations/", code=code, name="一号库口", departments=list(departments)
    )


def enter(tablet, person, pin=PIN, **more):
    answer = tablet.post(f"/floor/pin/{person}", data={"pin": pin, **more})
    if answer.status_code == 303:
        tablet.user_id = person
    return answer


def names(tablet):
    return re.findall(r'data-name="(\S+)', tablet.get("/floor/").text)


def test_a_tablet_is_paired_by_its_code_and_names_those_who_work_there(
    app, plant, admin, tablet, rows
):
    screen = app.test_client()
    code = re.search(r'id="code">(\w{3}) (\w{3})<', screen.get("/floor/").text)
    assert confirm_display(admin, code[1] + code[2]).status_code == 422, (
        "a tablet is no wall display"
    )
    assert (
        screen.get("/floor/here").status_code == 410
        and screen.get(f"/floor/pin/{plant['wang']}").location == "/floor/"
    )
    assert confirm(admin, "ZZZZZZ", ["warehouse"]).status_code == 422
    warehouse, sales = tablet("warehouse"), tablet("sales")
    assert names(warehouse) == ["王样", "Pat"] and names(sales) == ["许样", "Pat"]
    assert warehouse.get("/floor/?q=pat").location == f"/floor/pin/{plant['both']}"
    assert warehouse.get("/floor/?q=a").text.count("data-name") == 2
    assert [
        warehouse.get(f"/floor/pin/{plant[who]}").status_code
        for who in ("wang", "xu", "gone", "none")
    ] == [200, 404, 404, 404]
    for path in (
        "/",
        "/warehouse/",
        "/find?q=1",
        "/admin/users",
        "/account",
        "/login?next=/archive/",
    ):
        assert warehouse.get(path).location.startswith("/floor/?next=/"), path
    assert warehouse.post(
        "/login", data={"login": "wang", "password": PASSWORD}
    ).location.startswith("/floor/"), "nobody by a password"
    tablet("quality", browser=admin)
    assert not admin.get_cookie("washline") and admin.get("/admin/users").location.startswith(
        "/floor/"
    ), "nor who was in before"
    assert [e.action for e in rows(Event) if e.flow == "station"] == ["pair"] * 3
    with app.app_context():
        assert list(broken_links()) == []


def test_name_pin_step_and_it_is_locked_again(app, plant, tablet, rows):
    browser = tablet("warehouse")
    assert enter(browser, plant["wang"]).location == "/floor/"
    token, page = browser.get_cookie("washline").value, browser.get("/floor/").text
    assert re.findall(r'data-record="([^"]+)" data-action="(\w+)"', page) == [
        (plant["card"], "start_preparing")
    ]
    fields = dict(
        re.findall(r'name="(version|key)" value="([^"]+)"', page[page.index("data-action") :])
    )
    answer = browser.submit(f"/warehouse/{plant['card']}/start_preparing", **fields)
    assert (answer.status_code, answer.location) == (303, "/floor/") and not browser.get_cookie(
        "washline"
    )
    locked = browser.get("/floor/").text
    assert (
        re.search(rf"{plant['card']}: \S.*</b> <span>Done by 王样", locked)
        and "data-name" in locked
    )
    assert not [s for s in rows(UserSession) if s.station_id]
    browser.set_cookie("washline", token)
    assert browser.submit(
        f"/warehouse/{plant['card']}/start_preparing", **fields
    ).location.startswith("/floor/")
    done = [e for e in rows(Event) if e.action == "start_preparing"]
    assert [(e.actor_id, e.role, e.data["station"]) for e in done] == [
        (plant["wang"], "storekeeper", "一号库口")
    ]


def test_pins_are_guessed_five_times_in_five_minutes(plant, tablet, rows, app):
    browser = tablet("warehouse")
    assert [
        enter(browser, plant["wang"], wrong).status_code
        for wrong in ("", "1", PASSWORD, "735193", "735194", "735195", "735196")
    ] == [422] * 5 + [422, 429]
    assert enter(browser, plant["wang"]).status_code == 429
    assert {f.login for f in rows(FailedLogin)} == {"wang PIN"}
    assert (
        app.test_client().post("/login", data={"login": "wang", "password": PASSWORD}).status_code
        == 303
    ), "at the desk Wang comes in"
    assert enter(browser, plant["both"], "７３５１９２").status_code == 303


def test_its_login_counts_on_this_tablet_only(app, plant, tablet, rows):
    browser, other = tablet("warehouse"), tablet("warehouse")
    enter(browser, plant["wang"])
    token = browser.get_cookie("washline").value
    other.set_cookie("washline", token)
    elsewhere = app.test_client()
    elsewhere.set_cookie("washline", token)
    assert [
        b.get(f"/warehouse/{plant['card']}").status_code for b in (browser, other, elsewhere)
    ] == [200, 303, 303]
    assert "/floor/pin/" in other.get("/floor/").text
    assert elsewhere.get("/live").status_code == 303
    own = app.test_client()
    own.set_cookie("language", "en")
    own.post("/login", data={"login": "wang", "password": PASSWORD})
    assert (
        own.get("/account").text.count("This device") == 1
        and "/account/logins/" not in own.get("/account").text
    )


@pytest.mark.parametrize(
    "back, lives",
    [
        ({"touched": timedelta(seconds=85)}, True),
        ({"touched": timedelta(seconds=91)}, False),
        ({"created": timedelta(minutes=9, seconds=50)}, True),
        ({"created": timedelta(minutes=10, seconds=1)}, False),
    ],
)
def test_it_is_over_after_ninety_seconds_idle_or_ten_minutes_and_only_hands_extend_it(
    app, plant, tablet, rows, back, lives
):
    browser = tablet("warehouse")
    enter(browser, plant["wang"])
    with app.app_context():
        login = db.session.scalars(
            db.select(UserSession).where(UserSession.station_id.is_not(None))
        ).one()
        for name, by in back.items():
            setattr(login, name, getattr(login, name) - by)
        db.session.commit()
        before = login.touched
    for asked in ("/floor/here?seen", f"/warehouse/{plant['card']}?seen=99999"):
        assert browser.get(asked).status_code in ((200, 204) if lives else (204, 303))
    assert [s.touched for s in rows(UserSession) if s.station_id] == [before]
    assert browser.get("/floor/here").status_code == (200 if lives else 204)
    assert ('data-floor="open"' in browser.get("/floor/").text) is lives
    if "touched" in back and lives:
        assert [s.touched for s in rows(UserSession) if s.station_id] > [before]


def test_an_unpaired_tablet_is_out_at_once_and_shows_a_new_code(plant, admin, tablet, rows):
    browser = tablet("warehouse")
    enter(browser, plant["wang"])
    station = rows(Station)[0]
    changed = {"name": "二号库口", "departments": ["quality"], "version": station.version}
    assert admin.submit(f"/admin/stations/{station.id}", **changed).status_code == 303
    assert admin.submit(f"/admin/stations/{station.id}", **changed).status_code == 409
    admin.submit(f"/admin/stations/{station.id}/revoke")
    assert browser.get("/floor/here").status_code == 410
    assert browser.get(f"/warehouse/{plant['card']}").location.startswith("/login"), (
        "it is no tablet any more"
    )
    assert re.search(r'id="code">\w{3} \w{3}<', browser.get("/floor/").text)


def test_it_opens_what_is_done_there_and_no_more(app, plant, tablet):
    browser = tablet("warehouse")
    enter(browser, plant["both"])
    for path in (
        "/account",
        "/account/pin",
        "/admin/users",
        "/admin/master/",
        "/archive/",
        "/procedure",
        "/warehouse/",
        "/warehouse/today",
        "/documents/x",
    ):
        assert browser.get(path).status_code == 403, path
    assert "not open at a shared tablet" in browser.get("/account").text
    assert browser.submit("/warehouse/views", name="mine", view="?").status_code == 403
    assert browser.get("/").location == "/floor/" and browser.get(
        f"/find?q={plant['card']}"
    ).location.endswith(plant["card"])
    order = browser.get(f"/sales/{plant['order']}")
    assert (
        order.status_code == 200
        and "/cancel" not in order.text
        and "/account" not in order.text
        and 'href="/sales/"' not in order.text
    )
    with app.app_context():
        request = around.take_in("C002").request_no
        db.session.commit()
    assert browser.get(f"/sales/{request}/start_review").status_code == 403
    assert browser.submit(f"/sales/{request}/start_review", version=1).status_code == 403, (
        "her role, but another department's work"
    )
    assert browser.get("/sales/new/order/receive").status_code == 403
    assert browser.post("/logout").location == "/floor/" and names(browser) == ["王样", "Pat"]


def test_a_signature_there_is_the_pin_again(plant, tablet):
    browser = tablet("production")
    address = f"/production/{plant['plan']}/approve_plan"
    enter(browser, plant["xie"])
    page = browser.get(address).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    assert "Your PIN again, as signature" in page and 'inputmode="numeric"' in page
    for wrong, sentence in (
        ("", "Please fill"),
        (PASSWORD, "not your PIN"),
        ("735193", "not your PIN"),
    ):
        refused = browser.submit(address, version=version, password=wrong)
        assert refused.status_code == 422 and sentence in refused.text
    answer = browser.submit(address, version=version, password=PIN)
    assert (answer.status_code, answer.location) == (303, "/floor/")


def test_a_problem_or_a_scanned_card_comes_first_and_then_who_it_is(plant, tablet, rows):
    browser = tablet("warehouse")
    report = re.search(r'class="button report" href="([^"]+)"', browser.get("/floor/").text)[1]
    assert "opens after your PIN" in browser.get(report).text
    form = enter(browser, plant["wang"], next="/warehouse/new/anomaly/report").location
    assert (
        browser.get(form).status_code == 200
        and 'href="/floor/" data-close' in browser.get(form).text
    )
    code = re.search(r'name="code_id".*?value="(\d+)"', browser.get(form).text, re.S)
    answer = browser.submit(form, code_id=code[1], card_ref=plant["card"], description="漏液")
    assert answer.location == "/floor/", answer.text
    scanned = browser.get(f"/floor/?q={plant['card']}").location
    assert scanned == f"/floor/?next=/find?q%3D{plant['card']}"
    onward = enter(browser, plant["wang"], next=f"/find?q={plant['card']}").location
    assert browser.get(onward).location == f"/warehouse/{plant['card']}"
    assert enter(browser, plant["wang"], next="//evil.example").location == "/floor/"


def test_a_pin_is_set_by_oneself_with_the_password_or_by_an_administrator(
    app, plant, admin, tablet, rows
):
    browser, own = tablet("warehouse"), app.test_client()
    own.post("/login", data={"login": "wang", "password": PASSWORD})
    own.user_id = plant["wang"]
    enter(browser, plant["wang"])
    for wrong in ({"current": "no"}, {"again": "111"}, {"pin": "121212", "again": "121212"}):
        assert (
            own.submit(
                "/account/pin", **{"current": PASSWORD, "pin": "902746", "again": "902746", **wrong}
            ).status_code
            == 422
        )
    assert browser.get("/floor/here").status_code == 200
    assert (
        own.submit("/account/pin", current=PASSWORD, pin="902746", again="902746").status_code
        == 303
    )
    assert (
        browser.get("/floor/here").status_code == 204 and own.get("/account").status_code == 200
    ), "only the tablet's login has ended"
    assert (
        enter(browser, plant["wang"]).status_code == 422
        and enter(browser, plant["wang"], "902746").status_code == 303
    )
    assert (
        admin.submit(f"/admin/users/{plant['none']}/pin", version=1, pin="000000").status_code
        == 422
    )
    assert (
        admin.submit(f"/admin/users/{plant['none']}/pin", version=1, pin="518273").status_code
        == 303
    )
    assert "无样" in tablet("warehouse").get("/floor/").text
    events = [e for e in rows(Event) if e.action == "set_pin"]
    assert [(e.record_id, e.actor_id, e.data) for e in events] == [
        (plant["wang"], plant["wang"], {}),
        (plant["none"], admin.user_id, {}),
    ]
    assert "902746" not in "".join(e.body for e in events)


def test_the_demo_s_pin_opens_only_the_demo_and_no_real_start(app, plant, tablet):
    browser = tablet("warehouse")
    with app.app_context():
        db.session.execute(
            db.update(User).where(User.login == "wang").values(pin_hash=cheap(DEMO_PIN))
        )
        db.session.commit()
        assert demo_passwords_present() == ["wang"]
    assert enter(browser, plant["wang"], DEMO_PIN).status_code == 422
    with app.app_context():
        db.session.add(Setting(key="demo", value="1"))
        db.session.commit()
    assert enter(browser, plant["wang"], DEMO_PIN).status_code == 303


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "12345",
        "1234567",
        "12345a",
        "000000",
        "010101",
        "123456",
        "987654",
        "135791",
        "123123",
        "123321",
        "520131",
        DEMO_PIN,
    ],
)
def test_a_pin_that_others_would_try_first_is_refused(pin):
    assert pin_weakness(pin) and not pin_weakness(PIN) and not pin_weakness("７３５１９２")


def test_a_tablet_speaks_one_language_whoever_stands_there(app, plant, admin, tablet):
    """Its own setting, else its browser's; never what somebody chose for their own screen, and
    nobody's choice is changed here.
    """
    browser = tablet("warehouse")
    with app.app_context():
        db.session.get(User, plant["wang"]).language = "zh_Hans_CN"
        db.session.commit()
    enter(browser, plant["wang"])
    assert "Report a problem" in browser.get("/floor/").text
    browser.post("/logout")
    station = re.search(r'data-station="(\d+)"', admin.get("/admin/stations/").text)[1]
    assert (
        admin.submit(
            f"/admin/stations/{station}",
            version=1,
            name="一号库口",
            departments=["warehouse"],
            language="zh_Hans_CN",
        ).status_code
        == 303
    )
    for user in ("both", "wang"):
        assert (
            "报告异常" in browser.get("/floor/").text
            and 'name="lang"' not in browser.get("/floor/").text
        )
        enter(browser, plant[user])
        assert "报告异常" in browser.get("/floor/").text
        browser.submit("/language", lang="en", next="/floor/")
        assert "报告异常" in browser.get("/floor/").text
        browser.post("/logout")
    with app.app_context():
        assert db.session.get(User, plant["both"]).language == "en"
