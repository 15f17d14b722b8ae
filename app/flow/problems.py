"""What can be wrong with a flow's declaration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .terms import FACTS

if TYPE_CHECKING:
    from .grammar import Flow


def problems(flow: Flow) -> Iterable[str]:
    """Yield what is wrong with a flow, in words for its author."""
    stages, actions = flow._stage, flow._action
    if not flow.creation:
        yield "no action creates the record"
    for a in flow.actions:
        for key in (*a.sources, *a.targets):
            if key not in stages:
                yield f"{a.key} names the unknown stage {key}"
        for key in a.not_by:
            if key not in actions:
                yield f"{a.key} is barred to the doer of the unknown action {key}"
        if not a.possible_roles and not a.driven:
            yield f"nobody may do {a.key}"
        if a.private and not a.form:
            yield f"{a.key} keeps {a.private[0]} apart, but asks for nothing"
        if set(a.demands) - set(FACTS):
            yield f"{a.key} demands a fact that has no words"
        if a.signature and not a.signs:
            yield f"{a.key} is signed, but does not say what stands in view then"
        if not a.clause:
            yield f"{a.key} has no clause"
        if a.undo and (a.driven or not a.source or not a.moves or a.signature or a.produces):
            yield f"{a.key} cannot be taken back: it moves nothing by somebody's hand, or it is signed or printed"
        if a.undo and bool(a.effect) != bool(a.undo.effect):
            yield f"{a.key} has an effect that its way back does not make good, or the other way round"
        for source in a.sources:
            if stages.get(source) and stages[source].ends and a.moves:
                yield f"{a.key} leaves {source}, which ends the flow"
    reached = {t for a in flow.creation for t in a.targets}
    while more := {t for a in flow.actions if reached & set(a.sources) for t in a.targets} - reached:
        reached |= more
    for stage in flow.stages:
        if stage.key not in reached:
            yield f"{stage.key} cannot be reached"
        if not stage.ends and not any(a.moves for a in flow.actions_from(stage.key)):
            yield f"nothing leads out of {stage.key}"
        if stage.admits and stage.overrides:
            yield f"{stage.key} admits everything, so nobody goes over its limit"
