"""A shortage becomes a purchase straight from the card that lacks the material (2.2)."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app import clock


@pytest.mark.parametrize("role", ["planner", "storekeeper", "buyer"])
def test_2_2_the_card_offers_the_purchase_of_what_it_lacks(walk, role):
    card = walk.card("to_prepare", product="P-BL-500", quantity=60000)
    page = walk.browser(role).get(f"/purchasing/{card}").get_data(as_text=True)
    link = unescape(re.search(r'href="(/purchasing/new/requisition/request\?[^"]+)"', page)[1])
    form = walk.browser(role).get(link).get_data(as_text=True)
    quantity = re.search(r'name="quantity"[^>]*value="([^"]+)"', form)[1]
    material = re.search(r'<option selected value="(\d+)"', form)[1]
    answer = walk.browser(role).submit(
        link, material_id=material, quantity=quantity, needed_by=clock.today() + timedelta(days=30)
    )
    assert answer.status_code == 303
    ref = answer.location.rsplit("/", 1)[-1]
    assert walk.look(ref, lambda r: r.card.ref) == card
