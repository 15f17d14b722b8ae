"""Undo for ten seconds: derived from the declaration, every action that has a way back is taken
back by whoever did it, and by nobody else, no later, and not once something else was done. The
plant is then as it was before.
"""

from datetime import timedelta
from html import unescape

import pytest

from app import clock, verification
from app.extensions import db
from app.flow.departments import EXECUTION, PRODUCTION
from app.flow.grammar import Action, Flow, Stage, Undo, WrongDeclaration
from app.flow.roles import SUPERVISOR
from app.flow.texts.lazy_text import _l
from app.models.production.plan import PlanReceipt
from app.models.production.requirement import Pick
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.screens.record.about import about
from app.screens.wall.facts import acknowledged_by
from tests.flow.test_actions import ACTIONS, doer, events, fields_for, ready_for
from tests.walk import said

WAYS_BACK = [(flow, action) for flow, action in ACTIONS if action.undo]
EACH = pytest.mark.parametrize(
    ("flow", "action"), WAYS_BACK, ids=[f"{flow.key}-{action.key}" for flow, action in WAYS_BACK]
)
# What only counts on when something is done.
COUNTERS = {"version", "face", "seq", "head"}


@pytest.fixture(autouse=True)
def clocks():
    """No time passes but what a test lets pass, however busy the machine."""
    clock.set_clock(clock.now())
    yield
    clock.set_clock(None)


def later(seconds):
    clock.set_clock(clock.now() + timedelta(seconds=seconds))


def plant(walk):
    """Every record as its row says, every picked lot and every receipt of a plan."""
    with walk.app.app_context():
        kinds = [*KINDS.values(), Pick, PlanReceipt]
        return {
            (kind.__tablename__, row.id): {
                c.key: getattr(row, c.key) for c in kind.__table__.columns if c.key not in COUNTERS
            }
            for kind in kinds
            for row in db.session.scalars(db.select(kind))
        }


def something_else(walk, flow, ref):
    """Do whatever can be done next; False where nothing can."""
    for action in flow.actions_from(walk.look(ref)):
        if not action.driven and walk.look(
            ref, lambda record, action=action: record.roles_for(action)
        ):
            who = doer(walk, flow, action, ref)
            if (
                walk.post(who, ref, action.key, **fields_for(walk, flow, action, ref)).status_code
                == 303
            ):
                return True
    return False


@EACH
def test_whoever_did_it_takes_it_back_and_everything_is_as_before(everywhere, flow, action):
    walk, undo = everywhere, f"undo_{action.key}"
    ref = ready_for(walk, flow, action)
    who, before = doer(walk, flow, action, ref), plant(walk)
    walk.do(who, ref, action.key, **fields_for(walk, flow, action, ref))
    done = events(walk, ref)
    assert plant(walk) != before
    other = walk.post((who[0], 4), ref, undo)
    assert other.status_code == 409 and "Only whoever did it" in said(other)
    later(16)
    late = walk.post(who, ref, undo)
    assert late.status_code == 409 and "for ten seconds" in said(late)
    later(-16)
    walk.do(who, ref, undo)
    assert events(walk, ref) == [*done, undo]
    assert plant(walk) == before
    with walk.app.app_context():
        record = walk.record(ref)
        last = record.history[-1]
        assert (last.target, last.role, last.clause) == (record.stage, who[0], action.clause)
        assert not [fault for check in verification.check() for fault in check.faults]
    walk.do(who, ref, action.key, **fields_for(walk, flow, action, ref))
    if something_else(walk, flow, ref):
        done = events(walk, ref)
        assert walk.post(who, ref, undo).status_code == 409
        assert events(walk, ref) == done


def test_a_way_back_is_offered_for_ten_seconds_to_whoever_went_and_only_there(everywhere):
    walk, ref = everywhere, everywhere.refs["order", "received"]
    moved_by, other = walk.browser("sales", 3), walk.browser("sales", 4)
    here = {"X-Board": "sales", "HX-Request": "true"}
    answer = walk.post(("sales", 3), ref, "start_review", department="sales", headers=here)
    assert (
        f'action="/sales/{ref}/undo_start_review"' in answer.text
        and 'data-seconds="10"' in answer.text
    )
    now = clock.now()

    def offered(browser):
        return "undo_start_review" in browser.get(f"/sales/{ref}").text

    assert (offered(moved_by), offered(other)) == (True, False)
    clock.set_clock(now + timedelta(seconds=11))
    assert not offered(moved_by)
    # On its way while the ten seconds ended.
    answer = walk.post(("sales", 3), ref, "undo_start_review", department="sales", headers=here)
    assert (
        "taken back, it stands in “Order received” again" in answer.text
        and 'id="undo"' not in answer.text
    )
    page = unescape(other.get(f"/sales/{ref}").text)
    assert "took back “Start the review”" in page and page.count('class="taken-back"') == 1


def test_it_is_no_button_no_menu_and_no_drop(everywhere):
    walk = everywhere
    walk.do("sales", walk.refs["order", "received"], "start_review")
    walk.do("storekeeper", walk.refs["production", "to_prepare"], "start_preparing")
    for department, role in (
        ("sales", "sales"),
        ("warehouse", "storekeeper"),
        ("production", "planner"),
    ):
        page = walk.browser(role).get(f"/{department}/").text
        assert "data-drops" in page and "undo_" not in page
    with walk.app.app_context():
        assert not [ref for ref in walk.refs.values() if "undo_" in str(walk.record(ref).known)]


def test_going_back_and_forth_keeps_the_age_honest(everywhere):
    walk, ref = everywhere, everywhere.refs["sample", "drawn"]

    def standing(record):
        return record.since, record.holder_id, record.doers

    before = walk.look(ref, standing)
    for _ in range(2):
        later(3600)
        walk.do("inspector", ref, "start_testing")
        walk.do("inspector", ref, "undo_start_testing")
        assert walk.look(ref, standing) == before


def test_what_was_taken_back_counts_nowhere(everywhere):
    """An anomaly that was acknowledged by mistake is nobody's, a note that was not read was not
    taken over.
    """
    walk = everywhere
    anomaly, note = walk.refs["anomaly", "reported"], walk.refs["handover", "written"]
    for ref, action in ((anomaly, "acknowledge"), (note, "take_over")):
        walk.do(("supervisor", 3), ref, action)
        walk.do(("supervisor", 3), ref, f"undo_{action}")
    with walk.app.app_context():
        assert [span.running for span in about(walk.record(anomaly)).clocks] == [True]
        assert acknowledged_by([walk.record(anomaly)]) == {}
        assert about(walk.record(note)).taken_over_by == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"driven": True},
        {"signature": True},
        {"target": None},
        {"effect": "do"},
        {"undo": Undo("undo")},
    ],
    ids=["driven", "signed", "stays", "not made good", "nothing to make good"],
)
def test_a_way_back_that_cannot_be_honest_fails_at_import(wrong):
    stages = tuple(
        Stage(key, _l("To plan"), EXECUTION, PRODUCTION, "4.1", ends=key == "b")
        for key in ("a", "b")
    )
    shared = {
        "label": _l("Start the run"),
        "past": _l("started the run"),
        "roles": frozenset({SUPERVISOR}),
        "clause": "4.1",
    }
    new = Action("new", source=None, target="a", **shared)
    way = Action("end", source="a", target="b", **shared)
    go = {"source": "a", "target": "b", "undo": Undo(), **shared}
    Flow("x", _l("To plan"), stages, (new, way, Action("go", **go)))
    with pytest.raises(WrongDeclaration):
        Flow("x", _l("To plan"), stages, (new, way, Action("go", **{**go, **wrong})))
