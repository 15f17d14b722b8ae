"""What can be wrong with a flow's declaration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.flow.rules.tags import TAGS, Tag
from app.flow.texts.terms import FACTS

if TYPE_CHECKING:
    from app.flow.grammar import Action, Flow, Stage


def problems(flow: Flow) -> Iterable[str]:
    """Yield what is wrong with a flow, in words for its author."""
    if not flow.creation:
        yield "no action creates the record"
    for action in flow.actions:
        yield from unknown_names(flow, action)
        yield from left_out(action)
        yield from no_way_back(action)
    yield from dead_ends(flow)
    for stage in flow.stages:
        yield from wrong_tags(flow, stage)
    yield from wanting_tags(flow)


def unknown_names(flow: Flow, action: Action) -> Iterable[str]:
    """What an action names and nobody declared; and what it leaves though the flow ends there."""
    stages = flow._stage
    for key in (*action.sources, *action.targets):
        if key not in stages:
            yield f"{action.key} names the unknown stage {key}"
    for key in action.not_by:
        if key not in flow._action:
            yield f"{action.key} is barred to the doer of the unknown action {key}"
    if set(action.demands) - set(FACTS):
        yield f"{action.key} demands a fact that has no words"
    for source in action.sources:
        if stages.get(source) and stages[source].ends and action.moves:
            yield f"{action.key} leaves {source}, which ends the flow"


def left_out(action: Action) -> Iterable[str]:
    """What an action must say and does not."""
    if not action.possible_roles and not action.driven:
        yield f"nobody may do {action.key}"
    if action.private and not action.form:
        yield f"{action.key} keeps {action.private[0]} apart, but asks for nothing"
    if action.signature and not action.signs:
        yield f"{action.key} is signed, but does not say what stands in view then"
    if not action.clause:
        yield f"{action.key} has no clause"


def no_way_back(action: Action) -> Iterable[str]:
    """Why an action that says how it is taken back cannot be."""
    if not action.undo:
        return
    by_hand = action.source and action.moves and not action.driven
    if not by_hand or action.signature or action.produces:
        yield (
            f"{action.key} cannot be taken back: it moves nothing by somebody's hand, "
            "or it is signed or printed"
        )
    if bool(action.effect) != bool(action.undo.effect):
        yield (
            f"{action.key} has an effect that its way back does not make good, "
            "or the other way round"
        )


def dead_ends(flow: Flow) -> Iterable[str]:
    """Stages that nothing leads to or out of, and limits that mean nothing."""
    reached = {target for action in flow.creation for target in action.targets}
    while (
        further := {
            target
            for action in flow.actions
            if reached & set(action.sources)
            for target in action.targets
        }
        - reached
    ):
        reached |= further
    for stage in flow.stages:
        if stage.key not in reached:
            yield f"{stage.key} cannot be reached"
        if not stage.ends and not any(a.moves for a in flow.actions_from(stage.key)):
            yield f"nothing leads out of {stage.key}"
        if stage.admits and stage.overrides:
            yield f"{stage.key} admits everything, so nobody goes over its limit"


def wrong_tags(flow: Flow, stage: Stage) -> Iterable[str]:
    """What a stage's tags say that cannot be."""
    for tag in stage.tags:
        if tag not in TAGS:
            yield f"{stage.key} carries the unknown tag {tag}"
        elif flow.key not in tag.flows:
            yield f"{stage.key} carries “{tag.key}”, a tag of other flows"
        elif tag.within and tag.within not in stage.tags:
            yield f"{stage.key} carries “{tag.key}”, but not “{tag.within.key}”"
    if len(set(stage.tags)) < len(stage.tags):
        yield f"{stage.key} carries a tag twice"
    if set(stage.departments) & set(stage.waited_for_by):
        yield f"{stage.key} is waited for by its own department"


def wanting_tags(flow: Flow) -> Iterable[str]:
    """Tags of the flow that no stage carries, and stages that do not say how far a record is."""
    groups: dict[str, list[Tag]] = {}
    for tag in TAGS:
        if flow.key in tag.flows:
            if not flow.tagged(tag):
                yield f"no stage carries “{tag.key}”"
            if tag.group:
                groups.setdefault(tag.group, []).append(tag)
    for group, tags in groups.items():
        names = ", ".join(tag.key for tag in tags)
        for stage in flow.stages:
            carried = sum(tag in stage.tags for tag in tags)
            if carried > 1 or not (carried or stage.ends or stage.off_path):
                yield f"{stage.key} must carry one tag of its {group}: {names}"
