"""A record shows the names under which it was signed (C32), and tells two people of one name
apart.
"""

from datetime import datetime

from app import documents
from app.extensions import db
from app.models.people.user import User
from app.models.records.papers.document import Document
from tests.pages.looking import reads, words


def rename(walk, role, name, number=1):
    """The administrator gives somebody another name, by the form."""
    admin, user_id = walk.browser("admin"), walk.browser(role, number).user_id
    with walk.app.app_context():
        user = db.session.get(User, user_id)
        form = {
            "login": user.login,
            "name": name,
            "title": user.title,
            "roles": sorted(user.role_keys),
            "active": "y",
            "language": "",
            "version": user.version,
        }
    answer = admin.submit(f"/admin/users/{user_id}", **form)
    assert answer.status_code == 303, words(answer)


def test_what_was_signed_keeps_its_name_and_says_todays_beside_it(everywhere):
    ref = everywhere.refs["production", "ready"]
    with everywhere.app.app_context():
        sheet = next(
            d
            for d in db.session.query(Document)
            if d.kind == "material_prep" and d.record.ref == ref
        ).name
    before = words(reads(everywhere, "auditor", "en").get(f"/production/{ref}"))
    assert "Storekeeper 1" in before or "storekeeper" in before.lower()
    with everywhere.app.app_context():
        old = db.session.get(User, everywhere.browser("storekeeper").user_id).name
    rename(everywhere, "storekeeper", "Łucja Nowak")
    said = words(reads(everywhere, "auditor", "en").get(f"/production/{ref}"))
    assert f"{old} (now Łucja Nowak) " in said
    assert f"{old} (现名Łucja Nowak)" in words(
        reads(everywhere, "auditor", "zh").get(f"/production/{ref}")
    )
    with everywhere.app.app_context():
        printed = documents.typeset(documents.compose(Document.find(sheet)))
    assert old in printed and "Łucja" not in printed


def test_two_people_of_one_name_are_told_apart_then_and_now(everywhere):
    ref = everywhere.refs["production", "ready"]
    first, second = (everywhere.browser("storekeeper", n).user_id for n in (1, 2))
    with everywhere.app.app_context():
        old = db.session.get(User, first).name
        logins = [db.session.get(User, n).login for n in (first, second)]
    rename(everywhere, "storekeeper", f" {old.upper()} ", number=2)
    said = words(reads(everywhere, "auditor", "en").get(f"/production/{ref}"))
    assert f"{old} ({logins[0]})" in said and f"({logins[1]})" in said
    users = words(everywhere.browser("admin").get("/admin/users"))
    assert f"{old} ({logins[0]})" in users and f"{old.upper()} ({logins[1]})" in users


def test_a_name_counts_for_the_time_in_which_it_was_theirs():
    user = User(
        login="a",
        name="third",
        has_namesake=False,
        former_names=[
            ["2026-01-02T00:00:00+00:00", "first"],
            ["2026-01-04T00:00:00+00:00", "second"],
        ],
    )
    names = [
        user.name_at(datetime.fromisoformat(f"2026-01-0{day}T00:00:00+00:00"))
        for day in (1, 2, 3, 4)
    ]
    assert names == ["first", "second", "second", "third"]
