"""Sales (section 六: order receipt and review), from clauses 1.1 to 1.3 and 6.3 of the
procedure.
"""

from app import clock, documents
from app.extensions import db
from app.models.records.papers.document import Document
from tests.flow.test_actions import soon
from tests.walk import CHECKLIST, said

TWO_LINES = (("P-DW-500", 24), ("P-ZZ-000", 12))


def test_1_1_the_message_is_on_record_before_there_is_a_number(walk, events):
    ref = walk.order(channel="email", message="你好，请送洗洁精。", received_at="2026-01-05T09:30")
    year = clock.today().year
    assert ref == f"R-{year}-00001"
    assert walk.look(ref, lambda o: (o.number, o.channel, o.message)) == (
        None,
        "email",
        "你好，请送洗洁精。",
    )
    assert (
        walk.look(ref, lambda o: clock.local(o.received_at).strftime("%Y-%m-%d %H:%M"))
        == "2026-01-05 09:30"
    )
    assert events(ref) == [("receive", "sales", "1.1")]


def test_1_2_asked_answered_corrected_and_a_line_declined(walk, events):
    ref = walk.order(*TWO_LINES)
    walk.do("sales", ref, "start_review")
    walk.do("sales", ref, "ask_customer", question="P-ZZ-000?", asked_by="phone")
    assert walk.look(ref) == "awaiting_customer"
    walk.do(
        "sales", ref, "record_reply", reply="48 of the first, leave the other", replied_by="email"
    )
    lines = {
        f"lines-{n}-{k}": v
        for n, (p, q) in enumerate((("P-DW-500", 48), ("P-ZZ-000", 12)))
        for k, v in (("product_text", p), ("quantity", q), ("requested_date", soon()), ("note", ""))
    }
    walk.do(
        "sales",
        ref,
        "correct",
        address_id=walk.look(ref, lambda o: o.address_id),
        customer_po="PO-1",
        channel="phone",
        received_at="2026-01-05T09:30",
        **lines,
    )
    corrected = walk.look(ref, lambda o: o.history[-1].data["changed"])
    assert corrected["line 1"][0][:2] == ["P-DW-500", 24] and corrected["line 1"][1][:2] == [
        "P-DW-500",
        48,
    ]
    walk.do("sales", ref, "decline_line", line_no=2, reason="not ours")
    walk.do("sales", ref, "approve", **CHECKLIST)
    assert walk.look(ref, lambda o: [(c.number.split("-", 1)[1], c.quantity) for c in o.cards]) == [
        ("00001-1", 48)
    ]
    assert [(action, clause) for action, _, clause in events(ref)] == [
        ("receive", "1.1"),
        ("start_review", "1.2"),
        ("ask_customer", "1.2"),
        ("record_reply", "1.2"),
        ("correct", "1.2"),
        ("decline_line", "1.2"),
        ("approve", "1.3"),
    ]
    assert walk.look(
        ref, lambda o: [e.reason for e in o.history if e.action == "decline_line"]
    ) == ["not ours"]


def test_1_2_a_declined_order_leaves_its_dossier_too(walk):
    ref = walk.order()
    walk.do("sales", ref, "decline", reason="no bottle of that size")

    def told(order):
        dossier = db.session.scalars(
            db.select(Document).filter_by(flow="order", record_id=order.id)
        ).one()
        paper = documents.compose(dossier)
        return [(f.label.en, f.value) for f in paper.refs], str(paper.blocks)

    refs, blocks = walk.look(ref, told)
    assert refs == [("Order no.", ref)]
    assert "no bottle of that size" in blocks and "请送货" in blocks


def test_1_3_numbers_have_no_gaps_whatever_fails_in_between(walk):
    (first,) = walk.approved(("P-DW-500", 24))
    declined = walk.order()
    walk.do("sales", declined, "decline", reason="no capacity")
    assert walk.look(declined, lambda o: o.number) is None
    unknown, unchecked = walk.order(("P-ZZ-000", 1)), walk.order()
    for ref in (unknown, unchecked):
        walk.do("sales", ref, "start_review")
    assert walk.post("sales", unknown, "approve", **CHECKLIST).status_code == 409
    incomplete = walk.post("sales", unchecked, "approve", **{**CHECKLIST, "date_feasible": ""})
    assert incomplete.status_code == 422, said(incomplete)
    assert walk.post("sales", unchecked, "approve", version=0, **CHECKLIST).status_code == 409
    second = walk.approved(("P-DW-500", 24), ("P-KD-500", 24))
    year = clock.today().year
    assert [first, *second] == [f"{year}-00001-1", f"{year}-00002-1", f"{year}-00002-2"]


def test_an_order_of_which_everything_is_cancelled_is_cancelled(walk):
    one, two = walk.approved(("P-DW-500", 24), ("P-KD-500", 24))
    for card in (one, two):
        order = walk.look(card, lambda c: c.order.ref)
        assert walk.look(order) == "approved"
        walk.do("production_head", card, "cancel", reason="withdrawn", requested_by="sales")
    assert walk.look(order) == "cancelled"


def test_a_finished_card_cancelled_leaves_free_stock_and_no_fulfilled_order(walk):
    card = walk.card("in_stock", quantity=24)
    walk.do("production_head", card, "cancel", reason="withdrawn", requested_by="sales")
    assert walk.look(card, lambda c: c.order.stage) == "cancelled"
    later = walk.card("to_plan", quantity=24)
    assert walk.look(later, lambda c: [lot.id for lot in c.covering_lots()]) == [
        walk.look(card, lambda c: c.lot_id)
    ]
