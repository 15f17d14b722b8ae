"""Anomalies (clause 4.3): what, when, how long until acknowledged and resolved, by whom, how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.extensions import db
from app.flow.anomalies import ANOMALIES
from app.flow.production import HALT, RESTART
from app.flow.rules.tags import HALTED
from app.models.master import AnomalyCode
from app.models.production.production_order import ProductionOrder
from app.models.records.number_series import next_number
from app.models.records.record import Record

if TYPE_CHECKING:
    from app.models.people.user import User


class Anomaly(Record):
    """Something wrong, on a card or anywhere in the plant.

    Its kind decides whether a running card halts.
    """

    __tablename__ = "anomaly"
    __table_args__ = (Index("ix_anomaly_board", "stage", "due"),)
    flow = ANOMALIES

    number: Mapped[str] = mapped_column(String(30), unique=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("anomaly_code.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("production_order.id"), index=True)
    place: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(String(1000))
    measures: Mapped[str] = mapped_column(String(1000), default="")
    cause: Mapped[str] = mapped_column(String(1000), default="")

    out_of_limits: Mapped[bool] = mapped_column(
        default=False
    )  # a reading reported it, and halted its card whatever the kind

    code: Mapped[AnomalyCode] = relationship()
    card: Mapped[ProductionOrder | None] = relationship(back_populates="anomalies")

    @property
    def headline(self) -> Any:
        return self.code.name

    @property
    def party(self) -> Any:
        return self.card.number if self.card else self.place

    @property
    def stops(self) -> bool:
        """Whether it keeps its card from running."""
        return (self.code.stops_line or self.out_of_limits) and not self.current_stage.ends

    @property
    def concerned(self) -> Any:
        """The card that it has halted."""
        return self.card if self.card and self.card.current_stage.has(HALTED) else self

    @classmethod
    def shown_with(cls) -> tuple[Any, ...]:
        return (joinedload(cls.code), joinedload(cls.card))

    def search_words(self) -> list[str]:
        return [
            self.number,
            self.code.code,
            self.code.name_zh,
            self.code.name_en,
            self.party,
            self.description,
        ]

    def touch(self) -> None:
        """Its card shows how far it has come."""
        super().touch()
        if self.card:
            self.card.lock()
            self.card.touch()

    # Effects

    def report(
        self,
        by: User,
        *,
        code_id: int,
        description: str,
        place: str = "",
        card_ref: str = "",
        card: ProductionOrder | None = None,
        halts: bool = True,
        out_of_limits: bool = False,
    ) -> dict[str, Any]:
        """Put it on record at once; a running card halts where the kind demands it."""
        card = card or (ProductionOrder.find(card_ref) if card_ref else None)
        # before the number: whoever signs a reading out of limits holds the card and then takes one
        if card:
            db.session.execute(
                select(ProductionOrder.id).where(ProductionOrder.id == card.id).with_for_update()
            )
        self.number = next_number("A")
        self.code = db.session.get_one(AnomalyCode, code_id)
        self.description, self.place, self.card, self.out_of_limits = (
            description,
            place,
            card,
            out_of_limits,
        )
        if self.card:
            self.card.lock()
        if self.card and halts and self.code.stops_line and self.card.stage in HALT.sources:
            self.card.perform(HALT.key, by=by, anomaly=self.number, reason=description)
        return {
            "number": self.number,
            "code": self.code.code,
            "description": description,
            "place": place,
            "card": self.card and self.card.number,
        }

    def resolve(self, by: User, *, measures: str, cause: str = "") -> None:
        """Say what was done; the card runs again once nothing stops it.

        Who resolves its other problem waits here, then sees this one.
        """
        self.measures, self.cause = measures, cause
        if self.card:
            self.card.lock()
        others = db.session.scalars(
            select(Anomaly)
            .where(Anomaly.card_id == self.card_id, Anomaly.id != self.id)
            .execution_options(populate_existing=True)
        )
        card = self.card if self.card and self.card.stage in RESTART.sources else None
        if card and not any(other.stops for other in others):
            card.perform(RESTART.key, by=by, anomaly=self.number)
