"""The demo plant, played: how often people are warned of what they enter."""

from __future__ import annotations

from pathlib import Path

from app.demo import warned
from app.demo.play import player
from app.extensions import db
from app.models.records.rules.setting import mark_demo
from app.storage import schema

from .plant import application
from .table import Figure


def warnings(home: Path) -> list[Figure]:
    """Entries and warnings of the day with the largest share of them."""
    app = application(home)
    with app.app_context():
        schema.create()
        mark_demo()
        db.session.commit()
        player.play()
        days = warned.by_day()
        db.session.remove()
    entries, found = max(days.values(), key=lambda day: (day[1] / day[0], day[0]))
    return [
        Figure("entries on the demo’s day with most warnings", "", entries),
        Figure("… warnings on it", "", found, most=entries // warned.ONE_IN),
    ]
