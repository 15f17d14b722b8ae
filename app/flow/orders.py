"""From the customer's message to the numbered order (clauses 1.1 to 1.3), and its end."""

from __future__ import annotations

from app.flow.departments import DELIVERY, INTAKE, SALES
from app.flow.documents import DOSSIER, ORDER_CONFIRMATION, ORDER_REVIEW
from app.flow.grammar import Action, Bound, Flow, RolesFrom, Stage, TargetFrom, Undo
from app.flow.roles import PRODUCTION_HEAD
from app.flow.roles import SALES as CLERK
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.rules.rush import rush_actions
from app.flow.texts.lazy_text import _l

UNTIL_THE_END = ("received", "in_review", "awaiting_customer", "approved")
SET_RUSH, LIFT_RUSH = rush_actions(UNTIL_THE_END, "1.2")
ORDERS = Flow("order", _l("Sales order"), (
    Stage("received", _l("Order received"), INTAKE, SALES, "1.1", admits=True,
          tags=(t.UNDER_REVIEW, t.TO_ANSWER)),
    Stage("in_review", _l("In review"), INTAKE, SALES, "1.2",
          tags=(t.UNDER_REVIEW, t.TO_ANSWER)),
    Stage("awaiting_customer", _l("Awaiting customer"), INTAKE, SALES, "1.2", detour=True,
          tags=(t.UNDER_REVIEW,)),
    Stage("approved", _l("Approved, in work"), INTAKE, SALES, "1.3",
          tags=(t.IN_WORK, t.UNMARKED)),
    Stage("fulfilled", _l("Fulfilled"), DELIVERY, SALES, "四", ends=True),
    Stage("declined", _l("Declined"), INTAKE, SALES, "1.2", ends=True, off_path=True),
    Stage("cancelled", _l("Cancelled"), INTAKE, SALES, "1.2", ends=True, off_path=True),
), (
    RECEIVE := Action("receive", _l("Take in an order"), past=_l("took the order in"),
           source=None, target="received", roles=frozenset({CLERK}), clause="1.1",
           form="order", demands=("message",), private=("customer_text", "address_text", "phone_text"), effect="take_in"),
    CARRY_OVER := Action("carry_over", _l("Carry over an open order"), past=_l("carried the open order over from paper"),
           source=None, target="approved", roles=frozenset({CLERK}), clause="1.3", effect="carry_over", driven=True),
    START_REVIEW := Action("start_review", _l("Start the review"), past=_l("started the review"),
           source="received", target="in_review", roles=frozenset({CLERK}), clause="1.2", undo=Undo()),
    APPROVE := Action("approve", _l("Approve the order"), past=_l("approved the order"),
           source="in_review", target="approved", roles=frozenset({CLERK}), clause="1.3",
           guards=(g.has_an_open_line, g.customer_is_known, g.every_line_is_clear), form="approve", effect="enter",
           produces=(ORDER_REVIEW,)),
    PRINT_CONFIRMATION := Action("print_confirmation", _l("Print the order confirmation"), past=_l("printed the order confirmation"),
           source="approved", target=None, roles=frozenset({CLERK}), clause="1.3", produces=(ORDER_CONFIRMATION,),
           primary=False),
    ASK_CUSTOMER := Action("ask_customer", _l("Ask the customer"), past=_l("asked the customer"),
           source="in_review", target="awaiting_customer", roles=frozenset({CLERK}), clause="1.2",
           form="ask_customer", demands=("question", "asked_by"), private=("question",), primary=False, undo=Undo()),
    RECORD_REPLY := Action("record_reply", _l("Record the customer’s reply"), past=_l("recorded the customer’s reply"),
           source="awaiting_customer", target="in_review", roles=frozenset({CLERK}), clause="1.2",
           form="record_reply", demands=("reply", "replied_by"), private=("reply",), undo=Undo()),
    CORRECT := Action("correct", _l("Correct the order"), past=_l("corrected the order"),
           source=("received", "in_review", "awaiting_customer"), target=None, roles=frozenset({CLERK}), clause="1.2",
           form="order", private=("customer_text", "address_text", "phone_text"), effect="correct", primary=False),
    Action("enter_customer", _l("Enter the customer"), past=_l("entered the customer in the master data"),
           source=("received", "in_review", "awaiting_customer"), target=None, clause="1.2",
           roles=RolesFrom("who_enters_customer", frozenset({CLERK})), form="enter_customer", effect="enter_customer"),
    SET_RUSH, LIFT_RUSH,
    Action("reword", _l("Correct the wording"), past=_l("corrected the wording"),
           source="approved", target=None, roles=frozenset({CLERK}), clause="1.3", form="reword", reason=True,
           effect="reword", primary=False),
    PROPOSE_POTS := Action("propose_pots", _l("Propose pots to the planner"), past=_l("proposed pots to the planner"),
           source=("in_review", "awaiting_customer", "approved"), target=None, roles=frozenset({CLERK}), clause="1.2",
           guards=(g.has_an_open_line,), form="propose_pots", effect="propose_pots", primary=False),
    DECLINE_LINE := Action("decline_line", _l("Decline a line"), past=_l("declined a line"),
           source="in_review", target=None, roles=frozenset({CLERK}), clause="1.2",
           guards=(g.has_an_open_line,), form="decline_line", reason=True, effect="decline_line", primary=False,
           danger=True),
    DECLINE := Action("decline", _l("Decline the order"), past=_l("declined the order"),
           source=("received", "in_review", "awaiting_customer"), target="declined", roles=frozenset({CLERK}),
           clause="1.2", reason=True, effect="owe_nothing", produces=(DOSSIER,), primary=False, danger=True),
    RECORD_PAYMENT := Action("record_payment", _l("Record a payment"), past=_l("recorded a payment"),
           source=("in_review", "awaiting_customer", "approved"), target=None, roles=frozenset({CLERK}), clause="1.2",
           guards=(g.is_unpaid,), form="record_payment", demands=("amount", "paid_on"),
           bounds=(Bound("amount", "bounds_of_payment"),), effect="record_payment", primary=False),
    FULFIL := Action("fulfil", _l("Complete the order"), past=_l("closed the order"),
           source="approved", target=TargetFrom("outcome", ("fulfilled", "cancelled")),
           roles=frozenset({CLERK, PRODUCTION_HEAD}), clause="四", produces=(DOSSIER,), driven=True),
))  # fmt: skip
