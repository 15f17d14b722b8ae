"""While a customer is on the phone: what there is of them stands beside the form, and an order that
is meant again comes by one press, with nothing lost that was typed.
"""

import re
from html import unescape

from tests.walk import said

ENGLISH = {"Accept-Language": "en"}
FORM = "/sales/new/order/receive"


def known(walk, address, role="sales"):
    answer = walk.browser(role).get(f"/sales/known?address_id={address}", headers=ENGLISH)
    return answer.status_code, unescape(answer.text)


def test_what_there_is_of_a_caller_stands_beside_the_form(walk):
    (card,) = walk.approved(("P-DW-500", 6000))
    order, address = walk.look(card, lambda c: (c.order.ref, c.order.address_id))
    status, page = known(walk, address)
    assert status == 200 and "On account" in page
    assert f'/sales/{order}"' in page and "Approved, in work" in page
    assert f'name="repeat" value="{order}"' in page and "6,000" in page
    assert known(walk, 10**20)[0] == known(walk, "x")[0] == 200
    assert "Payment rule" not in known(walk, "")[1]
    assert known(walk, address, "operator")[0] == 403


def test_who_owes_is_told_before_the_order_is_taken(walk):
    (card,) = walk.approved(("P-DW-500", 1200), customer="C-004")
    order, address = walk.look(card, lambda c: (c.order.ref, c.order.address_id))
    page = known(walk, address)[1]
    assert "Payment missing" in page and page.count(f'/sales/{order}"') == 3


def test_an_order_is_repeated_and_what_was_typed_stays(walk):
    (card, _) = walk.approved(("P-DW-500", 6000), ("P-LD-2K", 500))
    order, address = walk.look(card, lambda c: (c.order.ref, c.order.address_id))
    typed = {
        "address_id": address,
        "customer_po": "PO-9",
        "channel": "wecom",
        "message": "跟上次一样",
        "lines-0-product_text": "",
        "lines-0-quantity": "",
    }
    answer = walk.browser("sales").submit(FORM, ENGLISH, repeat=order, **typed)
    page = unescape(answer.text)
    assert "跟上次一样" in page and 'value="PO-9"' in page
    shown = re.findall(r'name="lines-\d+-(product_text|quantity)"[^>]*value="([^"]*)"', page)
    assert [value for _, value in shown] == ["P-DW-500", "6000", "P-LD-2K", "500"]
    nobody = walk.browser("sales").submit(FORM, ENGLISH, repeat="2020-99999", **typed)
    assert nobody.status_code < 500 and "跟上次一样" in unescape(nobody.text)
    ref = walk.order(channel="wecom", message="跟上次一样")
    assert "WeCom" in walk.browser("sales").get(f"/sales/{ref}", headers=ENGLISH).text, said(answer)
