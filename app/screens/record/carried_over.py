"""What the page of an order or a card says of the cut-over (期初)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import clock
from app.flow.texts.lazy_text import _l
from app.screens.record.event_words import vouchers
from app.screens.record.fact import Fact, Mark

if TYPE_CHECKING:
    from app.models.records.event import Event
    from app.models.sales.opening import Opening


def mark(record: Opening) -> list[Mark]:
    """The mark of what began on paper, if it did."""
    return [Mark("info", record.opening)] if record.opening else []


def told_of(event: Event | None) -> list[Fact]:
    """When it was carried over from paper, who vouches for it, and what was shipped before;
    nothing of what was not.
    """
    if event is None:
        return []
    said: dict[str, Any] = event.data
    shipped, made = said.get("shipped_before"), said.get("made_so_far")
    sheets = ", ".join(filter(None, (said.get("sheets"), said.get("sheets_at"))))
    return [
        Fact(
            _l("Opening"),
            _l(
                "paper until %(day)s, vouched for by %(who)s; everything before: on paper",
                day=said.get("paper_until") or clock.local(event.at).date().isoformat(),
                who=str(vouchers(said["vouched_by"])),
            ),
        ),
        Fact(_l("Sheets on paper"), sheets),
        Fact(_l("Tank"), said.get("tank") or ""),
        Fact(
            _l("Made on paper so far"),
            _l("%(quantity)s units", quantity=f"{made:,}") if made else "",
        ),
        Fact(
            _l("Shipped before"),
            _l("%(quantity)s units", quantity=f"{shipped:,}") if shipped else "",
        ),
    ]
