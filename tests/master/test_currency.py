"""The plant's currency: shown wherever money is, kept once an order is on record in it."""

import pytest

from app.flow.texts.currency import MONEY
from app.sheets.reading.numbers import NoNumber, amount_of
from tests.master.test_settings import PAGE


def test_money_is_shown_and_read_in_the_plants_currency(walk):
    admin = walk.browser("admin")
    order = walk.order(("P-DW-500", 240))
    walk.do("sales", order, "start_review")
    shown = walk.browser("sales").get(f"/sales/{order}").text
    assert " CNY</dd>" in shown
    assert admin.submit(PAGE, version="0", currency="ZZZ").status_code == 422
    assert admin.submit(PAGE, version="0", currency="JPY").status_code == 303
    shown = walk.browser("sales").get(f"/sales/{order}").text
    assert " JPY</dd>" in shown and "CNY" not in shown
    refused = walk.post("sales", order, "record_payment", amount="1.5", paid_on="2026-01-01").text
    assert "1.5 JPY cannot be paid: the smallest coin is 1." in refused


def test_a_file_in_another_currency_is_not_taken_for_ones_own(app, login_as):
    login_as("admin").submit(PAGE, version="0", currency="EUR")
    with app.app_context():
        assert amount_of(7, "€", MONEY, base=False) == amount_of(7, "EUR", MONEY, base=False)
        with pytest.raises(NoNumber) as wrong:
            amount_of(7, "元", MONEY, base=False)
        assert wrong.value.sentence.args["own"] == "EUR"


def test_it_stays_once_money_is_on_record(walk):
    walk.card("to_plan", quantity=24)
    admin = walk.browser("admin")
    refused = admin.submit(PAGE, version="0", currency="EUR")
    assert refused.status_code == 422
    assert "It stays CNY: orders are on record in it." in refused.text
    assert admin.submit(PAGE, version="0", currency="CNY").status_code == 303
