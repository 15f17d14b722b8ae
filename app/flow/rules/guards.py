"""Reasons to refuse: each guard takes the record and returns a blocker, whose sentence somebody can
act on, or None.
"""

from __future__ import annotations

from typing import Any

from app.flow.rules.blockers import (
    GOODS,
    KIT_SHORT,
    LINE,
    LINE_TAKEN,
    LOT,
    PAID,
    PAYMENT,
    PEOPLE,
    SHIPMENT,
    SHORTFALL,
    STOCK,
    Blocker,
    reads,
)
from app.flow.texts.lazy_text import _l, listed

# Orders


@reads()
def has_an_open_line(order: Any) -> Blocker | None:
    if order.open_lines:
        return None
    return Blocker("no_open_line", _l("Every line is declined; decline the order instead."))


@reads()
def customer_is_known(order: Any) -> Blocker | None:
    if order.customer:
        return None
    return Blocker(
        "unknown_customer",
        _l("The customer is not in the master data yet; Sales enters it first."),
    )


@reads()
def every_line_is_clear(order: Any) -> Blocker | None:
    for line in order.open_lines:
        if line.product is None:
            return Blocker(
                "unknown_product",
                _l(
                    "Line %(line)s: the product “%(product)s” is unknown; correct or decline the "
                    "line.",
                    line=line.line_no,
                    product=line.product_text,
                ),
            )
        if line.quantity <= 0:
            return Blocker(
                "no_quantity",
                _l(
                    "Line %(line)s has no quantity; ask the customer or decline the line.",
                    line=line.line_no,
                ),
            )
        if line.requested_date is None:
            return Blocker(
                "no_date",
                _l("Line %(line)s has no delivery date; ask the customer.", line=line.line_no),
            )
    return None


@reads()
def is_unpaid(order: Any) -> Blocker | None:
    if order.is_paid:
        return Blocker(PAID, _l("The order is paid in full."))
    return None


# Planning


@reads(GOODS)
def finished_stock_covers(card: Any) -> Blocker | None:
    if card.covering_lots():
        return None
    return Blocker(
        "no_stock_covers",
        _l("No released lot in stock covers this quantity; plan to make it, or split the card."),
    )


@reads()
def warehouse_has_not_answered(card: Any) -> Blocker | None:
    if card.plan and card.plan.answer_of("warehouse"):
        return Blocker(
            "warehouse_answered", _l("The warehouse has answered; Purchasing has not yet.")
        )
    return None


@reads()
def purchasing_has_not_answered(card: Any) -> Blocker | None:
    if card.plan and card.plan.answer_of("purchasing"):
        return Blocker(
            "purchasing_answered", _l("Purchasing has answered; the warehouse has not yet.")
        )
    return None


@reads()
def not_in_rework(card: Any) -> Blocker | None:
    if card.in_rework:
        return Blocker(
            "in_rework",
            _l(
                "Lot %(lot)s is made already and to be reworked; give the rework up first, and "
                "Quality decides anew.",
                lot=card.lot.lot_no,
            ),
        )
    return None


# Purchasing


@reads()
def nothing_was_received(requisition: Any) -> Blocker | None:
    if requisition.received:
        return Blocker(
            "partly_received",
            _l("Part of it has been received; record that you do without the rest."),
        )
    return None


# Materials


@reads(STOCK)
def kit_is_complete(card: Any) -> Blocker | None:
    short = card.shortages()
    if not short:
        return None
    codes = [need.material.code for need, _ in short]
    return Blocker(
        KIT_SHORT,
        _l(
            "Short of %(materials)s: wait for Purchasing’s receipt and Quality’s release.",
            materials=listed(codes),
        ),
        {"materials": codes},
        tuple(need.material_id for need, _ in short),
    )


@reads()
def every_line_prepared(card: Any) -> Blocker | None:
    if missing := card.uncovered():
        if any(pick.gave_less and not pick.issued for pick in missing[0].live_picks):
            return Blocker(
                "material_short",
                _l(
                    "Less of %(material)s is prepared than is needed, and no further lot is "
                    "released: prepare more of it, or wait for Quality.",
                    material=missing[0].material.code,
                ),
            )
        return Blocker(
            "no_lot_picked",
            _l(
                "No lot is picked for %(material)s: wait for Quality to release one.",
                material=missing[0].material.code,
            ),
        )
    for pick in card.picks:
        if pick.prepared is None:
            return Blocker(
                "not_prepared",
                _l(
                    "%(material)s is not prepared yet; a storekeeper must record it first.",
                    material=pick.requirement.material.code,
                ),
            )
    if short := next((need for need in card.requirements if not need.is_prepared), None):
        return Blocker(
            "prepared_less",
            _l(
                "Less of %(material)s is prepared than is needed; a storekeeper must prepare the "
                "rest.",
                material=short.material.code,
            ),
        )
    return None


@reads(LOT)
def every_picked_lot_usable(card: Any) -> Blocker | None:
    if spoilt := card.unusable_picks():
        return Blocker(
            "picked_lot_unusable",
            _l(
                "Lot %(lot)s has expired or is blocked; record the prepared materials again, and "
                "another lot is proposed.",
                lot=spoilt[0].lot.lot_no,
            ),
        )
    return None


# Execution


@reads(LOT)
def handed_over_lots_usable(card: Any) -> Blocker | None:
    if spoilt := card.spoilt_picks:
        return Blocker(
            "handed_over_lot_unusable",
            _l(
                "Lot %(lot)s has expired or is blocked since it was handed over; Production sends "
                "it back, and the warehouse brings another.",
                lot=spoilt[0].lot.lot_no,
            ),
        )
    return None


@reads(LINE)
def line_is_free(card: Any) -> Blocker | None:
    other = card.running_on_my_line()
    if other:
        return Blocker(
            LINE_TAKEN,
            _l(
                "%(line)s is taken by %(other)s; finish that run first.",
                line=card.plan.line.code,
                other=other,
            ),
        )
    return None


@reads(PAYMENT)
def paid_in_advance(card: Any) -> Blocker | None:
    if card.order and card.order.must_be_paid_before("start"):
        return Blocker(
            "not_paid_in_advance",
            _l(
                "The customer pays in advance and has not paid; Sales must record the payment "
                "first."
            ),
        )
    return None


@reads()
def nothing_stops_it(card: Any) -> Blocker | None:
    if stopping := [a for a in card.anomalies if a.stops]:
        return Blocker(
            "anomaly_open",
            _l(
                "Anomaly %(number)s must be resolved by the supervisor first.",
                number=stopping[0].number,
            ),
        )
    return None


@reads(PEOPLE)
def a_step_is_open(card: Any) -> Blocker | None:
    if card.unfinished_signature:
        return Blocker(
            "second_signature_missing",
            _l(
                "Step %(step)s waits for a second person’s signature: %(who)s.",
                step=card.open_step.step_no,
                who=card.whose_signature(),
            ),
            {"step": card.open_step.step_no},
        )
    if card.open_step:
        return None
    return Blocker("every_step_signed", _l("Every step is signed; the run can be finished."))


@reads()
def every_step_signed(card: Any) -> Blocker | None:
    step = card.open_step
    if step:
        return Blocker("step_unsigned", _l("Step %(step)s is not signed yet.", step=step.step_no))
    return None


# Inspection


@reads()
def every_test_has_a_result(sample: Any) -> Blocker | None:
    missing = [r.name for r in sample.results if r.verdict is None]
    if missing:
        return Blocker(
            "results_missing",
            _l(
                "%(count)s tests have no result yet, the first is %(test)s.",
                count=len(missing),
                test=str(missing[0]),
            ),
        )
    return None


@reads()
def some_test_has_a_result(sample: Any) -> Blocker | None:
    if any(r.value for r in sample.results):
        return None
    return Blocker("no_result", _l("No test has a result yet."))


@reads()
def every_test_passed(sample: Any) -> Blocker | None:
    failed = sample.failed_results
    if failed:
        return Blocker(
            "test_failed",
            _l("%(test)s failed; the lot can only be rejected.", test=str(failed[0].name)),
        )
    return None


@reads()
def something_is_left(card: Any) -> Blocker | None:
    if card.good:
        return None
    return Blocker("nothing_left", _l("Nothing of the lot is left; it can only be scrapped."))


@reads()
def not_expired(card: Any) -> Blocker | None:
    if card.lot and card.lot.has_expired:
        return Blocker(
            "lot_expired",
            _l("Lot %(lot)s has expired; it can only be scrapped.", lot=card.lot.lot_no),
        )
    return None


@reads(LOT)
def not_rejected(decision: Any) -> Blocker | None:
    if decision.lot.status == "rejected":
        return Blocker(
            "lot_rejected",
            _l(
                "Quality has rejected lot %(lot)s; it can only be scrapped.",
                lot=decision.lot.lot_no,
            ),
        )
    return None


@reads()
def was_tested(card: Any) -> Blocker | None:
    found = card.nonconformance
    if found and found.sample is None:
        return Blocker(
            "not_tested",
            _l("Nothing of the lot was tested since it was set apart; have it inspected first."),
        )
    return None


@reads()
def no_critical_failure(card: Any) -> Blocker | None:
    found = card.nonconformance
    if found and found.defect_class == "critical":
        return Blocker(
            "critical_failure", _l("A critical test failed; a concession is never possible.")
        )
    return None


@reads()
def no_statutory_failure(card: Any) -> Blocker | None:
    nonconformance = card.nonconformance
    broken = (
        [result for result in nonconformance.sample.failed_results if result.statutory]
        if nonconformance and nonconformance.sample
        else []
    )
    if broken:
        return Blocker(
            "statutory_failure",
            _l(
                "%(test)s breaks a limit of law or standard; a concession is never possible.",
                test=str(broken[0].name),
            ),
        )
    return None


# Delivery


@reads()
def made_for_stock(card: Any) -> Blocker | None:
    if card.order:
        return Blocker("made_to_order", _l("These goods belong to an order; ship them."))
    return None


@reads(GOODS)
def units_are_there(card: Any) -> Blocker | None:
    if card.own_units:
        return None
    return Blocker(
        "no_units",
        _l(
            "All units of lot %(lot)s are other cards’ or gone; nothing is left here.",
            lot=card.lot.lot_no,
        ),
    )


@reads(LOT)
def goods_may_be_shipped(shipment: Any) -> Blocker | None:
    if spoilt := [card for card in shipment.cards if not card.is_deliverable]:
        return Blocker(
            "goods_unusable",
            _l(
                "Lot %(lot)s has expired or is blocked; cancel the shipment and ask Quality.",
                lot=spoilt[0].lot.lot_no,
            ),
        )
    expired: Blocker | None = shipment.expires_before(shipment.arrival)
    return expired


@reads(PAYMENT)
def paid_before_shipping(shipment: Any) -> Blocker | None:
    for card in shipment.cards:
        if card.order.must_be_paid_before("ship"):
            return Blocker(
                "not_paid_before_shipping",
                _l(
                    "Order %(order)s must be paid before shipping; "
                    "Sales must record the payment first.",
                    order=card.order.ref,
                ),
            )
    return None


@reads(SHORTFALL)
def nothing_is_missing(shipment: Any) -> Blocker | None:
    if short := [card for card in shipment.cards if card.missing]:
        return Blocker(
            "fewer_than_ordered",
            _l(
                "%(ref)s brings %(count)s units fewer than ordered: on its card the planner has "
                "the rest made, or Sales records that the customer does without.",
                ref=short[0].ref,
                count=short[0].missing,
            ),
        )
    return None


@reads()
def something_is_out(shipment: Any) -> Blocker | None:
    if shipment.cards_out:
        return None
    return Blocker("all_came_back", _l("Everything of this shipment has come back."))


# Apart


@reads(SHIPMENT)
def on_no_shipment(card: Any) -> Blocker | None:
    if card.shipment:
        return Blocker(
            "on_shipment",
            _l(
                "The card is on shipment %(shipment)s; the warehouse must cancel that first.",
                shipment=card.shipment.ref,
            ),
        )
    return None


@reads(LOT)
def lot_is_decided(card: Any) -> Blocker | None:
    if card.lot and card.lot.status != "released":
        return Blocker(
            "lot_undecided",
            _l(
                "Lot %(lot)s is with Quality; let it be released, reworked or scrapped first.",
                lot=card.lot.lot_no,
            ),
        )
    return None


@reads()
def can_be_divided(card: Any) -> Blocker | None:
    if (card.good or card.quantity) > 1:
        return None
    return Blocker("one_unit", _l("One unit cannot be split."))


# Stock counts


@reads()
def returned_goods_are_inspected(decision: Any) -> Blocker | None:
    if decision.shipment is None or decision.findings:
        return None
    return Blocker(
        "not_inspected", _l("The goods came back from a customer; Quality inspects them first.")
    )


@reads()
def cause_is_known(complaint: Any) -> Blocker | None:
    if complaint.measures:
        return None
    return Blocker(
        "no_cause", _l("Quality has not recorded yet what the cause was and what was done.")
    )


@reads()
def not_replaced_yet(complaint: Any) -> Blocker | None:
    if complaint.replacement is None:
        return None
    return Blocker(
        "replaced",
        _l("Card %(ref)s replaces the goods already.", ref=complaint.replacement.ref),
    )


@reads()
def every_lot_is_counted(count: Any) -> Blocker | None:
    if left := count.lots - count.counted:
        return Blocker(
            "not_counted",
            _l(
                "%(left)s of %(all)s lots are not counted yet; what is not there is counted as 0.",
                left=left,
                all=count.lots,
            ),
        )
    return None


# Controlled documents


@reads()
def contents_are_right(revision: Any) -> Blocker | None:
    if wrong := revision.fault():
        return Blocker("contents_wrong", wrong)
    return None


@reads()
def something_differs(revision: Any) -> Blocker | None:
    if revision.content != revision.former:
        return None
    return Blocker(
        "nothing_differs",
        _l("It says what the revision in force says; write down first what is to change."),
    )


@reads()
def nothing_goes_by_it(revision: Any) -> Blocker | None:
    if users := revision.users():
        return Blocker(
            "in_use",
            _l(
                "New plans go by it: %(users)s. Put another document in its place first.",
                users=users,
            ),
        )
    return None
