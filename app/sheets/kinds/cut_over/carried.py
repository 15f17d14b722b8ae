"""A line of an open order as a file says it at the cut-over, and as its events have it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app import clock
from app.models.warehouse.made_before import Made
from app.plant import reading

OF_LINE = ("requested_date", "promised_date")
OF_LOT = ("lot", "good", "made_on", "expiry", "zone")


@dataclass
class Carried:
    """What a row comes to: ``head`` is its order's, ``line`` the order's line, ``card`` where it
    stands; ``words`` are the heads of the file.
    """

    number: str
    line_no: int | None
    head: dict[str, Any]
    said: dict[str, Any]
    product: str
    left: int
    made: Made | None
    vouched_by: int
    words: str = ""

    @classmethod
    def of(
        cls,
        said: dict[str, Any],
        customer: int,
        address: int,
        product: str,
        left: int,
        made: Made | None,
        vouched_by: int,
    ) -> Carried:
        ordered = said.get("ordered_on") or clock.today()
        head = {
            "customer_id": customer,
            "address_id": address,
            "customer_po": reading.code(said.get("customer_po"))[:60],
            "received_at": clock.begins(ordered),
        }
        number = reading.code(said["order_number"]).upper()
        return cls(number, said.get("line_no"), head, said, product, left, made, vouched_by)

    @property
    def card_number(self) -> str:
        return f"{self.number}-{self.line_no}"

    @property
    def line(self) -> dict[str, Any]:
        """The line as an order takes it in."""
        return {
            "line_no": self.line_no,
            "product_code": self.product,
            "product_text": self.product,
            "quantity": self.said["quantity"],
            "requested_date": self.said.get("requested_date") or self.said["promised_date"],
            "note": str(self.said.get("note") or "")[:400],
        }

    @property
    def card(self) -> dict[str, Any]:
        """What is open of it, as the card takes it in."""
        return {
            "quantity": self.left,
            "shipped_before": self.said.get("shipped_quantity") or 0,
            "promised_date": self.said.get("promised_date"),
            "made": self.made,
            "vouched_by": self.vouched_by,
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What its events say once it is there."""
        card, made = self.card, self.made.facts if self.made else {}
        days = {"requested_date": self.line["requested_date"]} | card
        return {
            "product": self.product,
            **{name: plain(days[name]) for name in OF_LINE},
            **{name: card[name] for name in ("quantity", "shipped_before", "vouched_by")},
            **{name: plain(made.get(name)) for name in OF_LOT},
        }


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
