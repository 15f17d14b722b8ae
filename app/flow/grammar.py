"""The grammar of a flow. A wrong declaration fails at import, not on the floor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

from app.flow.departments import Department, Phase
from app.flow.roles import OVER_LIMIT, Role
from app.flow.rules.blockers import Guard, Topic
from app.flow.rules.declaration_problems import problems
from app.flow.rules.tags import Tag
from app.flow.texts.lazy_text import Text, _l


class WrongDeclaration(Exception):
    """A flow that contradicts itself."""


UNDO = timedelta(seconds=10)  # how long an action can be taken back


@dataclass(frozen=True)
class TargetFrom:
    """A stage found at run time: ``record.<method>()`` names one of ``among``."""

    method: str
    among: tuple[str, ...]


@dataclass(frozen=True)
class RolesFrom:
    """Roles that come from data: ``record.<method>()`` gives the role keys allowed now, out of
    ``among``; ``reads`` is what of others that depends on.
    """

    method: str
    among: frozenset[Role]
    reads: frozenset[Topic] = frozenset()


@dataclass(frozen=True)
class PrintIf:
    """A document that is printed only where ``record.<method>()`` says so, once the action is
    done.
    """

    method: str
    document: Any


@dataclass(frozen=True)
class Bound:
    """What the figures beside a fact say of it: ``record.<method>(entered)`` yields what is odd
    (``app.plant.bounds``).

    ``field`` is the fact, which its form calls the same; of a list's entries ``list.field``.
    """

    field: str
    method: str


@dataclass(frozen=True)
class Undo:
    """The way back of an action: an action of its own, made of it.

    ``effect`` makes good what the action's own effect did.
    """

    effect: str | None = None


@dataclass(frozen=True, eq=False)  # one object a declaration: compared as such, not field by field
class Stage:
    """Where a record can stand.

    ``asks``: departments that must all answer before it moves on; ``carried``: another record
    stands for it on the boards (a packed card travels on its shipment); ``detour``: nothing stands
    there if all goes well. ``admits`` everything that comes, however much stands there already: a
    halt, a problem, a customer's order, goods that have left. ``overrides``: who else may go over
    its limit. ``tags`` say what is asked of it by whoever lists stages (``app.flow.rules.tags``);
    ``waited_for_by``: the departments that hand over to it or wait for it, whose boards show it
    greyed.
    """

    key: str
    label: Text
    phase: Phase
    department: Department
    clause: str
    asks: tuple[Department, ...] = ()
    ends: bool = False
    off_path: bool = False
    carried: bool = False
    detour: bool = False
    ages_after: timedelta = timedelta(days=2)
    admits: bool = False
    overrides: frozenset[Role] = frozenset()
    tags: tuple[Tag, ...] = ()
    waited_for_by: tuple[Department, ...] = ()

    def has(self, *tags: Tag) -> bool:
        """Whether it carries one of the tags."""
        return any(tag in self.tags for tag in tags)

    @property
    def completes(self) -> bool:
        """Whether the flow ends there as it was meant to."""
        return self.ends and not self.off_path

    @property
    def gives_up(self) -> bool:
        """Whether the flow ends there without that."""
        return self.ends and self.off_path

    @property
    def departments(self) -> tuple[Department, ...]:
        """Those whose board shows the stage as their own."""
        return self.asks or (self.department,)

    @property
    def over_limit(self) -> frozenset[Role]:
        """Who may bring one more into it when it is full, giving the reason."""
        return OVER_LIMIT.get(self.department, frozenset()) | self.overrides


@dataclass(frozen=True, eq=False)
class Action:
    """One thing somebody may do to a record.

    ``source`` None creates the record; ``target`` None leaves it where it stands. ``not_by`` lists
    actions whose doers may not do this one (four eyes). ``signature`` asks for the password again;
    ``signs`` names what stands in view then (templates/signed). ``driven`` actions follow from
    another record's action and are never offered; without ``by_drop`` no card is dropped for it.
    ``effect`` names the one method of the record that makes the change. ``demands`` names facts
    that must be said beside the reason: words that can be seen. ``private`` fields tell of people:
    the event seals only their salted hash, the words themselves can be erased. ``second`` names the
    action by which another person signs this one too, at a shared tablet in the same form; the next
    of its kind follows there at once. ``undo`` is the way back; ``undoes``, set by the flow alone,
    names the action that this one takes back. ``gates`` begin gently (``app.flow.rules.gates``):
    what they say warns or refuses as the plant has set them. ``bounds`` say which figures do not
    make sense together: some cannot be, others need a reason. ``reason_at_times``: its form asks
    for a reason only where something is not as it was to be.
    """

    key: str
    label: Text
    past: Text
    source: str | tuple[str, ...] | None
    target: str | TargetFrom | None
    roles: frozenset[Role] | RolesFrom
    clause: str
    guards: tuple[Guard, ...] = ()
    gates: tuple[Any, ...] = ()
    bounds: tuple[Bound, ...] = ()
    form: str | None = None
    produces: tuple[Any, ...] = ()
    effect: str | None = None
    not_by: tuple[str, ...] = ()
    reason: bool = False
    reason_at_times: bool = False
    demands: tuple[str, ...] = ()
    signature: bool = False
    signs: str = ""
    driven: bool = False
    primary: bool = True
    danger: bool = False
    by_drop: bool = True
    private: tuple[str, ...] = ()
    second: str = ""
    undo: Undo | None = None
    undoes: str = ""

    @cached_property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source or ()

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Every stage it can lead to; its own sources where it leaves the record in place."""
        if isinstance(self.target, TargetFrom):
            return self.target.among
        return (self.target,) if self.target else self.sources

    def leads(self, source: str | None, target: str) -> bool:
        """Whether it may be what brought a record from one stage to the other."""
        return source in self.sources and target in self.targets

    @property
    def papers(self) -> tuple[Any, ...]:
        """Every document type that it can print."""
        return tuple(each.document if isinstance(each, PrintIf) else each for each in self.produces)

    @property
    def moves(self) -> bool:
        return self.target is not None

    @cached_property
    def reads(self) -> frozenset[Topic]:
        """What of others decides whether it can be done, and by whom."""
        named = self.roles.reads if isinstance(self.roles, RolesFrom) else frozenset()
        asked = (guard.reads for guard in self.guards)
        return named.union(*asked, (gate.topic for gate in self.gates))

    @cached_property
    def possible_roles(self) -> frozenset[Role]:
        return self.roles.among if isinstance(self.roles, RolesFrom) else self.roles

    @cached_property
    def role_keys(self) -> frozenset[str]:
        return frozenset(role.key for role in self.possible_roles)

    @cached_property
    def demanded(self) -> tuple[str, ...]:
        """The facts that must be said for it, whoever does it."""
        return (*self.demands, "reason") if self.reason and not self.undoes else self.demands

    @property
    def asks_for_data(self) -> bool:
        """True when a drop must open a form first."""
        return bool(self.form or self.reason or self.signature)

    @property
    def way_back(self) -> Action:
        """The action that takes this one back: from where it led to where the record stood."""
        return Action(
            f"undo_{self.key}",
            _l("Undo: %(action)s", action=self.label),
            past=_l("took back “%(action)s”", action=self.label),
            source=self.targets,
            target=self.sources[0]
            if len(self.sources) == 1
            else TargetFrom("stage_before", self.sources),
            roles=self.roles,
            clause=self.clause,
            effect=self.undo.effect if self.undo else None,
            primary=False,
            by_drop=False,
            undoes=self.key,
        )


@dataclass(frozen=True, eq=False)
class Flow:
    """Stages and actions of one kind of record, checked when built.

    ``ways_back`` are the actions that take others back. They are not among ``actions``: nothing
    offers them as a next step.
    """

    key: str
    label: Text
    stages: tuple[Stage, ...]
    actions: tuple[Action, ...]
    ways_back: tuple[Action, ...] = field(init=False, repr=False, compare=False)
    _stage: dict[str, Stage] = field(init=False, repr=False, compare=False)
    _action: dict[str, Action] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_stage", unique(self.key, self.stages))
        object.__setattr__(self, "ways_back", tuple(a.way_back for a in self.actions if a.undo))
        object.__setattr__(self, "_action", unique(self.key, (*self.actions, *self.ways_back)))
        for problem in problems(self):
            raise WrongDeclaration(f"{self.key}: {problem}")

    def stage(self, key: str) -> Stage:
        return self._stage[key]

    @cache  # noqa: B019 (a flow lives as long as the process, and does not change)
    def tagged(self, *tags: Tag) -> tuple[str, ...]:
        """The keys of the stages that carry one of the tags, in their order."""
        return tagged(self.stages, *tags)

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The keys of the stages in which something is still to be done."""
        return tuple(stage.key for stage in self.stages if not stage.ends)

    @cached_property
    def ended(self) -> tuple[str, ...]:
        return tuple(stage.key for stage in self.stages if stage.ends)

    @cached_property
    def completed(self) -> tuple[str, ...]:
        return tuple(stage.key for stage in self.stages if stage.completes)

    def action(self, key: str) -> Action:
        """The action of a key that the flow declares."""
        return self._action[key]

    def action_or_none(self, key: str) -> Action | None:
        """The action of a key that may be no action of the flow: something done beside it, or what
        a request says.
        """
        return self._action.get(key)

    def way_back_from(self, action: str) -> Action | None:
        """The action that takes another one back, if that has a way back."""
        return self._action.get(f"undo_{action}")

    @cache  # noqa: B019 (a flow lives as long as the process, and does not change)
    def actions_from(self, stage: str) -> tuple[Action, ...]:
        return tuple(a for a in self.actions if stage in a.sources)

    @cache  # noqa: B019 (as above)
    def stages_reading(self, topic: Topic) -> frozenset[str]:
        """Where records stand of which an action depends on a topic."""
        return frozenset(
            source
            for action in self.actions
            if topic in action.reads and not action.driven
            for source in action.sources
            if not self.stage(source).ends
        )

    def can_be_full(self, stage: Stage) -> bool:
        """Whether a hard limit means something there: people bring records in, and not all that
        comes must be let in.
        """
        return not (stage.ends or stage.admits) and any(
            a.moves and not a.driven and stage.key in a.targets for a in self.actions
        )

    @property
    def creation(self) -> tuple[Action, ...]:
        return tuple(a for a in self.actions if a.source is None)


def tagged(stages: Iterable[Stage], *tags: Tag) -> tuple[str, ...]:
    """The keys of the stages that carry one of the tags, in their order."""
    return tuple(stage.key for stage in stages if stage.has(*tags))


def unique(flow: str, things: Iterable[Any]) -> dict[str, Any]:
    """Return the things by key. Raises WrongDeclaration where two share one."""
    found: dict[str, Any] = {}
    for thing in things:
        if thing.key in found:
            raise WrongDeclaration(f"{flow}: {thing.key} is declared twice")
        found[thing.key] = thing
    return found
