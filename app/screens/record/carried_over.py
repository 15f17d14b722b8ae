"""What the page of an order or a card says of the cut-over (期初)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import clock
from app.flow.texts.lazy_text import _l
from app.screens.record.event_words import vouchers
from app.screens.record.fact import Fact, Mark

if TYPE_CHECKING:
    from app.models.records.event import Event

MARK = Mark("info", _l("Carried over"))


def told_of(event: Event | None) -> list[Fact]:
    """When it was carried over from paper, who vouches for it, and what was shipped before;
    nothing of what was not.
    """
    if event is None:
        return []
    said: dict[str, Any] = event.data
    shipped = said.get("shipped_before")
    return [
        Fact(
            _l("Carried over"),
            _l(
                "%(day)s, vouched for by %(who)s; everything before: on paper",
                day=clock.local(event.at).date().isoformat(),
                who=str(vouchers(said["vouched_by"])),
            ),
        ),
        Fact(
            _l("Shipped before"),
            _l("%(quantity)s units", quantity=f"{shipped:,}") if shipped else "",
        ),
    ]
