"""What a correct system says about an order line at review (procedure 1.2), as the demo plant's
README defines it.

Each line is looked at for itself on the day of the plant; other lines matter only for duplicates,
for sharing a pot and for what may not travel together.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from app.plant.production.requirements import BELOW_MINIMUM, SPLIT
from app.plant.production.stock_coverage import shortages
from app.plant.quality.verdict import allowed_age
from app.plant.sales.finding import ASK, COMBINE, HOLD, REFUSE, RUSH, SHORTAGE, WARN, Finding
from app.plant.sales.order_facts import CASH_BEFORE_SHIPPING, PREPAID, LineFacts, PlantFacts
from app.required import required

DUPLICATE_WITHIN = timedelta(days=7)
COMBINE_WITHIN = timedelta(days=14)


def review_orders(
    lines: Iterable[LineFacts], plant: PlantFacts
) -> dict[tuple[str, int], tuple[Finding, ...]]:
    """Return the findings of every line, {(order, line_no): findings}, in the README's order;
    empty is good.
    """
    lines = list(lines)
    return {line.key: review_line(line, lines, plant) for line in lines}


def review_line(
    line: LineFacts, lines: Iterable[LineFacts], plant: PlantFacts
) -> tuple[Finding, ...]:
    """Return the findings of one line; `lines` are all open lines known, its own included."""
    if finding := refused(line):
        return (finding,)
    lines = list(lines)
    findings = (
        due_date(line),
        full_case(line),
        duplicate(line, lines),
        pot(line, lines),
        segregate(line, lines, plant),
        documents(line, plant),
        shelf_life(line, plant),
        payment(line),
        shortage(line, plant),
        rush(line, plant),
    )
    return tuple(finding for finding in findings if finding)


def refused(line: LineFacts) -> Finding | None:
    """refuse:unknown_product, refuse:quantity."""
    if line.product is None:
        return Finding(REFUSE, "unknown_product", {"product": line.product_code})
    if line.quantity <= 0:
        return Finding(REFUSE, "quantity", {"quantity": line.quantity})
    return None


def due_date(line: LineFacts) -> Finding | None:
    """ask:due_date, requested before the order came in."""
    received = line.received_at.date()
    if line.requested_date < received:
        return Finding(ASK, "due_date", {"requested": line.requested_date, "received": received})
    return None


def full_case(line: LineFacts) -> Finding | None:
    """ask:full_case, not a multiple of the case."""
    case = required(line.product).units_per_case
    over = line.quantity % case
    if over:
        return Finding(
            ASK, "full_case", {"units_per_case": case, "over": over, "to_next": case - over}
        )
    return None


def duplicate(line: LineFacts, lines: Iterable[LineFacts]) -> Finding | None:
    """warn:duplicate, the same customer sent the same order up to 7 days before."""
    orders: dict[str, list[LineFacts]] = {}
    for other in lines:
        if other.customer.customer_code == line.customer.customer_code:
            orders.setdefault(other.order, []).append(other)
    own = _content(orders.get(line.order, [line]))
    for order, others in orders.items():
        age = line.received_at - others[0].received_at
        earlier = timedelta(0) < age <= DUPLICATE_WITHIN or (not age and order < line.order)
        if order != line.order and earlier and _content(others) == own:
            return Finding(WARN, "duplicate", {"order": order})
    return None


def pot(line: LineFacts, lines: Iterable[LineFacts]) -> Finding | None:
    """split:n above the largest pot; combine:<formula> or ask:below_minimum below the smallest."""
    product, plan = required(line.product), required(line.product).pots(line.quantity)
    if plan.verdict == SPLIT:
        detail = {"bulk": sum(plan.masses), "largest": product.largest_pot, "pots": plan.count}
        return Finding(SPLIT, str(plan.count), detail)
    if plan.verdict != BELOW_MINIMUM:
        return None
    bulk = plan.masses[0]
    detail = {"bulk": bulk, "smallest": product.smallest_pot}
    if partners := pot_partners(line, lines):
        return Finding(COMBINE, product.formula_code, detail | {"partners": partners})
    return Finding(ASK, "below_minimum", detail)


def pot_partners(line: LineFacts, lines: Iterable[LineFacts]) -> list[tuple[str, int]]:
    """Return the (order, line_no) of every line one of whose pots brings this line's bulk into
    range.

    Same formula, requested within 14 days, not refused, duplicate, misdated or held for payment.
    """
    lines = list(lines)
    product, own = required(line.product), required(line.product).bulk(line.quantity)
    return [
        other.key
        for other in lines
        if other.key != line.key
        and not refused(other)
        and required(other.product).formula_code == product.formula_code
        and abs(other.requested_date - line.requested_date) <= COMBINE_WITHIN
        and product.smallest_pot
        <= own + required(other.product).pots(other.quantity).masses[0]
        <= product.largest_pot
        and not due_date(other)
        and not _held_for_payment(other)
        and not duplicate(other, lines)
    ]


def segregate(line: LineFacts, lines: Iterable[LineFacts], plant: PlantFacts) -> Finding | None:
    """warn:segregate, a class that must be loaded apart goes to the same address on the same
    order.
    """
    beside = {
        required(other.product).incompat_class
        for other in lines
        if (other.order, other.address_code) == (line.order, line.address_code)
        and not refused(other)
    }
    own = required(line.product).incompat_class
    classes = plant.pairs.apart_from(own, beside)
    return Finding(WARN, "segregate", {"own": own, "classes": classes}) if classes else None


def documents(line: LineFacts, plant: PlantFacts) -> Finding | None:
    """warn:documents, a demanded document applies or the demanded label does not exist."""
    customer, product = line.customer, required(line.product)
    codes = [
        code
        for code in customer.required_documents
        if product.product_code in (plant.documents.get(code) or {product.product_code})
    ]
    label = None if customer.label_variant in product.label_variants else customer.label_variant
    if codes or label:
        return Finding(WARN, "documents", {"documents": codes, "missing_label": label})
    return None


def shelf_life(line: LineFacts, plant: PlantFacts) -> Finding | None:
    """warn:shelf_life, too old on arrival: whatever is done (`possible` False), or if made
    before `earliest`.
    """
    age = allowed_age(required(line.product).shelf_life_days, line.customer.min_remaining_pct)
    on_the_way = line.transit_days + plant.release_days
    detail = {
        "allowed_age": age,
        "transit_days": line.transit_days,
        "release_days": plant.release_days,
    }
    if on_the_way > age:
        return Finding(WARN, "shelf_life", detail | {"possible": False, "earliest": None})
    earliest = line.requested_date - timedelta(days=age)
    if earliest > plant.day:
        return Finding(WARN, "shelf_life", detail | {"possible": True, "earliest": earliest})
    return None


def payment(line: LineFacts) -> Finding | None:
    """hold:payment (prepaid: do not start), hold:shipment (cash before shipping: do not ship)."""
    if _held_for_payment(line):
        return Finding(HOLD, "payment")
    if line.customer.payment_rule == CASH_BEFORE_SHIPPING and not line.paid:
        return Finding(HOLD, "shipment")
    return None


def shortage(line: LineFacts, plant: PlantFacts) -> Finding | None:
    """shortage:<codes>, released and unexpired lots do not cover this line alone (`missing` in
    base units of `uom`).
    """
    missing = shortages(line, plant)
    if not missing:
        return None
    needs = required(line.product).requirements(line.quantity)
    uom = {need.material_code: need.uom for need in needs if need.material_code in missing}
    return Finding(SHORTAGE, ",".join(missing), {"missing": missing, "uom": uom})


def rush(line: LineFacts, plant: PlantFacts) -> Finding | None:
    """rush, requested within so many days of receipt as the plant has set (README: 3)."""
    wait = (line.requested_date - line.received_at.date()).days
    if 0 <= wait <= plant.rush_days:
        return Finding(RUSH, detail={"days": wait, "within": plant.rush_days})
    return None


def _held_for_payment(line: LineFacts) -> bool:
    return line.customer.payment_rule == PREPAID and not line.paid


def _content(lines: Iterable[LineFacts]) -> list[tuple[str, int, str, date]]:
    return sorted(
        (line.product_code, line.quantity, line.address_code, line.requested_date) for line in lines
    )
