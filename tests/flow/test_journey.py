"""One order from the customer's call to its closed dossier, by the right people, through the
front door (1.1 to 四).
"""


def test_an_order_goes_all_the_way(walk):
    (card,) = walk.approved(("P-DW-500", 6000))
    assert card.endswith("-00001-1")
    walk.bring(card, "in_stock")
    shipment = walk.shipment(card)
    walk.pack(shipment)
    assert walk.look(card) == "packed"
    walk.confirm(shipment)
    walk.ship(shipment)
    assert walk.look(card) == "shipped"
    walk.follow_up(shipment)
    assert walk.look(card) == "closed"
    assert walk.look(card.rsplit("-", 1)[0]) == "fulfilled"
