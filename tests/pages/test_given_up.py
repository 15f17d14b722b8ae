"""A paper that the worker gave up says so on its record, with why, who can clear it, and another
try (C29).
"""

import pytest
from sqlalchemy import update

from app.extensions import db
from app.models.records.papers.document import Document, Job
from tests.pages.looking import reads, words

ERROR = "RuntimeError: no paper"


@pytest.fixture
def given_up(everywhere):
    """The name of a card's paper whose job failed for good, and the card's number."""
    ref = everywhere.refs["production", "to_prepare"]
    with everywhere.app.app_context():
        paper = next(d for d in db.session.query(Document) if d.record.ref == ref)
        name = paper.name
        job = db.session.scalar(db.select(Job.id).where(Job.payload == {"document": paper.id}))
        given_up = {"state": "failed", "attempts": 5, "error": ERROR}
        db.session.execute(update(Job).where(Job.id == job).values(given_up))
        db.session.commit()
    return name, ref, lambda: state(everywhere, job)


def state(walk, job):
    with walk.app.app_context():
        return db.session.get(Job, job).state


def test_the_record_says_why_and_anybody_on_the_staff_can_have_it_tried_again(everywhere, given_up):
    name, ref, now = given_up
    said = words(reads(everywhere, "planner", "en").get(f"/production/{ref}"))
    assert (
        f"{name} could not be made: {ERROR}" in said
        and "tell an administrator" in said
        and "Being made" not in said
    )
    assert f"{name}未能生成" in words(reads(everywhere, "planner", "zh").get(f"/production/{ref}"))
    assert "Try again" in words(reads(everywhere, "planner", "en").get(f"/documents/{name}"))
    assert everywhere.browser("planner").submit(f"/documents/{name}/again").status_code == 303
    assert now() == "waiting"
    assert "could not be made" not in words(
        reads(everywhere, "planner", "en").get(f"/production/{ref}")
    )


def test_an_auditor_reads_why_but_starts_nothing(everywhere, given_up):
    name, ref, now = given_up
    answer = reads(everywhere, "auditor", "en").get(f"/production/{ref}")
    assert "could not be made" in words(
        answer
    ) and f"/documents/{name}/again" not in answer.get_data(as_text=True)
    assert everywhere.browser("auditor").submit(f"/documents/{name}/again").status_code == 403
    assert now() == "failed"
