"""What tests begin with is done once a test run; whoever begins in the same way gets a copy of the
database that it led to.
"""

import json
from functools import wraps
from hashlib import sha256
from inspect import signature

from app import clock
from app.extensions import db
from tests import application, shared
from tests.shared import WORKER, Template


class Trail:
    """What was done to a test's own copy of a template so far, and whether it can be a copy."""

    def __init__(self, app, start, request):
        self.app, self.here = app, start
        # On PostgreSQL a copy costs more than it saves, and who changes the house for a test must
        # leave nothing of it to others.
        self.plain = start.kind == "sqlite" and "monkeypatch" not in request.fixturenames

    def is_untouched(self):
        """Whether nobody has opened the database since the last copy, and the clock runs."""
        with self.app.app_context():
            pool = db.engine.pool
        return self.plain and clock._set is None and not pool.checkedin() + pool.checkedout()

    def follow(self, way, make):
        """Have done to the database what ``make()`` does to it, really or as a copy; what it
        returned (as JSON has it) comes back.

        ``way`` says all that it depends on but the database.
        """
        if not self.is_untouched():
            return make()
        there = Template("sqlite", sha256(f"{self.here.name} {way}".encode()).hexdigest()[:20])

        def made():
            found = make()
            application.close(self.app)
            there.create(Template("sqlite", f"copy_{WORKER}"))
            return found

        found = shared.once(there.name, made)
        there.copy()
        self.here = there
        return found


def step(walk_on):
    """A step of a walk that may be a copy, together with whoever took part in it: they log in
    anew.
    """

    @wraps(walk_on)
    def taken(walk, *args, **given):
        if not (walk.trail and walk.trail.is_untouched()):
            return walk_on(walk, *args, **given)
        asked = signature(walk_on).bind(None, *args, **given)
        asked.apply_defaults()
        found, people = walk.trail.follow(
            json.dumps([walk_on.__module__, walk_on.__qualname__, asked.arguments]),
            lambda: (walk_on(walk, *args, **given), walk.leave()),
        )
        walk.people = {(role, number): user for role, number, user in people}
        walk.browsers = {}
        return found

    return taken
