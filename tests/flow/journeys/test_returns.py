"""Stock that belongs to no card: goods that come back, what has expired or is blocked, and what
Quality decides on it.
"""

from datetime import timedelta

import pytest

from app import clock
from app.extensions import db
from app.models.warehouse.disposition import Disposition, unbound
from app.models.warehouse.stock import Lot, StockMovement, ledger_faults
from tests.trail import step
from tests.walk import said


@pytest.fixture
@step
def delivered(walk):
    """A shipment of 24 units that the customer has received, and its card."""
    card = walk.card("in_stock", quantity=24)
    ship = walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(card)))))
    return ship, card


def bring_back(walk, ship, card, quantity, who="sales", reason="pump broken"):
    fields = {"card_id": walk.look(card, lambda c: c.id), "quantity": quantity, "reason": reason}
    return walk.post(who, ship, "record_return", **fields)


def decisions(walk, ship):
    return walk.look(ship, lambda s: [r.ref for r in s.returns])


def lot_of(walk, ref, what=lambda lot: (lot.lot_no, lot.status, lot.quantity, lot.zone)):
    return walk.look(ref, lambda record: what(record.lot))


def faults(walk):
    with walk.app.app_context():
        return list(ledger_faults())


def test_returned_pieces_stand_in_quarantine_with_their_reason(walk, delivered):
    ship, card = delivered
    answer = bring_back(walk, ship, card, 6)
    assert answer.status_code == 303, said(answer)
    (ref,) = decisions(walk, ship)
    number = lot_of(walk, card)[0]
    assert (
        lot_of(walk, ref) == (f"{number}-A", "quarantine", 6, lot_of(walk, ref)[3])
        and "Q" in lot_of(walk, ref)[3]
    )
    assert walk.look(
        ref, lambda r: (r.stage, r.reason, r.history[0].data["quantity"], r.history[0].reason)
    ) == ("to_decide", "pump broken", 6, "pump broken")
    with walk.app.app_context():
        moved = db.session.execute(
            db.select(StockMovement.kind, StockMovement.quantity, Lot.lot_no)
            .join(Lot)
            .where(StockMovement.flow == "disposition")
            .order_by(StockMovement.id)
        ).all()
    assert moved == [
        ("return", 6, number),
        ("transfer", -6, number),
        ("transfer", 6, f"{number}-A"),
    ]
    assert walk.look(ship, lambda s: s.history[-1].data["lot"]) == f"{number}-A" and not faults(
        walk
    )


def test_no_more_comes_back_than_was_shipped_and_nothing_without_a_reason(walk, delivered):
    ship, card = delivered
    for quantity, reason in (
        (25, "broken"),
        (0, "broken"),
        (-3, "broken"),
        (6, ""),
        ("6.5", "broken"),
    ):
        assert bring_back(walk, ship, card, quantity, reason=reason).status_code == 422, quantity
    assert bring_back(walk, ship, card, 20, "storekeeper").status_code == 303
    more = bring_back(walk, ship, card, 5)
    assert more.status_code == 422 and "At most 4 units can come back." in said(more)
    assert bring_back(walk, ship, card, 4).status_code == 303
    assert bring_back(walk, ship, card, 1).status_code == 409
    assert bring_back(walk, ship, card, 1, who="planner").status_code == 403
    assert not faults(walk)


def test_at_follow_up_already_and_quality_releases_them_for_another_card(walk):
    card = walk.card("in_stock", quantity=24)
    ship = walk.ship(walk.confirm(walk.pack(walk.shipment(card))))
    assert bring_back(walk, ship, card, 24, reason="refused at the dock").status_code == 303
    (ref,) = decisions(walk, ship)
    other = walk.card("to_plan", quantity=24)
    assert walk.look(other, lambda c: c.covering_lots()) == []
    early = walk.post("quality_head", ref, "back_to_stock", reason="unopened")
    assert early.status_code == 409 and "Quality inspects them first." in said(early)
    walk.inspected(ref)
    assert (
        walk.post(
            "storekeeper", ref, "back_to_stock", department="quality", reason="looks good"
        ).status_code
        == 403
    )
    assert (
        walk.post("quality_head", ref, "back_to_stock", department="quality", reason="").status_code
        == 422
    )
    walk.do("quality_head", ref, "back_to_stock", reason="unopened, seals whole")
    assert walk.look(ref) == "kept" and lot_of(walk, ref)[1:3] == ("released", 24)
    assert walk.look(other, lambda c: [lot.lot_no for lot in c.covering_lots()]) == [
        lot_of(walk, ref)[0]
    ]
    assert "supply_from_stock" not in walk.look(other, lambda c: c.known.blockers), (
        "the planner is told at once"
    )
    assert not faults(walk)


def test_what_is_scrapped_leaves_the_books_before_a_witness(walk, delivered):
    ship, card = delivered
    bring_back(walk, ship, card, 6)
    (ref,) = decisions(walk, ship)
    walk.inspected(ref)
    walk.do("quality_head", ref, "scrap", reason="leaking", witness="store")
    assert walk.look(ref) == "scrapped" and lot_of(walk, ref)[2] == 0
    assert walk.look(ref, lambda r: r.history[-1].data["witness"]) != "store", (
        "who it was is sealed"
    )
    assert not faults(walk)


def test_the_lot_s_page_shows_what_came_back_and_what_may_be_done_with_it(walk, delivered):
    ship, card = delivered
    bring_back(walk, ship, card, 6)
    (ref,) = decisions(walk, ship)
    number = lot_of(walk, card)[0]
    page = walk.browser("auditor").get(f"/lots/{number}").text
    assert (
        'data-movement="return"' in page
        and f"{number}-A" in page[page.index('id="trace"') : page.index('id="movements"')]
    )
    assert f'href="/quality/{ref}"' in walk.browser("quality_head").get(f"/lots/{number}-A").text
    walk.inspected(ref)
    walk.do("quality_head", ref, "back_to_stock", reason="seals whole")
    other = walk.card("to_plan", quantity=6)
    offered = f"/production/{other}/supply_from_stock?lot={walk.look(ref, lambda r: r.lot_id)}"
    assert offered in walk.browser("planner").get(f"/lots/{number}-A").text
    assert (
        f'selected value="{walk.look(ref, lambda r: r.lot_id)}"'
        in walk.browser("planner").get(offered).text
    )
    aside = f'href="/warehouse/new/disposition/set_aside?lot={number}-A"'
    assert aside in walk.browser("storekeeper").get(f"/lots/{number}-A").text
    assert "set_aside" not in walk.browser("operator").get(f"/lots/{number}-A").text


def test_what_came_back_is_inspected_and_reworked_by_a_card_of_its_own(walk, delivered):
    ship, card = delivered
    bring_back(walk, ship, card, 6)
    (ref,) = decisions(walk, ship)
    for wrong in ({"looked_at": 7, "faulty": 0}, {"looked_at": 2, "faulty": 3}):
        answer = walk.post("inspector", ref, "inspect_goods", findings="x", **wrong)
        assert answer.status_code == 422, wrong
    walk.do("inspector", ref, "inspect_goods", looked_at=6, faulty=6, findings="pumps broken")
    walk.do("quality_head", ref, "rework_goods", reason="pumps", instructions="change the pumps")
    new = walk.look(ref, lambda r: r.history[-1].data["rework_card"])
    assert walk.look(new, lambda c: (c.stage, c.good, c.order, c.in_rework, c.parent.ref)) == (
        "to_plan",
        6,
        None,
        True,
        card,
    )
    assert walk.look(ref) == "reworked" and lot_of(walk, ref)[1] == "rejected"
    walk.draw_up(new)
    walk.bring(new, "in_stock")
    assert lot_of(walk, ref)[1:3] == ("released", 6) and not faults(walk)


# Stock of the store


def free_material(walk, **changes):
    """The number and quantity of a lot of raw material that no plan has picked, changed as told."""
    with walk.app.app_context():
        lot = next(
            x
            for x in db.session.scalars(
                db.select(Lot).where(Lot.material_id.is_not(None)).order_by(Lot.id)
            )
            if x.status == "released"
            and x.quantity > 10**7
            and x.material.uom == "kg"
            and unbound(x) == x.quantity
        )
        for name, value in changes.items():
            setattr(lot, name, value)
        db.session.commit()
        return lot.lot_no, lot.quantity


def set_aside(walk, lot, who="storekeeper", **fields):
    return walk.browser(*walk.person(who)).submit(
        "/warehouse/new/disposition/set_aside", lot=lot, **{"reason": "expired", **fields}
    )


def yesterday():
    return clock.today() - timedelta(days=1)


def test_an_expired_lot_is_set_aside_whole_and_can_only_be_scrapped(walk):
    lot, quantity = free_material(walk, expiry=yesterday())
    page = walk.browser("storekeeper").get(f"/warehouse/new/disposition/set_aside?lot={lot}").text
    assert f'value="{lot}"' in page and "all that belongs to no card" in page
    answer = set_aside(walk, f"https://plant.example/lots/{lot}")
    assert answer.status_code == 303, said(answer)
    ref = answer.location.rsplit("/", 1)[-1]
    assert lot_of(walk, ref)[:3] == (lot, "quarantine", quantity)
    assert set_aside(walk, lot).status_code == 422, "it waits for a decision already"
    stopped = walk.post(
        "quality_head", ref, "back_to_stock", department="quality", reason="still good"
    )
    assert stopped.status_code == 409 and "has expired" in said(stopped)
    walk.do("quality_head", ref, "scrap", reason="expired", witness="store")
    assert lot_of(walk, ref)[2] == 0 and not faults(walk)


def test_part_of_a_lot_is_set_aside_as_a_lot_of_its_own_and_released_again(walk):
    lot, quantity = free_material(walk)
    for wrong in ("0", "-1", "999999999", "1,250"):
        assert set_aside(walk, lot, quantity=wrong).status_code == 422, wrong
    ref = set_aside(walk, lot, quantity="2.5", reason="bag torn").location.rsplit("/", 1)[-1]
    assert lot_of(walk, ref)[:3] == (f"{lot}-A", "quarantine", 2_500_000)
    assert walk.look(
        ref, lambda r: (r.amount, *(r.history[0].data[key] for key in ("of", "quantity", "unit")))
    ) == ("2.5 kg", lot, "2.5", "kg")
    walk.do("quality_head", ref, "back_to_stock", reason="repacked")
    home = lot_of(walk, ref, lambda x: x.material.storage_zone)
    assert lot_of(walk, ref) == (f"{lot}-A", "released", 2_500_000, home) and not faults(walk)
    with walk.app.app_context():
        assert (
            db.session.scalar(db.select(Lot).filter_by(lot_no=lot)).quantity == quantity - 2_500_000
        )


def test_a_rejected_lot_is_not_released_this_way(walk):
    lot, _ = free_material(walk, status="rejected")
    ref = set_aside(walk, lot, who="quality_head", reason="failed at the dock").location.rsplit(
        "/", 1
    )[-1]
    stopped = walk.post("quality_head", ref, "back_to_stock", department="quality", reason="needed")
    assert stopped.status_code == 409 and "only be scrapped" in said(stopped)


def test_what_a_card_counts_on_is_not_free(walk):
    card = walk.card("preparing", quantity=24)
    lot, picked, free = walk.look(
        card,
        lambda c: next(
            (p.lot.lot_no, p.proposed, unbound(p.lot))
            for p in c.picks
            if p.lot and p.requirement.material.uom == "kg"
        ),
    )
    with walk.app.app_context():
        assert free == db.session.scalar(db.select(Lot).filter_by(lot_no=lot)).quantity - picked
    finished = walk.card("in_stock", product="P-KD-500", quantity=24)
    assert set_aside(walk, lot_of(walk, finished)[0]).status_code == 422
    assert set_aside(walk, "no such lot").status_code == 422
    assert (
        walk.browser("planner")
        .submit("/warehouse/new/disposition/set_aside", lot=lot, reason="x")
        .status_code
        == 403
    )
    with walk.app.app_context():
        assert not db.session.scalars(db.select(Disposition)).all()
