"""A line of an open order as a file says it at the cut-over, and as its events have it since."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app import clock
from app.models.production.cut_over.begun import Begun
from app.models.warehouse.made_before import Made
from app.plant import reading
from app.sheets.reading.plan import Planned

OF_LINE = ("requested_date", "promised_date")
OF_LOT = ("lot", "good", "made_on", "expiry", "zone")
SHEETS = {"sheets": 120, "sheets_at": 120}


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
    begun: Begun | None
    vouched_by: int
    words: str = ""
    kit_words: list[str] = field(default_factory=list)  # heads and rows of the second file

    @classmethod
    def of(
        cls,
        said: dict[str, Any],
        customer: int,
        address: int,
        product: str,
        left: int,
        made: Made | None,
        begun: Begun | None,
        vouched_by: int,
    ) -> Carried:
        until = said.get("paper_until") or clock.today()
        head = {
            "customer_id": customer,
            "address_id": address,
            "customer_po": reading.code(said.get("customer_po"))[:60],
            "received_at": clock.begins(said.get("ordered_on") or until),
            "paper_until": until,
        }
        number = reading.code(said["order_number"]).upper()
        return cls(number, said.get("line_no"), head, said, product, left, made, begun, vouched_by)

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
            "begun": self.begun,
            "vouched_by": self.vouched_by,
            **{name: str(self.said.get(name) or "")[:most] for name, most in SHEETS.items()},
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What its events say once it is there."""
        card, made = self.card, self.made.facts if self.made else {}
        begun = self.begun.facts if self.begun else {}
        if self.begun and self.begun.lot:  # else it was given its number here
            made = {"lot": self.begun.lot}
        if not begun.get("kit"):  # its file is not here
            begun.pop("kit", None)
        if self.said.get("paper_until"):
            begun["paper_until"] = self.said["paper_until"]
        days = {"requested_date": self.line["requested_date"]} | card
        return {
            "product": self.product,
            **{name: plain(days[name]) for name in OF_LINE},
            **{name: card[name] for name in ("quantity", "shipped_before", "vouched_by")},
            **{name: plain(made.get(name)) for name in OF_LOT if made or not self.begun},
            **{name: card[name] for name in SHEETS if card[name]},
            **{name: plain(value) for name, value in begun.items()},
        }


def in_words(row: Planned) -> str:
    """A row as its file has it, for the original message of its order."""
    return "\t".join("" if cell is None else str(cell) for cell in row.cells)


def plain(value: Any) -> Any:
    """A value as events keep it."""
    if isinstance(value, datetime):
        return clock.local(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
