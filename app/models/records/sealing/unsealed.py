"""The columns that no event seals, each with its reason.

Every other column of every table is sealed by the event that writes it.

A new column or table needs nothing here: it is sealed by itself. Write it through the session, or
tell ``facts.note`` of a statement that goes past it. Only what another check of ``verify``
compares, or what need not be true, is named, as ``table``, ``table.column``, ``record.column`` for
every table whose rows stand in a stage of a flow, or ``*.column``. A column that only happens to
have such a name elsewhere (the version of a work instruction, the stage that a test belongs to) is
a fact, and sealed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column

# Compared by a check of its own.
ELSEWHERE = {
    "event": "each event's hash covers it, with the one before",
    "attachment": "the event that attached it holds all of it, and the file's hash",
    "private_word": "its event seals it by a salted hash; an event tells which were erased",
    "stock": "the sum of its movements, which are sealed",
    "record.stage": "the target of the last event that moved it",
    "record.since": "the moment of the last event that moved it",
    "*.seq": "the number of the last event",
    "*.head": "the hash of the last event",
    "sales_order.message": "its SHA-256 stands in the event that took it in: people's words stay "
    "out of the chain",
}

# Left open: nothing relies on it, or it is made anew from what is sealed.
OPEN = {
    **{
        f"{locked}.version": "a lock against two people at once, no fact"
        for locked in (
            "record",
            "user",
            "deputy",
            "display",
            "down_time",
            "gate_setting",
            "plant_setting",
            "robot",
            "stage_setting",
            "station",
        )
    },
    "record.face": "counts what a card shows, so that boards know when to draw it again",
    "blocker": "what guards say, for screens; perform asks the guards themselves",
    "named_role": "who may do what now, made of sealed columns; perform asks the record itself",
    "record.search": "what stands in the search index, made of sealed columns",
    "*.finder": "what a customer is found by, made of sealed columns",
    "search_entry": "the search index, made of sealed columns",
    "search_subject": "the search index, made of sealed columns",
    "search_name": "the search index, made of sealed columns",
    "answer": "what a form was answered, for a retry; forgotten after a month",
    "file_store": "by which nodes tell whether they share their files; a false one stops a start",
    "job": "work that waits for the worker; what came of it is an event",
    "unsent_movement": "what waits for a file; the file's event tells what it took",
    "column_mapping": "how somebody's files name their columns; what came of it was confirmed",
    "mention": "who has not read yet where they are named; the comment's event holds whom it names",
    "robot_message": "what a group robot is to tell of what events say",
    "robot.last": "what came of a robot's last sending",
    "robot.tried_at": "when a robot was last tried, so that it is not tried too often",
    "robot.busy_until": "which of several workers sends now",
    "saved_view": "a person's own bookmark",
    "user.language": "each person's own choice of a language",
    "user.preferences": "each person's own choice of how things are shown",
    "user_session": "logins, which come and go; what is done in one is an event",
    "pairing": "devices that wait to be confirmed, for a quarter of an hour",
    "failed_login": "counts wrong passwords for some minutes",
}


def names(column: Column[Any]) -> tuple[str, ...]:
    """Under which names a column may stand in a list."""
    of_record = (
        (f"record.{column.name}",) if {"stage", "doers"} <= set(column.table.c.keys()) else ()
    )
    return column.table.name, f"{column.table.name}.{column.name}", f"*.{column.name}", *of_record


@cache
def is_sealed(column: Column[Any]) -> bool:
    """Whether the event that writes the column seals it."""
    return not any(name in ELSEWHERE or name in OPEN for name in names(column))
