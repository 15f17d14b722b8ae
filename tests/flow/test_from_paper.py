"""What was done on paper is entered afterwards: whoever did it, whoever enters it, and both times
stay on record, and it opens no way round a role, a signature or the second person.
"""

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app import clock, verification
from app.documents import compose
from app.documents.dossier import SoFar, so_far
from app.documents.paper.history import FROM_PAPER
from app.documents.pdf.typeset import typeset
from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.master import AnomalyCode
from app.models.people.user import User
from app.models.production.production_order import ProductionOrder
from app.models.records.errors import Blocked, Forbidden
from app.models.records.event import Event
from app.models.records.papers.document import Document
from app.models.records.rules.down_time import DownTime
from app.models.records.sealing.from_paper import FromPaper
from app.web.languages import speaking
from tests.walk import PASSWORD, said

HOUR = timedelta(hours=1)
ENGLISH = {"Accept-Language": "en"}


def typed(moment):
    """As somebody types it who reads it off a sheet."""
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}"


def declare(walk, since, until, who="admin", reason="停电 power cut"):
    browser = walk.browser(*walk.person(who))
    return browser.submit(
        "/paper-day/declare",
        headers=ENGLISH,
        since=typed(since),
        until=typed(until),
        reason=reason,
        password=PASSWORD,
    )


def declared_until_now(walk):
    """A down time whose end is the minute that comes back: behind all that was done before."""
    now = clock.now()
    assert declare(walk, now - 4 * HOUR, now).status_code == 303
    return now


@pytest.fixture
def down(walk):
    """From four hours ago until now the plant worked on paper, as an administrator declared."""
    declared_until_now(walk)
    return walk


def sheet(walk, did, at, number="产-7"):
    person = walk.browser(*walk.person(did)).user_id
    return {"paper_at": typed(at), "paper_by": person, "paper_sheet": number}


def enter(walk, who, ref, action, did, at, **fields):
    """Enter a step that somebody did; the answer comes back as it is."""
    return walk.post(who, ref, action, headers=ENGLISH, **sheet(walk, did, at), **fields)


def reported(walk, who="supervisor", did="operator", at=None, code="A02", **fields):
    """A problem that an operator wrote down two hours ago, as a supervisor enters it."""
    return walk.browser(*walk.person(who)).submit(
        "/production/new/anomaly/report",
        headers=ENGLISH,
        code_id=walk.id_of(AnomalyCode, code),
        description="灌装头滴漏",
        card_ref="",
        **sheet(walk, did, at or clock.now() - 2 * HOUR),
        **fields,
    )


def last_event(walk, flow):
    with walk.app.app_context():
        event = db.session.scalars(
            db.select(Event).where(Event.flow == flow).order_by(Event.id.desc())
        ).first()
        return SimpleNamespace(
            body=json.loads(event.body),
            at=event.at,
            happened_at=event.happened_at,
            actor_id=event.actor_id,
            role=event.role,
            who=event.who,
            entered_by=event.entered_by,
        )


def faults(walk):
    with walk.app.app_context():
        return [fault for check in verification.check() for fault in check.faults if check.kept]


def test_both_people_and_both_times_stay_on_record(down):
    walk, at = down, clock.now() - 2 * HOUR
    answer = reported(walk, at=at)
    assert answer.status_code == 303, said(answer)
    ref = answer.location.rsplit("/", 1)[-1]
    event = last_event(walk, "anomaly")
    operator, supervisor = (walk.browser(role).user_id for role in ("operator", "supervisor"))
    assert event.actor_id == operator and event.role == "operator"
    assert event.body["paper"] == {
        "happened_at": event.happened_at.isoformat(),
        "entered_by": supervisor,
        "sheet": "产-7",
    }
    assert typed(event.happened_at) == typed(at) and event.at - event.happened_at > HOUR
    with walk.app.app_context():
        row = Anomaly.find(ref)
        assert row.since == row.created_at == event.happened_at
    # Clocks run from when it happened, not from when it was entered.
    done = enter(walk, "supervisor", ref, "acknowledge", "supervisor", at + HOUR / 2)
    assert done.status_code == 303, said(done)
    with walk.app.app_context():
        assert Anomaly.find(ref).since - event.happened_at == HOUR / 2
    page = walk.browser("operator").get(f"/production/{ref}", headers=ENGLISH)
    text = page.get_data(as_text=True)
    assert text.count("Entered from paper") == 2
    assert re.search(rf"happened .* entered .* by {event.entered_by}, sheet 产-7", text)
    assert not faults(walk)


def test_what_is_done_at_once_says_nothing_of_paper(down):
    walk = down
    ref = walk.anomaly()
    assert "paper" not in last_event(walk, "anomaly").body
    page = walk.browser("supervisor").get(f"/production/{ref}", headers=ENGLISH)
    assert "Entered from paper" not in page.get_data(as_text=True)


def test_an_entry_altered_afterwards_is_found(down):
    walk = down
    reported(walk)
    with walk.app.app_context():
        for name in ("event_no_update", "event_no_delete"):
            db.session.execute(db.text(f"DROP TRIGGER {name}"))
        db.session.execute(
            db.text("UPDATE event SET body = replace(body, '产-7', '产-8') WHERE flow = 'anomaly'")
        )
        db.session.commit()
    assert any("anomaly" in each and "altered" in each for each in faults(walk))


def test_what_cannot_be_is_refused_in_words(down):
    walk, now = down, clock.now()
    ref = reported(walk).location.rsplit("/", 1)[-1]

    def refused(sentence, status=409, who="supervisor", did="supervisor", at=now, **more):
        answer = enter(walk, who, ref, "acknowledge", did, at, **more)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status and sentence in text, (sentence, said(answer))
        return text

    refused("This lies in the future.", 422, at=now + HOUR)
    refused("No down time that is still open covers", at=now - 5 * HOUR)
    refused("happened later", at=now - 3 * HOUR)
    refused("Not a valid choice", 422, did="auditor")
    refused("Your role may not", 403, who="operator")
    page = refused("No down time that is still open covers", at=now - 30 * HOUR)
    # What was typed stands there still.
    assert 'value="产-7"' in page and '<details class="from-paper" open>' in page
    answer = walk.post("supervisor", ref, "acknowledge", headers=ENGLISH, paper_at=typed(now))
    assert answer.status_code == 422 and "Please fill this in." in said(answer)
    with walk.app.app_context():
        assert Anomaly.find(ref).stage == "reported"


def test_who_did_it_must_have_a_role_for_it(down):
    """The form offers nobody else; a role that is lost meanwhile is asked for once more."""
    walk = down
    ref = reported(walk).location.rsplit("/", 1)[-1]
    ids = {r: walk.browser(r).user_id for r in ("operator", "supervisor", "buyer", "admin")}
    with walk.app.app_context(), speaking("en"):
        people = {role: db.session.get(User, number) for role, number in ids.items()}
        at = clock.now() - HOUR
        entry = FromPaper(people["supervisor"], at, "1")
        with pytest.raises(Blocked, match="has no role that may do this"):
            Anomaly.find(ref).perform("acknowledge", by=people["operator"], paper=entry)
        for role, sentence in (
            ("buyer", "cannot enter it from paper either"),
            ("admin", "may not enter"),
        ):
            with pytest.raises(Forbidden, match=sentence):
                entry = FromPaper(people[role], at, "1")
                Anomaly.find(ref).perform("acknowledge", by=people["supervisor"], paper=entry)


def test_without_a_down_time_nobody_is_offered_it(walk):
    ref = walk.anomaly()
    for who in ("supervisor", "operator"):
        for page in (f"/production/{ref}", f"/production/{ref}/acknowledge"):
            assert "from-paper" not in walk.browser(who).get(page).get_data(as_text=True)
    now = clock.now()
    assert declare(walk, now - 4 * HOUR, now, who=("supervisor", 2)).status_code == 303
    for who, offered in ((("supervisor", 1), True), (("supervisor", 2), False)):
        page = walk.browser(*who).get(f"/production/{ref}").get_data(as_text=True)
        assert ("from-paper" in page) is offered
    answer = enter(walk, ("supervisor", 2), ref, "acknowledge", "supervisor", now)
    assert answer.status_code == 409 and "You declared this down time" in said(answer)


def test_it_is_no_way_round_a_signature_or_the_second_person(walk):
    ref = walk.card("plan_review")
    head = walk.browser("production_head")
    second = ("production_head", 2)
    at = declared_until_now(walk)
    wrong = walk.browser("production_head").submit(
        f"/production/{ref}/approve_plan",
        headers=ENGLISH,
        version=walk.look(ref, lambda r: r.version),
        password="not mine",
        **sheet(walk, second, at),
    )
    assert wrong.status_code == 422 and "This is not your password." in said(wrong)
    answer = enter(walk, "production_head", ref, "approve_plan", second, at)
    assert answer.status_code == 303, said(answer)
    event = last_event(walk, "production")
    assert event.actor_id == walk.browser(*second).user_id
    assert event.body["paper"]["entered_by"] == head.user_id
    with walk.app.app_context():
        document = db.session.scalars(
            db.select(Document).where(Document.kind == "production_order")
        ).one()
        page = typeset(compose(document))
        order = ProductionOrder.find(ref).order
        dossier = so_far(order, SoFar.of(order, clock.now()))
    assert "补录" in page and "entered from paper" in page and "产-7" in page
    (table,) = [b for b in dossier.blocks if getattr(b, "title", None) is FROM_PAPER]
    assert [row[2] for row in table.rows] == ["产-7"] and "补录" in typeset(dossier)
    assert f'"entered_by_name": "{event.entered_by}"' in dossier.attachments[0].text
    assert page.count(event.who) >= 2 and event.entered_by in page
    assert not faults(walk)


def test_whoever_enters_it_counts_where_two_people_are_asked_for(down):
    walk, now = down, clock.now()
    first = ("supervisor", 1)
    fields = {"shift": "night", "line_id": "", "text": "罐底有残液"}
    answer = walk.browser(*first).submit(
        "/production/new/handover/write", **sheet(walk, "operator", now - 2 * HOUR), **fields
    )
    assert answer.status_code == 303, said(answer)
    ref = answer.location.rsplit("/", 1)[-1]
    barred = walk.post(first, ref, "take_over", headers=ENGLISH)
    assert "You entered “Write a hand-over note” from paper" in said(barred)
    # Nor does the other one enter it for somebody who did both.
    on_paper = enter(walk, first, ref, "take_over", ("supervisor", 2), now - HOUR)
    assert on_paper.status_code == 409 and "from paper" in said(on_paper)
    assert (
        enter(walk, ("supervisor", 2), ref, "take_over", ("supervisor", 2), now - HOUR).status_code
        == 303
    )
    assert not faults(walk)


def test_whoever_did_the_first_did_not_do_the_second(walk):
    ref = walk.handover(who=("supervisor", 1))
    at = declared_until_now(walk)
    answer = enter(walk, ("supervisor", 2), ref, "take_over", ("supervisor", 1), at)
    assert answer.status_code == 409
    assert "did “Write a hand-over note”; another person must do this." in said(answer)


@pytest.mark.on_both
def test_a_down_time_is_declared_once_it_is_over_and_shows_what_was_entered(walk):
    now = clock.now()
    for since, until, sentence in (
        (now - HOUR, now + HOUR, "The end lies in the future"),
        (now - HOUR, now - 2 * HOUR, "The end must come after the beginning."),
        (now - 100 * HOUR, now - HOUR, "three days at most"),
        (now - 200 * HOUR, now - 190 * HOUR, "more than seven days ago"),
    ):
        answer = declare(walk, since, until)
        assert answer.status_code == 422 and sentence in answer.get_data(as_text=True), sentence
    assert declare(walk, now - HOUR, now, reason=" ").status_code == 422
    assert declare(walk, now - HOUR, now, who="operator").status_code == 403
    answer = declare(walk, now - 4 * HOUR, now)
    reported(walk)
    page = walk.browser("auditor").get(answer.location, headers=ENGLISH).get_data(as_text=True)
    event = last_event(walk, "anomaly")
    assert event.who in page and event.entered_by in page and "产-7" in page
    assert "All sheets are in" not in page
    with walk.app.app_context():
        row = db.session.scalars(db.select(DownTime)).one()
        assert [each.action for each in row.history] == ["declare"]
    closed = walk.browser("supervisor").submit(answer.location, version=1)
    assert closed.status_code == 303
    late = reported(walk)
    assert late.status_code == 409 and "No down time that is still open" in said(late)
    assert walk.browser("supervisor").submit(answer.location, version=1).status_code == 409
    assert not faults(walk)
