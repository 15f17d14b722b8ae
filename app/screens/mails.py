"""The mails that came in, as Sales sees them: the list, and one beside its order."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.flow.texts.lazy_text import Text, _l
from app.mail.letters import Letter, NoMail, read
from app.models.mail.received_mail import (
    DAMAGED,
    DRAFT,
    KNOWN,
    NO_ORDER,
    REPLY,
    ReceivedMail,
)
from app.storage import archive
from app.web.sheets import Sheet

MOST = 50
BECAME = {
    DRAFT: _l("Draft of an order"),
    REPLY: _l("About an order"),
    KNOWN: _l("On record already"),
    NO_ORDER: _l("No order"),
    DAMAGED: _l("Damaged"),
}
MATCHED = {
    "email": _l("The sender’s address is this customer’s; anybody can write it."),
    "domain": _l("The sender’s address ends like this customer’s; anybody can write it."),
    "": _l("Nobody in the master data has the sender’s address."),
}
HEADS = (_l("Received at"), _l("Date in the e-mail"), _l("Sender"), _l("Subject"),
         _l("What became of it"), _l("Order"))  # fmt: skip
READ_FROM = {
    "text": _l("read from the text, line %(row)s"),
    "table": _l("read from a table in the e-mail, row %(row)s"),
    "sheet": _l("read from %(name)s, row %(row)s"),
    "pdf": _l("read from %(name)s, line %(row)s"),
}


def sheet(name: Any, mails: list[ReceivedMail]) -> Sheet:
    """A list of mails as a file."""
    rows = [
        [m.received_at, m.told_at, m.sender, m.subject, BECAME[m.became], m.order and m.order.ref]
        for m in mails
    ]
    return str(name), HEADS, rows


def read_from(line: dict[str, Any]) -> Text:
    """What a proposed line was read from."""
    said = line["read_from"]
    sentence = READ_FROM[said["in"]].msgid
    return _l(sentence, row=said["row"], name=said["name"])


def letter_of(mail: ReceivedMail) -> Letter | None:
    """What the mail says; None for what is damaged, erased, or not there."""
    if mail.is_erased or mail.became == DAMAGED:
        return None
    try:
        return read(archive.read(mail.files[0]))
    except (NoMail, IndexError, OSError, archive.Damaged):
        return None


def day(said: str | None) -> date | None:
    """A proposed day as a date."""
    return date.fromisoformat(said) if said else None


def changed(form: Any, mail: ReceivedMail) -> None:
    """Put what a mail changes into the order's form, for Sales to look at."""
    if mail.became == DRAFT:
        return
    for line in mail.proposed:
        number, wanted = line["line_no"], day(line["requested_date"])
        if number is None:
            fields = ("product_text", "quantity", "note")
            more = {name: line[name] for name in fields} | {"requested_date": wanted}
            form.lines.append_entry(more)
        elif number <= len(form.lines.entries):
            row = form.lines.entries[number - 1].form
            row.quantity.process_data(line["quantity"])
            row.requested_date.process_data(wanted)
