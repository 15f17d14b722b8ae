"""What a customer complains of, and what is done about it (clause 6.3): heard by Sales, looked into by Quality, answered by Sales."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import DELIVERY, QUALITY, SALES
from app.flow.documents import COMPLAINT_REPORT
from app.flow.grammar import Action, Flow, Stage
from app.flow.roles import INSPECTOR, QUALITY_HEAD
from app.flow.roles import SALES as CLERK
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.texts.lazy_text import _l

HEARS, LOOKS = frozenset({CLERK}), frozenset({INSPECTOR, QUALITY_HEAD})

COMPLAINTS = Flow("complaint", _l("Complaint"), (
    Stage("received", _l("Complaint received"), DELIVERY, QUALITY, "6.3", ages_after=timedelta(days=1), admits=True,
          tags=(t.UNHEARD,), waited_for_by=(SALES,)),
    Stage("in_work", _l("Complaint in work"), DELIVERY, QUALITY, "6.3", asks=(QUALITY, SALES), ages_after=timedelta(days=3),
          admits=True, tags=(t.LOOKED_INTO,)),
    Stage("answered", _l("Complaint answered"), DELIVERY, SALES, "6.3", ages_after=timedelta(days=7), admits=True,
          waited_for_by=(QUALITY,)),
    Stage("closed", _l("Complaint closed"), DELIVERY, SALES, "6.3", ends=True),
), (
    COMPLAIN := Action("complain", _l("Complaint"), past=_l("recorded the customer’s complaint"),
           source=None, target="received", roles=HEARS, clause="6.3", form="complain", demands=("words", "said_by"),
           private=("words", "said_by"), effect="complain"),
    TAKE_UP := Action("take_up", _l("Take the complaint up"), past=_l("took the complaint up"),
           source="received", target="in_work", roles=LOOKS, clause="6.3"),
    # Before what it waits for: the button of a card is the first whose guards are clear.
    ANSWER := Action("answer_complaint", _l("Answer the customer"), past=_l("answered the customer"),
           source="in_work", target="answered", roles=HEARS, clause="6.3", guards=(g.cause_is_known,), form="answer_complaint",
           demands=("customer_answer",), effect="reply", produces=(COMPLAINT_REPORT,)),
    LOOK_INTO := Action("look_into", _l("Record cause and measures"), past=_l("recorded cause and measures"),
           source="in_work", target=None, roles=LOOKS, clause="6.3", form="look_into", demands=("cause", "measures"),
           effect="look_into"),
    CLOSE := Action("close_complaint", _l("Close the complaint"), past=_l("closed the complaint"),
           source="answered", target="closed", roles=HEARS, clause="6.3", form="close_complaint", private=("last_words",),
           effect="close", produces=(COMPLAINT_REPORT,)),
    Action("reopen", _l("Look into it again"), past=_l("had it looked into again"),
           source="answered", target="in_work", roles=HEARS, clause="6.3", reason=True, effect="reopen", primary=False),
    SEND_ANEW := Action("send_anew", _l("Open a replacement card"), past=_l("opened a replacement card"),
           source=("in_work", "answered"), target=None, roles=frozenset({CLERK, QUALITY_HEAD}), clause="6.3",
           guards=(g.not_replaced_yet,), form="send_anew", demands=("quantity",), effect="send_anew", primary=False),
))  # fmt: skip
