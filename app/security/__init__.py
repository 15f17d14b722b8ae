"""Who may come in and what they may do.

Each module has one part; views use the names given here.
"""

from __future__ import annotations

from flask import Flask

from app.security import browsers, requests, sessions
from app.security.credentials import PASSWORD, PIN, confirm, demo_passwords_present, recognise
from app.security.keys import checked_key, new_key, request_hash
from app.security.passwords import (
    DEMO_PREFIX,
    create_admin,
    demo_password,
    hash_password,
    verify,
    weakness,
)
from app.security.pins import DEMO_PIN, pin_weakness
from app.security.policies import (
    MONITOR,
    PUBLIC,
    SELF,
    STAFF,
    MissingPolicy,
    Policy,
    policy,
    policy_of,
    require_policies,
)
from app.security.requests import safe_path
from app.security.sessions import end_reading

__all__ = [
    "DEMO_PIN",
    "DEMO_PREFIX",
    "MONITOR",
    "PASSWORD",
    "PIN",
    "PUBLIC",
    "SELF",
    "STAFF",
    "MissingPolicy",
    "Policy",
    "browsers",
    "checked_key",
    "confirm",
    "create_admin",
    "demo_password",
    "demo_passwords_present",
    "end_reading",
    "hash_password",
    "init_app",
    "new_key",
    "pin_weakness",
    "policy",
    "policy_of",
    "recognise",
    "request_hash",
    "require_policies",
    "safe_path",
    "verify",
    "weakness",
]


def init_app(app: Flask) -> None:
    """Bind logins, policies and headers to the application."""
    sessions.init_app(app)
    requests.init_app(app)
