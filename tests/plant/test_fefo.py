"""First expired, first out: order, what is passed over, scaling by assay."""

from datetime import date
from decimal import Decimal

import pytest

from app.plant.production.requirements import minimum_assay
from app.plant.warehouse.fefo import Draw, Lot, allocate

from . import demo

DAY = date(2026, 11, 22)
D = Decimal


def lot(lot_no, available, expiry="2027-01-01", **more):
    return Lot(lot_no, available, date.fromisoformat(expiry) if expiry else None, **more)


def drawn(allocation):
    return [(draw.lot_no, draw.quantity) for draw in allocation.draws]


def reasons(allocation):
    return {lot.lot_no: lot.reason for lot in allocation.passed_over}


def test_first_expired_goes_first_whatever_the_list_and_no_expiry_last():
    lots = [lot("C", 10, None), lot("B", 10, "2027-02-01"), lot("A", 10, "2027-01-01")]
    assert drawn(allocate(lots, 25, DAY)) == [("A", 10), ("B", 10), ("C", 5)]


def test_equal_expiry_goes_by_lot_number():
    assert drawn(allocate([lot("B", 10), lot("A", 10)], 5, DAY)) == [("A", 5)]


def test_shortage_is_what_no_lot_covers():
    allocation = allocate([lot("A", 10)], 25, DAY)
    assert (drawn(allocation), allocation.shortage, allocation.drawn) == ([("A", 10)], 15, 10)
    assert allocate([], 25, DAY).shortage == 25


def test_no_need_draws_nothing_and_a_negative_one_is_refused():
    assert drawn(allocate([lot("A", 10)], 0, DAY)) == []
    with pytest.raises(ValueError):
        allocate([lot("A", 10)], -1, DAY)


def test_usable_through_its_expiry_day_and_not_a_day_longer():
    lots = [lot("TODAY", 10, "2026-11-22"), lot("GONE", 10, "2026-11-21")]
    allocation = allocate(lots, 20, DAY)
    assert (drawn(allocation), allocation.shortage) == ([("TODAY", 10)], 10)
    assert reasons(allocation) == {"GONE": "expired"}


@pytest.mark.parametrize("status", ["quarantine", "rejected", "hold", ""])
def test_only_released_lots(status):
    allocation = allocate([lot("A", 10, status=status)], 5, DAY)
    assert (allocation.shortage, reasons(allocation)) == (5, {"A": "not_released"})


def test_an_empty_lot_is_passed_over():
    assert reasons(allocate([lot("A", 0)], 5, DAY)) == {"A": "empty"}


def test_the_last_unit_of_a_lot_is_drawn_and_a_very_weak_one_too():
    assert drawn(allocate([lot("A", 1)], 5, DAY)) == [("A", 1)]
    assert allocate([lot("A", 100, assay=D("0.5"))], 10, DAY, D("1")).draws == (Draw("A", 20, 10),)


def test_what_a_draw_covers_is_rounded_down_and_the_rest_is_not_lost():
    lots = [lot("A", 7, "2026-12-01", assay=D("10")), lot("B", 99, assay=D("12"))]
    # 7 mg of 10 % cover 5.83 of 10 nominal: 4.17 remain, 5 mg of 12 %.
    assert allocate(lots, 10, DAY, D("12")).draws == (Draw("A", 7, 5), Draw("B", 5, 4))


def test_quantity_is_scaled_by_each_lots_assay():
    """100 nominal at 12 %: 50 from 60 mg of 10 %, the other 50 take 48.39, up to 49, of 12.4 %."""
    lots = [lot("WEAK", 60, "2026-12-01", assay=D("10")), lot("STRONG", 99, assay=D("12.4"))]
    allocation = allocate(lots, 100, DAY, nominal=D("12"))
    assert allocation.draws == (Draw("WEAK", 60, 50), Draw("STRONG", 49, 50))
    assert (allocation.shortage, allocation.drawn) == (0, 109)


def test_draws_and_shortage_are_raised_to_the_step_but_a_lot_gives_no_more_than_it_holds():
    """2,500 at 12 %: 1,500 of 10 % stand for 1,250, the other 1,250 take 1,209.7 of 12.4 %, up
    to 2,000; with 1,100 there (1,136.7 nominal) 113.3 stay short, up to 1,000.
    """
    weak = lot("WEAK", 1_500, "2026-12-01", assay=D("10"))
    assert drawn(
        allocate([weak, lot("STRONG", 9_000, assay=D("12.4"))], 2_500, DAY, D("12"), step=1_000)
    ) == [("WEAK", 1_500), ("STRONG", 2_000)]
    short = allocate([weak, lot("STRONG", 1_100, assay=D("12.4"))], 2_500, DAY, D("12"), step=1_000)
    assert (drawn(short), short.shortage) == ([("WEAK", 1_500), ("STRONG", 1_100)], 1_000)


def test_a_weak_lot_covers_less_than_it_weighs():
    assert allocate([lot("A", 100, assay=D("6"))], 100, DAY, nominal=D("12")).shortage == 50


def test_without_potency_the_assay_is_of_no_account():
    assert drawn(allocate([lot("A", 100, assay=D("6"))], 100, DAY)) == [("A", 100)]


@pytest.mark.parametrize("assay", [None, D(0)])
def test_a_lot_without_assay_cannot_be_charged_by_potency(assay):
    assert reasons(allocate([lot("A", 100, assay=assay)], 5, DAY, nominal=D("12"))) == {
        "A": "no_assay"
    }


def test_minimum_assay_is_inclusive():
    lots = [lot("AT", 100, assay=D("10.6")), lot("BELOW", 100, assay=D("10.59"))]
    allocation = allocate(lots, 5, DAY, D("12"), minimum_assay=D("10.6"))
    assert (drawn(allocation)[0][0], reasons(allocation)) == ("AT", {"BELOW": "too_weak"})


def test_the_readmes_trap():
    """ML26-0127 (10.6 %, four days left) goes first for the 84 disinfectant, is passed over for
    the bleach.
    """
    lots, need = demo.stock()["R-021"], 1_000 * 10**6
    for_84 = allocate(lots, need, DAY, D("12"), minimum_assay(demo.formula("F-BL01"), "R-021"))
    assert drawn(for_84) == [("ML26-0127", 1_132_075_472)]  # 1000 x 12 / 10.6
    for_bleach = allocate(lots, need, DAY, D("12"), minimum_assay(demo.formula("F-BL02"), "R-021"))
    assert drawn(for_bleach) == [("ML26-0039", 1_016_949_153)]  # 1000 x 12 / 11.8
    assert reasons(for_bleach) == {"ML26-0127": "too_weak", "ML26-0129": "not_released"}


def test_rejected_and_nearly_expired_lots_of_the_demo():
    assert reasons(allocate(demo.stock()["K-110"], 1, DAY)) == {"ML26-0136": "not_released"}
    assert drawn(allocate(demo.stock()["R-019"], 1, DAY)) == [
        ("ML26-0131", 1)
    ]  # enzyme, ten days left
    assert drawn(allocate(demo.stock()["R-019"], 1, date(2026, 12, 3))) == [("ML26-0035", 1)]
