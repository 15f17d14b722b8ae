"""Who orders (clauses 1.1 and 1.2): a caller in no list, customers found as one says them, rush
by decision.
"""

import pytest

from app.extensions import db
from app.models.master import Customer
from app.models.records.sealing.erasable_words import PrivateWord
from tests.flow.test_actions import NEW_CUSTOMER, soon
from tests.walk import CHECKLIST, said

CALLER = {
    "address_id": "",
    "customer_text": "晨星幼儿园",
    "address_text": "示例路9号",
    "phone_text": "000 5550 1234",
}


def test_a_caller_in_no_list_is_taken_in_reviewed_entered_and_approved(walk, events):
    ref = walk.order(("P-DW-500", 24), **CALLER)
    page = walk.browser("sales").get(f"/sales/{ref}").get_data(as_text=True)
    assert "晨星幼儿园" in page and "示例路9号" in page and "not entered yet" in page
    assert "On account" not in page and "Known once the customer is entered" in page, (
        "nobody knows yet how they pay"
    )
    for q in ("晨星", "5550"):
        assert ref in walk.browser("planner").get(f"/find?q={q}").get_data(as_text=True)
    walk.do("sales", ref, "start_review")
    refused = walk.post("sales", ref, "approve", **CHECKLIST)
    assert refused.status_code == 409 and "not in the master data yet" in said(refused)
    board = walk.browser("sales").get("/sales/").get_data(as_text=True)
    assert f'href="{ref}/enter_customer"' in board, (
        "the next thing that Sales can do, not the one that cannot be done yet"
    )
    form = walk.browser("sales").get(f"/sales/{ref}/enter_customer").get_data(as_text=True)
    assert 'value="晨星幼儿园"' in form and 'value="000 5550 1234"' in form and "示例路9号" in form
    incomplete = walk.post(
        "sales", ref, "enter_customer", **{**NEW_CUSTOMER, "customer-payment_rule": ""}
    )
    assert incomplete.status_code == 422
    walk.do("sales", ref, "enter_customer", **NEW_CUSTOMER)
    assert walk.look(ref, lambda o: (o.customer.code, o.address.code)) == ("C-900", "SHIP-1")
    assert ("enter_customer", "sales", "1.2") in events(ref)
    walk.do("sales", ref, "approve", **CHECKLIST)
    assert walk.look(ref, lambda o: o.cards[0].party.zh) == "晨星幼儿园(示例)"
    with walk.app.app_context():
        kept = db.session.scalars(db.select(Customer).filter_by(code="C-900")).one()
        assert kept.seq == 1


def test_the_callers_words_can_be_erased(walk):
    ref = walk.order(("P-DW-500", 24), **CALLER)
    sealed = walk.look(ref, lambda o: o.history[0].body)
    assert "晨星" not in sealed and "5550" not in sealed
    with walk.app.app_context():
        from app.models.people.erasure import erase

        order = walk.record(ref)
        words = {
            w.id
            for w in db.session.scalars(
                db.select(PrivateWord).where(PrivateWord.field == "customer_text")
            )
        }
        erase(order, words, reason="asked for")
        db.session.commit()
    assert walk.look(ref, lambda o: o.customer_text) == ""
    assert ref not in walk.browser("planner").get("/find?q=晨星").get_data(as_text=True)


def test_who_is_called_so_already_is_offered(walk):
    with walk.app.app_context():
        there = Customer.by_code("C-002")
        name, address = there.name_en, there.addresses[0].id
    ref = walk.order(
        ("P-DW-500", 24), address_id="", customer_text=f" {name.upper().replace(' ', '　')}"
    )
    walk.do("sales", ref, "start_review")
    form = walk.browser("sales").get(f"/sales/{ref}/enter_customer").get_data(as_text=True)
    assert f'value="a{address}"' in form and "None of these" in form
    assert walk.post("sales", ref, "enter_customer", **NEW_CUSTOMER).status_code == 422
    walk.do("sales", ref, "enter_customer", known=f"a{address}")
    assert walk.look(ref, lambda o: (o.customer.code, o.address_id)) == ("C-002", address)


@pytest.mark.parametrize(
    "words",
    [
        "海棠",
        "C-001",
        "ｃ-001",
        "htslls",
        "haitang",
        "Haitang",
        "0000 0101",
        "000-0000-0101",
        "ht 二仓",
    ],
)
def test_a_customer_is_found_by_any_part(walk, words):
    page = (
        walk.browser("sales")
        .get("/sales/customers", query_string={"q": words})
        .get_data(as_text=True)
    )
    assert "C-001" in page.split('role="option"')[1]


def test_a_customer_saved_by_sales_is_found_and_other_tables_stay_shut(walk):
    clerk = walk.browser("sales")
    key = walk.id_of(Customer, "C-002")
    with walk.app.app_context():
        kept = db.session.get(Customer, key)
        fields = {
            n: getattr(kept, n)
            for n in (
                "name_en",
                "country",
                "language",
                "payment_rule",
                "label_variant",
                "min_remaining_shelf_life_pct",
            )
        }
    changed = clerk.submit(
        f"/admin/master/customer/{key}", revision=1, **fields, name_local="重庆朝天门酒店(示例)"
    )
    assert changed.status_code == 303, said(changed)
    assert "C-002" in clerk.get("/sales/customers?q=cqctm").get_data(as_text=True)
    assert clerk.submit("/admin/master/material/1", revision=1).status_code == 403


def test_without_a_script_the_server_finds_or_offers(walk):
    def order(**fields):
        from tests.pages.test_pages import order_fields

        return walk.browser("sales").submit("/sales/new/order/receive", **order_fields(**fields))

    taken = order(customer="第九医院")
    assert taken.status_code == 303, said(taken)
    assert walk.look(taken.location.rsplit("/", 1)[-1], lambda o: o.customer.code) == "C-003"
    several = order(customer="海棠")
    assert several.status_code == 422 and "fits several" in said(several)
    assert several.get_data(as_text=True).count("C-001 ") >= 2
    nobody = order(customer="无名氏小店")
    assert "Nobody in the master data" in said(nobody) and 'value="无名氏小店"' in nobody.get_data(
        as_text=True
    )
    assert order(customer="无名氏小店", customer_text="无名氏小店").status_code == 303
    assert "Who orders?" in said(order(customer=""))
    both = order(address_id=1, customer_text="无名氏小店")
    assert both.status_code == 422 and "not both" in said(both)


@pytest.mark.parametrize(
    "typed, code",
    [
        ("p-dw-500", "P-DW-500"),
        ("ＰＤＷ５００", "P-DW-500"),
        ("薰衣草洗衣液", "P-LD-2K"),
        ("洗", None),
    ],
)
def test_a_product_is_known_by_code_or_by_a_part_that_only_it_has(walk, typed, code):
    ref = walk.order((typed, 24))
    assert walk.look(ref, lambda o: o.lines[0].product and o.lines[0].product.code) == code


def test_a_day_in_short(walk):
    from datetime import timedelta

    from app import clock

    day = clock.today() + timedelta(days=20)
    for typed in (
        "+20",
        f"{day:%m%d}",
        f"{day.month}-{day.day}",
        f"{day.month}月{day.day}日",
        day.isoformat(),
    ):
        ref = walk.order(("P-DW-500", 24), **{"lines-0-requested_date": typed})
        assert walk.look(ref, lambda o: o.lines[0].requested_date) == day, typed


def test_rush_is_set_with_a_reason_and_the_boards_follow(walk, events):
    (card,) = walk.approved(("P-DW-500", 24))
    order = walk.look(card, lambda c: c.order.ref)
    assert walk.post("sales", order, "set_rush").status_code == 422
    walk.do("sales", order, "set_rush", reason="their shelves are empty")
    assert walk.look(card, lambda c: c.rush) and ("set_rush", "sales", "2.1") in events(card)
    assert walk.look(order, lambda o: o.history[-1].reason) == "their shelves are empty"
    walk.do("sales", order, "lift_rush", reason="they found some")
    assert not walk.look(card, lambda c: c.rush)
    walk.do("planner", card, "set_rush", reason="line is free now")
    sample = walk.sample_of(walk.bring(card, "inspecting"))
    assert walk.look(sample, lambda s: s.rush)
    walk.do("production_head", card, "lift_rush", reason="enough time")
    assert not walk.look(sample, lambda s: s.rush)
    assert walk.post("operator", card, "set_rush", reason="I like it").status_code == 403


def test_a_known_customer_is_nobodys_next_thing(walk):
    """An action that nobody may do is no way on: what keeps the order is told, and whose turn it
    is.
    """
    ref = walk.order(("P-DW-500", 24))
    walk.do("sales", ref, "start_review")
    page = walk.browser("planner").get(f"/sales/{ref}").get_data(as_text=True)
    assert "Next: Approve the order" in page and "Enter the customer" not in page
    walk.do("sales", ref, "decline_line", line_no=1, reason="no capacity")
    assert walk.look(ref, lambda order: order.known.stuck), "nothing else is left to be done"
