"""Settings of the installation that live in its database, such as the mark of a demo."""

from __future__ import annotations

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db

DEMO = "demo"


class Setting(Model):
    """One named value."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


def setting(key: str) -> str | None:
    """Return the value of a setting, None when it was never made."""
    return db.session.scalar(select(Setting.value).where(Setting.key == key))


def is_demo() -> bool:
    """True for a database that was marked a demo when it was empty; it stays one."""
    return setting(DEMO) is not None


def mark_demo() -> None:
    """Mark an empty database a demo for ever. The caller commits and knows that it is empty."""
    db.session.add(Setting(key=DEMO, value="1"))
