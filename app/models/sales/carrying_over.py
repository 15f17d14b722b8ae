"""An open order that a plant carries over from its paper on the day of the cut-over (期初)."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.flow.orders import CARRY_OVER
from app.flow.production import CARRY_OVER as CARRY_OVER_CARD
from app.flow.production import PRODUCTION_ORDERS
from app.flow.texts.lazy_text import _l
from app.models.records.event import Event
from app.models.records.kinds import kind_of
from app.models.records.number_series import next_number, pass_over
from app.models.records.record import Record

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.sales.order_line import OrderLine

ON_PAPER = "paper"  # the channel of an order that came before the cut-over
EARLIER = _l("on paper; no signature of it is kept here")


class CarryingOver(Record):
    """``carry_over`` of an order: it begins approved, under its old number; what was checked and
    signed until then stays on paper.
    """

    __abstract__ = True

    if TYPE_CHECKING:  # the order's own
        channel: Any
        request_no: Any
        message: Any
        amount_paid: Any
        lines: Any
        paper_until: Any
        doers: Any

        def fill_in(self, head: dict[str, Any], lines: list[dict[str, Any]]) -> None: ...
        def reckon(self) -> None: ...

    @property
    def carried_over(self) -> Event | None:
        """The event by which it was carried over from paper, if it was."""
        return self.begun_by(CARRY_OVER.key) if self.channel == ON_PAPER else None

    def carry_over(
        self,
        by: User | None,
        *,
        number: str,
        message: str,
        paper_until: date,
        lines: list[dict[str, Any]],
        cards: list[dict[str, Any]],
        **head: Any,
    ) -> dict[str, Any]:
        """Enter an approved order with what is open of each line: ``cards`` says where each of
        the ``lines`` stands, and who vouches for it.
        """
        pass_over(number)
        self.number, self.request_no = number, next_number("R")
        self.message, self.amount_paid = message, Decimal(0)
        self.paper_until = paper_until
        vouched_by = sorted({card["vouched_by"] for card in cards})
        self.doers = {CARRY_OVER.key: vouched_by}
        self.fill_in({**head, "channel": ON_PAPER}, lines)
        opened: list[tuple[OrderLine, dict[str, Any]]] = list(zip(self.lines, cards, strict=True))
        for line, card in opened:
            opens = {**card, "paper_until": paper_until}
            kind_of(PRODUCTION_ORDERS).create(CARRY_OVER_CARD.key, by=by, line=line, **opens)
        self.reckon()  # what was shipped before is not owed here
        return {
            **head,
            "number": number,
            "lines": lines,
            "message_sha256": hashlib.sha256(message.encode()).hexdigest(),
            "paper_until": paper_until,
            "vouched_by": vouched_by,
            "earlier": EARLIER,
        }

    def who_did(self, key: str, by: User) -> list[int]:
        """Of what was carried over who vouches for it."""
        return self.doers[key] if key == CARRY_OVER.key else super().who_did(key, by)
