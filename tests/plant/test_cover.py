"""Stock against need: alone, in turn, and played forward with the purchases in."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from app.plant.production.stock_coverage import (
    EXCLUDED,
    SERVED,
    SHORT,
    propose_lots,
    serve_in_turn,
    shortages,
)
from app.plant.quantities import to_base
from app.plant.sales.review import review_orders
from app.plant.warehouse.fefo import Lot

from . import demo


def excluded():
    found = review_orders(demo.order_lines(), demo.plant())
    return {
        key
        for key, items in found.items()
        if any(f.kind == "refuse" or f.code == "duplicate" for f in items)
    }


IN_TURN = serve_in_turn(demo.order_lines(), demo.plant(), excluded())


@pytest.mark.parametrize("key", demo.expected("together"), ids=lambda key: f"{key[0]}/{key[1]}")
def test_together_column_of_the_demo(key):
    assert str(IN_TURN[key]) == demo.expected("together")[key]


def test_29_of_43_can_be_made_at_once():
    outcomes = Counter(served.outcome for served in IN_TURN.values())
    assert outcomes == {SERVED: 29, SHORT: 14, EXCLUDED: 4}


def test_the_14_shortages_and_what_they_lack():
    lack = {}
    for (order, line_no), served in IN_TURN.items():
        if served.outcome == SHORT:
            codes = " ".join(code for code, _ in served.shortages)
            lack.setdefault(codes, set()).add(f"{order}/{line_no}")
    assert lack == {
        "K-103 K-114": {"KC-771/1", "NX-331/1", "NX-331/2"},
        "K-107": {"SK-0031/1"},
        "K-108": {"AF-90455/2"},
        "K-110": {"PD-4410/2", "SV-19/1", "AF-90460/1"},
        "K-110 L-006": {"HT-URG-7/1"},
        "K-112": {"HK-26-118/1", "PD-4410/1"},
        "L-001": {"SL-1002/1"},
        "L-006": {"H9-2026-339/1", "SL-1001/2"},
    }


def test_played_forward_material_covers_all_43():
    lots = dict(demo.stock())
    for row in demo.rows("purchase_receipts"):
        received = Lot(row["purchase_no"], to_base(row["qty"], row["uom"]), date(2030, 1, 1))
        lots[row["material_code"]] += (received,)
    lots["L-006"] = tuple(
        replace(lot, status="released") if lot.lot_no == "ML26-0135" else lot
        for lot in lots["L-006"]
    )
    served = serve_in_turn(demo.order_lines(), replace(demo.plant(), lots=lots), excluded())
    assert Counter(item.outcome for item in served.values()) == {SERVED: 43, EXCLUDED: 4}


def test_a_short_line_takes_nothing():
    wants_all = replace(demo.line("PO-HT-2611-01", 1), order="A", quantity=600_000)
    modest = replace(demo.line("PO-HT-2611-01", 1), order="B")
    served = serve_in_turn([wants_all, modest], demo.plant())
    assert (served["A", 1].outcome, served["B", 1].outcome) == (SHORT, SERVED)


def test_serving_takes_from_the_lots_drawn_and_from_no_other():
    line = replace(
        demo.line("PO-HT-2611-01", 1), quantity=12
    )  # 13 bottles, 13 labels, 2 cartons, 1 pallet each
    orders = [replace(line, order=f"{n:03}") for n in range(10)]
    pallets = {"K-301": (Lot("P1", 4), Lot("P2", 5))}
    served = serve_in_turn(orders, replace(demo.plant(), lots=demo.stock() | pallets))
    assert [str(served[order.key]) for order in orders] == ["ok"] * 9 + ["short:K-301"]


def test_the_first_to_order_is_served_first_whatever_the_order_of_the_list():
    early = replace(demo.line("HT-URG-7", 1), order="EARLY", quantity=4000)
    late = replace(early, order="LATE", received_at=early.received_at.replace(hour=7))
    for lines in ([early, late], [late, early]):
        served = serve_in_turn(lines, demo.plant())
        assert (served["EARLY", 1].outcome, str(served["LATE", 1])) == (SERVED, "short:L-006")


def test_water_from_the_mains_is_never_short_and_missing_lots_are():
    line = demo.line("PO-HT-2611-01", 1)
    bare = replace(demo.plant(), lots={})
    missing = shortages(line, bare)
    assert "R-001" not in missing
    assert (
        missing["K-101"] == 6060 and missing["R-002"] == 278_294_000
    )  # 9 % of 3,092.146 kg is 278.29314, up to the gram


def test_the_weak_hypochlorite_is_drawn_for_84_but_not_for_the_bleach():
    """ML26-0127 expires first at 10.6 %: enough for P-BL-500, below water's reach for P-BL-20L."""
    for code, first in (("P-BL-500", "ML26-0127"), ("P-BL-20L", "ML26-0039")):
        product = demo.products()[code]
        proposal = propose_lots(
            product.requirements(100),
            product.formula,
            demo.stock(),
            demo.BASE_DAY,
            demo.plant().untracked,
        )
        assert proposal["R-021"].draws[0].lot_no == first


def test_expired_peroxide_is_passed_over_and_the_line_is_still_covered():
    line = demo.line("NX-330", 2)
    assert shortages(line, demo.plant()) == {}
    product = line.product
    proposal = propose_lots(
        product.requirements(line.quantity), product.formula, demo.stock(), demo.BASE_DAY
    )["R-031"]
    assert [draw.lot_no for draw in proposal.draws] == ["ML26-0059"]
    assert ("ML26-0130", "expired") in {(lot.lot_no, lot.reason) for lot in proposal.passed_over}
