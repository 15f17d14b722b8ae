"""A shortage on its way: purchase requisitions (clause 2.2)."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import PLANNING, PURCHASING
from app.flow.grammar import Action, Bound, Flow, RolesFrom, Stage, TargetFrom, Undo
from app.flow.roles import BUYER, PLANNER, STOREKEEPER
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.texts.lazy_text import _l

REQUISITIONS = Flow("requisition", _l("Purchase requisition"), (
    Stage("requested", _l("To order"), PLANNING, PURCHASING, "2.2", ages_after=timedelta(days=1), admits=True,
          tags=(t.TO_ORDER,)),
    Stage("ordered", _l("On order"), PLANNING, PURCHASING, "2.2", ages_after=timedelta(days=14), admits=True,
          tags=(t.ON_ORDER,)),
    Stage("received", _l("Received"), PLANNING, PURCHASING, "2.2", ends=True),
    Stage("cancelled", _l("Cancelled"), PLANNING, PURCHASING, "2.2", ends=True, off_path=True),
), (
    Action("request", _l("Request a purchase"), past=_l("requested a purchase"),
           source=None, target="requested", roles=frozenset({BUYER, PLANNER, STOREKEEPER}), clause="2.2",
           form="request_purchase", demands=("quantity", "needed_by"), effect="request"),
    Action("order", _l("Record the purchase order"), past=_l("ordered from the supplier"),
           source="requested", target="ordered", roles=frozenset({BUYER}), clause="2.2", form="order_purchase",
           demands=("purchase_no", "promised_date"),
           effect="order"),
    Action("postpone", _l("Record a new delivery date"), past=_l("recorded a new delivery date"),
           source="ordered", target=None, roles=frozenset({BUYER}), clause="2.2", form="postpone", demands=("promised_date",), reason=True,
           effect="postpone", primary=False),
    Action("receive", _l("Record the receipt"), past=_l("received the goods into quarantine"),
           source="ordered", target=TargetFrom("after_receipt", ("ordered", "received")), clause="2.2",
           roles=frozenset({BUYER, STOREKEEPER}), form="receive_purchase", demands=("quantity", "supplier_lot"),
           bounds=(Bound("quantity", "bounds_of_receipt"), Bound("assay", "bounds_of_assay"),
                   Bound("expiry", "bounds_of_expiry")),
           effect="receive"),
    Action("forgo_rest", _l("Do without the rest"), past=_l("recorded that no more of it comes"),
           source="ordered", target="received", roles=RolesFrom("roles_to_forgo_rest", frozenset({BUYER})),
           clause="2.2", reason=True, effect="forgo_rest", primary=False),
    Action("cancel", _l("Cancel the requisition"), past=_l("cancelled the requisition"),
           source=("requested", "ordered"), target="cancelled", roles=frozenset({BUYER}), clause="2.2",
           guards=(g.nothing_was_received,), reason=True, primary=False, danger=True, undo=Undo()),
))  # fmt: skip
