"""Every guard in a situation of the plant in which it speaks: shown before anything is filled
in, refused by the server, and gone with its cause. Each situation is brought about by the
actions of people.
"""

import inspect
import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.flow.rules import guards
from app.flow.rules.blockers import LOT, Guard
from app.flow.texts.lazy_text import Text
from app.models.warehouse.disposition import unbound
from app.models.warehouse.stock import Lot
from tests.flow.test_actions import NEW_CUSTOMER, corrected, count, soon, stocked, to_be_reworked
from tests.walk import CHECKLIST, said


@dataclass
class Situation:
    """Who wants what of which record, the sentence that speaks against it, and who clears it how
    (None: nobody can).
    """

    who: object
    ref: str
    action: str
    sentence: str
    clear: object = None
    fields: dict = field(default_factory=dict)
    afterwards: object = None  # fields that are known only once it is clear


def the_line_is_free(walk):
    """Line 1 stands free for whoever is next."""
    walk.finish(walk.refs["production", "running"])


def every_line_declined(walk):
    ref = walk.refs["order", "in_review"]
    for line in (1, 2):
        walk.do("sales", ref, "decline_line", line_no=line, reason="not made any more")
    return Situation(
        "sales",
        ref,
        "approve",
        "Every line is declined; decline the order instead.",
        lambda: walk.do("sales", ref, "correct", **corrected(walk, ref)),
        CHECKLIST,
    )


def a_line_of(**wrong):
    """An order in review whose only line is wrong in one thing."""

    def situation(walk):
        ref = walk.order(
            ("P-DW-500", 24),
            **{f"lines-0-{name}": value for name, value in wrong["fields"].items()},
        )
        walk.do("sales", ref, "start_review")
        return Situation(
            "sales",
            ref,
            "approve",
            wrong["sentence"],
            lambda: walk.do("sales", ref, "correct", **corrected(walk, ref)),
            CHECKLIST,
        )

    return situation


def in_no_list(walk):
    ref = walk.order(("P-DW-500", 24), address_id="", customer_text="晨星幼儿园")
    walk.do("sales", ref, "start_review")
    return Situation(
        "sales",
        ref,
        "approve",
        "The customer is not in the master data yet; Sales enters it first.",
        lambda: walk.do("sales", ref, "enter_customer", **NEW_CUSTOMER),
        CHECKLIST,
    )


def paid_in_full(walk):
    ref = walk.order(("P-DW-500", 24), customer="C-004")
    walk.do("sales", ref, "start_review")
    due = walk.look(ref, lambda order: order.amount_due)
    walk.do("sales", ref, "record_payment", amount=due, paid_on=soon())
    payment = {"amount": "1", "paid_on": soon()}
    return Situation(
        "sales",
        ref,
        "record_payment",
        "The order is paid in full.",
        lambda: walk.do("sales", ref, "correct", **corrected(walk, ref)),
        payment,
    )


def nothing_in_stock(walk):
    ref = walk.refs["production", "to_plan"]
    return Situation(
        "planner",
        ref,
        "supply_from_stock",
        "No released lot in stock covers this quantity; plan to make it, or split the card.",
        lambda: stocked(walk),
        afterwards=lambda: {
            "lot_id": walk.look(walk.for_stock, lambda c: c.lot_id),
            "promised_date": soon(),
        },
    )


def answered_by(role, action, sentence):
    """A department that wants to answer twice; a plan drawn up again asks it anew."""

    def situation(walk):
        ref = walk.refs["production", "consulting"]
        answer = {"in_time": "yes"}
        walk.do(role, ref, action, **answer)

        def again():
            walk.do("planner", ref, "replan", reason="earlier")
            walk.draw_up(ref)

        return Situation((role, 2), ref, action, sentence, again, answer)

    return situation


def in_rework(who, action, **fields):
    """What is not done to a lot that is to be reworked; once the rework is given up, Quality
    decides on it.
    """

    def situation(walk):
        ref = to_be_reworked(walk)
        lot = walk.look(ref, lambda card: card.lot.lot_no)
        sentence = (
            f"Lot {lot} is made already and to be reworked; give the rework up first, and "
            f"Quality decides anew."
        )
        return Situation(who, ref, action, sentence, fields={"reason": "x", **fields})

    return situation


def short_of_pumps(walk):
    """PD-4410/1 of the demo: 6,000 bottles want 6,060 pumps, and 6,000 are there."""
    ref = walk.card("to_prepare", product="P-HS-500", quantity=6000)

    def bought_and_released():
        delivery = walk.received(walk.ordered(walk.requisition("K-112", 60)), 60)
        assert blocked(walk, ref, "start_preparing"), "goods in quarantine are no stock"
        sample = walk.look(delivery, lambda r: sample_of_lot(r.lot_id))
        walk.do("quality_head", walk.report(sample), "release")

    return Situation(
        "storekeeper",
        ref,
        "start_preparing",
        "Short of K-112: wait for Purchasing’s receipt and Quality’s release.",
        bought_and_released,
    )


def sample_of_lot(lot_id):
    from app.extensions import db
    from app.models.quality.sample import Sample

    return db.session.query(Sample).filter_by(lot_id=lot_id).one().number


def part_has_come(walk):
    ref = walk.received(walk.refs["requisition", "ordered"], 40)
    return Situation(
        "buyer",
        ref,
        "cancel",
        "Part of it has been received; record that you do without the rest.",
        fields={"reason": "late"},
    )


def not_prepared_yet(walk):
    ref = walk.refs["production", "preparing"]
    first = walk.look(ref, lambda card: card.picks[0].requirement.material.code)
    return Situation(
        ("storekeeper", 2),
        ref,
        "hand_over",
        f"{first} is not prepared yet; a storekeeper must record it first.",
        lambda: walk.do("storekeeper", ref, "prepare", **walk.prepared(ref)),
    )


def no_lot_left(walk):
    """Every lot of the label is refused, one after the other, until a new one is released."""
    ref = walk.refs["production", "handed_over"]
    for lots_left in (2, 1, 0):
        walk.do("operator", ref, "accept_materials", **walk.acceptance(ref, refuse="L-001"))
        assert walk.look(ref) == "preparing"
        if lots_left:
            walk.hand_over(ref)

    def released():
        delivery = walk.received(walk.ordered(walk.requisition("L-001", 500)), 500)
        walk.do(
            "quality_head",
            walk.report(walk.look(delivery, lambda r: sample_of_lot(r.lot_id))),
            "release",
        )
        walk.do("storekeeper", ref, "prepare")
        walk.do("storekeeper", ref, "prepare", **walk.prepared(ref))

    return Situation(
        ("storekeeper", 2),
        ref,
        "hand_over",
        "No lot is picked for L-001: wait for Quality to release one.",
        released,
    )


def line_taken(walk):
    ref, other = walk.refs["production", "ready"], walk.refs["production", "running"]
    return Situation(
        "operator",
        ref,
        "start",
        f"L1 is taken by {other}; finish that run first.",
        lambda: walk.finish(other),
    )


def line_taken_by_a_halted_run(walk):
    ref, other = walk.refs["production", "ready"], walk.refs["production", "running"]
    anomaly = walk.anomaly(other)
    assert walk.look(other) == "halted"

    def cleared():
        walk.do("supervisor", anomaly, "acknowledge")
        walk.do("supervisor", anomaly, "resolve", measures="sealed", safe="y")
        walk.finish(other)

    return Situation(
        "operator", ref, "start", f"L1 is taken by {other}; finish that run first.", cleared
    )


def not_prepaid(walk):
    the_line_is_free(walk)
    ref = walk.card("ready", customer="C-004", quantity=24)
    return Situation(
        "operator",
        ref,
        "start",
        "The customer pays in advance and has not paid; Sales must record the payment first.",
        lambda: pay(walk, ref),
    )


def pay(walk, card):
    order, due = walk.look(card, lambda c: (c.order.ref, c.order.amount_due))
    walk.do("sales", order, "record_payment", amount=due - 1, paid_on=soon())
    assert walk.look(order, lambda o: not o.is_paid), "in part is not in full"
    walk.do("sales", order, "record_payment", amount=1, paid_on=soon())


def second_signature_missing(walk):
    ref = walk.refs["production", "running"]
    walk.sign(ref)
    walk.do("operator", ref, "sign_step", **walk.reading(ref))
    return Situation(
        "operator",
        ref,
        "sign_step",
        "Step 2 waits for a second person’s signature: Production supervisor.",
        lambda: walk.do("supervisor", ref, "countersign_step"),
        afterwards=lambda: walk.reading(ref),
    )


def every_step_done(walk):
    ref = walk.refs["production", "running"]
    walk.all_steps(ref)
    return Situation(
        "operator",
        ref,
        "sign_step",
        "Every step is signed; the run can be finished.",
        fields={"step_no": 17, "conforms": "yes"},
    )


def steps_missing(walk):
    ref = walk.refs["production", "running"]
    return Situation(
        "operator",
        ref,
        "finish",
        "Step 1 is not signed yet.",
        lambda: walk.all_steps(ref),
        {"good": 24, "rejected": 0},
    )


def results_missing(walk):
    ref = walk.refs["sample", "drawn"]
    walk.do("inspector", ref, "start_testing")
    given = walk.results(ref)
    first = {k: v for k, v in given.items() if k.startswith("results-0-")}
    walk.do("inspector", ref, "enter_results", **first)
    missing, name = walk.look(ref, lambda s: (len(s.results) - 1, s.results[1].name_en))
    return Situation(
        "inspector",
        ref,
        "report",
        f"{missing} tests have no result yet, the first is {name}.",
        lambda: walk.do("inspector", ref, "enter_results", **given),
    )


def nothing_to_set_aside(walk):
    ref = walk.refs["sample", "drawn"]
    walk.do("inspector", ref, "start_testing")
    return Situation(
        ("quality_head", 2),
        ref,
        "invalidate",
        "No test has a result yet.",
        lambda: walk.do("inspector", ref, "enter_results", **walk.results(ref)),
        {"reason": "wrong scale"},
        lambda: {"reason": "wrong scale", "tests": [walk.look(ref, lambda s: s.results[0].id)]},
    )


def a_test_failed(walk):
    ref = walk.report(walk.refs["sample", "drawn"], fail=True)

    def tested_again():
        walk.do(("quality_head", 2), ref, "retest", reason="electrode was dry")
        walk.do("inspector", ref, "enter_results", **walk.results(ref))
        walk.do("inspector", ref, "report")

    return Situation(
        "quality_head",
        ref,
        "release",
        "pH (25 C, 1 % solution) failed; the lot can only be rejected.",
        tested_again,
    )


def failed_by(test, value, sentence):
    def situation(walk):
        ref = walk.refs["production", "inspecting"]
        sample = walk.sample_of(ref)
        walk.do("inspector", sample, "start_testing")
        given = walk.results(sample)
        place = walk.look(
            sample, lambda s: next(n for n, r in enumerate(s.results) if r.code == test)
        )
        walk.do(
            "inspector",
            sample,
            "enter_results",
            **given | {f"results-{place}-value": value, f"results-{place}-again": value},
        )
        walk.do("inspector", sample, "report")
        walk.do("quality_head", sample, "reject", reason="not as it must be")
        return Situation("quality_head", ref, "concede", sentence, fields=CONCESSION)

    return situation


CONCESSION = {"reason": "urgent", "consent": "customer said yes"}
critical_failure = failed_by("NET", 470, "A critical test failed; a concession is never possible.")


def never_tested(walk):
    ref = walk.refs["production", "running"]
    walk.do("supervisor", ref, "abort", good=4, rejected=0, reason="pump broke")
    return Situation(
        "quality_head",
        ref,
        "concede",
        "Nothing of the lot was tested since it was set apart; have it inspected first.",
        fields=CONCESSION,
    )


def part_of_a_critical_failure(walk):
    """Splitting a failed lot washes nothing clean."""
    whole = critical_failure(walk)
    walk.do("quality_head", whole.ref, "split", quantity=4, reason="look at these")
    part = walk.look(whole.ref, lambda card: card.children[-1].ref)
    return Situation(whole.who, part, "concede", whole.sentence, fields=whole.fields)


def goods_of_an_order(walk):
    return Situation(
        "storekeeper",
        walk.refs["production", "in_stock"],
        "keep_in_stock",
        "These goods belong to an order; ship them.",
    )


def not_paid_before_shipping(walk):
    the_line_is_free(walk)
    card = walk.card("in_stock", customer="C-008", quantity=24)
    ref = walk.confirm(walk.pack(walk.shipment(card)))
    order = walk.look(card, lambda c: c.order.ref)
    return Situation(
        "storekeeper",
        ref,
        "ship",
        f"Order {order} must be paid before shipping; Sales must record the payment first.",
        lambda: pay(walk, card),
        {"carrier": "c", "vehicle": "v", "driver": "d"},
    )


def units_missing(walk):
    card = walk.finish(walk.refs["production", "running"], fewer=4)
    ref = walk.ship(walk.confirm(walk.pack(walk.shipment(walk.bring(card, "in_stock")))))
    return Situation(
        "sales",
        ref,
        "follow_up",
        f"{card} brings 4 units fewer than ordered: on its card the planner has the rest made, "
        "or Sales records that the customer does without.",
        lambda: walk.do("sales", card, "forgo_rest", reason="she takes twenty"),
        {"received_on": soon(), "received_by": "she"},
    )


def promised_to_others(walk):
    """All that was made for stock goes to an order."""
    ref = stocked(walk)
    card, lot = walk.card("to_plan", quantity=48), walk.look(ref, lambda c: c.lot)
    walk.do("planner", card, "supply_from_stock", lot_id=lot.id, promised_date=soon())
    walk.approve_plan(card)
    return Situation(
        "storekeeper",
        ref,
        "withhold",
        f"All units of lot {lot.lot_no} are other cards’ or gone; nothing is left here.",
        lambda: walk.do(
            "production_head", card, "cancel", reason="withdrawn", requested_by="sales"
        ),
        {"reason": "why"},
    )


def expired_in_stock(walk):
    ref = walk.refs["production", "in_stock"]
    lot, days = walk.look(ref, lambda c: (c.lot, c.product.shelf_life_days))
    later(days + 1)
    walk.do("storekeeper", ref, "withhold", reason="expired")
    return Situation(
        "quality_head",
        ref,
        "reinspect",
        f"Lot {lot.lot_no} has expired; it can only be scrapped.",
        fields={"reason": "why"},
    )


def expired_in_the_store(walk):
    number, ref = aside(walk, expiry=clock.today() - timedelta(days=1))
    return Situation(
        "quality_head",
        ref,
        "back_to_stock",
        f"Lot {number} has expired; it can only be scrapped.",
        fields={"reason": "why"},
    )


def rejected_in_the_store(walk):
    number, ref = aside(walk, status="rejected")
    return Situation(
        "quality_head",
        ref,
        "back_to_stock",
        f"Quality has rejected lot {number}; it can only be scrapped.",
        fields={"reason": "why"},
    )


def aside(walk, **changes):
    """A lot of the store, changed as told, that was set aside for Quality."""
    with walk.app.app_context():
        lot = next(
            x
            for x in db.session.query(Lot).filter(Lot.material_id.is_not(None)).order_by(Lot.id)
            if x.quantity and unbound(x)
        )
        number = lot.lot_no
        for name, value in changes.items():
            setattr(lot, name, value)
        db.session.commit()
    ref = walk.open(
        "storekeeper", "disposition", "set_aside", department="warehouse", lot=number, reason="old"
    )
    return walk.look(ref, lambda r: r.lot.lot_no), ref


def all_came_back(walk):
    ref = walk.refs["shipment", "delivered"]
    card, left = walk.look(ref, lambda s: (s.cards_out[0][0].id, s.cards_out[0][1]))
    walk.do("sales", ref, "record_return", card_id=card, quantity=left, reason="recalled")
    return Situation(
        "sales",
        ref,
        "record_return",
        "Everything of this shipment has come back.",
        fields={"card_id": card, "quantity": 1, "reason": "why"},
    )


def on_a_shipment(who, action, **fields):
    def situation(walk):
        ref = walk.refs["production", "in_stock"]
        shipment = walk.shipment(ref)
        return Situation(
            who,
            ref,
            action,
            f"The card is on shipment {shipment}; the warehouse must cancel that first.",
            lambda: walk.do("storekeeper", shipment, "cancel", reason="truck broke down"),
            {"reason": "why", **fields},
        )

    return situation


def one_unit(walk):
    ref = walk.card("to_plan", quantity=1)
    return Situation(
        "planner",
        ref,
        "split",
        "One unit cannot be split.",
        fields={"quantity": 1, "reason": "two halves"},
    )


def later(days):
    """So many days on; the fixture ``clocks`` lets the clock run again."""
    clock.set_clock(clock.now() + timedelta(days=days))


def looked_at_again(walk, ref):
    walk.do("planner", ref, "hold", reason="look")
    walk.do("planner", ref, "resume")


def picked_lot_expired(walk):
    ref = walk.card("preparing", product="P-BL-500", quantity=24)
    walk.do("storekeeper", ref, "prepare", **walk.prepared(ref))
    lot = walk.look(
        ref, lambda card: min((p.lot for p in card.picks if p.lot), key=lambda lot: lot.expiry)
    )
    later((lot.expiry - clock.today()).days + 1)
    looked_at_again(walk, ref)

    def prepare_again():
        for _ in range(2):  # the first drops the lot and proposes another, the second weighs it
            walk.do("storekeeper", ref, "prepare", **walk.prepared(ref))

    return Situation(
        ("storekeeper", 2),
        ref,
        "hand_over",
        f"Lot {lot.lot_no} has expired or is blocked; record the prepared materials "
        "again, and another lot is proposed.",
        prepare_again,
    )


def weighed_short(walk):
    ref = walk.refs["production", "preparing"]
    full = walk.prepared(ref)
    walk.do(
        "storekeeper",
        ref,
        "prepare",
        **{k: "0" if k == "picks-0-quantity" else v for k, v in full.items()},
    )
    code = walk.look(
        ref, lambda card: card.picks[0].requirement.material.code
    )  # water, of which there are no lots
    return Situation(
        ("storekeeper", 2),
        ref,
        "hand_over",
        f"Less of {code} is prepared than is needed; a storekeeper must prepare the rest.",
        lambda: walk.do("storekeeper", ref, "prepare", **full),
    )


def a_lot_gives_less(walk):
    """ML26-0144 is the last of three lots of the label: it gives four fewer than are needed, the
    next time all.
    """
    ref = walk.refs["production", "handed_over"]
    walk.do("operator", ref, "accept_materials", **walk.acceptance(ref, refuse="L-001"))
    walk.hand_over(ref)
    walk.do("operator", ref, "accept_materials", **walk.acceptance(ref, refuse="L-001"))
    full = walk.prepared(ref)
    walk.do(
        "storekeeper",
        ref,
        "prepare",
        **full | {"picks-0-quantity": int(full["picks-0-quantity"]) - 4},
    )
    return Situation(
        ("storekeeper", 2),
        ref,
        "hand_over",
        "Less of L-001 is prepared than is needed, and no further lot is released: "
        "prepare more of it, or wait for Quality.",
        lambda: walk.do("storekeeper", ref, "prepare", **full),
    )


def anomaly_before_the_start(walk):
    the_line_is_free(walk)
    ref = walk.refs["production", "ready"]
    anomaly = walk.anomaly(ref, "A04", who="storekeeper")

    def resolve():
        walk.do("supervisor", anomaly, "acknowledge")
        walk.do("supervisor", anomaly, "resolve", measures="mopped up", safe="y")

    return Situation(
        "operator",
        ref,
        "start",
        f"Anomaly {anomaly} must be resolved by the supervisor first.",
        resolve,
    )


def nothing_left_of_the_run(walk):
    ref = walk.refs["production", "running"]
    walk.do("supervisor", ref, "abort", good=0, rejected=24, reason="the bulk was spilt")
    return Situation(
        "quality_head",
        ref,
        "rework",
        "Nothing of the lot is left; it can only be scrapped.",
        fields={"instructions": "again", "reason": "why"},
    )


def lot_with_quality(walk):
    ref = walk.refs["production", "to_inspect"]
    walk.do("quality_head", ref, "hold", reason="the customer calls back")
    lot = walk.look(ref, lambda card: card.lot.lot_no)

    def decide():
        walk.do("quality_head", ref, "resume")
        walk.bring(ref, "in_stock")

    return Situation(
        "production_head",
        ref,
        "cancel",
        f"Lot {lot} is with Quality; let it be released, reworked or scrapped first.",
        decide,
        {"reason": "withdrawn", "requested_by": "sales"},
    )


def goods_expired(walk):
    ref = walk.refs["shipment", "to_ship"]
    lot, days, order = walk.look(
        ref, lambda s: (s.cards[0].lot, s.cards[0].product.shelf_life_days, s.cards[0].order.ref)
    )
    later(days + 1)
    walk.do("sales", order, "record_payment", amount="1", paid_on=soon())
    return Situation(
        "storekeeper",
        ref,
        "ship",
        f"Lot {lot.lot_no} has expired or is blocked; cancel the shipment and ask Quality.",
        fields={"carrier": "c", "vehicle": "v", "driver": "d"},
    )


def handed_over_lot_expired(walk):
    """C19: the bleach of the kit expires between its acceptance and the start."""
    ref = walk.card("ready", product="P-BL-500", quantity=24)
    lot = walk.look(
        ref, lambda card: min((p.lot for p in card.picks if p.lot), key=lambda lot: lot.expiry)
    )
    later((lot.expiry - clock.today()).days + 1)
    looked_at_again(walk, ref)

    def exchanged():
        walk.do("operator", ref, "send_back_lots")
        assert (
            walk.look(ref, lambda card: lot.lot_no in [p.lot.lot_no for p in card.picks if p.lot])
            is False
        )
        walk.accept(walk.hand_over(ref))

    return Situation(
        "operator",
        ref,
        "start",
        f"Lot {lot.lot_no} has expired or is blocked since it was handed over; Production "
        "sends it back, and the warehouse brings another.",
        exchanged,
    )


def expires_before_delivery(stage, action, **fields):
    """The goods last until today; they are promised for a later day."""

    def situation(walk):
        ref = walk.refs["shipment", stage]
        lot, day = walk.look(ref, lambda s: (s.cards[0].lot, s.arrival))
        changed(walk, lot.id, expiry=clock.today())
        return Situation(
            "storekeeper",
            ref,
            action,
            f"Lot {lot.lot_no} expires on {clock.today()}, before the delivery on {day}; "
            "cancel the shipment and ask the planner for another lot.",
            fields=fields,
        )

    return situation


def changed(walk, lot_id, **values):
    from app.extensions import db
    from app.models.records.rules.reevaluation import reevaluate
    from app.models.warehouse.stock import Lot

    with walk.app.app_context():
        for name, value in values.items():
            setattr(db.session.get(Lot, lot_id), name, value)
        reevaluate(LOT, lot_id)
        db.session.commit()


def formula_does_not_add_up(walk):
    ref = walk.revision("formula", "F-PX01")
    first = walk.look(ref, lambda r: r.content["lines"][0]["percent"])
    walk.written(ref, **{"lines-0-percent": Decimal(first) - 1})
    return Situation(
        "quality_head",
        ref,
        "submit_for_review",
        "Its lines add up to 99 %, not to 100 %; it cannot be approved.",
        lambda: walk.written(ref, **{"lines-0-percent": first, "head_density": "1.05"}),
    )


def says_what_is_in_force(walk):
    ref = walk.revision(code="WI-PX-01")
    return Situation(
        "supervisor",
        ref,
        "submit_for_review",
        "It says what the revision in force says; write down first what is to change.",
        lambda: walk.written(ref, **{"lines-0-text_en": "Look twice"}),
    )


def products_go_by_it(walk):
    return Situation(
        "production_head",
        walk.refs["revision", "effective"],
        "call_back",
        "New plans go by it: P-GC-500. Put another document in its place first.",
        fields={"reason": "wrong"},
    )


def not_counted_yet(walk):
    ref = walk.refs["count", "counting"]
    lots = walk.look(ref, lambda c: c.lots)
    return Situation(
        "storekeeper",
        ref,
        "submit_count",
        f"{lots} of {lots} lots are not counted yet; what is not there is counted as 0.",
        lambda: walk.counted(ref),
    )


def cause_not_known(walk):
    ref = walk.refs["complaint", "in_work"]
    found = {"cause": "torque too low", "measures": "capper set anew"}
    return Situation(
        "sales",
        ref,
        "answer_complaint",
        "Quality has not recorded yet what the cause was and what was done.",
        lambda: walk.do("inspector", ref, "look_into", **found),
        {"customer_answer": "caps are tested now"},
    )


def replaced_already(walk):
    ref = walk.refs["complaint", "in_work"]
    again = {"quantity": 2, "requested_date": clock.today().isoformat()}
    walk.do("sales", ref, "send_anew", **again)
    new = walk.look(ref, lambda c: c.replacement.ref)
    return Situation(
        "sales", ref, "send_anew", f"Card {new} replaces the goods already.", fields=again
    )


def not_inspected_yet(action, **fields):
    def situation(walk):
        ref = walk.refs["disposition", "to_decide"]
        return Situation(
            "quality_head",
            ref,
            action,
            "The goods came back from a customer; Quality inspects them first.",
            lambda: walk.inspected(ref),
            {"reason": "pump broken", **fields},
        )

    return situation


SITUATIONS = {
    "returned_goods_are_inspected": [
        not_inspected_yet("back_to_stock"),
        not_inspected_yet("rework_goods", instructions="change the pumps"),
        not_inspected_yet("scrap", witness="store"),
    ],
    "cause_is_known": [cause_not_known],
    "not_replaced_yet": [replaced_already],
    "every_lot_is_counted": [not_counted_yet],
    "contents_are_right": [formula_does_not_add_up],
    "something_differs": [says_what_is_in_force],
    "nothing_goes_by_it": [products_go_by_it],
    "has_an_open_line": [every_line_declined],
    "customer_is_known": [in_no_list],
    "every_line_is_clear": [
        a_line_of(
            fields={"product_text": "P-XX-999"},
            sentence="Line 1: the product “P-XX-999” is unknown; correct or decline the line.",
        ),
        a_line_of(
            fields={"quantity": 0},
            sentence="Line 1 has no quantity; ask the customer or decline the line.",
        ),
        a_line_of(
            fields={"requested_date": ""}, sentence="Line 1 has no delivery date; ask the customer."
        ),
    ],
    "is_unpaid": [paid_in_full],
    "finished_stock_covers": [nothing_in_stock],
    "warehouse_has_not_answered": [
        answered_by(
            "storekeeper", "answer_warehouse", "The warehouse has answered; Purchasing has not yet."
        )
    ],
    "purchasing_has_not_answered": [
        answered_by(
            "buyer", "answer_purchasing", "Purchasing has answered; the warehouse has not yet."
        )
    ],
    "not_in_rework": [
        in_rework("planner", "split", quantity=2),
        in_rework("planner", "supply_from_stock"),
        in_rework("production_head", "cancel", requested_by="sales"),
    ],
    "nothing_was_received": [part_has_come],
    "kit_is_complete": [short_of_pumps],
    "every_line_prepared": [not_prepared_yet, no_lot_left, weighed_short, a_lot_gives_less],
    "every_picked_lot_usable": [picked_lot_expired],
    "nothing_stops_it": [anomaly_before_the_start],
    "something_is_left": [nothing_left_of_the_run],
    "lot_is_decided": [lot_with_quality],
    "handed_over_lots_usable": [handed_over_lot_expired],
    "goods_may_be_shipped": [
        goods_expired,
        expires_before_delivery("to_pack", "pack", packages=1, pallets=1, labelled="y"),
        expires_before_delivery(
            "to_confirm",
            "confirm",
            confirmed_with="she",
            delivery_on=soon(),
            window="08:00-11:30",
            address_right="y",
        ),
        expires_before_delivery("to_ship", "ship", carrier="c", vehicle="v", driver="d"),
    ],
    "line_is_free": [line_taken, line_taken_by_a_halted_run],
    "paid_in_advance": [not_prepaid],
    "a_step_is_open": [second_signature_missing, every_step_done],
    "every_step_signed": [steps_missing],
    "every_test_has_a_result": [results_missing],
    "every_test_passed": [a_test_failed],
    "some_test_has_a_result": [nothing_to_set_aside],
    "was_tested": [never_tested],
    "not_expired": [expired_in_stock, expired_in_the_store],
    "not_rejected": [rejected_in_the_store],
    "something_is_out": [all_came_back],
    "units_are_there": [promised_to_others],
    "no_critical_failure": [critical_failure, part_of_a_critical_failure],
    "no_statutory_failure": [
        failed_by(
            "TAM",
            12,
            "Total active matter breaks a limit of law or standard; a concession is never possible.",  # noqa: E501
        )
    ],
    "made_for_stock": [goods_of_an_order],
    "paid_before_shipping": [not_paid_before_shipping],
    "nothing_is_missing": [units_missing],
    "on_no_shipment": [
        on_a_shipment("planner", "hold"),
        on_a_shipment("production_head", "cancel", requested_by="sales"),
        on_a_shipment("storekeeper", "split", quantity=4),
    ],
    "can_be_divided": [one_unit],
}
CASES = [(name, situation) for name, found in SITUATIONS.items() for situation in found]


@pytest.fixture(autouse=True)
def clocks():
    """Whatever a situation did to the clock, it runs again afterwards."""
    yield
    clock.set_clock(None)


def declared():
    """The guards by name: public functions of the module."""
    return dict(inspect.getmembers(guards, lambda each: isinstance(each, Guard)))


def test_every_guard_has_a_situation_and_an_action():
    assert set(SITUATIONS) == set(declared())
    used = {guard for flow in FLOWS.values() for action in flow.actions for guard in action.guards}
    assert used == set(declared().values())


@pytest.mark.parametrize(
    ("name", "situation"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)]
)
def test_the_guard_speaks_until_its_cause_is_gone(everywhere, name, situation):
    walk = everywhere
    found = situation(walk)
    action = walk.look(found.ref, lambda r: r.flow.action(found.action))
    assert declared()[name] in action.guards
    before = count(walk)
    shown_as_not_yet(walk, found, action)
    refused(walk, found)
    assert count(walk) == before
    if found.clear is None:
        return
    found.clear()
    assert not blocked(walk, found.ref, found.action), "the board was not told that the way is free"
    walk.do(
        found.who,
        found.ref,
        found.action,
        **(found.afterwards() if found.afterwards else found.fields),
    )


def shown_as_not_yet(walk, found, action):
    """The page offers the button disabled, with the sentence; the board says the same."""
    page = page_of(walk, found.who, f"/production/{found.ref}")
    assert re.search(
        rf"<button[^>]* disabled[^>]*>{re.escape(str(action.label))}</button>", page
    ), "no disabled button"
    assert found.sentence in page
    assert f'href="/production/{found.ref}/{found.action}"' not in page
    if not walk.look(
        found.ref, lambda record: record.current_stage.ends
    ):  # which stands on no board
        assert blocked(walk, found.ref, found.action) == found.sentence


def refused(walk, found):
    answers = [
        walk.browser(*walk.person(found.who)).get(f"/production/{found.ref}/{found.action}"),
        walk.post(found.who, found.ref, found.action, **found.fields),
        walk.post(
            found.who, found.ref, found.action, headers={"HX-Request": "true"}, **found.fields
        ),
    ]
    for answer in answers:
        assert (answer.status_code, found.sentence in unescape(answer.get_data(as_text=True))) == (
            409,
            True,
        ), said(answer)


def page_of(walk, who, path):
    answer = walk.browser(*walk.person(who)).get(path)
    assert answer.status_code == 200, said(answer)
    return unescape(answer.get_data(as_text=True))


def blocked(walk, ref, action):
    """What the board says against an action without asking its guards; None where nothing does."""
    told = walk.look(ref, lambda record: record.known.first(action))
    return told and str(told.sentence)
