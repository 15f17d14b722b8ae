"""Whom the plant lacks: steps that nobody may do, and steps for two persons where there is one.

Asked of the flows' declaration, so that the settings say it before an order does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.flow.departments import DEPARTMENTS
from app.flow.flows import FLOWS
from app.flow.grammar import Action, Flow, RolesFrom
from app.flow.roles import ROLES
from app.flow.texts.lazy_text import Text, _l, listed
from app.models.master import WorkStep
from app.models.people.user import User
from app.models.production.plan import RECEIVERS
from app.models.records.rules.gate_setting import TURNERS
from app.required import required

OR, SLASH = _l("%(some)s or %(one)s"), _l("%(some)s / %(one)s")
Held = Mapping[str, frozenset[int]]  # who may act in a role now


@dataclass(frozen=True)
class People:
    """Everybody who may log in: who may act in which role now, and what they are called."""

    held: Held
    names: Mapping[int, str]

    @classmethod
    def now(cls) -> People:
        everybody = at_work()
        users_of_role: dict[str, set[int]] = defaultdict(set)
        for user in everybody:
            for key in user.role_keys:
                users_of_role[key].add(user.id)
        return cls(
            {key: frozenset(users_of_role[key]) for key in ROLES},
            {user.id: user.known_as for user in everybody},
        )

    def among(self, keys: Iterable[str]) -> frozenset[int]:
        return frozenset().union(*(self.held[key] for key in keys))

    def told(self, who: Collection[int]) -> Text | str:
        return listed(self.names[number] for number in sorted(who))


def wanting() -> list[Text]:
    """A sentence for everything that cannot be done for want of people, the gravest first."""
    people = People.now()
    return [
        *nobody(people),
        *(
            sentence
            for flow in FLOWS.values()
            for action in flow.actions
            if (sentence := alone(flow, action, people))
        ),
        *steps_alone(people),
        *gates_alone(people),
    ]


def nobody(people: People) -> Iterator[Text]:
    """The actions, and the receipts of a plan, for which there is nobody, by the roles wanted."""
    missing: dict[tuple[str, ...], list[Text]] = defaultdict(list)
    for flow in FLOWS.values():
        for action in flow.actions:
            if not action.driven and not people.among(action.role_keys):
                missing[tuple(key for key in ROLES if key in action.role_keys)].append(action.label)
    for department, roles in RECEIVERS.items():
        keys = tuple(role.key for role in roles)
        if not people.among(keys):
            missing[keys].append(
                _l("Receive plans for %(department)s", department=DEPARTMENTS[department].label)
            )
    for keys, labels in missing.items():
        yield _l(
            "Nobody is %(roles)s, so this cannot be done: %(actions)s.",
            roles=listed((ROLES[key].label for key in keys), OR),
            actions=listed(labels, SLASH),
        )


def alone(flow: Flow, action: Action, people: People) -> Text | None:
    """The sentence about a step for somebody other than who did another, where too few may."""
    if action.driven or not action.not_by or isinstance(action.roles, RolesFrom):
        return None  # whose roles come from data: ``steps_alone`` asks the data
    steps = {
        key: who
        for key in (action.key, *action.not_by)
        if (who := people.among(flow.action(key).role_keys))
    }
    before = {key: who for key, who in steps.items() if key != action.key}
    if action.key not in steps or can_be_filled(flow, steps) or not can_be_filled(flow, before):
        return None  # where the steps before it lack somebody themselves, that is said of them
    return _l(
        "“%(step)s” needs somebody other than who did “%(earlier)s”, "
        "but there is only: %(people)s.",
        step=action.label,
        earlier=listed((flow.action(key).label for key in steps if key != action.key), SLASH),
        people=people.told(frozenset().union(*steps.values())),
    )


def can_be_filled(
    flow: Flow, steps: Mapping[str, frozenset[int]], done: Mapping[str, int] | None = None
) -> bool:
    """Whether each step can have a person so that nobody does two that need two.

    More people than there are steps need not be tried.
    """
    done = done or {}
    key = next((key for key in steps if key not in done), None)
    if key is None:
        return True
    for person in sorted(steps[key])[: len(steps)]:
        barred = any(
            person == other
            for name, other in done.items()
            if name in flow.action(key).not_by or key in flow.action(name).not_by
        )
        if not barred and can_be_filled(flow, steps, {**done, key: person}):
            return True
    return False


def steps_alone(people: People) -> Iterator[Text]:
    """The pairs of roles that work instructions name, where there are not two persons for them."""
    pairs = db.session.execute(
        select(WorkStep.role, WorkStep.second_role)
        .where(WorkStep.active, WorkStep.second_role.is_not(None))
        .distinct()
    ).all()
    for first, second in sorted((first, required(second)) for first, second in pairs):
        yield from pair(
            _l(
                "Work instructions ask for two signatures, %(first)s and %(second)s",
                first=ROLES[first].label,
                second=ROLES[second].label,
            ),
            people.held[first],
            people.held[second],
            people,
        )


def gates_alone(people: People) -> Iterator[Text]:
    first, second = TURNERS
    yield from pair(
        _l("An administrator and the quality head turn a gate together"),
        people.held[first.key],
        people.held[second.key],
        people,
    )


def pair(
    what: Text, first: frozenset[int], second: frozenset[int], people: People
) -> Iterator[Text]:
    """The sentence where two groups do not hold two different persons."""
    together = first | second
    if first and second and len(together) > 1:
        return
    if together:
        yield _l(
            "%(what)s, but there is only: %(people)s.", what=what, people=people.told(together)
        )
    else:
        yield _l("%(what)s, but there is nobody.", what=what)


def turners() -> dict[str, list[str]]:
    """Who may turn a gate, by role: the names of the people in it."""
    people = at_work()
    return {
        role.key: [user.name for user in people if user.has_role([role.key])] for role in TURNERS
    }


def at_work() -> Sequence[User]:
    """Everybody who may log in, with whom they stand in for."""
    return db.session.scalars(
        select(User).where(User.active).options(selectinload(User.stands_in)).order_by(User.id)
    ).all()
