"""The card: one line of an order, one filling run, one finished lot (clauses 2.1 to 6.3)."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import (
    DELIVERY,
    EXECUTION,
    INSPECTION,
    MATERIALS,
    PLANNING,
    PRODUCTION,
    PURCHASING,
    QUALITY,
    SALES,
    WAREHOUSE,
)
from app.flow.documents import MATERIAL_SHEET, NONCONFORMANCE_REPORT, PRODUCTION_ORDER
from app.flow.grammar import (
    Action,
    Bound,
    Flow,
    PrintIf,
    RolesFrom,
    Stage,
    TargetFrom,
    Undo,
    tagged,
)
from app.flow.roles import (
    BUYER,
    INSPECTOR,
    OPERATOR,
    PLANNER,
    PRODUCTION_HEAD,
    QUALITY_HEAD,
    STAFF,
    STOREKEEPER,
    SUPERVISOR,
)
from app.flow.roles import SALES as CLERK
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.rules.blockers import LOT
from app.flow.rules.gates import SHELF_LIFE
from app.flow.rules.rush import rush_actions
from app.flow.texts.lazy_text import _l

STAGES = (
    Stage("to_plan", _l("To plan"), PLANNING, PRODUCTION, "2.1",
          tags=(t.TO_PLAN,), waited_for_by=(PURCHASING,)),
    Stage("consulting", _l("Supply being checked"), PLANNING, PRODUCTION, "2.2", asks=(WAREHOUSE, PURCHASING),
          ages_after=timedelta(days=1),
          tags=(t.DRAFT, t.NO_LOTS), waited_for_by=(PRODUCTION,)),
    Stage("plan_review", _l("Plan to approve"), PLANNING, PRODUCTION, "2.3", ages_after=timedelta(days=1),
          tags=(t.DRAFT, t.NO_LOTS), waited_for_by=(SALES,)),
    Stage("to_prepare", _l("Materials to prepare"), MATERIALS, WAREHOUSE, "3.1",
          tags=(t.ISSUED, t.NO_LOTS, t.KIT), waited_for_by=(PRODUCTION,)),
    Stage("preparing", _l("Preparing materials"), MATERIALS, WAREHOUSE, "3.2", ages_after=timedelta(days=1),
          tags=(t.ISSUED, t.KIT), waited_for_by=(PRODUCTION,)),
    Stage("handed_over", _l("Materials handed over"), MATERIALS, PRODUCTION, "3.3", ages_after=timedelta(hours=8),
          tags=(t.ISSUED,), waited_for_by=(WAREHOUSE,)),
    Stage("ready", _l("Ready to start"), EXECUTION, PRODUCTION, "4.1",
          tags=(t.ISSUED,)),
    Stage("running", _l("Running"), EXECUTION, PRODUCTION, "4.2", ages_after=timedelta(days=1),
          tags=(t.ON_LINE,), waited_for_by=(WAREHOUSE, QUALITY)),
    Stage("halted", _l("Halted"), EXECUTION, PRODUCTION, "4.3", detour=True, ages_after=timedelta(hours=1), admits=True,
          tags=(t.ON_LINE, t.HALTED, t.UNMARKED)),
    Stage("to_inspect", _l("To sample"), INSPECTION, QUALITY, "5.1", ages_after=timedelta(hours=8),
          overrides=frozenset({SUPERVISOR}),
          tags=(t.MADE, t.WITH_QUALITY), waited_for_by=(PRODUCTION,)),
    Stage("inspecting", _l("Being tested"), INSPECTION, QUALITY, "5.1", ages_after=timedelta(days=1),
          tags=(t.MADE, t.WITH_QUALITY), waited_for_by=(PRODUCTION, WAREHOUSE)),
    Stage("nonconforming", _l("Nonconforming"), INSPECTION, QUALITY, "5.3", detour=True, ages_after=timedelta(days=1), admits=True,
          tags=(t.MADE, t.NONCONFORMING)),
    Stage("to_stock_in", _l("To stock in"), INSPECTION, WAREHOUSE, "5.2", ages_after=timedelta(hours=8),
          tags=(t.MADE, t.HOLDS_STOCK)),
    Stage("in_stock", _l("In stock, to ship"), DELIVERY, WAREHOUSE, "6.1", ages_after=timedelta(days=3),
          tags=(t.MADE, t.HOLDS_STOCK, t.IN_STOCK)),
    Stage("packed", _l("Packed"), DELIVERY, WAREHOUSE, "6.2", carried=True,
          tags=(t.MADE, t.HOLDS_STOCK)),
    Stage("shipped", _l("Shipped, to follow up"), DELIVERY, SALES, "6.3", carried=True,
          tags=(t.MADE, t.LEFT, t.UNMARKED)),
    Stage("closed", _l("Closed"), DELIVERY, SALES, "四", ends=True,
          tags=(t.MADE,)),
    Stage("on_hold", _l("On hold"), PLANNING, PRODUCTION, "2.1", off_path=True, admits=True,
          tags=(t.HOLDS_STOCK, t.ON_HOLD)),
    Stage("cancelled", _l("Cancelled"), PLANNING, PRODUCTION, "2.1", ends=True, off_path=True),
    Stage("scrapped", _l("Scrapped"), INSPECTION, QUALITY, "5.3", ends=True, off_path=True),
)
# A lot that stands there is in rework.
TO_MAKE = tagged(STAGES, t.TO_PLAN, t.DRAFT, t.ISSUED, t.ON_LINE)
# Their plan takes a line at its time.
TAKES_LINE = tagged(STAGES, t.DRAFT, t.ISSUED, t.ON_LINE)
ISSUED = tagged(STAGES, t.ISSUED)
# Where what a run gave can be fewer than ordered.
MADE = tuple(stage.key for stage in STAGES if stage.has(t.MADE) and not stage.ends)
# Where a card can be split, and who may.
SPLITTERS = {"to_plan": (PLANNER,), "to_inspect": (INSPECTOR, QUALITY_HEAD), "nonconforming": (QUALITY_HEAD,),
             "in_stock": (STOREKEEPER,)}  # fmt: skip
SPLITTABLE = tuple(SPLITTERS)
# Where a card may begin that stood there on paper at the cut-over (期初).
CARRIED = TO_MAKE_YET, KIT_READY, ON_ITS_LINE, TO_INSPECT_YET, TO_SHIP_YET = (
    "to_plan", "handed_over", "running", "to_inspect", "in_stock")  # fmt: skip
HOLDABLE = ("to_plan", "consulting", "plan_review", *ISSUED, "to_inspect", "to_stock_in", "in_stock")
# What is still in the house, or to be made, can go before others; the rest has left or never comes.
IN_HOUSE = tuple(stage.key for stage in STAGES if not (stage.ends or stage.has(t.LEFT)))
GONE = tuple(stage.key for stage in STAGES if stage.ends or stage.has(t.LEFT))
RUN_COUNTS = (Bound("good", "bounds_of_good"), Bound("rejected", "bounds_of_rejected"))
HOLDERS = frozenset({CLERK, PLANNER, PRODUCTION_HEAD, SUPERVISOR, QUALITY_HEAD})

PLANNING_ACTIONS = (
    ENTER := Action("enter", _l("Enter the card"), past=_l("entered the card"),
           source=None, target="to_plan", roles=frozenset({CLERK}), clause="1.3", effect="enter", driven=True),
    CARRY_OVER := Action("carry_over", _l("Carry over what is open"), past=_l("carried over from paper what is open"),
           source=None, target=TargetFrom("carried_stage", CARRIED), roles=frozenset({CLERK}), clause="1.3",
           effect="carry_over", driven=True),
    Action("make_to_stock", _l("Plan production for stock"), past=_l("opened the card for stock"),
           source=None, target="to_plan", roles=frozenset({PLANNER}), clause="2.1", form="make_to_stock",
           effect="make_to_stock"),
    BRANCH := Action("branch", _l("Split off a card"), past=_l("split this card off"),
           source=None, target=TargetFrom("inherited_stage", SPLITTABLE), clause="2.1", effect="branch", driven=True,
           roles=frozenset({PLANNER, INSPECTOR, QUALITY_HEAD, STOREKEEPER})),
    Action("replace", _l("Replace a scrapped card"), past=_l("opened this card in place of a scrapped one"),
           source=None, target="to_plan", roles=frozenset({QUALITY_HEAD}), clause="5.3", effect="replace", driven=True),
    SEND_ANEW := Action("send_goods_anew", _l("Replace goods that were complained of"),
           past=_l("opened this card in place of goods that were complained of"),
           source=None, target="to_plan", roles=frozenset({CLERK, QUALITY_HEAD}), clause="6.3", effect="send_anew", driven=True),
    REWORK_RETURNED := Action("rework_returned", _l("Open a card for returned goods"), past=_l("opened this card for goods that came back"),
           source=None, target="nonconforming", roles=frozenset({QUALITY_HEAD}), clause="5.3", effect="rework_returned", driven=True),
    Action("make_up", _l("Open a card for the rest"), past=_l("opened this card for what a run left unmade"),
           source=None, target="to_plan", roles=frozenset({PLANNER, SUPERVISOR}), clause="2.1", effect="make_up", driven=True),
    DRAW_UP := Action("draw_up", _l("Draw up the plan"), past=_l("drew up the plan"),
           source="to_plan", target="consulting", roles=frozenset({PLANNER}), clause="2.1", form="draw_up",
           bounds=(Bound("end", "bounds_of_run"), Bound("start", "bounds_of_start"),
                   Bound("promised_date", "bounds_of_promise")),
           private=("crew_names",), effect="draw_up", undo=Undo("withdraw_plan")),
    SUPPLY_FROM_STOCK := Action("supply_from_stock", _l("Supply from stock"), past=_l("planned to supply from stock"),
           source="to_plan", target="plan_review", roles=frozenset({PLANNER}), clause="2.1",
           guards=(g.not_in_rework, g.finished_stock_covers), gates=(SHELF_LIFE,), form="supply_from_stock", effect="supply_from_stock", primary=False,
           undo=Undo("withdraw_plan")),
    Action("answer_warehouse", _l("Answer for the warehouse"), past=_l("answered for the warehouse"),
           source="consulting", target=TargetFrom("after_answers", ("consulting", "plan_review")), clause="2.2",
           roles=frozenset({STOREKEEPER}), guards=(g.warehouse_has_not_answered,), form="answer",
           effect="answer_warehouse"),
    Action("answer_purchasing", _l("Answer for Purchasing"), past=_l("answered for Purchasing"),
           source="consulting", target=TargetFrom("after_answers", ("consulting", "plan_review")), clause="2.2",
           roles=frozenset({BUYER}), guards=(g.purchasing_has_not_answered,), form="answer",
           effect="answer_purchasing"),
    APPROVE_PLAN := Action("approve_plan", _l("Approve and issue the plan"), past=_l("approved and issued the plan"),
           source="plan_review", target=TargetFrom("after_approval", ("to_prepare", "ready", "in_stock")), clause="2.3",
           roles=frozenset({PRODUCTION_HEAD}), not_by=("draw_up", "supply_from_stock"), effect="issue_plan",
           gates=(SHELF_LIFE,), signature=True, signs="plan", produces=(PRODUCTION_ORDER,)),
    Action("return_plan", _l("Return the plan"), past=_l("returned the plan"),
           source="plan_review", target="to_plan", roles=frozenset({PRODUCTION_HEAD}), clause="2.3", reason=True,
           effect="withdraw_plan", primary=False),
    ACKNOWLEDGE_PLAN := Action("acknowledge_plan", _l("Acknowledge the plan"), past=_l("acknowledged the plan"),
           source=(*ISSUED, "running", "to_inspect", "in_stock"), target=None, clause="2.3", effect="acknowledge_plan", primary=False,
           roles=RolesFrom("roles_to_acknowledge",
                       frozenset({STOREKEEPER, BUYER, OPERATOR, SUPERVISOR, INSPECTOR, QUALITY_HEAD}))),
    TOLD_OF_REVISION := Action("told_of_revision", _l("Tell of a new revision"), past=_l("was told of a newer revision of its documents"),
           source=("consulting", "plan_review"), target=None, roles=frozenset({PLANNER, PRODUCTION_HEAD}), clause="2.3",
           effect="told_of_revision", driven=True),
    REPLAN := Action("replan", _l("Plan again"), past=_l("took the plan back"),
           source=("consulting", *ISSUED), target="to_plan", roles=frozenset({PLANNER}), clause="2.3", reason=True,
           effect="withdraw_plan", produces=(PrintIf("has_got_materials_back", MATERIAL_SHEET),), primary=False),
    Action("make_rest", _l("Make the rest"), past=_l("had the rest made"),
           source=MADE, target=None, clause="2.1", roles=RolesFrom("roles_to_make_rest", frozenset({PLANNER})), effect="make_rest",
           primary=False),
    Action("forgo_rest", _l("Do without the rest"), past=_l("recorded that the customer does without the rest"),
           source=MADE, target=None, clause="1.2", roles=RolesFrom("roles_to_forgo_rest", frozenset({CLERK})), reason=True,
           effect="forgo_rest", primary=False),
)  # fmt: skip

MATERIALS_ACTIONS = (
    START_PREPARING := Action("start_preparing", _l("Start preparing materials"), past=_l("started preparing materials"),
           source="to_prepare", target="preparing", roles=frozenset({STOREKEEPER}), clause="3.1",
           guards=(g.kit_is_complete,), effect="propose_lots", undo=Undo("free_lots")),
    # Before its own preparation in the list: once everything is prepared it is the next thing to do.
    HAND_OVER := Action("hand_over", _l("Hand over materials"), past=_l("handed the materials over"),
           source="preparing", target="handed_over", roles=frozenset({STOREKEEPER}), clause="3.2",
           guards=(g.every_picked_lot_usable, g.every_line_prepared), not_by=("prepare",), signature=True,
           signs="materials", effect="issue_materials", produces=(MATERIAL_SHEET,)),
    PREPARE := Action("prepare", _l("Record prepared materials"), past=_l("prepared materials"),
           source="preparing", target=None, roles=frozenset({STOREKEEPER}), clause="3.1",
           form="prepare", bounds=(Bound("picks.quantity", "bounds_of_picks"),), effect="prepare"),
    ACCEPT_MATERIALS := Action("accept_materials", _l("Accept materials"), past=_l("checked the materials"),
           source="handed_over", target=TargetFrom("after_acceptance", ("ready", "preparing")), clause="3.3",
           roles=frozenset({OPERATOR, SUPERVISOR}), not_by=("carry_over", "prepare", "hand_over"), form="accept_materials", reason_at_times=True,
           signature=True, signs="lines", effect="accept_materials", produces=(MATERIAL_SHEET,)),
    Action("send_back_lots", _l("Send unusable lots back"), past=_l("sent unusable lots back"),
           source="ready", target="preparing", clause="3.3", effect="send_back_lots", primary=False,
           roles=RolesFrom("roles_to_send_back_lots", frozenset({OPERATOR, SUPERVISOR}), frozenset({LOT}))),
)  # fmt: skip

EXECUTION_ACTIONS = (
    START := Action("start", _l("Start the run"), past=_l("started the run"),
           source="ready", target="running", roles=frozenset({OPERATOR, SUPERVISOR}), clause="4.1",
           guards=(g.paid_in_advance, g.nothing_stops_it, g.handed_over_lots_usable, g.line_is_free), effect="start_run",
           undo=Undo("call_off_run")),
    SIGN_STEP := Action("sign_step", _l("Sign the next step"), past=_l("signed a step"),
           source="running", target=TargetFrom("after_step", ("running", "halted")), clause="4.2",
           roles=RolesFrom("roles_to_sign", frozenset({OPERATOR, SUPERVISOR, INSPECTOR, QUALITY_HEAD, STOREKEEPER})),
           guards=(g.a_step_is_open,), form="sign_step",
           bounds=(Bound("reading", "bounds_of_step"),), effect="sign_step", by_drop=False,
           second="countersign_step"),
    COUNTERSIGN_STEP := Action("countersign_step", _l("Countersign the step"), past=_l("countersigned a step"),
           source="running", target=None, clause="4.2", not_by=("sign_step",),
           roles=RolesFrom("roles_to_countersign", frozenset({OPERATOR, SUPERVISOR, INSPECTOR, QUALITY_HEAD, STOREKEEPER})),
           signature=True, signs="step", form="countersign_step", effect="countersign_step"),
    FINISH := Action("finish", _l("Finish the run"), past=_l("finished the run"),
           source="running", target="to_inspect", roles=frozenset({OPERATOR, SUPERVISOR}), clause="4.1",
           guards=(g.every_step_signed,), form="finish", bounds=RUN_COUNTS, effect="post_lot"),
    ABORT := Action("abort", _l("Give the run up"), past=_l("gave the run up"),
           source=("running", "halted"), target="nonconforming", roles=frozenset({SUPERVISOR}), clause="4.3", form="abort",
           bounds=RUN_COUNTS,
           reason=True, signature=True, signs="run", effect="abort_run", produces=(NONCONFORMANCE_REPORT,), primary=False, danger=True),
    HALT := Action("halt", _l("Halt the run"), past=_l("halted the run"),
           source="running", target="halted", roles=STAFF, clause="4.3", driven=True),
    RESTART := Action("restart", _l("Restart the run"), past=_l("restarted the run"),
           source="halted", target="running", roles=frozenset({SUPERVISOR}), clause="4.3", driven=True),
)  # fmt: skip

INSPECTION_ACTIONS = (
    Action("draw_sample", _l("Draw the sample"), past=_l("drew the sample"),
           source="to_inspect", target="inspecting", roles=frozenset({INSPECTOR}), clause="5.1", form="draw_sample", demands=("size", "place"),
           bounds=(Bound("size", "bounds_of_size"),),
           effect="draw_sample"),
    PASS_INSPECTION := Action("pass_inspection", _l("Pass the inspection"), past=_l("passed the lot"),
           source="inspecting", target="to_stock_in", roles=frozenset({QUALITY_HEAD}), clause="5.2",
           effect="release_lot", produces=(PrintIf("has_failed_before", NONCONFORMANCE_REPORT),), driven=True),
    FAIL_INSPECTION := Action("fail_inspection", _l("Fail the inspection"), past=_l("failed the lot"),
           source="inspecting", target="nonconforming", roles=frozenset({QUALITY_HEAD}), clause="5.3",
           effect="reject_lot", produces=(NONCONFORMANCE_REPORT,), driven=True),
    REINSPECT := Action("reinspect", _l("Sort and inspect again"), past=_l("had the lot sorted"),
           source="nonconforming", target="to_inspect", roles=frozenset({QUALITY_HEAD}), clause="5.3", guards=(g.something_is_left, g.not_expired), reason=True,
           signature=True, signs="lot", effect="reinspect", produces=(NONCONFORMANCE_REPORT,), primary=False),
    REWORK := Action("rework", _l("Send to rework"), past=_l("sent the lot to rework"),
           source="nonconforming", target="to_plan", roles=frozenset({QUALITY_HEAD}), clause="5.3", guards=(g.something_is_left, g.not_expired), form="rework",
           demands=("instructions",),
           reason=True, signature=True, signs="lot", effect="rework", produces=(NONCONFORMANCE_REPORT,)),
    Action("give_up_rework", _l("Give the rework up"), past=_l("gave the rework up"),
           source="to_plan", target="nonconforming", clause="5.3", roles=RolesFrom("roles_to_give_up_rework", frozenset({PLANNER})), reason=True,
           effect="give_up_rework", produces=(NONCONFORMANCE_REPORT,), primary=False),
    CONCEDE := Action("concede", _l("Accept under concession"), past=_l("accepted the lot under concession"),
           source="nonconforming", target="to_stock_in", roles=frozenset({QUALITY_HEAD}), clause="5.3", form="concede",
           demands=("consent",),
           guards=(g.something_is_left, g.not_expired, g.was_tested, g.no_critical_failure, g.no_statutory_failure),
           reason=True, signature=True, signs="lot", private=("consent",), effect="concede",
           produces=(NONCONFORMANCE_REPORT,), primary=False),
    SCRAP := Action("scrap", _l("Scrap the lot"), past=_l("scrapped the lot"),
           source="nonconforming", target="scrapped", roles=frozenset({QUALITY_HEAD}), clause="5.3", form="scrap", demands=("witness",),
           reason=True, signature=True, signs="lot", private=("witness",), effect="scrap", produces=(NONCONFORMANCE_REPORT,), primary=False, danger=True),
    Action("stock_in", _l("Stock in"), past=_l("stocked the lot in"),
           source="to_stock_in", target="in_stock", roles=frozenset({STOREKEEPER}), clause="5.2", form="stock_in",
           effect="stock_in"),
)  # fmt: skip

DELIVERY_ACTIONS = (
    Action("keep_in_stock", _l("Keep as stock"), past=_l("kept the lot as stock"),
           source="in_stock", target="closed", roles=frozenset({STOREKEEPER}), clause="5.2",
           guards=(g.made_for_stock,), primary=False, undo=Undo()),
    WITHHOLD := Action("withhold", _l("Set apart for Quality"), past=_l("set the goods apart for Quality"),
           source="in_stock", target="nonconforming", roles=frozenset({STOREKEEPER, QUALITY_HEAD}), clause="5.3",
           guards=(g.on_no_shipment, g.units_are_there), reason=True, effect="withhold", produces=(NONCONFORMANCE_REPORT,), primary=False),
    PACK := Action("pack", _l("Pack for shipment"), past=_l("packed for shipment"),
           source="in_stock", target="packed", roles=frozenset({STOREKEEPER}), clause="6.1", driven=True),
    UNPACK := Action("unpack", _l("Unpack"), past=_l("took the goods off the shipment"),
           source="packed", target="in_stock", roles=frozenset({STOREKEEPER}), clause="6.1", driven=True),
    SHIP := Action("ship", _l("Ship"), past=_l("shipped"),
           source="packed", target="shipped", roles=frozenset({STOREKEEPER}), clause="6.3", effect="ship", driven=True),
    CLOSE := Action("close", _l("Close the card"), past=_l("closed the card"),
           source="shipped", target="closed", roles=frozenset({CLERK}), clause="6.3", driven=True),
)  # fmt: skip

APART_ACTIONS = (
    Action("split", _l("Split the card"), past=_l("split the card"),
           source=SPLITTABLE, target=None, clause="2.1", form="split",
           bounds=(Bound("quantity", "bounds_of_part"),), effect="split", reason=True, primary=False,
           guards=(g.on_no_shipment, g.not_in_rework, g.can_be_divided),
           roles=RolesFrom("roles_to_split", frozenset({PLANNER, INSPECTOR, QUALITY_HEAD, STOREKEEPER}))),
    HOLD := Action("hold", _l("Put on hold"), past=_l("put the card on hold"),
           source=HOLDABLE, target="on_hold", roles=HOLDERS,
           clause="2.1", guards=(g.on_no_shipment,), reason=True, effect="hold", primary=False, undo=Undo("forget_hold")),
    Action("resume", _l("Resume"), past=_l("resumed the card"),
           source="on_hold", target=TargetFrom("stage_before_hold", HOLDABLE), clause="2.1",
           roles=RolesFrom("roles_to_resume", HOLDERS), by_drop=False, undo=Undo()),
    CANCEL := Action("cancel", _l("Cancel the card"), past=_l("cancelled the card"),
           source=("to_plan", "consulting", "plan_review", *ISSUED, "in_stock", "on_hold"), target="cancelled",
           roles=frozenset({PRODUCTION_HEAD}), clause="2.1", guards=(g.on_no_shipment, g.not_in_rework, g.lot_is_decided), form="cancel", demands=("requested_by",),
           reason=True, signature=True, signs="card",
           private=("requested_by",), effect="cancel", produces=(PrintIf("has_got_materials_back", MATERIAL_SHEET),), primary=False, danger=True),
)  # fmt: skip

# What finds a lot nonconforming, what is decided then, and what brings materials back to their bins.
FINDINGS = (FAIL_INSPECTION, ABORT, WITHHOLD)
DECISIONS = (REINSPECT, REWORK, CONCEDE, SCRAP)
TAKEN_BACK = (REPLAN, CANCEL)

PRODUCTION_ORDERS = Flow("production", _l("Production order"), STAGES, (
    *PLANNING_ACTIONS, *MATERIALS_ACTIONS, *EXECUTION_ACTIONS, *INSPECTION_ACTIONS, *DELIVERY_ACTIONS, *APART_ACTIONS,
    *rush_actions(IN_HOUSE, "2.1"),
))  # fmt: skip
