"""The cards of a board as they are drawn, kept by all that can be seen on them: most requests draw
only what has changed.

A card's record raises its ``face`` whenever something of it changes that the card shows. What else
can be seen is in the key: the wording of master data, the language, the viewer's roles, who holds
it, the day, the age as it is written, and what is full where it could go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import chain
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import inspect
from sqlalchemy.orm.util import identity_key

from app import clock
from app.extensions import db
from app.models.people.user import User
from app.models.records.kinds import KINDS
from app.models.records.record import Record
from app.models.records.rules.availability import availability
from app.models.records.rules.plant_settings import settings_key
from app.models.records.rules.stage_settings import ages_after
from app.screens.board.columns import Card, Column
from app.web.caches import Cache, cache
from app.web.languages import language

LARGEST = 6_000


def drawn_cards() -> Cache:
    return cache("cards", LARGEST)


def last_doers() -> Cache:
    """Who did something to a record as it is now: only to them can its card look different than
    to others of their roles.
    """
    return cache("doers", LARGEST)


def draw(columns: Iterable[Column], user: User) -> list[Column]:
    """Give the columns their cards as this person sees them; those not kept are read and drawn,
    one query a flow and one for what blocks them.
    """
    columns, now = list(columns), clock.now()
    card_cache, doers = drawn_cards(), last_doers()
    sight = (language(), user.role_keys, clock.today(), settings_key())
    missing: list[tuple[Column, int]] = []
    for column in columns:
        old_after = ages_after(column.flow, column.stage)
        head = (*sight, column.flow.key, column.waited, tuple(column.full.items()))
        for place, row in enumerate(column.rows):
            age = now - row.since
            key = (
                *head,
                *tuple(row)[:7],
                written(age),
                age > old_after,
                doer(doers, column, row, user),
            )
            cached = card_cache.get(key)
            column.cards.append(cached or key)
            if cached is None:
                missing.append((column, place))
    if missing:
        draw_missing(missing, user)
    return columns


def doer(doers: Cache, column: Column, row: Any, user: User) -> int:
    """The viewer's id if they did something to the record (or that is not known), else nobody's."""
    known = doers.get((column.flow.key, row.id, row.face, row.since))
    return user.id if known is None or user.id in known else 0


def written(age: timedelta) -> int:
    """A number for an age that changes when its writing does: whole minutes, hours or days."""
    minutes = int(age.total_seconds() // 60)
    return (
        minutes
        if minutes < 60
        else 60 * (minutes // 60)
        if minutes < 24 * 60
        else 24 * 60 * (minutes // (24 * 60))
    )


def draw_missing(missing: list[tuple[Column, int]], user: User) -> None:
    card_cache, doers = drawn_cards(), last_doers()
    template = current_app.jinja_env.get_template("board/_card.html")
    card_article: Callable[..., Markup] = vars(template.module)["card_article"]
    ids: dict[str, list[int]] = defaultdict(list)
    for column, place in missing:
        ids[column.flow.key].append(column.rows[place].id)
    availabilities = availability(ids)
    for flow in {column.flow for column, _ in missing}:
        mine = [(column, place) for column, place in missing if column.flow is flow]
        records = load(flow.key, [column.rows[place] for column, place in mine])
        for column, place in mine:
            row, key = column.rows[place], column.cards[place]
            record = records[row.id]
            doers.put(
                (flow.key, row.id, row.face, row.since), frozenset(chain(*record.doers.values()))
            )
            column.cards[place] = Markup(
                card_article(
                    column,
                    Card.of(column, record, availabilities[flow.key, row.id], row.holder, user),
                )
            )
            card_cache.put((*key[:-1], doer(doers, column, row, user)), column.cards[place])


def load(flow: str, rows: list[Any]) -> dict[int, Record]:
    """The records of these rows.

    What the request has just changed is at hand; it is read only where somebody has changed it
    since.
    """
    kind = KINDS[flow]
    records_by_id = {
        row.id: record
        for row in rows
        if (record := db.session.identity_map.get(identity_key(kind, row.id))) is not None
        and not inspect(record).expired
        and record.face == row.face
    }
    if further := [row.id for row in rows if row.id not in records_by_id]:
        read = db.session.scalars(
            kind.among(), {"ids": further}, execution_options={"populate_existing": True}
        )
        records_by_id |= {record.id: record for record in read.unique()}
    return records_by_id
