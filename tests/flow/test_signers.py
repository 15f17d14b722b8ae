"""“Waits for a second person’s signature” says whose: on the card, the record's page and in its
history, whoever reads it.
"""

from datetime import timedelta
from html import unescape

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.jobs.worker import JOBS
from app.models.people.deputy import TURNS, Deputy
from app.models.people.user import User
from app.models.records.papers.document import Job
from tests.staff import log_in, make_user
from tests.walk import password_hash

HOUR = timedelta(hours=1)


def half_signed(walk):
    """A run whose step has been signed by the first of two; the second is the supervisor."""
    ref = walk.refs["production", "running"]
    walk.sign(ref)
    walk.do("operator", ref, "sign_step", **walk.reading(ref))
    return ref


def only(walk, role, *kept):
    """Nobody but these has the role."""
    with walk.app.app_context():
        for user in db.session.scalars(select(User).where(User.active)):
            if user.has_role([role]) and user.id not in kept:
                user.change(by=None, version=user.version, roles=user.role_keys - {role})
        db.session.commit()


def test_the_role_and_the_few_people_who_may_sign_are_named_everywhere(everywhere):
    walk = everywhere
    first = make_user(
        walk.app,
        "operator",
        "supervisor",
        name="何双职",
        language="en",
        password_hash=password_hash(),
    )
    chen = make_user(
        walk.app, "supervisor", name="陈主管", language="en", password_hash=password_hash()
    )
    only(walk, "supervisor", first, chen)
    walk.browsers["operator", 1] = log_in(walk.app, first)
    ref = half_signed(walk)
    who = "Production supervisor (陈主管)"  # and not the one who has signed already
    reader, onlooker = walk.browser("operator", 2), walk.browser("planner")
    board = unescape(reader.get("/production/").get_data(as_text=True))
    assert f"waits for a second person’s signature: {who}." in board
    page = unescape(reader.get(f"/production/{ref}").get_data(as_text=True))
    assert f"waits for a second person’s signature: {who}." in page
    assert f"Waits for Production: {who}" in unescape(
        onlooker.get(f"/production/{ref}").get_data(as_text=True)
    )
    assert f"<dt>Waits for</dt><dd>{who}</dd>" in page, "the history"
    refused = walk.post(("operator", 2), ref, "sign_step", step_no=2, conforms="yes")
    assert who in unescape(refused.get_data(as_text=True))
    walk.browsers["supervisor", 7] = log_in(walk.app, chen)
    walk.do(("supervisor", 7), ref, "countersign_step")
    assert "<dt>Waits for</dt>" not in reader.get(f"/production/{ref}").get_data(as_text=True)


def test_who_gets_the_role_is_named_at_once_and_where_nobody_is_left_that_is_said(everywhere):
    walk = everywhere
    chen = make_user(walk.app, "supervisor", name="陈主管", login="chen", language="en")
    only(walk, "supervisor", chen)
    half_signed(walk)
    admin = walk.browser("admin")

    def given(*roles):
        with walk.app.app_context():
            version = db.session.get_one(User, chen).version
        answer = admin.submit(
            f"/admin/users/{chen}",
            name="陈主管",
            login="chen",
            version=version,
            active="y",
            language="en",
            roles=list(roles),
        )
        assert answer.status_code == 303

    given("auditor")
    board = unescape(walk.browser("operator", 2).get("/production/").get_data(as_text=True))
    assert "signature: Production supervisor (nobody who may sign holds this role)." in board
    given("supervisor")
    assert "signature: Production supervisor (陈主管)." in unescape(
        walk.browser("operator", 2).get("/production/").get_data(as_text=True)
    )


def test_who_is_kept_from_it_by_four_eyes_reads_who_may(everywhere):
    walk = everywhere
    both = make_user(
        walk.app,
        "planner",
        "production_head",
        name="一人两职",
        language="en",
        password_hash=password_hash(),
    )
    head = make_user(walk.app, "production_head", name="林厂长", language="en")
    only(walk, "production_head", both, head)
    walk.browsers["planner", 1] = log_in(walk.app, both)
    ref = walk.card("plan_review", quantity=24)
    page = unescape(walk.browsers["planner", 1].get(f"/production/{ref}").get_data(as_text=True))
    assert "another person must do this. Waits for: Production head (林厂长)" in page


def test_a_deputy_is_named_while_they_stand_in(everywhere):
    walk = everywhere
    chen = make_user(walk.app, "supervisor", name="陈主管", language="en")
    stand_in = make_user(walk.app, "sales", name="代班人")
    only(walk, "supervisor", chen)
    ref = half_signed(walk)
    now = clock.now()

    def read():
        return walk.look(ref, lambda card: str(card.whose_signature()))

    with walk.app.app_context():
        row = Deputy.hand_over(
            by=db.session.get(User, make_user(walk.app, "admin")),
            role="supervisor",
            principal_id=chen,
            deputy_id=stand_in,
            since=now + HOUR,
            until=now + 2 * HOUR,
            reason="ill",
        )
        db.session.commit()
        due = sorted(job.due for job in db.session.scalars(select(Job).where(Job.kind == TURNS)))
        assert due == [row.since, row.until]
    assert "代班人" not in read()
    clock.set_clock(now + HOUR)
    try:
        before = walk.look(ref, lambda card: card.face)
        with walk.app.app_context():
            JOBS[TURNS].settle({}, None)
            db.session.commit()
        assert "陈主管、代班人" in read()
        assert walk.look(ref, lambda card: card.face) > before, "open boards hear of it"
    finally:
        clock.set_clock(None)
