"""Who may use which page: one policy declared per endpoint; without one nothing is served, and
the application does not start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask

from app.flow import roles
from app.flow.roles import Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])


class MissingPolicy(Exception):
    """An endpoint that nobody said who may use."""


@dataclass(frozen=True)
class Policy:
    """``roles`` may do everything; ``readers`` may look, but not change anything.

    Whoever came in by a PIN at a shared tablet opens only what is declared for the ``floor``.
    """

    key: str
    roles: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()
    floor: bool = False

    def allows(self, user: Any, method: str) -> bool:
        """Tell whether the person (or the anonymous visitor) may call the endpoint by this
        method.
        """
        if self.key == PUBLIC.key:
            return True
        if not user.is_authenticated or (user.spot and not self.floor):
            return False
        return self.key == SELF.key or user.has_role(
            self.roles | (self.readers if method in SAFE else frozenset())
        )


# Anybody; anybody logged in, about themselves only; the staff, where the auditor looks on; no
# person at all, but what shows the token of WASHLINE_METRICS_TOKEN_FILE.
PUBLIC = Policy("public")
SELF = Policy("self")
MONITOR = Policy("monitor")
STAFF = Policy("staff", frozenset(r.key for r in roles.STAFF), frozenset({roles.AUDITOR.key}))


def policy(
    *who: Policy | Role, readers: tuple[Role, ...] = (), floor: bool = False
) -> Callable[[View], View]:
    """Declare a view's policy: ``@policy(PUBLIC)``, ``@policy(STAFF, floor=True)`` or
    ``@policy(ADMIN, readers=(AUDITOR,))``.
    """
    if len(who) == 1 and isinstance(who[0], Policy):
        declared = replace(who[0], floor=floor)
    else:
        declared = Policy("roles", frozenset(r.key for r in who), frozenset(r.key for r in readers))

    def declare(view: View) -> View:
        view.policy = declared  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy that an endpoint's view declares."""
    return (
        PUBLIC
        if endpoint == "static"
        else getattr(app.view_functions.get(endpoint), "policy", None)
    )


def require_policies(app: Flask) -> None:
    """Raise MissingPolicy naming the endpoints without one."""
    missing = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not policy_of(app, rule.endpoint)}
    )
    if missing:
        raise MissingPolicy(f"no policy is declared for: {', '.join(missing)}")
