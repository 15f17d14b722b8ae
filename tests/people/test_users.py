"""Users and roles, as an administrator works with them."""

import pytest

from app.extensions import db
from app.models.people.user import User, UserSession
from app.models.records.event import Event, broken_links
from tests.staff import make_user

NEW = {
    "login": "chen",
    "name": "陈样",
    "title": "销售",
    "language": "en",
    "roles": ["sales", "buyer"],
    "active": "y",
    "password": "seven green bottles",
}


@pytest.fixture
def admin(login_as):
    browser = login_as("admin", login="li", name="李样")
    browser.set_cookie("language", "en")
    return browser


@pytest.fixture
def wang(app):
    return make_user(app, "sales", login="wang", name="王样", title="销售专员")


def person(app, login):
    with app.app_context():
        user = db.session.scalar(db.select(User).where(User.login == login))
        return user and {
            "roles": user.role_keys,
            "name": user.name,
            "title": user.title,
            "active": user.active,
            "language": user.language,
            "version": user.version,
            "id": user.id,
        }


def events(app, user_id):
    with app.app_context():
        return [
            (e.action, e.actor_id, e.role, e.data) for e in db.session.get(User, user_id).history
        ]


def edit(**changed):
    return {
        "login": "wang",
        "name": "王样",
        "title": "销售专员",
        "language": "",
        "roles": ["sales"],
        "active": "y",
        "version": "1",
        **changed,
    }


def body(answer):
    return answer.get_data(as_text=True)


def test_the_list_names_everybody_and_their_roles(admin, wang):
    page = body(admin.get("/admin/users"))
    assert "王样" in page and "Sales clerk" in page and "Administrator" in page


def test_taking_a_person_on(app, admin):
    answer = admin.submit("/admin/users/new", **NEW)
    chen = person(app, "chen")
    assert (answer.status_code, answer.location) == (303, f"/admin/users/{chen['id']}")
    assert (chen["roles"], chen["title"], chen["language"], chen["active"]) == (
        {"sales", "buyer"},
        "销售",
        "en",
        True,
    )
    ((action, actor, role, data),) = events(app, chen["id"])
    assert (action, actor, role, data["roles"], data["active"]) == (
        "create",
        admin.user_id,
        "admin",
        ["sales", "buyer"],
        True,
    )
    assert all(data[field].keys() == {"sha256"} for field in ("login", "name", "title")), (
        "kept apart"
    )
    newcomer = app.test_client()
    assert (
        newcomer.post("/login", data={"login": "chen", "password": NEW["password"]}).status_code
        == 303
    )


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"login": "li"}, "is taken"),
        ({"login": "a b"}, "does not have the form"),
        ({"login": ""}, "required"),
        ({"name": " "}, "required"),
        ({"password": "12345678"}, "among the first"),
        ({"password": "short"}, "at least 8"),
        ({"roles": ["king"]}, "valid choice"),
        ({"name": "x" * 81}, "longer than 80"),
        ({"language": "fr"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(app, admin, wrong, sentence):
    answer = admin.submit("/admin/users/new", **{**NEW, **wrong})
    assert answer.status_code == 422
    assert sentence in body(answer)
    assert person(app, "chen") is None


def test_a_change_is_made_and_stands_in_the_chain_personal_data_beside_it(app, admin, wang):
    answer = admin.submit(
        f"/admin/users/{wang}", **edit(name="王新样", roles=["planner", "sales"], title="计划员")
    )
    assert answer.status_code == 303
    assert person(app, "wang")["roles"] == {"sales", "planner"}
    action, actor, role, data = events(app, wang)[-1]
    assert (action, actor, role, data["roles"]) == (
        "change",
        admin.user_id,
        "admin",
        {"old": ["sales"], "new": ["sales", "planner"]},
    )
    assert data["name"].keys() == data["title"].keys() == {"sha256"} and data.keys() == {
        "roles",
        "name",
        "title",
    }
    page = body(admin.get(f"/admin/users/{wang}"))
    assert (
        "李样" in page and "Sales clerk → Sales clerk, Planner" in page and "王样 → 王新样" in page
    )


def test_rights_change_with_the_next_request(login_as, admin):
    seller = login_as("sales", login="wang", name="王样", title="销售专员")
    assert seller.get("/admin/users").status_code == 403
    admin.submit(f"/admin/users/{seller.user_id}", **edit(roles=["sales", "auditor"]))
    assert seller.get("/admin/users").status_code == 200


def test_a_stale_form_is_refused(app, admin, wang):
    admin.submit(f"/admin/users/{wang}", **edit(roles=["planner"]))
    answer = admin.submit(f"/admin/users/{wang}", **edit(roles=["buyer"]))
    assert answer.status_code == 409
    assert "Somebody else has changed" in body(answer)
    assert person(app, "wang")["roles"] == {"planner"}


def test_a_form_without_its_version_changes_nothing(app, admin, wang):
    assert (
        admin.submit(f"/admin/users/{wang}", **edit(version="", roles=["planner"])).status_code
        == 409
    )


def test_fields_that_are_not_in_the_form_stay(app, admin, wang):
    admin.submit(
        f"/admin/users/{wang}",
        **edit(id="99", seq="7", head="x", password_hash="x", password="x" * 9),
    )
    with app.app_context():
        user = db.session.get(User, wang)
        assert (user.seq, user.password_hash) == (2, None)


def test_an_administrator_always_remains(app, admin):
    for form in (
        edit(login="li", name="李样", roles=["sales"]),
        edit(login="li", name="李样", roles=["admin"], active=""),
    ):
        form.pop("active") if not form["active"] else None
        answer = admin.submit(f"/admin/users/{admin.user_id}", **form)
        assert answer.status_code == 422
        assert "Somebody must remain" in body(answer)
    assert person(app, "li")["roles"] == {"admin"}
    make_user(app, "admin", login="second")
    assert (
        admin.submit(f"/admin/users/{admin.user_id}", **edit(login="li", name="李样")).status_code
        == 303
    )
    assert person(app, "li")["roles"] == {"sales"}


def test_one_who_left_stays_on_record_and_can_come_back(app, admin, wang):
    form = edit()
    form.pop("active")
    admin.submit(f"/admin/users/{wang}", **form)
    assert person(app, "wang")["active"] is False
    admin.submit(f"/admin/users/{wang}", **edit(version="2"))
    assert [data.get("active") for *_, data in events(app, wang)] == [
        True,
        {"old": True, "new": False},
        {"old": False, "new": True},
    ]


def test_a_password_is_set_and_on_record_without_itself(app, admin, wang):
    assert (
        admin.submit(f"/admin/users/{wang}/password", version=1, password="12345678").status_code
        == 422
    )
    assert (
        admin.submit(
            f"/admin/users/{wang}/password", version=1, password="seven green bottles"
        ).status_code
        == 303
    )
    assert events(app, wang)[-1] == ("set_password", admin.user_id, "admin", {})
    assert (
        app.test_client()
        .post("/login", data={"login": "wang", "password": "seven green bottles"})
        .status_code
        == 303
    )


def test_there_is_no_way_to_delete_anybody(app):
    verbs = {
        m for r in app.url_map.iter_rules() if r.endpoint.startswith("admin.") for m in r.methods
    }
    assert verbs == {"GET", "HEAD", "OPTIONS", "POST"}
    assert not [
        r
        for r in app.url_map.iter_rules()
        if "delete" in r.rule and r.endpoint.startswith("admin.")
    ]


def test_the_auditor_looks_on(login_as, wang):
    auditor = login_as("auditor")
    page = body(auditor.get(f"/admin/users/{wang}"))
    assert "王样" in page and '<form class="form"' not in page
    assert auditor.submit(f"/admin/users/{wang}", **edit()).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/admin/users/999", "/admin/users/99999999999999999999", "/admin/users/-1", "/admin/users/x"],
)
def test_nobody_there(admin, path):
    assert admin.get(path).status_code == 404


def test_the_chain_tells_when_somebody_changed_it_behind_the_back(app, admin, wang, kind):
    admin.submit(f"/admin/users/{wang}", **edit(roles=["planner"]))
    with app.app_context():
        assert list(broken_links()) == []
        unlock = (
            "DROP TRIGGER event_no_update"
            if kind == "sqlite"
            else "ALTER TABLE event DISABLE TRIGGER ALL"
        )
        db.session.execute(db.text(unlock))
        db.session.execute(
            db.update(Event)
            .where(Event.flow == "user", Event.record_id == wang, Event.seq == 2)
            .values(body=Event.body + " ")
        )
        assert list(broken_links()) == [f"user {wang}: event 2 was altered"]
        db.session.rollback()


def test_only_the_hash_of_a_login_is_shown_in_part(login_as, rows):
    browser = login_as("sales")
    page = body(browser.get("/account"))
    assert rows(UserSession)[0].token_hash not in page
    assert browser.get_cookie("washline").value not in page
