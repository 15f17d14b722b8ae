"""One free place in a stage with a hard limit, and twenty who want it at the same moment."""

import pytest

from app.extensions import db
from app.flow.flows import FLOWS
from app.models.records.event import broken_links
from app.models.records.rules.stage_settings import StageSetting
from tests.race.test_races import QUIET, statuses

pytestmark = pytest.mark.on_both

MANY, LIMIT = 20, 3


def test_twenty_moves_into_one_free_place(walk, crowd, at_once):
    orders = [walk.order(("P-DW-500", 24)) for _ in range(MANY + LIMIT - 1)]
    for ref in orders[MANY:]:
        walk.do("sales", ref, "start_review")
    with walk.app.app_context():
        flow = FLOWS["order"]
        StageSetting.change(
            flow,
            flow.stage("in_review"),
            by=None,
            version=0,
            ages_after=None,
            soft=None,
            hard=LIMIT,
        )
        db.session.commit()

    def mover(browser, ref):
        return lambda _: browser.submit(f"/sales/{ref}/start_review", QUIET, version=1)

    (answers,) = at_once(
        [mover(browser, ref) for browser, ref in zip(crowd("sales", MANY), orders, strict=False)]
    )
    assert statuses(answers) == {303: 1, 409: MANY - 1}
    assert all("is full (3 of 3)" in answer.text for answer in answers if answer.status_code == 409)
    assert sorted(walk.look(ref) for ref in orders) == ["in_review"] * LIMIT + ["received"] * (
        MANY - 1
    )
    with walk.app.app_context():
        assert list(broken_links()) == []
