"""Quality (inspection), from clauses 5.1 to 5.3 of the procedure."""

from datetime import timedelta

import pytest

from app import clock
from app.extensions import db
from app.models.records.papers.document import Document
from tests.flow.test_actions import soon
from tests.walk import said


def documents(walk, ref):
    def kinds(record):
        return [
            d.kind
            for d in db.session.query(Document)
            .filter_by(flow=record.flow.key, record_id=record.id)
            .order_by(Document.id)
        ]

    return walk.look(ref, kinds)


@pytest.fixture(autouse=True)
def clocks():
    """The clock runs again afterwards."""
    yield
    clock.set_clock(None)


@pytest.fixture
def failed(walk):
    return walk.card("nonconforming", quantity=24)


def test_5_1_and_5_2_a_passed_lot_is_reported_and_stocked_in(walk, events):
    card = walk.card("inspecting", quantity=24)
    sample = walk.sample_of(card)
    assert walk.look(sample, lambda s: (s.size, s.place, s.lot.status)) == (13, "L1", "quarantine")
    assert walk.look(sample, lambda s: {r.code for r in s.results}) == {
        "APP",
        "ODOR",
        "PH",
        "VISC",
        "DENS",
        "TAM",
        "NET",
        "NETAVG",
        "LABEL",
        "LEAK",
    }  # type tests never block a batch
    walk.release(card)
    assert walk.look(card, lambda c: (c.stage, c.lot.status)) == ("to_stock_in", "quarantine")
    assert documents(walk, sample) == ["quality_report"]
    walk.stock_in(card)
    assert walk.look(card, lambda c: (c.stage, c.lot.status, c.lot.zone, c.lot.quantity)) == (
        "in_stock",
        "released",
        "FG-N",
        24,
    )
    assert [a for a, _, _ in events(sample)] == [
        "draw_finished",
        "start_testing",
        "enter_results",
        "report",
        "release",
    ]


def test_5_3_failed_lot_is_reworked_and_passes(walk, failed, ledger):
    assert walk.look(
        failed, lambda c: (c.lot.status, c.lot.zone, c.nonconformance.defect_class)
    ) == ("rejected", "NC-N", "major")
    assert documents(walk, walk.sample_of(failed)) == ["quality_report"], (
        "failed goods are reported too"
    )
    walk.do("quality_head", failed, "rework", reason="pH too low", instructions="add caustic")
    assert walk.look(
        failed,
        lambda c: (
            c.stage,
            c.lot.quantity,
            c.lot.status,
            c.nonconformance.disposition,
            c.nonconformance.reason,
        ),
    ) == ("to_plan", 24, "rejected", "rework", "pH too low")
    assert ledger("return") == [], "what was used up does not come back"
    walk.bring(failed, "in_stock")
    assert walk.look(failed, lambda c: (c.reworked, c.good, c.lot.quantity, len(c.samples))) == (
        1,
        24,
        24,
        2,
    )
    assert walk.look(failed, lambda c: {r.round for r in c.step_records}) == {0, 1}
    assert documents(walk, failed).count("ncr") == 3, "failed, sent to rework, passed at last"


def test_5_3_failed_lot_is_sorted_and_inspected_again(walk, failed):
    walk.do("quality_head", failed, "reinspect", reason="sorted on the spot")
    assert walk.look(failed, lambda c: (c.stage, c.lot.status, c.lot.zone != "NC-N")) == (
        "to_inspect",
        "quarantine",
        True,
    )
    assert documents(walk, failed).count("ncr") == 2
    walk.bring(failed, "in_stock")
    assert walk.look(failed, lambda c: [s.stage for s in c.samples]) == ["failed", "released"]


def test_5_3_failed_lot_is_accepted_under_concession(walk, failed):
    walk.do("quality_head", failed, "concede", reason="colour only", consent="周示二, phone, today")
    assert walk.look(
        failed, lambda c: (c.stage, c.nonconformance.disposition, c.nonconformance.consent)
    ) == ("to_stock_in", "concession", "周示二, phone, today")
    walk.stock_in(failed)
    assert walk.look(failed, lambda c: c.lot.status) == "released"


def test_5_3_failed_lot_is_scrapped_and_replaced(walk, failed, ledger):
    walk.do("quality_head", failed, "scrap", reason="contaminated", witness="store")
    assert ledger("scrap") == [(walk.look(failed, lambda c: c.lot.lot_no), "NC-N", -24)]
    successor = f"{failed}-N1"
    assert walk.look(successor, lambda c: (c.stage, c.quantity, c.lot, c.order.stage)) == (
        "to_plan",
        24,
        None,
        "approved",
    )
    walk.bring(successor, "in_stock")
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(successor)))))
    assert walk.look(successor, lambda c: c.order.stage) == "fulfilled"


def test_5_3_goods_that_expire_in_stock_are_set_apart_and_scrapped(walk, ledger):
    card = walk.card("in_stock", quantity=24)
    lot, days = walk.look(card, lambda c: (c.lot.lot_no, c.product.shelf_life_days))
    clock.set_clock(clock.now() + timedelta(days=days + 1))
    walk.do("storekeeper", card, "withhold", reason="expired yesterday")
    assert walk.look(
        card,
        lambda c: (c.stage, c.lot.lot_no, c.lot.status, c.lot.zone, c.nonconformance.description),
    ) == ("nonconforming", lot, "rejected", "NC-N", "expired yesterday")
    assert documents(walk, card)[-1] == "ncr"
    again = walk.post("quality_head", card, "reinspect", reason="looks fine")
    assert again.status_code == 409 and f"Lot {lot} has expired; it can only be scrapped." in said(
        again
    )
    walk.do("quality_head", card, "scrap", reason="expired", witness="store")
    assert ledger("scrap") == [(lot, "NC-N", -24)]
    assert walk.look(f"{card}-N1", lambda c: (c.stage, c.quantity)) == ("to_plan", 24)


def test_5_3_of_a_lot_that_others_count_on_only_the_cards_own_units_are_set_apart(walk, balances):
    made = walk.make_to_stock()
    whole, lot_no = walk.look(made, lambda c: (c.lot_id, c.lot.lot_no))
    card = walk.card("to_plan", quantity=30)
    walk.do("planner", card, "supply_from_stock", lot_id=whole, promised_date=soon())
    walk.approve_plan(card)
    walk.do("storekeeper", made, "withhold", reason="18 of them stood in the rain")
    assert walk.look(made, lambda c: (c.good, c.lot.lot_no, c.lot.status)) == (
        18,
        f"{lot_no}-A",
        "rejected",
    )
    assert walk.look(card, lambda c: (c.stage, c.lot.status, c.is_deliverable)) == (
        "in_stock",
        "released",
        True,
    )
    assert {place: units for place, units in balances().items() if place[0].startswith(lot_no)} == {
        (lot_no, "FG-N"): 30,
        (f"{lot_no}-A", "NC-N"): 18,
    }
    untested = walk.post("quality_head", made, "concede", reason="dried", consent="none")
    assert (
        untested.status_code == 409
        and "Nothing of the lot was tested since it was set apart" in said(untested)
    )
    walk.do("quality_head", made, "reinspect", reason="dried")
    walk.bring(made, "in_stock")
    assert walk.look(made, lambda c: (c.lot.lot_no, c.lot.status, c.lot.quantity)) == (
        f"{lot_no}-A",
        "released",
        18,
    )


def test_5_3_part_passes_and_part_fails_each_with_a_lot_of_its_own(walk):
    card = walk.card("to_inspect", quantity=24)
    walk.do("inspector", card, "split", quantity=10, reason="two pallets differ")
    part = f"{card}-A"
    lots = walk.look(
        part,
        lambda c: (
            c.parent.lot.lot_no,
            c.parent.lot.quantity,
            c.lot.lot_no,
            c.lot.quantity,
            c.lot.status,
        ),
    )
    assert lots == (lots[0], 14, f"{lots[0]}-A", 10, "quarantine")
    walk.bring(card, "in_stock")
    walk.bring(part, "nonconforming")
    assert walk.look(part, lambda c: (c.lot.status, c.parent.lot.status)) == (
        "rejected",
        "released",
    )


def test_5_3_part_of_a_failed_lot_is_decided_by_itself(walk, failed):
    walk.do("quality_head", failed, "split", quantity=10, reason="these can be saved")
    part = f"{failed}-A"
    assert walk.look(
        part, lambda c: (c.nonconformance.quantity, c.parent.nonconformance.quantity)
    ) == (10, 14)
    walk.do("quality_head", part, "rework", reason="pH", instructions="adjust")
    walk.do("quality_head", failed, "scrap", reason="too far off", witness="store")
    assert walk.look(
        part, lambda c: (c.nonconformance.disposition, c.parent.nonconformance.disposition)
    ) == ("rework", "scrap")
    other = walk.card("ready", quantity=24)
    walk.bring(part, "running")
    taken = walk.post("operator", other, "start")
    assert taken.status_code == 409 and f"L1 is taken by {part}" in said(taken), (
        "the part runs on the line of the whole"
    )
    assert walk.look(other, lambda c: c.known.first("start").facts["other"]) == part
    walk.bring(part, "in_stock")
    assert walk.look(other, lambda c: "start" in c.known.blockers) is False
    assert walk.look(part, lambda c: (c.good, c.lot.quantity)) == (10, 10)


def test_5_3_a_failed_sample_s_next_thing_is_its_rejection(walk):
    """What can only be rejected is not offered for a release that is refused."""
    sample = walk.report(walk.sample_of(walk.card("inspecting", quantity=24)), fail=True)
    page = walk.browser("quality_head").get(f"/quality/{sample}").get_data(as_text=True)
    shown = page.split('id="next"')[1].split("</section>")[0]
    assert f'href="/quality/{sample}/reject"' in shown and "disabled" not in shown
    assert "Next: Reject" in walk.browser("planner").get(f"/quality/{sample}").get_data(
        as_text=True
    )
    passed = walk.report(walk.sample_of(walk.card("inspecting", quantity=24)))
    assert (
        f'href="/quality/{passed}/release"'
        in walk.browser("quality_head")
        .get(f"/quality/{passed}")
        .get_data(as_text=True)
        .split('id="next"')[1]
        .split("</section>")[0]
    )
