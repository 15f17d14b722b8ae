"""The words of an approved order, corrected with a reason: they stand on papers, and a wrong one
must not stay there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped

from app.flow.documents import PRODUCTION_ORDER
from app.flow.rules.blockers import WORDING
from app.models.records.record import Record
from app.models.records.rules.reevaluation import reevaluate

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.sales.order import OrderLine


class Rewording(Record):
    """``reword`` of an order: its customer's number and the notes of its lines, never what is
    made, how much or when.
    """

    __abstract__ = True

    if TYPE_CHECKING:  # the order's own
        customer_po: Mapped[str]

        @property
        def open_lines(self) -> list[OrderLine]: ...

    def reword(
        self, by: User, *, customer_po: str, notes: list[dict[str, Any]], reason: str
    ) -> dict[str, Any]:
        """Take the corrected words; the event keeps old and new.

        Papers of cards under way are printed once more.
        """
        before = self.wording()
        self.customer_po = customer_po
        lines = {line.line_no: line for line in self.open_lines}
        for entry in notes:
            lines[entry["line_no"]].note = entry["note"]
        after = self.wording()
        changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
        if changed:
            reevaluate(WORDING, self.id, PRODUCTION_ORDER)
        return {"changed": changed}

    def wording(self) -> dict[str, str]:
        notes = {f"line {line.line_no}": line.note for line in self.open_lines}
        return {"customer_po": self.customer_po, **notes}
