"""A board that is kept as it was drawn is never an old one, nor somebody else's."""

import re
from datetime import timedelta
from html import escape

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models.master import Customer, Product
from app.models.people.user import User
from app.models.sales.order import Order
from app.screens.board import card_cache
from tests.master.pages import send


def board(walk, who, department="sales"):
    """The board's parts that are kept: its columns and what can be created there."""
    text = walk.browser(*walk.person(who)).get(f"/{department}/").get_data(as_text=True)
    return re.search(r'<div class="actions">.*?</header>', text, re.S)[0], re.search(
        r'<section class="column.*</section>', text, re.S
    )[0]


def stage_of(walk, ref, who="sales"):
    return re.search(rf'data-record="{ref}" data-stage="(\w+)"', board(walk, who)[1])[1]


def test_what_anybody_does_is_on_the_next_board(walk):
    ref = walk.order(("P-DW-500", 24))
    assert stage_of(walk, ref) == stage_of(walk, ref) == "received"
    walk.do(("sales", 2), ref, "start_review")
    assert stage_of(walk, ref) == stage_of(walk, ref) == "in_review"


def test_a_renamed_product_and_customer_have_their_new_names_on_every_card(walk):
    walk.card("to_plan", quantity=24)
    assert "Dish Liquid" in board(walk, "planner", "production")[1]
    for key, model, row, name in (
        ("product", Product, walk.product(), "Dish soap"),
        ("customer", Customer, walk.id_of(Customer, "C-002"), "Haitang & Co."),
    ):
        assert (
            send(walk.browser("admin"), f"/admin/master/{key}/{row}", name_en=name).status_code
            == 303
        )
        assert escape(name) in board(walk, "planner", "production")[1], model


def test_each_sees_their_own(walk):
    walk.browser(
        "auditor"
    )  # who enters is an event; nothing happens between the boards that are compared
    walk.order(("P-DW-500", 24))
    clerk, auditor = board(walk, "sales"), board(walk, "auditor")
    assert "/new/order/receive" in clerk[0] and "/new/order/receive" not in auditor[0]
    assert "data-drops" in clerk[1] and "data-drops" not in auditor[1]
    with walk.app.app_context():
        db.session.get(User, walk.browser("sales").user_id).language = "zh_Hans_CN"
        db.session.commit()
    chinese = board(walk, "sales")
    assert chinese[1] != clerk[1] and "data-drops" in chinese[1]
    assert board(walk, "auditor") == auditor


def test_ages_go_on_where_nothing_happens(walk):
    walk.order(("P-DW-500", 24))
    fresh = board(walk, "sales")
    clock.set_clock(clock.now() + timedelta(minutes=20))
    try:
        assert board(walk, "sales") != fresh
    finally:
        clock.set_clock(None)


def test_what_a_request_has_at_hand_is_shown_only_while_nobody_has_changed_it(walk):
    ref = walk.order(("P-DW-500", 24))
    with walk.app.app_context():
        db.session().expire_on_commit = False
        order = Order.find(ref)
        db.session.commit()
        walk.do(("sales", 2), ref, "start_review")
        row = db.session.execute(select(Order.id, Order.face).where(Order.id == order.id)).one()
        assert order.stage == "received" and order.face < row.face
        assert card_cache.load("order", [row])[row.id].stage == "in_review"
