"""Taking a mail in: kept as it came, and what it becomes, in one transaction: a draft of an order,
a reply beside its order, or what Sales sets aside. The caller commits.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app import clock
from app.content import NotTaken, recognise
from app.extensions import db
from app.flow.orders import RECEIVE
from app.mail.changes import changes
from app.mail.letters import Letter, NoMail, read
from app.mail.proposing import proposals
from app.mail.subjects import customer_of, meant_by, order_of, place_of, po_of
from app.models.mail.received_mail import (
    DAMAGED,
    DRAFT,
    KNOWN,
    NO_ORDER,
    REPLY,
    MailPlace,
    ReceivedMail,
)
from app.models.master import Customer
from app.models.records.errors import Refused
from app.models.records.papers.attachment import Attachment
from app.models.sales.order import Order
from app.sheets.importing.writing import filing
from app.storage import archive

if TYPE_CHECKING:
    from app.models.people.user import User

MAIL, OTHER = "message/rfc822", "application/octet-stream"
NAME = "mail.eml"
AUTOMATIC = "automatic"
ANSWER = re.compile(r"\s*(?:re|aw|sv|fwd?|回复|答复|转发)\s*[:：]", re.IGNORECASE)
CHANGES = re.compile(
    r"更正|改为|改成|变更|修改|调整|取消|chang|amend|cancel|correct", re.IGNORECASE
)


@dataclass(frozen=True)
class Place:
    """Where a mail lies on its server."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True)
class Taken:
    """A mail on record; ``again`` where it was there before."""

    mail: ReceivedMail
    again: bool

    @property
    def said(self) -> str:
        """What became of it, as the command line says it."""
        mail = self.mail
        if mail.order and (self.again or mail.became == KNOWN):
            return f"known {mail.order.ref}"
        if mail.became == DAMAGED:
            return f"damaged, kept: {mail.why}"
        return f"{mail.became} {mail.order.ref}" if mail.order else "no order"


def take_in(raw: bytes, *, by: User | None = None, place: Place | None = None) -> Taken:
    """Put a raw mail on record, unless it is there. Raises OSError where it cannot be kept."""
    try:
        letter: Letter | None = read(raw)
        why = ""
    except NoMail as reason:
        letter, why = None, str(reason)
    sha256 = hashlib.sha256(raw).hexdigest()
    key = letter.key if letter else f"sha256:{sha256}"
    mail = ReceivedMail.known(key, sha256)
    taken = Taken(mail, True) if mail else None
    if taken is None:
        with filing() as filed:
            facts = made_of(letter, by) if letter else damaged(why)
            keep(filed, raw, letter)
            facts |= {"message_key": key, "sha256": sha256}
            taken = Taken(ReceivedMail.put_on_record(filed, by=by, **facts), False)
    if place:
        db.session.add(MailPlace(mail_id=taken.mail.id, **vars(place)))
        db.session.flush()
    return taken


def damaged(why: str) -> dict[str, Any]:
    facts = {"sender": "?", "subject": "", "told_at": None, "matched": "", "automatic": False}
    return {**facts, "became": DAMAGED, "why": why, "proposed": [], "order_id": None}


def made_of(letter: Letter, by: User | None) -> dict[str, Any]:
    """What a letter becomes; an order that must not be taken in now leaves it waiting."""
    customer, matched = customer_of(letter.address)
    told_at = min(letter.told_at, clock.now()) if letter.told_at else None
    facts = {
        "sender": letter.sender,
        "subject": letter.subject,
        "told_at": letter.told_at,
        "matched": matched,
        "automatic": letter.automatic,
    }
    if letter.automatic:
        return {**facts, **nothing(AUTOMATIC)}
    today = clock.local(told_at or clock.now()).date()
    lines = proposals(letter, meant_by, today)
    if order := order_of(letter, customer):
        return {**facts, **beside(order, letter, lines, today)}
    if not lines:
        return {**facts, **nothing("")}
    try:
        with db.session.begin_nested():
            order = draft(letter, customer, lines, by)
    except Refused as refusal:
        return {**facts, **nothing(refusal.sentence.msgid[:200]), "proposed": lines}
    return {**facts, "became": DRAFT, "why": "", "proposed": lines, "order": order}


def nothing(why: str) -> dict[str, Any]:
    return {"became": NO_ORDER, "why": why, "proposed": [], "order": None}


def beside(order: Order, letter: Letter, lines: list[Any], today: date) -> dict[str, Any]:
    """A mail about an order that is on record: the same order again, or what it says of it."""
    wanted = changes(order, letter, lines, today)
    again = bool(lines) and not is_answer(letter)
    settled = {"settled_at": clock.now()} if again and not wanted else {}
    became = KNOWN if again else REPLY
    return {"became": became, "why": "", "proposed": wanted, "order": order, **settled}


def is_answer(letter: Letter) -> bool:
    """Whether a letter says that it is about an earlier one, or changes it; else it is the order
    itself once more.
    """
    said = f"{letter.subject}\n{letter.own_text}"
    return bool(letter.answers or ANSWER.match(letter.subject) or CHANGES.search(said))


def draft(
    letter: Letter, customer: Customer | None, lines: list[dict[str, Any]], by: User | None
) -> Order:
    """An order in the first stage, as Sales would take it in; ``by`` nobody is the mailbox."""
    address = place_of(customer, letter) if customer else None
    known = customer if address else None
    unknown: dict[str, Any] = {
        "customer_text": "" if known else letter.sender[:120],
        "address_text": "" if known else letter.address or "?",
        "phone_text": "",
    }
    return Order.create(
        RECEIVE.key,
        by=by,
        customer_id=known.id if known else None,
        address_id=address.id if address else None,
        customer_po=po_of(letter),
        channel="email",
        received_at=min(letter.told_at, clock.now()) if letter.told_at else clock.now(),
        message="\n\n".join(filter(None, (letter.subject, letter.text))) or letter.sender,
        lines=[{name: line[name] for name in line if name != "read_from"} for line in lines],
        **unknown,
    )


def keep(filed: list[Attachment], raw: bytes, letter: Letter | None) -> None:
    """Keep the message as it came, and beside it those of its files that may be opened here."""
    stored(filed, Attachment.new(NAME, MAIL if letter else OTHER), raw)
    for name, content in letter.files if letter else ():
        try:
            upload = recognise(name, content)
        except NotTaken:
            continue  # it is in the message, whoever must have it finds it there
        stored(filed, Attachment.new(upload.filename, upload.content_type), upload.content)


def stored(filed: list[Attachment], file: Attachment, content: bytes) -> None:
    filed.append(file)
    kept = archive.store(file, content)
    file.sha256, file.size = kept.sha256, kept.size
