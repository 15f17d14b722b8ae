"""The findings of the demo's 47 order lines, and each rule at its edges."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from app.plant.sales import finding as kinds
from app.plant.sales.order_facts import NET, PREPAID
from app.plant.sales.review import review_line, review_orders

from . import demo

FINDINGS = review_orders(demo.order_lines(), demo.plant())


def written(findings):
    return ";".join(map(str, findings)) or "none"


def only(line, *others, plant=None):
    return written(review_line(line, [line, *others], plant or demo.plant()))


def finding(order, line_no, kind, code=None):
    return next(
        item for item in FINDINGS[order, line_no] if item.kind == kind and code in (None, item.code)
    )


def test_the_demo_has_47_lines():
    assert len(FINDINGS) == 47


@pytest.mark.parametrize("key", demo.expected("findings"), ids=lambda key: f"{key[0]}/{key[1]}")
def test_findings_of_the_demo(key):
    assert written(FINDINGS[key]) == demo.expected("findings")[key]


def test_details_carry_the_figures_of_the_notes():
    split = finding("WH-77120", 1, kinds.SPLIT).detail
    assert (round(split["bulk"] / 10**6), split["largest"], split["pots"]) == (
        12369,
        4635 * 10**6,
        3,
    )
    assert finding("QH-59", 1, kinds.ASK, "full_case").detail == {
        "units_per_case": 12,
        "over": 4,
        "to_next": 8,
    }
    assert finding("WH-77121", 2, kinds.WARN, "duplicate").detail == {"order": "WH-77120"}
    assert finding("SL-1001", 2, kinds.WARN, "segregate").detail == {
        "own": "HYP",
        "classes": ["ACI", "SOL"],
    }
    assert finding("AF-90455", 1, kinds.WARN, "documents").detail == {
        "documents": ["SDS_EN", "UFI"],
        "missing_label": "en-GB",
    }
    assert finding("PD-4410", 1, kinds.SHORTAGE).detail == {
        "missing": {"K-112": 60},
        "uom": {"K-112": "pcs"},
    }
    assert finding("SL-1002", 1, kinds.SHORTAGE).detail["missing"] == {"L-001": 740}
    assert finding("HT-URG-7", 1, kinds.RUSH).detail == {"days": 2, "within": 3}


def test_shelf_life_tells_the_first_day_to_make_or_that_there_is_none():
    sakura = finding("SK-0031", 1, kinds.WARN, "shelf_life").detail
    assert sakura["allowed_age"] == 54
    assert (sakura["possible"], sakura["earliest"]) == (True, demo.BASE_DAY + timedelta(days=6))
    savanna = finding("SV-19", 3, kinds.WARN, "shelf_life").detail
    assert (savanna["possible"], savanna["allowed_age"], savanna["transit_days"]) == (False, 45, 45)


@pytest.mark.parametrize(
    ("order", "line_no", "partner"),
    [
        ("YS-1182", 1, ("PO-HT-2611-01", 1)),
        ("PO-HT-2611-02", 3, ("PO-HT-2611-01", 3)),
        ("YS-1182", 2, ("SL-1001", 3)),
        ("YS-1182", 3, ("H9-2026-339", 2)),
        ("QH-58", 1, ("HK-26-118", 1)),
        ("BC-0912", 3, ("NX-330", 3)),
        ("QH-59", 1, ("SL-1002", 1)),
    ],
)
def test_partners_for_a_pot(order, line_no, partner):
    assert partner in finding(order, line_no, kinds.COMBINE).detail["partners"]


def test_a_change_by_mail_turns_one_pot_into_two():
    assert only(demo.line("PO-HT-2611-01", 2, quantity=2400)) == "split:2"


def test_severity_tells_what_blocks_from_what_is_to_be_known():
    assert finding("SV-19", 2, kinds.REFUSE).severity == kinds.BLOCKING
    assert finding("YS-1190", 1, kinds.ASK).severity == kinds.QUESTION
    assert finding("SV-19", 1, kinds.HOLD).severity == kinds.CAUTION
    assert finding("HT-URG-7", 1, kinds.RUSH).severity == kinds.NOTICE
    assert set(kinds.SEVERITY) >= {item.kind for found in FINDINGS.values() for item in found}


def test_a_negative_quantity_is_refused():
    assert only(demo.line("PO-HT-2611-01", 1, quantity=-12)) == "refuse:quantity"
    assert only(demo.line("PO-HT-2611-01", 1, quantity=1)) == "ask:full_case;ask:below_minimum"


@pytest.mark.parametrize(
    ("days", "says"), [(0, "rush"), (3, "rush"), (4, "none"), (-1, "ask:due_date")]
)
def test_rush_and_due_date_at_their_edges(days, says):
    line = demo.line("PO-HT-2611-01", 1)
    assert (
        only(replace(line, requested_date=line.received_at.date() + timedelta(days=days))) == says
    )


@pytest.mark.parametrize(
    ("later", "says"),
    [
        (timedelta(days=7), "warn:duplicate"),
        (timedelta(days=7, seconds=1), "none"),
        (timedelta(seconds=-1), "none"),
    ],
)
def test_only_the_later_of_two_equal_orders_within_a_week_is_a_duplicate(later, says):
    line = demo.line("PO-HT-2611-01", 1)
    again = replace(line, order="AGAIN", received_at=line.received_at + later)
    assert only(again, line) == says


@pytest.mark.parametrize(
    "difference",
    [
        {"quantity": 6012},
        {"address_code": "SHIP-2"},
        {"requested_date": date(2026, 12, 5)},
        {"customer": demo.customers()["C-002"]},
    ],
)
def test_an_order_that_differs_in_anything_is_no_duplicate(difference):
    line = demo.line("PO-HT-2611-01", 1)
    again = replace(
        line, order="AGAIN", received_at=line.received_at + timedelta(hours=1), **difference
    )
    assert only(again, line) == "none"


def test_of_two_equal_orders_of_the_same_second_one_is_the_duplicate():
    line = demo.line("PO-HT-2611-01", 1)
    again = replace(line, order="PO-HT-2611-01-B")
    assert (only(line, again), only(again, line)) == ("none", "warn:duplicate")


SMALL = demo.line("YS-1182", 1)
PARTNER = demo.line("PO-HT-2611-01", 1)


@pytest.mark.parametrize(
    "change",
    [
        {"requested_date": SMALL.requested_date + timedelta(days=15)},
        {"quantity": 0},
        {"quantity": 12, "customer": demo.customers()["C-001"]},
        {"received_at": datetime.fromisoformat("2026-12-05T08:00:00+08:00")},
        {"customer": replace(demo.customers()["C-004"], payment_rule=PREPAID), "paid": False},
        {"quantity": 9000 - 12},
    ],
    ids=[
        "too late",
        "refused",
        "too little",
        "misdated",
        "held for payment",
        "too much for the pot",
    ],
)
def test_no_partner_when(change):
    assert only(SMALL, replace(PARTNER, **change)) == "ask:below_minimum"


def test_a_partner_14_days_away_or_held_for_shipment_only_will_do():
    far = replace(PARTNER, requested_date=SMALL.requested_date + timedelta(days=14))
    unpaid = replace(PARTNER, customer=demo.customers()["C-008"], paid=False)
    assert only(SMALL, far) == only(SMALL, unpaid) == "combine:F-DW01"


def test_a_shared_pot_may_just_fill_its_range():
    bulk = SMALL.product.bulk(SMALL.quantity) + PARTNER.product.bulk(PARTNER.quantity)
    for least, most, says in (
        (bulk, bulk, "combine:F-DW01"),
        (bulk + 1, bulk + 1, "ask:below_minimum"),
        (bulk - 1, bulk - 1, "ask:below_minimum"),
    ):
        small = replace(SMALL, product=replace(SMALL.product, smallest_pot=least, largest_pot=most))
        assert only(small, PARTNER) == says


def test_a_line_is_no_partner_of_itself():
    assert only(replace(SMALL, quantity=160)) == "ask:below_minimum"


def test_classes_at_another_address_or_on_a_refused_line_do_not_matter():
    bleach, acid = demo.line("PO-HT-2611-02", 2), demo.line("PO-HT-2611-02", 3)
    assert only(bleach, acid) == "warn:segregate"
    assert only(bleach, replace(acid, address_code="SHIP-1")) == "none"
    assert only(bleach, replace(acid, quantity=0)) == "none"


def test_paying_lifts_the_holds():
    assert "hold" not in only(demo.line("SV-19", 1, paid=True))
    assert "hold" not in only(demo.line("SL-1001", 1, paid=True))
    assert "hold" not in only(
        demo.line("SV-19", 1, customer=replace(demo.customers()["C-015"], payment_rule=NET))
    )


def test_shelf_life_at_its_edges():
    line = demo.line("SV-19", 3, paid=True)  # 90 days, half of it demanded: 45
    plant = demo.plant()
    soon = replace(line, transit_days=42, requested_date=plant.day + timedelta(days=45))
    assert only(soon) == "none"
    assert only(replace(soon, transit_days=43)) == "warn:shelf_life"
    assert only(replace(soon, requested_date=plant.day + timedelta(days=46))) == "warn:shelf_life"
    modest = replace(soon.customer, min_remaining_pct=Decimal(40))
    assert only(replace(soon, transit_days=43, customer=modest)) == "none"
