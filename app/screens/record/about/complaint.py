"""What the page of a complaint tells: what the customer said of which goods, what was found and
done, what they were told, what came back and what replaces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.shipments import RECORD_RETURN
from app.flow.texts.lazy_text import Text, _l
from app.flow.texts.terms import DEFECT_CLASSES, term
from app.models.records.papers.attachment import Attachment
from app.screens.record.fact import Fact, Mark, days_until

if TYPE_CHECKING:
    from app.models.people.user import User
    from app.models.warehouse.complaint import Complaint

PICTURES = "image/"


class AboutComplaint:
    """The complaint as Sales and Quality look at it."""

    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint

    @property
    def timing(self) -> list[Fact]:
        complaint = self.complaint
        return [
            Fact(_l("Complained on"), complaint.heard_on),
            Fact(_l("Answer by"), complaint.due),
        ]

    @property
    def marks(self) -> list[Mark]:
        left = days_until(self.complaint.due)
        answered = self.complaint.customer_answer or self.complaint.current_stage.ends
        if left is None or left >= 0 or answered:
            return []
        return [Mark("late", _l("%(n)s d late", n=-left))]

    @property
    def severity(self) -> Mark:
        kind = self.complaint.defect.defect_class
        icon = "failed" if kind == "critical" else "risk" if kind == "major" else ""
        return Mark(icon, term(DEFECT_CLASSES, kind))

    @property
    def pictures(self) -> list[Attachment]:
        """The photographs among what was attached."""
        files = Attachment.of([self.complaint])
        return [each for each in files if each.content_type.startswith(PICTURES)]

    def may_return(self, user: User) -> bool:
        """Whether this person may record that some of the goods came back."""
        ship = self.complaint.shipment
        return (
            not self.complaint.current_stage.ends
            and user.may(RECORD_RETURN, ship.current_stage)
            and any(card is self.complaint.card for card, _ in ship.cards_out)
        )

    @property
    def found(self) -> list[tuple[Text, str]]:
        """What Quality found and did, and what the customer was told, as far as it is known."""
        complaint = self.complaint
        told = [
            (_l("Cause"), complaint.cause),
            (_l("Containment"), complaint.containment),
            (_l("What was done"), complaint.measures),
            (_l("Answer to the customer"), complaint.customer_answer),
            (_l("What the customer said to it"), complaint.last_words),
        ]
        return [(label, words) for label, words in told if words]

    @property
    def facts(self) -> list[Fact]:
        complaint = self.complaint
        card, order, ship = complaint.card, complaint.order, complaint.shipment
        product, new = card.product, complaint.replacement
        return [
            Fact(_l("Customer"), complaint.customer.name, thing=complaint.customer),
            Fact(_l("Said by"), complaint.said_by),
            Fact(_l("Defect"), f"{complaint.defect.code} {complaint.defect.name}"),
            Fact(_l("Product"), f"{product.code} {product.name}", thing=product),
            Fact(_l("Units concerned"), complaint.quantity),
            Fact(_l("Lot"), complaint.lot.lot_no, lot=complaint.lot),
            Fact(_l("Card"), card.ref, card.ref),
            Fact(_l("Order"), order.ref, order.ref),
            Fact(_l("Customer PO no."), order.customer_po),
            Fact(_l("Shipment"), ship.ref, ship.ref),
            Fact(_l("Replacement card"), new.ref if new else "", new.ref if new else ""),
        ]
