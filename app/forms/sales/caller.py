"""Who orders: found in the master data by what the caller says, or taken down in his own words."""

from __future__ import annotations

import re
from typing import Any

from wtforms import RadioField
from wtforms.validators import Optional, ValidationError

from app.flow.texts.lazy_text import _l
from app.forms.master.tables import MasterForm
from app.forms.master.tables import form_for as master_form
from app.forms.records.action import ActionForm, Chosen, Words, needed, offered
from app.models.master.dictionary import TABLES

NEW = "new"
BOTH = _l("Choose a customer from the list, or write down a new one: not both.")
NOBODY = _l("Who orders? Search and choose, or write down who is in no list yet.")
UNKNOWN = _l(
    "Nobody in the master data is found by “%(words)s”. A new customer? Then write down name and "
    "address here."
)
SEVERAL = _l("“%(words)s” fits several; choose the right one from the list.")
# A field under which a script offers what fits (static/js/options.js).
FINDS = {
    "autocomplete": "off",
    "role": "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "suggestions",
}
AFTER = "textarea, #lines-0-product_text"  # where it goes on once the caller is known
CHINESE = re.compile(r"[\u3400-\u9fff]")


class Caller(Chosen):
    """An address of a customer; nothing stands there beforehand, and a caller in no list leaves
    it empty.
    """

    def offer(self, pairs: Any) -> None:
        self.choices = offered([("", _l("Please choose")), *pairs])


def one_caller(form: Any, field: Any) -> None:
    """A validator: exactly one customer, chosen or new."""
    if form.unclear:
        raise ValidationError(str(form.unclear))


class CallerForm(ActionForm):
    """The fields that say who orders.

    ``customer`` holds what was searched for; what it finds alone is taken.
    """

    customer = Words(
        _l("Find the customer"),
        [one_caller],
        length=160,
        render_kw={
            "wide": True,
            **FINDS,
            "data-options": "/sales/customers?q=",
            "data-into": "address_id",
            "data-next": AFTER,
        },
        description=_l("Any part of name, code, telephone number or pinyin."),
    )
    address_id = Caller(_l("Customer and ship-to address"), [Optional()], render_kw={"wide": True})
    # Enter goes from one to the next as from a customer who was found.
    customer_text = Words(
        _l("New customer: name"), length=120, render_kw={"data-next": "#phone_text"}
    )
    address_text = Words(_l("New customer: address"), length=300, render_kw={"data-next": AFTER})
    phone_text = Words(
        _l("New customer: telephone"), length=40, render_kw={"data-next": "#address_text"}
    )
    unclear: Any = None

    def find_caller(self, choices: Any) -> None:
        """Offer whom one may choose; in a form that was sent, settle who it is."""
        self.customer_of = choices.customer_of
        sent = choices.address(self.address_id.data)
        typed = (self.customer.data or "") if self.is_submitted() else ""
        if sent and typed == sent[0][1]:
            typed = ""
        addresses = choices.addresses_like(typed) if typed else []
        self.address_id.offer(dict([*(addresses or choices.addresses()), *sent]).items())
        if self.is_submitted():
            self.settle(typed, addresses, sent)

    def settle(self, typed: str, addresses: list[Any], sent: list[Any]) -> None:
        """The one who was chosen, else the only one that was found; ``unclear`` says why it is
        neither.
        """
        if sent and (not typed or sent[0] in addresses):
            self.unclear = BOTH if self.customer_text.data else None
        elif self.customer_text.data:
            self.address_id.data = None
            self.customer.data = ""
        elif len(addresses) == 1:
            self.address_id.data = addresses[0][0]
        elif not typed:
            self.unclear = NOBODY
        else:
            self.address_id.data = None
            self.unclear = _l(SEVERAL.msgid if addresses else UNKNOWN.msgid, words=typed)
            if not addresses:
                self.customer_text.process_data(typed)

    def who(self) -> dict[str, Any]:
        """What the answers say of the customer."""
        return {"customer_id": self.customer_of(self.address_id.data)}


class EnterCustomerForm(ActionForm):
    """A caller becomes a customer: one that is there already, or a new one with what was taken
    down filled in.
    """

    known = RadioField(_l("Is it one of these?"), [Optional()])

    def prepare(self, record: Any, choices: Any) -> None:
        namesakes = choices.namesakes(record.customer_text)
        self.known.choices = offered(pairs_of(namesakes)) if namesakes else []
        if namesakes:
            self.known.validators = [needed()]
        else:
            del self.known
        self.customer = part(
            "customer",
            choices,
            {
                "code": choices.next_customer_code(),
                "name_local": record.customer_text,
                "country": "CN",
                "language": "zh-CN",
                "label_variant": "zh-CN",
                "phone": record.phone_text,
            },
        )
        local = "address_local" if CHINESE.search(record.address_text) else "address_en"
        self.address = part(
            "address",
            choices,
            {
                "code": "SHIP-1",
                local: record.address_text,
                "phone": record.phone_text,
                "receiving_days": list("12345"),
            },
            leave_out="customer",
        )

    @property
    def choice(self) -> str:
        return self.known.data if "known" in self else NEW

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right = super().validate(*args, **kwargs)
        parts = [self.customer] * (self.choice == NEW) + [self.address] * (
            not self.choice or self.choice[0] in "nc"
        )
        return all([right, *(each.validate() for each in parts)])

    def answers(self) -> dict[str, Any]:
        number = int(self.choice[1:]) if self.choice != NEW else None
        return {
            "address_id": number if self.choice[0] == "a" else None,
            "customer_id": number if self.choice[0] == "c" else None,
            "customer": self.customer.values,
            "address": self.address.values,
        }


def pairs_of(customers: list[Any]) -> list[tuple[str, Any]]:
    """Each customer's addresses, a new address of hers, and none of these."""
    pairs: list[tuple[str, Any]] = []
    for each in customers:
        pairs += [
            (f"a{a.id}", f"{each.code} {each.name} · {a.code} {a.address}") for a in each.addresses
        ]
        pairs.append(
            (
                f"c{each.id}",
                _l("%(customer)s, at a new address", customer=f"{each.code} {each.name}"),
            )
        )
    return [*pairs, (NEW, _l("None of these: a new customer"))]


def part(key: str, choices: Any, proposed: dict[str, Any], leave_out: str = "") -> MasterForm:
    """The fields of a new row of master data, their names begun by the table's."""
    form = master_form(TABLES[key], None, choices.named_by, {})
    if leave_out:
        delattr(form, leave_out)
    return form(prefix=f"{key}-", data=proposed, meta={"csrf": False})
