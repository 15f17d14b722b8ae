"""Readings as laboratories give them; what stands on record is changed, taken back or set aside
with a reason (clause 5.1).
"""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models.floor.anomaly import Anomaly
from app.models.master import SpecTest, WorkStep
from app.models.production.execution import StepRecord
from app.models.quality.sample import Sample
from tests.walk import said


@pytest.fixture
def testing(everywhere):
    """A sample in test on which every result is entered."""
    return everywhere, everywhere.refs["sample", "testing"]


def limited(walk, sample, code, lower, upper):
    """Give one test of a sample other limits, nothing measured yet; its row number comes back."""
    with walk.app.app_context():
        found = db.session.query(Sample).filter_by(number=sample).one()
        place, result = next((n, r) for n, r in enumerate(found.results) if r.code == code)
        result.lower, result.upper, result.value, result.verdict = lower, upper, None, None
        db.session.commit()
    return place


def row(walk, sample, place, **fields):
    result = walk.look(sample, lambda s: s.results[place].id)
    return {
        f"results-{place}-result": result,
        **{f"results-{place}-{name}": value for name, value in fields.items()},
    }


def kept(walk, sample, place):
    return walk.look(sample, lambda s: (s.results[place].value, s.results[place].verdict))


def history(walk, sample):
    return walk.browser("inspector").get(f"/quality/{sample}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "kept_as", "shown"),
    [("＜0.1", "< 0.1", "&lt; 0.1"), ("ND", "未检出 ND", "ND"), ("未检出", "未检出 ND", "ND")],
)
def test_c14_a_censored_result_is_kept_with_its_operator_and_judged_against_the_limit(
    testing, typed, kept_as, shown
):
    walk, sample = testing
    place = limited(walk, sample, "PH", None, "0.5")
    walk.do("inspector", sample, "enter_results", **row(walk, sample, place, value=typed))
    assert kept(walk, sample, place) == (kept_as, "passed")
    assert shown in history(walk, sample)
    form = walk.browser("inspector").get(f"/quality/{sample}/enter_results").get_data(as_text=True)
    assert f'value="{shown}"' in form
    again = walk.post(
        "inspector",
        sample,
        "enter_results",
        **row(walk, sample, place, value=shown.replace("&lt;", "<")),
    )
    assert again.status_code == 422 and "Nothing new was entered" in said(again)
    assert kept(walk, sample, place) == (kept_as, "passed"), (
        "sent back as it was shown it is no change"
    )


def test_c14_what_may_lie_on_either_side_of_a_limit_is_asked_for_again(testing):
    walk, sample = testing
    place = limited(walk, sample, "PH", "0.05", "0.5")
    answer = walk.post(
        "inspector", sample, "enter_results", **row(walk, sample, place, value="<0.1")
    )
    assert answer.status_code == 422 and "“< 0.1” cannot be judged against the limits" in said(
        answer
    )
    alone = walk.post("inspector", sample, "enter_results", **row(walk, sample, place, value="<"))
    assert alone.status_code == 422 and "Write the number after the sign" in said(alone)
    assert kept(walk, sample, place) == (None, None)


def test_c15_an_emptied_reading_is_pending_again_with_a_reason(testing):
    walk, sample = testing
    place, before = walk.look(
        sample, lambda s: next((n, r.value) for n, r in enumerate(s.results) if r.code == "PH")
    )
    emptied = row(walk, sample, place, value="")
    refused = walk.post("inspector", sample, "enter_results", **emptied)
    assert refused.status_code == 422 and "Give the reason for changing it" in said(refused)
    assert kept(walk, sample, place) == (before, "passed")
    walk.do("inspector", sample, "enter_results", reason="wrong beaker", **emptied)
    assert kept(walk, sample, place) == (None, None)
    assert walk.post("inspector", sample, "report").status_code == 409
    page = history(walk, sample)
    assert f"{before} (Withdrawn)" in page and "wrong beaker" in page


def test_c15_an_emptied_verdict_is_pending_again_with_a_reason(testing):
    walk, sample = testing
    place = walk.look(sample, lambda s: next(n for n, r in enumerate(s.results) if r.is_text))
    emptied = row(walk, sample, place, conforms="")
    refused = walk.post("inspector", sample, "enter_results", **emptied)
    assert refused.status_code == 422 and "Give the reason for changing it" in said(refused)
    walk.do("inspector", sample, "enter_results", reason="wrong bottle", **emptied)
    assert kept(walk, sample, place) == (None, None)


def test_c15_what_says_nothing_new_is_no_event(testing):
    """Neither the form as it was drawn, nor an instrument with which nothing was found, nor one
    test entered twice.
    """
    walk, sample = testing
    place, before = walk.look(
        sample, lambda s: next((n, r.value) for n, r in enumerate(s.results) if r.code == "PH")
    )
    events = walk.look(sample, lambda s: s.seq)
    assert "Nothing new was entered" in said(
        walk.post(
            "inspector",
            sample,
            "enter_results",
            reason="x",
            **row(walk, sample, place, value=before),
        )
    )
    limited(walk, sample, "PH", "6", "8")
    alone = walk.post(
        "inspector",
        sample,
        "enter_results",
        **row(walk, sample, place, value="", instrument="PH-07"),
    )
    assert (
        alone.status_code == 422
        and "Enter the result that was found with it" in said(alone)
        and "PH-07" in alone.get_data(as_text=True)
    )
    first, second = row(walk, sample, place, value="7"), row(walk, sample, place, value="7.5")
    twice = walk.post(
        "inspector",
        sample,
        "enter_results",
        **first,
        **{name.replace(str(place), "50", 1): value for name, value in second.items()},
    )
    assert twice.status_code == 422 and "The lines have changed meanwhile" in said(twice)
    assert walk.look(sample, lambda s: s.seq) == events


def test_c16_a_correction_gives_its_reason_and_shows_old_and_new(testing):
    walk, sample = testing
    place, before = walk.look(
        sample, lambda s: next((n, r.value) for n, r in enumerate(s.results) if r.code == "PH")
    )
    refused = walk.post(
        "inspector", sample, "enter_results", **row(walk, sample, place, value="7.25")
    )
    assert refused.status_code == 422 and "Give the reason for changing it" in said(refused)
    assert re.search(
        r'<input[^>]*aria-invalid="true"[^>]*name="reason_listed"', refused.get_data(as_text=True)
    ), "it is asked where it is answered"
    walk.do(
        ("inspector", 2),
        sample,
        "enter_results",
        reason="misread the display",
        **row(walk, sample, place, value="7.25"),
    )
    assert kept(walk, sample, place) == ("7.25", "passed")
    page = history(walk, sample)
    assert f"{before} → 7.25" in page and "misread the display" in page
    assert walk.look(sample, lambda s: s.doers["enter_results"]) == sorted(
        walk.browser("inspector", n).user_id for n in (1, 2)
    )


def test_c16_a_result_beyond_its_limits_is_typed_twice(testing):
    walk, sample = testing
    place = limited(walk, sample, "PH", "6", "8")
    fields = row(walk, sample, place, value="9.5")
    asked = walk.post("inspector", sample, "enter_results", **fields)
    assert asked.status_code == 422 and "type the value again" in said(asked)
    assert 'name="results-0-again"' in asked.get_data(as_text=True)
    other = walk.post(
        "inspector", sample, "enter_results", **fields, **{f"results-{place}-again": "9.6"}
    )
    assert other.status_code == 422 and "The two entries differ (9.5 and 9.6)" in said(other)
    walk.do("inspector", sample, "enter_results", **fields, **{f"results-{place}-again": "9.50"})
    assert kept(walk, sample, place) == ("9.5", "failed")


SET_ASIDE = [
    ("retest", ("quality_head", 2), "retested"),
    ("retract", "inspector", "retracted"),
    ("invalidate", ("quality_head", 2), "invalidated"),
]


@pytest.mark.parametrize(("action", "who", "state"), SET_ASIDE)
def test_retest_retract_and_invalidate_are_three_things_and_keep_the_old_result(
    everywhere, action, who, state
):
    walk, sample = everywhere, everywhere.refs["sample", "reported"]
    ph, before, others = walk.look(
        sample,
        lambda s: next((r.id, r.value, len(s.results) - 1) for r in s.results if r.code == "PH"),
    )
    refused = walk.post(who, sample, action, tests=[ph])
    assert refused.status_code == 422, "it wants a reason"
    walk.do(who, sample, action, tests=[ph], reason="electrode was dry")
    assert walk.look(sample, lambda s: (s.stage, sum(bool(r.value) for r in s.results))) == (
        "testing",
        others,
    )
    assert walk.look(
        sample, lambda s: [(r.value, r.set_aside, r.set_aside_reason) for r in s.earlier]
    ) == [(before, state, "electrode was dry")]
    assert walk.look(sample, lambda s: s.history[-1].action) == action
    page = history(walk, sample)
    assert "electrode was dry" in page and f"<del>{before} pH</del>" in page
    walk.do(("inspector", 3), sample, "enter_results", **walk.results(sample))
    walk.do(("inspector", 3), sample, "report")
    refused = walk.post("inspector", sample, "release")
    assert refused.status_code == 403
    walk.do(("quality_head", 3), sample, "release")


def test_who_tested_declares_no_result_invalid_and_releases_nothing_even_once_it_is_set_aside(
    everywhere,
):
    from tests.staff import log_in, make_user
    from tests.walk import password_hash

    walk, sample = everywhere, everywhere.refs["sample", "drawn"]
    both = make_user(
        walk.app,
        "inspector",
        "quality_head",
        login="both9",
        name="Both",
        language="en",
        password_hash=password_hash(),
    )
    walk.browsers["both", 1] = log_in(walk.app, both)
    walk.do("inspector", sample, "start_testing")
    walk.do("both", sample, "enter_results", **walk.results(sample))
    own = walk.post(
        "both",
        sample,
        "invalidate",
        tests=[walk.look(sample, lambda s: s.results[0].id)],
        reason="mine",
    )
    assert own.status_code == 409
    walk.do("inspector", sample, "report")
    walk.do(("quality_head", 2), sample, "retest", reason="all again")
    walk.do("inspector", sample, "enter_results", **walk.results(sample))
    walk.do("inspector", sample, "report")
    assert walk.post("both", sample, "release").status_code == 409


def measuring(walk, code=None, **limits):
    """The running card at a step that measures, whose test or own anomaly is ``code``."""
    ref = walk.refs["production", "running"]
    while walk.look(ref, lambda c: c.open_step.entry_type) != "measure":
        walk.sign(ref)
    with walk.app.app_context():
        step = walk.record(ref).open_step
        step.anomaly = code
        for name, value in limits.items():
            setattr(step, name, value)
        db.session.commit()
    return ref


def test_a_reading_out_of_limits_says_before_it_is_sent_that_it_halts_the_line_and_is_typed_twice(
    everywhere,
):
    walk = everywhere
    ref = measuring(walk, "A08")
    step, upper = walk.look(ref, lambda c: (c.open_step.step_no, c.open_step.upper))
    fields = {"step_no": step, "reading": upper + 1}
    asked = walk.post("operator", ref, "sign_step", **fields)
    assert (
        asked.status_code == 422
        and "halts the line and calls the supervisor" in said(asked)
        and 'name="again"' in asked.get_data(as_text=True)
    )
    assert walk.look(ref) == "running"
    differs = walk.post("operator", ref, "sign_step", again=upper + 2, **fields)
    assert differs.status_code == 422 and "The two entries differ" in said(differs)
    walk.do("operator", ref, "sign_step", again=upper + 1, **fields)
    assert walk.look(ref) == "halted"
    anomaly = walk.look(ref, lambda c: [(a.code.code, a.stops, a.number) for a in c.anomalies][-1])
    assert anomaly[:2] == ("A08", True), "its kind alone stops no line; the reading did"
    assert anomaly[2] in str(walk.look(ref, lambda c: c.standstill()))
    walk.do("supervisor", anomaly[2], "acknowledge")
    walk.do("supervisor", anomaly[2], "resolve", measures="adjusted", safe="y")
    assert walk.look(ref) == "running"


def test_a_reading_within_its_limits_is_asked_for_once(everywhere):
    ref = measuring(everywhere)
    form = everywhere.browser("operator").get(f"/production/{ref}/sign_step").get_data(as_text=True)
    asked = unescape(re.search(r'hx-get="(/figures/reading[^"]*halts=1)"', form)[1])
    told = everywhere.browser("operator").get(f"{asked}&reading=999999").get_data(as_text=True)
    assert 'name="again"' not in form and "halts the line and calls the supervisor" in told
    everywhere.do("operator", ref, "sign_step", **everywhere.reading(ref))


def test_c14_a_step_takes_a_censored_reading_too(everywhere):
    walk = everywhere
    ref = measuring(walk, lower=None, upper=1)
    walk.do(
        "operator",
        ref,
        "sign_step",
        step_no=walk.look(ref, lambda c: c.open_step.step_no),
        reading="＜0.05",
    )
    assert walk.look(
        ref,
        lambda c: (c.stage, c.step_records[-1].value.split(" rpm")[0], c.step_records[-1].passed),
    ) == ("running", "< 0.05", True)


@pytest.mark.parametrize(
    ("own", "of_test", "reported"),
    [("A13", "A12", "A13"), (None, "A12", "A12"), (None, None, "A06")],
)
def test_the_anomaly_is_of_the_kind_that_the_step_or_its_test_names(
    everywhere, own, of_test, reported
):
    walk = everywhere
    ref = measuring(walk, own, limit_ref="PH")
    with walk.app.app_context():
        for test in db.session.query(SpecTest).filter_by(code="PH"):
            test.anomaly = of_test
        db.session.commit()
    walk.do(
        walk.look(ref, lambda c: c.open_step.role),
        ref,
        "sign_step",
        **walk.reading(ref, good=False),
    )
    assert walk.look(ref, lambda c: c.anomalies[-1].code.code) == reported


def test_every_measured_step_of_the_demo_names_its_anomaly_or_a_test_that_does(everywhere):
    with everywhere.app.app_context():
        for step in db.session.query(WorkStep).filter(
            WorkStep.entry_type.in_(("measure", "count"))
        ):
            tests = (
                db.session.query(SpecTest).filter_by(code=step.limit_ref).all()
                if step.limit_ref
                else []
            )
            assert step.anomaly or (tests and all(test.anomaly for test in tests)), (
                step.instruction.code,
                step.step_no,
            )
        assert db.session.query(StepRecord).count() and db.session.query(Anomaly).count()
