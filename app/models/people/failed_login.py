"""Attempts to come in that failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.records.column_types import Key, Moment


class FailedLogin(Model):
    """A failed attempt to log in, for the limits per account and address."""

    __tablename__ = "failed_login"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
