"""What the review finds is settled by a click: the customer is asked by a drafted letter, a line is
declined or corrected, a payment recorded, the stock looked at.
"""

import re
from html import unescape

from tests.walk import CHECKLIST, said

ENGLISH = {"Accept-Language": "en"}


def in_review(walk, *lines, **fields):
    ref = walk.order(*lines, **fields)
    walk.do("sales", ref, "start_review")
    return ref


def clicks(walk, ref, role="sales"):
    """What stands beside the findings: each link's words and where it leads."""
    page = walk.browser(role).get(f"/sales/{ref}", headers=ENGLISH).text
    found = re.findall(r'class="remedies">(.*?)</span>', page, re.DOTALL)
    links = [re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', each, re.DOTALL) for each in found]
    return {unescape(words).strip(): unescape(href) for each in links for href, words in each}


def letter(walk, ref):
    page = walk.browser("sales").get(f"/sales/{ref}/ask_customer", headers=ENGLISH).text
    return unescape(
        re.search(r'<textarea[^>]*name="question"[^>]*>(.*?)</textarea>', page, re.S)[1]
    )


def test_the_customer_is_asked_by_a_letter_in_the_customers_language(walk):
    ref = in_review(walk, ("P-DW-500", 6005), customer="C-001")
    assert clicks(walk, ref)["Ask the customer"] == f"/sales/{ref}/ask_customer"
    drafted = letter(walk, ref)
    assert "PO-1" in drafted and "6,000 件还是 6,012 件" in drafted and "请回复确认" in drafted
    abroad = in_review(walk, ("P-DW-500", 6005), customer="C-012")
    assert "Shall it be 6,000 or 6,012?" in letter(walk, abroad)
    asked = {"question": drafted, "asked_by": "phone"}
    walk.do("sales", ref, "ask_customer", **asked)
    assert walk.look(ref) == "awaiting_customer"


def test_a_line_that_cannot_be_is_corrected_or_declined(walk):
    ref = in_review(walk, ("P-DW-500", 6000), ("P-NONE", 5))
    found = clicks(walk, ref)
    assert found["Decline line 2"] == f"/sales/{ref}/decline_line?line=2"
    assert found["Correct the order"] == f"/sales/{ref}/correct"
    form = walk.browser("sales").get(found["Decline line 2"], headers=ENGLISH).text
    assert re.search(r'<option selected value="2">', form) and "P-NONE" in letter(walk, ref)
    assert clicks(walk, ref, "auditor") == {}, "who may not do it is shown no way to it"


def test_who_has_not_paid_is_asked_for_it_and_stands_still_until_then(walk):
    ref = in_review(walk, ("P-DW-500", 1200), customer="C-004")
    found = clicks(walk, ref)
    assert found["Record a payment"] == f"/sales/{ref}/record_payment"
    due = walk.look(ref, lambda order: order.amount_due)
    assert f"{due:,}" in letter(walk, ref)
    walk.do("sales", ref, "approve", **CHECKLIST)
    card = walk.bring(f"{walk.look(ref, lambda o: o.cards[0].ref)}", "ready")
    early = walk.post("operator", card, "start")
    assert early.status_code == 409 and "paid" in said(early)


def test_what_is_short_leads_to_its_stock(walk):
    found = clicks(walk, in_review(walk, ("P-DW-500", 900000)))
    assert any(href.startswith("/stock/?q=") for href in found.values())


def test_a_line_above_the_largest_pot_is_proposed_in_several(walk):
    ref = in_review(walk, ("P-DW-500", 20000))
    way = clicks(walk, ref)["Propose pots to the planner"]
    form = walk.browser("sales").get(way, headers=ENGLISH).text
    assert re.search(r'name="pots"[^>]*value="3"', form), way
    walk.do("sales", ref, "propose_pots", line_no=1, pots=3)
    assert "Proposed to the planner: in 3 pots" in page_of(walk, f"/sales/{ref}")
    walk.do("sales", ref, "approve", **CHECKLIST)
    card = walk.look(ref, lambda order: order.cards[0].ref)
    assert "in 3 pots" in page_of(walk, f"/production/{card}", "planner")
    walk.draw_up(card)
    walk.answers(card)
    walk.approve_plan(card)
    assert "in 3 pots" not in page_of(walk, f"/production/{card}", "planner")


def test_lines_below_the_smallest_pot_are_proposed_in_one(walk):
    small = in_review(walk, ("P-DW-500", 2000))
    partner = walk.order(("P-DW-500", 6000))
    way = clicks(walk, small)["Propose pots to the planner"]
    partner_id = walk.look(partner, lambda order: order.id)
    form = walk.browser("sales").get(way, headers=ENGLISH).text
    assert re.search(rf'<input[^>]*checked[^>]*value="{partner_id}:1"', form), way
    shared = {"line_no": 1, "pots": 1, "partners": [f"{partner_id}:1"]}
    nothing = walk.post("sales", small, "propose_pots", line_no=1, pots=1)
    assert nothing.status_code == 422 and "with which line" in said(nothing)
    walk.do("sales", small, "propose_pots", **shared)
    assert f"in one pot with {partner}/1" in page_of(walk, f"/sales/{small}")
    assert f"in one pot with {small}/1" in page_of(walk, f"/sales/{partner}")
    event = walk.look(small, lambda order: order.history[-1].data)
    assert event["order_line"] == 1
    # What is declined or corrected is out of it, and nobody shares a pot alone.
    walk.do("sales", small, "decline_line", line_no=1, reason="too little")
    assert "in one pot" not in page_of(walk, f"/sales/{partner}")


def test_only_one_formula_shares_a_pot(walk):
    ref = in_review(walk, ("P-DW-500", 2000), ("P-LD-2K", 500))
    number = walk.look(ref, lambda order: order.id)
    fields = {"line_no": 1, "pots": 1, "partners": [f"{number}:2"]}
    answer = walk.post("sales", ref, "propose_pots", **fields)
    assert answer.status_code == 409 and "one formula" in said(answer)
    gone = walk.post("sales", ref, "propose_pots", line_no=1, pots=1, partners=["999:1"])
    assert gone.status_code == 422 and "choose again" in said(gone)


def page_of(walk, address, role="sales"):
    answer = walk.browser(role).get(address, headers=ENGLISH)
    assert answer.status_code == 200
    return unescape(answer.text)
