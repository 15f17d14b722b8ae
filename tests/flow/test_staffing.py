"""Two persons, where the plant has one: the settings say so before an order does."""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models.people.user import User
from tests.flow.test_deputies import hand_over, page
from tests.staff import make_user


@pytest.fixture
def emptied(walk):
    """A plant whose people have all left."""
    with walk.app.app_context():
        db.session.query(User).update({"active": False})
        db.session.commit()
    return walk


def wanting(walk):
    with walk.app.app_context():
        return [
            unescape(line)
            for line in re.findall(
                r"<li>(.*?)</li>",
                page(walk, "admin", "/admin/users")
                .split('id="wanting"')[-1]
                .split("</section>")[0],
            )
        ]


def test_the_settings_say_where_a_step_needs_two_persons_and_there_is_one(emptied):
    make_user(emptied.app, "planner", "production_head", name="张样三", active=True)
    make_user(emptied.app, "storekeeper", name="独样一")
    others = ("sales", "operator", "supervisor", "buyer", "inspector")
    for role in others:
        make_user(emptied.app, role)
    said = wanting(emptied)
    assert (
        "“Approve and issue the plan” needs somebody other than who did “Draw up the plan / Supply "
        "from stock”, but there is only: 张样三." in said
    )
    assert (
        "“Hand over materials” needs somebody other than who did “Record prepared materials”, but "
        "there is only: 独样一." in said
    )
    assert not any(line.startswith("“Accept materials”") for line in said), (
        "that is no more than the hand-over before it"
    )
    assert any(
        line.startswith("Nobody is Quality head, so this cannot be done:")
        and "Send to rework" in line
        for line in said
    )
    assert any("Work instructions ask for two signatures" in line for line in said)
    assert f"{len(said)} things cannot be done for want of people." in page(emptied, "admin", "/")
    assert "for want of people" not in page(emptied, "sales", "/"), (
        "who can do nothing about it is not told"
    )
    make_user(emptied.app, "planner")
    make_user(emptied.app, "storekeeper")
    make_user(emptied.app, "quality_head")
    assert not any(
        "Approve and issue" in line or "Hand over materials" in line or "Nobody is" in line
        for line in wanting(emptied)
    )


def test_a_deputy_is_counted_where_two_persons_are_needed(emptied):
    make_user(emptied.app, "planner", "production_head")
    assert any("Approve and issue the plan" in line for line in wanting(emptied))
    hand_over(emptied.app, "production_head", make_user(emptied.app, "supervisor"))
    assert not any("“Approve and issue the plan”" in line for line in wanting(emptied))


def test_three_steps_in_a_row_need_three_persons(emptied):
    """Prepare, hand over, accept: two people with both roles are one too few."""
    for _ in range(2):
        make_user(emptied.app, "storekeeper", "operator")
    assert any(
        line.startswith("“Accept materials” needs somebody other than") for line in wanting(emptied)
    )
    make_user(emptied.app, "operator")
    assert not any(line.startswith("“Accept materials”") for line in wanting(emptied))
