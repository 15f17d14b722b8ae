"""What is there against what the book says (clause 3.1): a zone is counted, and the book adjusted; by two people where it is much."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import MATERIALS, PRODUCTION, WAREHOUSE
from app.flow.documents import COUNT_SHEET
from app.flow.grammar import Action, Flow, PrintIf, Stage, TargetFrom
from app.flow.roles import PRODUCTION_HEAD, STOREKEEPER
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.texts.lazy_text import _l

KEEPER, HEAD = frozenset({STOREKEEPER}), frozenset({PRODUCTION_HEAD})
AFTER_COUNT = TargetFrom("after_count", ("adjusted", "to_approve"))
WHEN_ADJUSTED = PrintIf("is_adjusted", COUNT_SHEET)

COUNTS = Flow("count", _l("Stock count"), (
    Stage("counting", _l("Being counted"), MATERIALS, WAREHOUSE, "3.1", ages_after=timedelta(days=1), admits=True,
          tags=(t.TO_COUNT,)),
    Stage("to_approve", _l("Count to approve"), MATERIALS, PRODUCTION, "3.1", ages_after=timedelta(days=1), admits=True,
          tags=(t.COUNTED,), waited_for_by=(WAREHOUSE,)),
    Stage("adjusted", _l("Counted and adjusted"), MATERIALS, WAREHOUSE, "3.1", ends=True),
    Stage("abandoned", _l("Count given up"), MATERIALS, WAREHOUSE, "3.1", ends=True, off_path=True),
), (
    BEGIN := Action("begin_count", _l("Count a zone"), past=_l("began to count the zone"),
           source=None, target="counting", roles=KEEPER, clause="3.1", form="begin_count", effect="begin", produces=(COUNT_SHEET,)),
    ADJUST_LOT := Action("adjust_lot", _l("Correct the quantity of a lot"), past=_l("counted the lot"),
           source=None, target=AFTER_COUNT, roles=KEEPER, clause="3.1", form="adjust_lot", reason=True, effect="adjust_lot",
           produces=(WHEN_ADJUSTED,)),
    # Before what it waits for: the button of a card is the first whose guards are clear.
    SUBMIT := Action("submit_count", _l("Close the count"), past=_l("closed the count"),
           source="counting", target=AFTER_COUNT, roles=KEEPER, clause="3.1", form="submit_count", reason_at_times=True,
           guards=(g.every_lot_is_counted,), effect="submit", produces=(WHEN_ADJUSTED,)),
    ENTER := Action("enter_counts", _l("Enter what was counted"), past=_l("entered what was counted"),
           source="counting", target=None, roles=KEEPER, clause="3.1", form="enter_counts", effect="enter"),
    ADD := Action("add_lot", _l("Add a lot that was found"), past=_l("added a lot that was found"),
           source="counting", target=None, roles=KEEPER, clause="3.1", form="add_lot", effect="add", primary=False),
    APPROVE := Action("approve_count", _l("Approve the count"), past=_l("approved the count"),
           source="to_approve", target="adjusted", roles=HEAD, clause="3.1", not_by=("adjust_lot", "enter_counts", "submit_count"),
           signature=True, signs="count", effect="approve", produces=(COUNT_SHEET,)),
    RECOUNT := Action("recount", _l("Have it counted again"), past=_l("had it counted again"),
           source="to_approve", target="counting", roles=HEAD, clause="3.1", reason=True, effect="recount", primary=False),
    Action("give_up", _l("Give the count up"), past=_l("gave the count up"),
           source=("counting", "to_approve"), target="abandoned", roles=KEEPER, clause="3.1", reason=True, primary=False, danger=True),
))  # fmt: skip
