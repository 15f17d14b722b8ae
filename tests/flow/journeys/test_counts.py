"""What is counted and owed along the way, against figures worked out by hand."""

from datetime import timedelta
from decimal import Decimal

from app import clock
from app.models.master import Product
from tests.flow.test_actions import corrected


def owed(walk, ref):
    return walk.look(ref, lambda order: (order.amount_due, order.amount_paid))


def price(walk, code):
    with walk.app.app_context():
        return Product.by_code(code).list_price


def test_an_order_owes_its_open_lines_less_what_was_cancelled(walk):
    ref = walk.order(("P-DW-500", 24), ("P-KD-500", 10))
    walk.do("sales", ref, "start_review")
    one, two = price(walk, "P-DW-500"), price(walk, "P-KD-500")
    assert owed(walk, ref)[0] == 24 * one + 10 * two
    walk.do("sales", ref, "decline_line", line_no=2, reason="not made any more")
    assert owed(walk, ref)[0] == 24 * one
    answer = walk.post(
        "sales",
        ref,
        "approve",
        **dict.fromkeys(
            ("customer_right", "product_right", "quantity_right", "date_feasible", "terms_right"),
            "y",
        ),
    )
    number = answer.location.rsplit("/", 1)[-1]
    (card,) = walk.look(number, lambda order: [c.ref for c in order.cards])
    walk.do("planner", card, "split", quantity=5, reason="five first")
    walk.do("production_head", f"{card}-A", "cancel", reason="withdrawn", requested_by="customer")
    assert owed(walk, number) == (19 * one, Decimal(0))


def test_a_declined_line_that_is_corrected_is_asked_for_again(walk):
    ref = walk.order(("P-DW-500", 24), ("P-KD-500", 10))
    walk.do("sales", ref, "start_review")
    walk.do("sales", ref, "decline_line", line_no=2, reason="not made any more")
    kept = {
        **corrected(walk, ref),
        **{
            f"lines-{n}-{name}": value
            for n, (product, quantity) in enumerate((("P-DW-500", 24), ("P-KD-500", 10)))
            for name, value in (
                ("product_text", product),
                ("quantity", quantity),
                ("requested_date", (clock.today() + timedelta(days=14)).isoformat()),
                ("note", ""),
            )
        },
    }
    walk.do("sales", ref, "correct", **kept)
    assert walk.look(ref, lambda order: [bool(line.declined) for line in order.lines]) == [
        False,
        True,
    ], "the same wish stays declined"
    walk.do("sales", ref, "correct", **kept | {"lines-1-quantity": 12})
    assert walk.look(
        ref, lambda order: [(line.quantity, bool(line.declined)) for line in order.lines]
    ) == [(24, False), (12, False)]


def test_uneven_parts_add_up_to_the_whole(walk):
    card = walk.card("to_plan", quantity=100)
    walk.do("planner", card, "split", quantity=33, reason="tank too small")
    walk.do("planner", f"{card}-A", "split", quantity=11, reason="tank too small")
    parts = [card, f"{card}-A", f"{card}-A-A"]
    assert [walk.look(ref, lambda c: c.quantity) for ref in parts] == [67, 22, 11]
    made = walk.card("to_inspect", quantity=25)
    walk.do("inspector", made, "split", quantity=7, reason="pallet apart")
    both = [
        walk.look(ref, lambda c: (c.good, c.lot.quantity, c.quantity))
        for ref in (made, f"{made}-A")
    ]
    assert both == [(18, 18, 18), (7, 7, 7)]
