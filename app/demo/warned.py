"""How often the played plant was warned: who is warned all day learns to click warnings away."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.flow.flows import FLOWS
from app.models.records.event import Event

WARNED = {"unusual", "warned"}  # by odd figures, by a gate that begins gently
ONE_IN = 50


def by_day() -> dict[date, tuple[int, int]]:
    """Return for each day how much people entered, and how often they were warned of it."""
    asked = {
        (flow.key, action.key)
        for flow in FLOWS.values()
        for action in flow.actions
        if action.form and not action.driven
    }
    entries: Counter[date] = Counter()
    warnings: Counter[date] = Counter()
    for event in db.session.scalars(select(Event).where(Event.actor_id.is_not(None))):
        if (event.flow, event.action) in asked:
            day = clock.local(event.at).date()
            entries[day] += 1
            warnings[day] += bool(WARNED & set(event.data))
    return {day: (entries[day], warnings[day]) for day in sorted(entries)}
