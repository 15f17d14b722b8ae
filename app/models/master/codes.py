"""Codes the floor reports by, and notices for its screens."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.flow.texts.lazy_text import Both
from app.models.master.base import Coded, Named


class AnomalyCode(Coded, Named, db.Model):
    """A kind of anomaly.

    ``stops_line``: it halts the card; ``reporter`` any: everyone on the staff may report it.
    """

    __tablename__ = "anomaly_code"

    stage: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(10))  # low, medium, high, critical
    stops_line: Mapped[bool] = mapped_column(default=False)
    reporter: Mapped[str] = mapped_column(String(20), default="any")


class Notice(Coded, db.Model):
    """What a wall display tells everybody, from its first day to its last."""

    __tablename__ = "notice"

    title_zh: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(80))
    text_zh: Mapped[str] = mapped_column(String(300), default="")
    text_en: Mapped[str] = mapped_column(String(300), default="")
    first_day: Mapped[date]
    last_day: Mapped[date]

    @property
    def title(self) -> Both:
        return Both(self.title_zh, self.title_en)

    @property
    def text(self) -> Both:
        return Both(self.text_zh, self.text_en)
