"""What is entered for a shipment (clauses 6.1 to 6.3), and to split or cancel a card."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app import clock
from app.flow.texts.lazy_text import _l, listed
from app.forms.records.action import (
    ActionForm,
    Chosen,
    Code,
    Count,
    Day,
    Prose,
    Ticked,
    Words,
    YesNo,
    needed,
    not_future,
    not_past,
    offered,
)
from app.forms.records.form import NEEDED


class CardsToShip(SelectMultipleField):
    """Cards in stock to tick; one that somebody took meanwhile is told in words."""

    def pre_validate(self, form: Any) -> None:
        if self.data and not {choice.value for choice in self.choices}.issuperset(self.data):
            raise ValidationError(
                str(_l("A chosen card is not free in stock any more; choose again."))
            )


class AssembleForm(ActionForm):
    card_ids = CardsToShip(
        _l("Cards in stock"),
        [needed()],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
        description=_l("Choose cards of one customer that go to one address."),
    )

    def prepare(self, record: Any, choices: Any) -> None:
        self.card_ids.choices = offered(choices.cards_to_ship())
        self.groups = choices.groups_to_ship()
        if not self.is_submitted() and (asked := choices.asked_card_id()):
            self.card_ids.data = [asked]


class PackForm(ActionForm):
    packages = Count(_l("Cases or drums"), least=1)
    pallets = Count(_l("Pallets"))
    packing_note = Words(_l("Note"), length=400)
    labelled = Ticked(
        _l("Contents and lots checked against the cards; incompatible goods kept apart")
    )

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.packages.data, self.pallets.data = (
                record.expected_packages,
                record.expected_pallets,
            )

    def answers(self) -> dict[str, Any]:
        return {
            "packages": self.packages.data,
            "pallets": self.pallets.data,
            "packing_note": self.packing_note.data,
        }


def where_asked(_form: Any, field: Any) -> None:
    """A validator of a field that is there only where the address asks for it."""
    if not field.data:
        raise ValidationError(str(NEEDED))


class ConfirmForm(ActionForm):
    shows_facts = False
    confirmed_with = Words(
        _l("Confirmed with"), [needed()], description=_l("The customer’s person who said yes.")
    )
    delivery_on = Day(_l("Delivery on"), [needed(), not_past])
    window = Words(_l("Delivery window"), [needed()], 40)
    booking_no = Code(_l("Dock booking no."), [where_asked], 60)
    booking_slot = Words(
        _l("Booked slot"), [where_asked], 60, description=_l("Dock and hour, as booked.")
    )
    address_right = Ticked(_l("The address was read back and is right"))

    def prepare(self, record: Any, choices: Any) -> None:
        self.expires_before = record.expires_before
        if not record.address.dock_booking:
            del self.booking_no, self.booking_slot
        self.window.description = _l(
            "The customer receives: %(windows)s", windows=listed(record.address.receiving_windows)
        )
        if not self.is_submitted():
            self.confirmed_with.data = record.address.receiver
            self.delivery_on.data = record.due and max(record.due, clock.today())
            self.window.data = (
                record.address.receiving_windows[0] if record.address.receiving_windows else ""
            )

    def validate_delivery_on(self, field: Any) -> None:
        if field.data and (blocker := self.expires_before(field.data)):
            raise ValidationError(str(blocker.sentence))


class Drops(SelectMultipleField):
    """Shipments to tick that go on the same vehicle; one that has left meanwhile is told in
    words.
    """

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        if self.data and not {choice.value for choice in self.choices}.issuperset(self.data):
            raise ValidationError(
                str(_l("A chosen shipment cannot go along any more; choose again."))
            )


class ShipForm(ActionForm):
    shows_facts = False
    along = Drops(
        _l("On the same vehicle"),
        coerce=int,
        render_kw={"wide": True},
        description=_l(
            "Carrier, plate, driver and waybill are typed once and stand on each shipment’s own "
            "delivery note."
        ),
    )
    apart = BooleanField(
        _l("Goods that must not meet stand apart on the vehicle"), render_kw={"wide": True}
    )
    carrier = Words(_l("Carrier"), [needed()])
    vehicle = Code(_l("Vehicle plate"), [needed()], 40)
    driver = Words(_l("Driver"), [needed()])
    waybill = Code(_l("Waybill no."), length=60)

    def prepare(self, record: Any, choices: Any) -> None:
        self.along.choices = offered(choices.to_go_along(record))
        self.carrier.offers, self.vehicle.offers, self.driver.offers = choices.transport()
        self.fault = lambda along: choices.loading_fault(record, along)
        if not self.fault([choice.value for choice in self.along.choices]):
            del self.apart
        if not self.along.choices and not self.along.data:
            del self.along

    def validate_along(self, field: Any) -> None:
        if (fault := self.fault(field.data or ())) and not self.apart.data:
            raise ValidationError(str(fault))


class FollowUpForm(ActionForm):
    received_on = Day(_l("Received on"), [needed(), not_future])
    received_by = Words(
        _l("Received by"),
        [needed()],
        description=_l(
            "As on the signed copy; its photograph or scan is attached on the shipment’s page."
        ),
    )
    discrepancies = Words(
        _l("Discrepancies"),
        length=400,
        description=_l(
            "Empty: everything arrived as on the delivery note. Goods that come back are recorded "
            "as “Record returned goods”."
        ),
    )
    goods_right = YesNo(_l("Were the goods right?"), _l("Yes"), _l("No"), [Optional()])
    on_time = YesNo(_l("Did they come on time?"), _l("Yes"), _l("No"), [Optional()])
    satisfied = RadioField(
        _l("How satisfied is the customer?"),
        [Optional()],
        coerce=Chosen.read,
        description=_l("1: not at all, 5: very. Not asked or not answered: leave it open."),
        choices=offered((n, str(n)) for n in range(1, 6)),
        validate_choice=True,
    )
    feedback = Prose(_l("The customer’s feedback"), length=1000)

    def prepare(self, record: Any, choices: Any) -> None:
        if not self.is_submitted():
            self.received_on.data = clock.today()


class SplitForm(ActionForm):
    quantity = Count(_l("Units for the new card"), least=1, unit=_l("units"))

    def prepare(self, record: Any, choices: Any) -> None:
        whole = record.good or record.quantity
        self.quantity.description = _l(
            "Of %(whole)s units; the rest stays on this card.", whole=f"{whole:,}"
        )
        if not self.is_submitted():
            self.quantity.data = whole // 2


class CancelForm(ActionForm):
    requested_by = Words(_l("Cancellation asked for by"), [needed()])
