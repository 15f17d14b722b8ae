"""Purchasing and Warehouse (materials, stock-in, shipping), from clauses 2.2, 3.1 to 3.3 and 6.1
to 6.3 of the procedure.
"""

import re
from datetime import timedelta
from decimal import Decimal

from app import clock, documents
from app.extensions import db
from app.models.master import StorageZone
from app.models.records.papers.document import Document
from app.models.warehouse.stock import Lot
from tests.flow.test_actions import soon
from tests.flow.test_guards import changed, sample_of_lot
from tests.pages.looking import value_of
from tests.walk import said


def test_2_2_a_shortage_is_answered_bought_inspected_and_released(walk, events):
    """PD-4410/1 of the demo lacks 60 pumps."""
    card = walk.card("consulting", product="P-HS-500", quantity=6000)
    assert walk.look(
        card, lambda c: [(n.material.code, missing) for n, missing in c.shortages()]
    ) == [("K-112", 60)]
    walk.do(
        "storekeeper",
        card,
        "answer_warehouse",
        in_time="no",
        promised_date=soon(),
        note="60 pumps short",
    )
    assert walk.post("buyer", card, "answer_purchasing", in_time="no").status_code == 422, (
        "a shortage has a promised date"
    )
    walk.do("buyer", card, "answer_purchasing", in_time="no", promised_date=soon())
    answers = walk.look(
        card,
        lambda c: [(a.department, a.in_time, a.promised_date, a.by.name) for a in c.plan.answers],
    )
    assert [a[:3] for a in answers] == [
        ("warehouse", False, clock.today()),
        ("purchasing", False, clock.today()),
    ]
    walk.approve_plan(card)
    purchase = walk.ordered(walk.requisition("K-112", 100))
    walk.do("buyer", purchase, "postpone", promised_date=soon(), reason="port closed")
    grouped = walk.post("storekeeper", purchase, "receive", quantity="1,000", supplier_lot="SL-1")
    assert grouped.status_code == 422, "a thousand, or one?"
    walk.received(purchase, 100)
    assert walk.look(purchase, lambda r: (r.stage, r.lot.status, r.lot.quantity)) == (
        "received",
        "quarantine",
        100,
    )
    assert walk.post("storekeeper", card, "start_preparing").status_code == 409
    walk.do(
        "quality_head",
        walk.report(walk.look(purchase, lambda r: sample_of_lot(r.lot_id))),
        "release",
    )
    assert walk.look(purchase, lambda r: (r.lot.status, r.lot.zone)) == ("released", "PK")
    walk.bring(card, "handed_over")
    assert [action for action, _, _ in events(purchase)] == [
        "request",
        "order",
        "postpone",
        "receive",
    ]


def test_2_2_a_refused_delivery_never_becomes_stock(walk):
    purchase = walk.received(walk.ordered(walk.requisition("K-112", 100)), 100)
    sample = walk.look(purchase, lambda r: sample_of_lot(r.lot_id))
    walk.do("inspector", sample, "draw", size=1, place="gate")
    walk.do("inspector", sample, "start_testing")
    bad = {k: "no" if k.endswith("-conforms") else v for k, v in walk.results(sample).items()}
    walk.do("inspector", sample, "enter_results", **bad)
    walk.do("inspector", sample, "report")
    walk.do("quality_head", sample, "reject", reason="cracked", containment="caged")
    assert walk.look(purchase, lambda r: (r.lot.status, r.lot.is_usable(clock.today()))) == (
        "rejected",
        False,
    )


def test_3_1_to_3_3_a_refused_line_is_replaced_from_another_lot(walk, ledger, events):
    card = walk.card("handed_over", quantity=24)
    first = {lot for lot, _, _ in ledger("issue")}
    refused = walk.look(
        card,
        lambda c: next(p.lot.lot_no for p in c.picks if p.requirement.material.code == "L-001"),
    )
    walk.do("operator", card, "accept_materials", **walk.acceptance(card, refuse="L-001"))
    assert walk.look(card) == "preparing"
    assert [lot for lot, _, _ in ledger("return")] == [refused]
    walk.hand_over(card)
    again = [lot for lot, _, _ in ledger("issue")][len(first) :]
    assert len(again) == 1 and again[0] not in first
    walk.accept(card)
    assert walk.look(card) == "ready"
    # Each line is signed: prepared by whom, refused why.
    picks = walk.look(
        card,
        lambda c: [
            (p.lot.lot_no, p.accepted, p.variance, p.prepared_by_id is not None)
            for r in c.requirements
            if r.material.code == "L-001"
            for p in r.picks
        ],
    )
    assert picks == [(refused, False, "torn", True), (again[0], True, "", True)]
    assert [a for a, _, _ in events(card)].count("hand_over") == 2


def test_3_1_what_is_to_be_weighed_is_proposed_and_entered_in_whole_grams(walk):
    """6,000 x 500 g: 9 % of 3,092.146 kg is 278.29314 kg.

    The 84 disinfectant is charged by assay, 10.6 % for 12 %.
    """
    card = walk.card("preparing", quantity=6000)
    form = walk.browser("storekeeper").get(f"/warehouse/{card}/prepare")
    proposed = [
        value_of(form, name) for name in re.findall(r'name="(picks-\d+-quantity)"', form.text)
    ]
    assert "278.294" in proposed
    assert [each for each in proposed if Decimal(each) * 1000 % 1] == []
    walk.hand_over(card)
    assert walk.look(card, lambda c: c.stage) == "handed_over"
    strong = walk.card("preparing", product="P-BL-500", quantity=100)
    drawn = walk.look(
        strong,
        lambda c: [
            (p.lot.lot_no, p.proposed % 1000) for p in c.picks if p.lot and p.requirement.nominal
        ],
    )
    assert drawn == [("ML26-0127", 0)]


def test_3_1_what_is_picked_for_the_card_itself_is_not_picked_twice(walk):
    """Lots of 4500, 3000 and 4000 labels: both refused ones are replaced by all there is of the
    third, and the rest is awaited.
    """
    card = walk.card("handed_over", quantity=6000)
    walk.do("operator", card, "accept_materials", **walk.acceptance(card, refuse="L-001"))
    walk.do("storekeeper", card, "prepare", **walk.prepared(card))
    live = walk.look(
        card,
        lambda c: [
            (p.lot.lot_no, p.proposed)
            for r in c.requirements
            if r.material.code == "L-001"
            for p in r.live_picks
        ],
    )
    assert live == [("ML26-0144", 4000)]
    early = walk.post(("storekeeper", 2), card, "hand_over")
    assert early.status_code == 409 and "No lot is picked for L-001" in said(early)


def test_3_1_a_lot_that_gives_less_than_proposed_is_topped_up_from_the_next(walk, ledger):
    """Lots of 4,500, 3,000 and 4,000 labels in the order of expiry; 24 units need 24 / 0.98, so
    25.
    """
    card = walk.card("preparing", quantity=24)

    def labels(c):
        return [
            (p.id, p.lot.lot_no, p.proposed, p.prepared)
            for r in c.requirements
            if r.material.code == "L-001"
            for p in r.live_picks
        ]

    ((pick, first, needed, _),) = walk.look(card, labels)
    full = walk.prepared(card)
    row = next(k.removesuffix("pick") for k, v in full.items() if k.endswith("-pick") and v == pick)
    walk.do("storekeeper", card, "prepare", **full | {f"{row}quantity": needed - 9})
    (one, (_, second, rest, _)) = walk.look(card, labels)
    assert (one[1:], rest, second != first) == ((first, needed, needed - 9), 9, True)
    early = walk.post(("storekeeper", 2), card, "hand_over")
    assert early.status_code == 409 and "L-001 is not prepared yet" in said(early)
    walk.hand_over(
        card
    )  # everything as it stands in the form: what was weighed, and the further lot as proposed
    assert [(lot, quantity) for lot, _, quantity in ledger("issue") if lot in (first, second)] == [
        (first, 9 - needed),
        (second, -9),
    ]
    assert walk.look(walk.accept(card)) == "ready"


def test_3_1_a_further_lot_is_not_needed_once_the_first_gave_all(walk):
    card = walk.card("preparing", quantity=24)

    def labels(c):
        return [p.id for r in c.requirements if r.material.code == "L-001" for p in r.live_picks]

    def row(pick):
        return next(
            k.removesuffix("pick") + "quantity"
            for k, v in walk.prepared(card).items()
            if k.endswith("-pick") and v == pick
        )

    (first,) = walk.look(card, labels)
    enough = walk.prepared(card)[row(first)]
    walk.do("storekeeper", card, "prepare", **walk.prepared(card) | {row(first): "0"})
    _, further = walk.look(card, labels)
    walk.do(
        "storekeeper",
        card,
        "prepare",
        **walk.prepared(card) | {row(first): enough, row(further): "0"},
    )
    assert walk.look(card, labels) == [first]
    walk.do(("storekeeper", 2), card, "hand_over")


def test_3_3_what_was_received_is_what_was_issued_and_short_lines_go_back(walk, ledger, balances):
    """C17: nothing came on any line.

    Every line is prepared again, and the store holds what never left it.
    """
    before = balances()
    card = walk.card("handed_over", quantity=24)
    rows = walk.acceptance(card)
    nothing = {
        k: "0" if k.endswith("-received") else "not on the cart" if k.endswith("-reason") else v
        for k, v in rows.items()
    }
    walk.do("operator", card, "accept_materials", **nothing)
    assert (walk.look(card), balances()) == ("preparing", before)
    assert (
        walk.look(
            card,
            lambda c: [
                (n.material.code, n.open_quantity) for n in c.requirements if n.open_quantity
            ],
        )
        == []
    )
    assert (
        walk.look(
            card,
            lambda c: [
                n.material.code
                for n in c.requirements
                if not [p for p in n.live_picks if not p.issued]
            ],
        )
        == []
    )
    assert walk.post("operator", card, "start").status_code == 409
    walk.hand_over(card)
    assert walk.look(walk.accept(card)) == "ready"
    needs = walk.look(
        card, lambda c: sum(p.received for n in c.requirements for p in n.picks if p.lot)
    )
    assert -sum(quantity for _, _, quantity in ledger("issue")) == needs
    # Taken back, what was received returns, and no more.
    walk.do("planner", card, "replan", reason="line down")
    assert balances() == before


def test_3_3_a_line_that_came_short_is_made_good_with_what_is_missing(walk, ledger):
    card = walk.card("handed_over", quantity=100)
    rows = walk.acceptance(card)
    labels = walk.look(
        card,
        lambda c: next(
            (p.id, p.lot.lot_no, p.prepared)
            for p in c.picks
            if p.requirement.material.code == "L-001"
        ),
    )
    row = next(
        k.removesuffix("pick") for k, v in rows.items() if k.endswith("-pick") and v == labels[0]
    )
    walk.do(
        "operator",
        card,
        "accept_materials",
        **rows | {f"{row}received": labels[2] - 40, f"{row}reason": "one roll short"},
    )
    assert walk.look(card) == "preparing"
    assert walk.look(
        card, lambda c: [(p.lot.lot_no, p.proposed) for p in c.picks if not p.issued]
    ) == [(labels[1], 40)]
    walk.hand_over(card)
    # One that came short and was refused besides gives back what was there of it.
    (last,) = (v for k, v in walk.acceptance(card).items() if k.endswith("-pick"))
    walk.do(
        "operator",
        card,
        "accept_materials",
        **{
            "picks-0-pick": last,
            "picks-0-received": 30,
            "picks-0-accepted": "no",
            "picks-0-reason": "torn",
        },
    )
    moved = [
        (quantity, kind)
        for kind in ("issue", "return")
        for lot, _, quantity in ledger(kind)
        if lot == labels[1]
    ]
    assert moved == [
        (-labels[2], "issue"),
        (40, "issue"),
        (-40, "issue"),
        (10, "issue"),
        (30, "return"),
    ]
    assert walk.look(card) == "preparing"


def test_3_3_a_lot_that_expired_on_the_way_is_not_accepted(walk):
    card = walk.card("handed_over", quantity=24)
    lot = walk.look(
        card, lambda c: next(p.lot for p in c.picks if p.requirement.material.code == "L-001")
    )
    changed(walk, lot.id, expiry=clock.today() - timedelta(days=1))
    late = walk.post("operator", card, "accept_materials", **walk.acceptance(card))
    assert (
        late.status_code == 422
        and f"Lot {lot.lot_no} has expired or is blocked; refuse its line" in said(late)
    )
    walk.do("operator", card, "accept_materials", **walk.acceptance(card, refuse="L-001"))
    assert walk.look(card) == "preparing"


def test_3_1_a_lot_must_last_until_the_day_it_is_charged(walk):
    """Planned for tomorrow: what expires today is passed over, what was picked already must be
    exchanged.
    """
    card = walk.card("to_prepare", quantity=24)
    first = walk.look(
        walk.card("preparing", quantity=24),
        lambda c: next(p.lot for p in c.picks if p.requirement.material.code == "L-001"),
    )
    changed(walk, first.id, expiry=clock.today())
    picked = walk.look(
        walk.start_preparing(card), lambda c: {p.lot.lot_no for p in c.picks if p.lot}
    )
    assert first.lot_no not in picked
    changed(
        walk,
        walk.look(card, lambda c: next(p.lot_id for p in c.picks if p.lot)),
        expiry=clock.today(),
    )
    walk.do("storekeeper", card, "prepare", **walk.prepared(card))
    assert all(walk.look(card, lambda c: [p.lot.expiry > clock.today() for p in c.picks if p.lot]))


def test_2_1_a_lot_that_expires_before_the_promised_day_supplies_nobody(walk):
    """C20: not offered for the day asked for, not taken for a later promise, not approved when
    it has come to that.
    """
    made = walk.make_to_stock()
    lot, number = walk.look(made, lambda c: (c.lot_id, c.lot.lot_no))
    walk.do("storekeeper", made, "keep_in_stock")
    card = walk.card("to_plan", quantity=30)
    asked = walk.look(card, lambda c: c.requested_date)
    changed(walk, lot, expiry=asked - timedelta(days=1))
    assert walk.look(card, lambda c: c.covering_lots()) == []
    none = walk.post("planner", card, "supply_from_stock", lot_id=lot, promised_date=asked)
    assert none.status_code == 409 and "No released lot in stock covers" in said(none)
    changed(walk, lot, expiry=asked)
    late = walk.post(
        "planner", card, "supply_from_stock", lot_id=lot, promised_date=asked + timedelta(days=1)
    )
    assert (
        late.status_code == 422
        and f"Lot {number} expires on {asked}, before the promised day" in said(late)
    )
    walk.do("planner", card, "supply_from_stock", lot_id=lot, promised_date=asked)
    changed(walk, lot, expiry=asked - timedelta(days=1))
    refused = walk.post("production_head", card, "approve_plan")
    assert refused.status_code == 409 and f"Lot {number} expires on" in said(refused)


def test_6_2_goods_last_until_the_day_that_is_confirmed(walk):
    card = walk.card("in_stock", quantity=24)
    lot, day = walk.look(card, lambda c: (c.lot, c.due))
    ref = walk.pack(walk.shipment(card))
    changed(walk, lot.id, expiry=day)
    fields = {"confirmed_with": "she", "window": "08:00-11:30", "address_right": "y"}
    late = walk.post("storekeeper", ref, "confirm", delivery_on=day + timedelta(days=1), **fields)
    assert (
        late.status_code == 422
        and f"Lot {lot.lot_no} expires on {day}, before the delivery" in said(late)
    )
    walk.do("storekeeper", ref, "confirm", delivery_on=day, **fields)
    changed(walk, lot.id, status="rejected")
    other = walk.card("in_stock", quantity=24)
    changed(walk, walk.look(other, lambda c: c.lot_id), status="rejected")
    shut = walk.browser("storekeeper").submit(
        "/warehouse/new/shipment/assemble", card_ids=[walk.look(other, lambda c: c.id)]
    )
    assert shut.status_code == 409 and f"of {other} has expired or is blocked" in said(shut)


def test_2_2_a_receipt_of_a_part_leaves_the_rest_on_order(walk, ledger):
    purchase = walk.received(walk.ordered(walk.requisition("K-112", 100)), 40)
    assert walk.look(purchase, lambda r: (r.stage, r.received, r.rest, len(r.lots))) == (
        "ordered",
        40,
        60,
        1,
    )
    form = walk.browser("storekeeper").get(f"/purchasing/{purchase}/receive")
    assert value_of(form, "quantity") == "60"
    page = walk.browser("buyer").get(f"/purchasing/{purchase}").get_data(as_text=True)
    assert "60 of 100" in page and "Still on order" in page
    cancelled = walk.post("buyer", purchase, "cancel", reason="too late")
    assert cancelled.status_code == 409 and "Part of it has been received" in said(cancelled)
    walk.received(purchase, 60)
    assert walk.look(purchase, lambda r: (r.stage, r.received, r.rest)) == ("received", 100, 0)
    assert [quantity for _, _, quantity in ledger("receipt")] == [40, 60]
    assert len(set(walk.look(purchase, lambda r: [lot.lot_no for lot in r.lots]))) == 2


def test_2_2_what_the_supplier_never_sends_is_waited_for_no_more(walk):
    purchase = walk.ordered(walk.requisition("K-112", 100))
    assert walk.post("buyer", purchase, "forgo_rest", reason="none came").status_code == 403, (
        "nothing came: cancel"
    )
    walk.received(purchase, 90)
    walk.do("buyer", purchase, "forgo_rest", reason="the last ten are not made any more")
    assert walk.look(purchase, lambda r: (r.stage, r.history[-1].data["quantity"])) == (
        "received",
        10,
    )


def test_3_3_every_line_of_the_sheet_is_answered(walk):
    card = walk.card("handed_over", quantity=24)
    some = {k: v for k, v in walk.acceptance(card).items() if not k.startswith("picks-0-")}
    assert walk.post("operator", card, "accept_materials", **some).status_code == 422
    assert walk.look(card) == "handed_over"


def test_4_3_a_storekeeper_reports_a_leak_where_no_card_is(walk, events):
    ref = walk.anomaly(code="A04", who="storekeeper")
    assert walk.look(ref, lambda a: (a.card, a.stage)) == (None, "reported")
    walk.do("supervisor", ref, "acknowledge")
    walk.do("supervisor", ref, "resolve", measures="absorbed", safe="y")
    assert events(ref) == [
        ("report", "storekeeper", "4.3"),
        ("acknowledge", "supervisor", "4.3"),
        ("resolve", "supervisor", "4.3"),
    ]


def test_6_1_to_6_3_two_orders_of_one_address_ship_together(walk, ledger):
    one, two = (walk.card("in_stock", quantity=24) for _ in range(2))
    away = walk.look(one, lambda c: c.id), walk.card("in_stock", quantity=24, customer="C-001")
    mixed = walk.browser("storekeeper").submit(
        "/warehouse/new/shipment/assemble", card_ids=[away[0], walk.look(away[1], lambda c: c.id)]
    )
    assert mixed.status_code == 409, said(mixed)
    cancelled = walk.pack(walk.shipment(one, two))
    assert (walk.look(one), walk.look(two)) == ("packed", "packed")
    walk.do("storekeeper", cancelled, "cancel", reason="truck broke down")
    assert (walk.look(one), walk.look(two), walk.look(cancelled)) == (
        "in_stock",
        "in_stock",
        "cancelled",
    )
    ref = walk.confirm(walk.pack(walk.shipment(one, two)))
    assert walk.look(ref, lambda s: (s.confirmed_with, s.window, bool(s.confirmed_by))) == (
        "周示二",
        "08:00-11:30",
        True,
    )
    walk.ship(ref)
    shipped = ledger("shipment")
    assert sorted(lot for lot, _, _ in shipped) == sorted(
        walk.look(c, lambda card: card.lot.lot_no) for c in (one, two)
    )
    assert sum(quantity for _, _, quantity in shipped) == -48
    assert (
        walk.post(
            "storekeeper", ref, "follow_up", received_on=soon(), received_by="she"
        ).status_code
        == 403
    ), "Sales follows up"
    walk.follow_up(ref)
    for card in (one, two):
        assert (walk.look(card), walk.look(card, lambda c: c.order.stage)) == (
            "closed",
            "fulfilled",
        )
        assert walk.look(
            card,
            lambda c: (
                [d.type.key for d in c.order.documents] if hasattr(c.order, "documents") else None
            ),
        ) in (None, ["dossier"])


def enclosed(card):
    """What the delivery note names as going with the card's goods."""
    note = db.session.scalars(
        db.select(Document).filter_by(kind="delivery_note", record_id=card.shipment_id)
    ).one()
    fields = [
        field
        for block in documents.compose(note).blocks
        if block.block == "fields"
        for field in block.items
    ]
    return str(next(field.value for field in fields if field.label.en.startswith("Documents")))


def test_6_1_part_of_a_lot_ships_now_and_the_order_waits_for_the_rest(walk, ledger):
    card = walk.card("in_stock", quantity=24)
    walk.do("storekeeper", card, "split", quantity=10, reason="customer wants ten now")
    part = f"{card}-A"
    assert walk.look(part, lambda c: (c.good, c.lot_id == c.parent.lot_id, c.parent.good)) == (
        10,
        True,
        14,
    )
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(part)))))
    assert (
        walk.look(part),
        walk.look(card),
        walk.look(card, lambda c: (c.order.stage, c.lot.quantity)),
    ) == ("closed", "in_stock", ("approved", 14))
    assert "QIR-" in walk.look(part, enclosed), "the report of the whole lot"
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(card)))))
    assert walk.look(card, lambda c: (c.order.stage, c.lot.quantity)) == ("fulfilled", 0)
    assert [quantity for _, _, quantity in ledger("shipment")] == [-10, -14]


def test_2_1_made_for_stock_and_an_order_supplied_from_it(walk):
    made = walk.make_to_stock()
    lot = walk.look(made, lambda c: c.lot_id)
    walk.do("storekeeper", made, "keep_in_stock")
    one, two = (walk.card("to_plan", quantity=30) for _ in range(2))
    for card in (one, two):
        walk.do("planner", card, "supply_from_stock", lot_id=lot, promised_date=soon())
    walk.approve_plan(one)
    assert walk.look(one, lambda c: (c.stage, c.lot_id, c.good)) == ("in_stock", lot, 30)
    late = walk.post("production_head", two, "approve_plan")
    assert late.status_code == 409 and "no longer holds 30 free units" in said(late)
    walk.follow_up(walk.ship(walk.confirm(walk.pack(walk.shipment(one)))))
    assert walk.look(one, lambda c: (c.lot.quantity, c.order.stage)) == (18, "fulfilled")
    assert "QIR-" in walk.look(one, enclosed), "the report of the lot, though another card made it"


def test_2_3_a_lot_that_was_blocked_meanwhile_supplies_nobody(walk):
    made = walk.make_to_stock()
    lot = walk.look(made, lambda c: c.lot_id)
    walk.do("storekeeper", made, "keep_in_stock")
    card = walk.card("to_plan", quantity=30)
    walk.do("planner", card, "supply_from_stock", lot_id=lot, promised_date=soon())
    with walk.app.app_context():
        db.session.get(Lot, lot).status = "rejected"
        db.session.commit()
    late = walk.post("production_head", card, "approve_plan")
    assert (
        late.status_code == 409
        and "has expired or is blocked; the planner must choose another" in said(late)
    )
    assert walk.look(card, lambda c: (c.stage, c.lot_id)) == ("plan_review", None)


def test_3_1_a_lot_is_charged_by_the_assay_that_quality_measured(walk):
    """The supplier's figure holds until then; the reading of the sample is what formulas correct
    by.
    """
    purchase = walk.ordered(walk.requisition("R-021", 100))
    walk.do("storekeeper", purchase, "receive", quantity=100, supplier_lot="SL-1", assay="12.4")
    assert walk.look(purchase, lambda r: r.lot.assay) == Decimal("12.4")
    sample = walk.look(purchase, lambda r: sample_of_lot(r.lot_id))
    walk.do("quality_head", walk.report(sample), "release")
    assay, release = walk.look(sample, lambda s: (s.lot.assay, s.history[-1].data))
    assert assay == Decimal("9.6"), "eighty hundredths of twelve: the least that passes"
    assert release["changed"] == {"assay": ["12.4", "9.6"]}


def test_3_1_a_line_stands_once_in_the_sheet(walk):
    card = walk.card("preparing", quantity=24)
    fields = walk.prepared(card)
    version = walk.look(card, lambda c: c.version)
    twice = fields | {"picks-1-pick": fields["picks-0-pick"]}
    assert walk.post("storekeeper", card, "prepare", **twice).status_code == 422
    assert walk.look(card, lambda c: c.version) == version
    walk.do("storekeeper", card, "prepare", **fields)


def test_goods_without_a_zone_are_refused_in_words(walk):
    """A plant that is being set up had an error instead."""
    card = walk.card("running", quantity=24)
    walk.all_steps(card)
    with walk.app.app_context():
        for zone in db.session.query(StorageZone).filter_by(kind="quarantine"):
            zone.active = False
        db.session.commit()
    answer = walk.post("operator", card, "finish", good=24, rejected=0)
    assert answer.status_code == 409 and "“Quarantine”" in said(answer)
