"""What Quality must test: incoming lots (3.1) and finished lots (5.1 to 5.3)."""

from __future__ import annotations

from datetime import timedelta

from app.flow.departments import INSPECTION, QUALITY
from app.flow.documents import QUALITY_REPORT
from app.flow.grammar import Action, Bound, Flow, Stage, Undo
from app.flow.roles import BUYER, INSPECTOR, QUALITY_HEAD, STOREKEEPER
from app.flow.rules import guards as g
from app.flow.rules import tags as t
from app.flow.texts.lazy_text import _l

SAMPLES = Flow("sample", _l("Sample"), (
    Stage("to_draw", _l("Incoming, to sample"), INSPECTION, QUALITY, "3.1", ages_after=timedelta(days=1),
          tags=(t.TO_SAMPLE,)),
    Stage("drawn", _l("Sample drawn"), INSPECTION, QUALITY, "5.1", ages_after=timedelta(hours=8)),
    Stage("testing", _l("In test"), INSPECTION, QUALITY, "5.1", ages_after=timedelta(days=1)),
    Stage("reported", _l("To release"), INSPECTION, QUALITY, "5.2", ages_after=timedelta(hours=8),
          tags=(t.TO_RELEASE,)),
    Stage("released", _l("Released"), INSPECTION, QUALITY, "5.2", ends=True,
          tags=(t.PASSED,)),
    Stage("failed", _l("Failed"), INSPECTION, QUALITY, "5.3", ends=True,
          tags=(t.NONCONFORMING,)),
), (
    REQUEST := Action("request", _l("Request an incoming inspection"), past=_l("asked for an incoming inspection"),
           source=None, target="to_draw", roles=frozenset({STOREKEEPER, BUYER}), clause="3.1", effect="request",
           driven=True),
    DRAW_FINISHED := Action("draw_finished", _l("Draw a finished sample"), past=_l("drew the sample"),
           source=None, target="drawn", roles=frozenset({INSPECTOR}), clause="5.1", effect="draw_finished", driven=True),
    Action("draw", _l("Draw the sample"), past=_l("drew the sample"),
           source="to_draw", target="drawn", roles=frozenset({INSPECTOR}), clause="3.1", form="draw_sample", demands=("size", "place"),
           bounds=(Bound("size", "bounds_of_size"),),
           effect="draw"),
    Action("start_testing", _l("Start testing"), past=_l("started testing"),
           source="drawn", target="testing", roles=frozenset({INSPECTOR}), clause="5.1", undo=Undo()),
    REPORT := Action("report", _l("Report the results"), past=_l("reported the results"),
           source="testing", target="reported", roles=frozenset({INSPECTOR}), clause="5.1",
           guards=(g.every_test_has_a_result,), undo=Undo()),
    ENTER_RESULTS := Action("enter_results", _l("Enter results"), past=_l("entered results"),
           source="testing", target=None, roles=frozenset({INSPECTOR}), clause="5.1", form="enter_results", reason_at_times=True,
           bounds=(Bound("results.value", "bounds_of_results"),),
           effect="enter_results"),
    RELEASE := Action("release", _l("Release"), past=_l("released the lot"),
           source="reported", target="released", roles=frozenset({QUALITY_HEAD}), clause="5.2",
           guards=(g.every_test_passed,), not_by=("enter_results", "report"), signature=True,
           signs="results", effect="release", produces=(QUALITY_REPORT,)),
    REJECT := Action("reject", _l("Reject"), past=_l("rejected the lot"),
           source="reported", target="failed", roles=frozenset({QUALITY_HEAD}), clause="5.3", form="reject",
           not_by=("enter_results", "report"), reason=True, signature=True, signs="results", effect="reject",
           produces=(QUALITY_REPORT,), danger=True),
    # Three ways for a result to count no more: measured once more, taken back after it was reported, wrong to begin with.
    Action("retest", _l("Send back for a retest"), past=_l("sent the sample back for a retest"),
           source="reported", target="testing", roles=frozenset({QUALITY_HEAD}), clause="5.1", form="set_results_aside",
           reason=True, effect="retest", primary=False),
    Action("retract", _l("Retract results"), past=_l("retracted results"),
           source="reported", target="testing", roles=frozenset({INSPECTOR, QUALITY_HEAD}), clause="5.1", form="set_results_aside",
           reason=True, effect="retract", primary=False),
    Action("invalidate", _l("Declare results invalid"), past=_l("declared results invalid"),
           source=("testing", "reported"), target="testing", roles=frozenset({QUALITY_HEAD}), clause="5.1",
           form="invalidate", guards=(g.some_test_has_a_result,), not_by=("enter_results", "report"), reason=True,
           effect="invalidate", primary=False, by_drop=False),
))  # fmt: skip
