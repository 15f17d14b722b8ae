"""Input shape only: an action's key leads to its form. No database, no rule of the procedure."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.flow.grammar import Action
from app.forms.fields import reasons
from app.forms.floor import handover
from app.forms.master import revisions
from app.forms.production import execution, planning
from app.forms.quality import inspection
from app.forms.records import second_signature
from app.forms.records.action import ActionForm, signature
from app.forms.sales import caller, complaints, orders
from app.forms.warehouse import counting, delivery, materials, returns

FORMS: dict[str, type[ActionForm]] = {
    "order": orders.OrderForm,
    "enter_customer": caller.EnterCustomerForm,
    "approve": orders.ApproveForm,
    "ask_customer": orders.AskCustomerForm,
    "record_reply": orders.RecordReplyForm,
    "reword": orders.RewordForm,
    "decline_line": orders.DeclineLineForm,
    "propose_pots": orders.ProposePotsForm,
    "record_payment": orders.RecordPaymentForm,
    "make_to_stock": planning.MakeToStockForm,
    "draw_up": planning.DrawUpForm,
    "supply_from_stock": planning.SupplyFromStockForm,
    "answer": planning.AnswerForm,
    "request_purchase": planning.RequestPurchaseForm,
    "order_purchase": planning.OrderPurchaseForm,
    "postpone": planning.PostponeForm,
    "receive_purchase": planning.ReceivePurchaseForm,
    "prepare": materials.PrepareForm,
    "accept_materials": materials.AcceptMaterialsForm,
    "sign_step": execution.SignStepForm,
    "countersign_step": execution.CountersignStepForm,
    "finish": execution.FinishForm,
    "abort": execution.AbortForm,
    "report_anomaly": execution.ReportAnomalyForm,
    "resolve": execution.ResolveForm,
    "write_handover": handover.WriteHandoverForm,
    "draw_sample": inspection.DrawSampleForm,
    "enter_results": inspection.EnterResultsForm,
    "set_results_aside": inspection.SetAsideForm,
    "invalidate": inspection.InvalidateForm,
    "reject": inspection.RejectForm,
    "rework": inspection.ReworkForm,
    "concede": inspection.ConcedeForm,
    "scrap": inspection.ScrapForm,
    "stock_in": inspection.StockInForm,
    "assemble": delivery.AssembleForm,
    "pack": delivery.PackForm,
    "confirm": delivery.ConfirmForm,
    "ship": delivery.ShipForm,
    "follow_up": delivery.FollowUpForm,
    "record_return": returns.RecordReturnForm,
    "complain": complaints.ComplainForm,
    "look_into": complaints.LookIntoForm,
    "answer_complaint": complaints.AnswerComplaintForm,
    "close_complaint": complaints.CloseComplaintForm,
    "send_anew": complaints.SendAnewForm,
    "inspect_goods": returns.InspectGoodsForm,
    "set_aside": returns.SetAsideForm,
    "begin_count": counting.BeginCountForm,
    "adjust_lot": counting.AdjustLotForm,
    "enter_counts": counting.EnterCountsForm,
    "add_lot": counting.AddLotForm,
    "submit_count": counting.SubmitCountForm,
    "revise": revisions.ReviseForm,
    "write_contents": revisions.WriteContentsForm,
    "split": delivery.SplitForm,
    "cancel": delivery.CancelForm,
}


@cache
def form_class(action: Action, by_pin: bool) -> type[ActionForm]:
    base = FORMS[action.form] if action.form else ActionForm
    beside = second_signature.fields() if by_pin and action.second else {}
    last = (reasons.fields() if action.reason else {}) | (
        {"password": signature(by_pin)} if action.signature else {}
    )
    return type(f"{action.key}_form", (base,), last | beside)


def form_for(action: Action, record: Any, choices: Any, by_pin: bool = False) -> ActionForm:
    """Return the form of an action, with a reason and a signature where the declaration demands
    them, ready to use.
    """
    form = form_class(action, by_pin).of(record)()
    form.prepare(record, choices)
    if "reason_listed" in form:
        reasons.offer(form, choices.reasons(action))
    if "second_by" in form:
        second_signature.offer(form, record, choices)
    return form


def only_signed(action: Action) -> bool:
    """Whether its signature is all that it asks for, so that several records can be signed at
    once.
    """
    asks = FORMS[action.form] if action.form else ActionForm
    return (
        action.signature
        and not action.demanded
        and asks in (ActionForm, execution.CountersignStepForm)
    )
