"""How SQLite carries statements out: which of them read a table from end to end that grows with
the past.
"""

import re
from contextlib import contextmanager

from sqlalchemy import event

from app.extensions import db

# Tables that hold the plant as it is set up, and what is open now: they do not grow with the past.
SETTLED = {
    *(
        mapper.local_table.name
        for mapper in db.Model.registry.mappers
        if mapper.class_.__module__.startswith("app.models.master")
    ),
    "user",
    "user_role",
    "deputy",
    "display",
    "station",
    "pairing",
    "failed_login",
    "saved_view",
    "setting",
    "stage_setting",
    "gate_setting",
    "plant_setting",
    "robot",
    "series",
    "search_name",
    "blocker",
    "unsent_movement",
    "named_role",
}
# Indexes that hold only what is still there, waits, or was asked for: to read all of one is right.
OPEN = {"ix_stock_there", "ix_pick_waiting", "ix_job_long"}


@contextmanager
def recorded(app):
    """Give a dictionary that takes up every statement that is sent, with the values of the first
    time.
    """
    sent = {}

    def note(_connection, _cursor, statement, parameters, _context, many):
        sent.setdefault(statement, parameters[0] if many else parameters)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def scans(connection, statements):
    """Yield table and statement wherever one is read from end to end that grows."""
    for statement, values in statements.items():
        # What an INSERT lists are keys of others, which SQLite asks only where some are deferred.
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            for *_, step in plan.fetchall():
                if table := scanned(step, statement):
                    yield table, statement


def scanned(step, statement):
    """The growing table that a step of a plan reads from end to end, or None."""
    found = re.fullmatch(r"SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?.*", step)
    if not found or found[2] in OPEN:
        return None
    aliases = {alias: table for table, alias in re.findall(r'"?(\w+)"? AS (\w+)', statement)}
    table = aliases.get(found[1], found[1])
    return table if table in db.metadata.tables and table not in SETTLED else None
