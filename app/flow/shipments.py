"""Finished cards of one customer on one vehicle (clauses 6.1 to 6.3); its cards follow it."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import DELIVERY, SALES, WAREHOUSE
from app.flow.documents import DELIVERY_NOTE, THREE_PART_NOTE
from app.flow.grammar import Action, Bound, Flow, Stage
from app.flow.roles import SALES as CLERK
from app.flow.roles import STOREKEEPER
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.rules.gates import SHELF_LIFE
from app.flow.texts.lazy_text import _l

SHIPMENTS = Flow("shipment", _l("Shipment"), (
    Stage("to_pack", _l("To pack"), DELIVERY, WAREHOUSE, "6.1", ages_after=timedelta(days=1)),
    Stage("to_confirm", _l("Address to confirm"), DELIVERY, WAREHOUSE, "6.2", ages_after=timedelta(days=1),
          tags=(t.TO_CONFIRM,)),
    Stage("to_ship", _l("To ship"), DELIVERY, WAREHOUSE, "6.3", ages_after=timedelta(days=1),
          tags=(t.TO_LEAVE,)),
    Stage("shipped", _l("Shipped, to follow up"), DELIVERY, SALES, "6.3", ages_after=timedelta(days=3), admits=True,
          tags=(t.LEFT, t.UNMARKED)),
    Stage("delivered", _l("Delivered"), DELIVERY, SALES, "6.3", ends=True,
          tags=(t.LEFT,)),
    Stage("cancelled", _l("Cancelled"), DELIVERY, WAREHOUSE, "6.1", ends=True, off_path=True),
), (
    Action("assemble", _l("Prepare a shipment"), past=_l("prepared the shipment"),
           source=None, target="to_pack", roles=frozenset({STOREKEEPER}), clause="6.1", form="assemble",
           effect="assemble"),
    Action("pack", _l("Record the packing"), past=_l("packed the shipment"),
           source="to_pack", target="to_confirm", roles=frozenset({STOREKEEPER}), clause="6.1", form="pack",
           demands=("packages",),
           bounds=(Bound("packages", "bounds_of_packages"), Bound("pallets", "bounds_of_pallets")),
           guards=(g.goods_may_be_shipped,), gates=(SHELF_LIFE,),
           effect="pack"),
    Action("confirm", _l("Confirm address and time"), past=_l("confirmed address and time with the customer"),
           source="to_confirm", target="to_ship", roles=frozenset({STOREKEEPER}), clause="6.2", form="confirm",
           demands=("confirmed_with", "delivery_on", "window"),
           guards=(g.goods_may_be_shipped,), gates=(SHELF_LIFE,),
           private=("confirmed_with",), effect="confirm"),
    SHIP := Action("ship", _l("Ship"), past=_l("shipped"),
           source="to_ship", target="shipped", roles=frozenset({STOREKEEPER}), clause="6.3", form="ship",
           demands=("carrier", "vehicle", "driver"),
           guards=(g.paid_before_shipping, g.goods_may_be_shipped), gates=(SHELF_LIFE,), effect="ship", private=("driver",), produces=(DELIVERY_NOTE,)),
    PRINT_NOTE := Action("print_note", _l("Print the note in three parts"), past=_l("printed the delivery note in three parts"),
           source=("shipped", "delivered"), target=None, roles=frozenset({CLERK, STOREKEEPER}), clause="6.3",
           produces=(THREE_PART_NOTE,), primary=False),
    Action("follow_up", _l("Follow up with the customer"), past=_l("followed the delivery up"),
           source="shipped", target="delivered", roles=frozenset({CLERK}), clause="6.3", form="follow_up",
           demands=("received_on", "received_by"),
           bounds=(Bound("received_on", "bounds_of_arrival"),),
           guards=(g.nothing_is_missing,), private=("received_by", "feedback"), effect="follow_up"),
    RECORD_RETURN := Action("record_return", _l("Record returned goods"), past=_l("recorded returned goods"),
           source=("shipped", "delivered"), target=None, roles=frozenset({CLERK, STOREKEEPER}), clause="6.3",
           guards=(g.something_is_out,), form="record_return", reason=True, effect="record_return", primary=False),
    Action("cancel", _l("Cancel the shipment"), past=_l("cancelled the shipment"),
           source=("to_pack", "to_confirm", "to_ship"), target="cancelled", roles=frozenset({STOREKEEPER}),
           clause="6.1", reason=True, effect="cancel", primary=False, danger=True),
))  # fmt: skip
