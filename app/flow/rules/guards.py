"""Reasons to refuse: each guard takes the record and returns a sentence somebody can act on, or
None.
"""

from __future__ import annotations

from typing import Any

from app.flow.texts.lazy_text import Text, _l, listed

# Orders


def has_an_open_line(order: Any) -> Text | None:
    return None if order.open_lines else _l("Every line is declined; decline the order instead.")


def customer_is_known(order: Any) -> Text | None:
    return (
        None
        if order.customer
        else _l("The customer is not in the master data yet; Sales enters it first.")
    )


def every_line_is_clear(order: Any) -> Text | None:
    for line in order.open_lines:
        if line.product is None:
            return _l(
                "Line %(line)s: the product “%(product)s” is unknown; correct or decline the line.",
                line=line.line_no,
                product=line.product_text,
            )
        if line.quantity <= 0:
            return _l(
                "Line %(line)s has no quantity; ask the customer or decline the line.",
                line=line.line_no,
            )
        if line.requested_date is None:
            return _l("Line %(line)s has no delivery date; ask the customer.", line=line.line_no)
    return None


def is_unpaid(order: Any) -> Text | None:
    return _l("The order is paid in full.") if order.is_paid else None


# Planning


def finished_stock_covers(card: Any) -> Text | None:
    return (
        None
        if card.covering_lots()
        else _l(
            "No released lot in stock covers this quantity; plan to make it, or split the card."
        )
    )


def warehouse_has_not_answered(card: Any) -> Text | None:
    return (
        _l("The warehouse has answered; Purchasing has not yet.")
        if card.plan and card.plan.answer_of("warehouse")
        else None
    )


def purchasing_has_not_answered(card: Any) -> Text | None:
    return (
        _l("Purchasing has answered; the warehouse has not yet.")
        if card.plan and card.plan.answer_of("purchasing")
        else None
    )


def not_in_rework(card: Any) -> Text | None:
    if card.in_rework:
        return _l(
            "Lot %(lot)s is made already and to be reworked; give the rework up first, and Quality "
            "decides anew.",
            lot=card.lot.lot_no,
        )
    return None


# Purchasing


def nothing_was_received(requisition: Any) -> Text | None:
    return (
        _l("Part of it has been received; record that you do without the rest.")
        if requisition.received
        else None
    )


# Materials


def kit_is_complete(card: Any) -> Text | None:
    short = card.shortages()
    if not short:
        return None
    codes = listed(need.material.code for need, _ in short)
    return _l(
        "Short of %(materials)s: wait for Purchasing’s receipt and Quality’s release.",
        materials=codes,
    )


def every_line_prepared(card: Any) -> Text | None:
    if missing := card.uncovered():
        if any(pick.gave_less and not pick.issued for pick in missing[0].live_picks):
            return _l(
                "Less of %(material)s is prepared than is needed, and no further lot is released: "
                "prepare more of it, or wait for Quality.",
                material=missing[0].material.code,
            )
        return _l(
            "No lot is picked for %(material)s: wait for Quality to release one.",
            material=missing[0].material.code,
        )
    for pick in card.picks:
        if pick.prepared is None:
            return _l(
                "%(material)s is not prepared yet; a storekeeper must record it first.",
                material=pick.requirement.material.code,
            )
    if short := next((need for need in card.requirements if not need.is_prepared), None):
        return _l(
            "Less of %(material)s is prepared than is needed; a storekeeper must prepare the rest.",
            material=short.material.code,
        )
    return None


def every_picked_lot_usable(card: Any) -> Text | None:
    if spoilt := card.unusable_picks():
        return _l(
            "Lot %(lot)s has expired or is blocked; record the prepared materials again, and "
            "another lot is proposed.",
            lot=spoilt[0].lot.lot_no,
        )
    return None


# Execution


def handed_over_lots_usable(card: Any) -> Text | None:
    if spoilt := card.spoilt_picks:
        return _l(
            "Lot %(lot)s has expired or is blocked since it was handed over; Production sends it "
            "back, and the warehouse brings another.",
            lot=spoilt[0].lot.lot_no,
        )
    return None


def line_is_free(card: Any) -> Text | None:
    other = card.running_on_my_line()
    return (
        _l(
            "%(line)s is taken by %(other)s; finish that run first.",
            line=card.plan.line.code,
            other=other,
        )
        if other
        else None
    )


def paid_in_advance(card: Any) -> Text | None:
    if card.order and card.order.must_be_paid_before("start"):
        return _l(
            "The customer pays in advance and has not paid; Sales must record the payment first."
        )
    return None


def nothing_stops_it(card: Any) -> Text | None:
    if stopping := [a for a in card.anomalies if a.stops]:
        return _l(
            "Anomaly %(number)s must be resolved by the supervisor first.",
            number=stopping[0].number,
        )
    return None


def a_step_is_open(card: Any) -> Text | None:
    if card.unfinished_signature:
        return _l(
            "Step %(step)s waits for a second person’s signature: %(who)s.",
            step=card.open_step.step_no,
            who=card.whose_signature(),
        )
    return None if card.open_step else _l("Every step is signed; the run can be finished.")


def every_step_signed(card: Any) -> Text | None:
    step = card.open_step
    return _l("Step %(step)s is not signed yet.", step=step.step_no) if step else None


# Inspection


def every_test_has_a_result(sample: Any) -> Text | None:
    missing = [r.name for r in sample.results if r.verdict is None]
    return (
        _l(
            "%(count)s tests have no result yet, the first is %(test)s.",
            count=len(missing),
            test=str(missing[0]),
        )
        if missing
        else None
    )


def some_test_has_a_result(sample: Any) -> Text | None:
    return None if any(r.value for r in sample.results) else _l("No test has a result yet.")


def every_test_passed(sample: Any) -> Text | None:
    failed = sample.failed_results
    return (
        _l("%(test)s failed; the lot can only be rejected.", test=str(failed[0].name))
        if failed
        else None
    )


def something_is_left(card: Any) -> Text | None:
    return None if card.good else _l("Nothing of the lot is left; it can only be scrapped.")


def not_expired(card: Any) -> Text | None:
    return (
        _l("Lot %(lot)s has expired; it can only be scrapped.", lot=card.lot.lot_no)
        if card.lot and card.lot.has_expired
        else None
    )


def not_rejected(decision: Any) -> Text | None:
    if decision.lot.status == "rejected":
        return _l(
            "Quality has rejected lot %(lot)s; it can only be scrapped.", lot=decision.lot.lot_no
        )
    return None


def was_tested(card: Any) -> Text | None:
    found = card.nonconformance
    return (
        _l("Nothing of the lot was tested since it was set apart; have it inspected first.")
        if found and found.sample is None
        else None
    )


def no_critical_failure(card: Any) -> Text | None:
    found = card.nonconformance
    if found and found.defect_class == "critical":
        return _l("A critical test failed; a concession is never possible.")
    return None


def no_statutory_failure(card: Any) -> Text | None:
    found = card.nonconformance
    broken = (
        [result for result in found.sample.failed_results if result.statutory]
        if found and found.sample
        else []
    )
    return (
        _l(
            "%(test)s breaks a limit of law or standard; a concession is never possible.",
            test=str(broken[0].name),
        )
        if broken
        else None
    )


# Delivery


def made_for_stock(card: Any) -> Text | None:
    return _l("These goods belong to an order; ship them.") if card.order else None


def units_are_there(card: Any) -> Text | None:
    return (
        None
        if card.own_units
        else _l(
            "All units of lot %(lot)s are other cards’ or gone; nothing is left here.",
            lot=card.lot.lot_no,
        )
    )


def goods_may_be_shipped(shipment: Any) -> Text | None:
    if spoilt := [card for card in shipment.cards if not card.is_deliverable]:
        return _l(
            "Lot %(lot)s has expired or is blocked; cancel the shipment and ask Quality.",
            lot=spoilt[0].lot.lot_no,
        )
    return shipment.expires_before(shipment.arrival)


def paid_before_shipping(shipment: Any) -> Text | None:
    for card in shipment.cards:
        if card.order.must_be_paid_before("ship"):
            return _l(
                "Order %(order)s must be paid before shipping; "
                "Sales must record the payment first.",
                order=card.order.ref,
            )
    return None


def nothing_is_missing(shipment: Any) -> Text | None:
    if short := [card for card in shipment.cards if card.missing]:
        return _l(
            "%(ref)s brings %(count)s units fewer than ordered: on its card the planner has the "
            "rest made, or Sales records that the customer does without.",
            ref=short[0].ref,
            count=short[0].missing,
        )
    return None


def something_is_out(shipment: Any) -> Text | None:
    return None if shipment.cards_out else _l("Everything of this shipment has come back.")


# Apart


def on_no_shipment(card: Any) -> Text | None:
    if card.shipment:
        return _l(
            "The card is on shipment %(shipment)s; the warehouse must cancel that first.",
            shipment=card.shipment.ref,
        )
    return None


def lot_is_decided(card: Any) -> Text | None:
    if card.lot and card.lot.status != "released":
        return _l(
            "Lot %(lot)s is with Quality; let it be released, reworked or scrapped first.",
            lot=card.lot.lot_no,
        )
    return None


def can_be_divided(card: Any) -> Text | None:
    return None if (card.good or card.quantity) > 1 else _l("One unit cannot be split.")
