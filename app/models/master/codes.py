"""Codes the floor reports by."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db

from .base import Coded, Named


class AnomalyCode(Coded, Named, db.Model):
    """A kind of anomaly. ``stops_line``: it halts the card; ``reporter`` any: everyone on the staff may report it."""

    __tablename__ = "anomaly_code"

    stage: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(10))  # low, medium, high, critical
    stops_line: Mapped[bool] = mapped_column(default=False)
    reporter: Mapped[str] = mapped_column(String(20), default="any")
