"""The worker's part of the mailbox: each round takes in what lies there and is not on record.

A mail is on record with its place in one transaction of its own, and is moved only then: a round
that is killed loses and doubles nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.jobs.leases import transaction
from app.mail.mailbox import LARGEST, TOGETHER, Lying, NotReached, Opened, opened
from app.mail.taking_in import Place, take_in
from app.models.mail.received_mail import MailPlace, ReceivedMail

LOOK = 60.0

log = logging.getLogger(__name__)


def look() -> None:
    """One round, where a mailbox is named. What keeps it away is told, and tried again."""
    if not current_app.config["MAIL_IN"]:
        return
    try:
        for said in fetch():
            log.info("mail %s", said)
    except NotReached as fault:
        log.warning("%s", fault)


def fetch() -> Iterator[str]:
    """Take in what is not on record yet; what became of each. Raises NotReached, OSError."""
    with opened(current_app.config) as box:
        with transaction(reads=True):
            known = MailPlace.of(box.address.account, box.address.folder, box.uidvalidity)
        box.put_away([uid for uid in box.numbers if uid in known])
        new = [uid for uid in box.numbers if uid not in known]
        for begin in range(0, len(new), TOGETHER):
            done: list[int] = []
            for lying in box.lying(new[begin : begin + TOGETHER]):
                if said := taken(box, lying):
                    done.append(lying.uid)
                    yield f"{lying.uid}: {said}"
            box.put_away(done)


def taken(box: Opened, lying: Lying) -> str:
    """Take one in; "" where it stays where it is."""
    at = Place(box.address.account, box.address.folder, box.uidvalidity, lying.uid)
    try:
        with transaction():
            if said := here_by_its_number(lying, at):
                return said
            if lying.size > LARGEST:
                log.warning("mail %s is too large to be taken in: %s", lying.uid, lying.size)
                return ""
            raw = box.fetch(lying.uid)
            return take_in(raw, place=at).said if raw is not None else ""
    except IntegrityError:  # another worker was first
        log.info("mail %s went to another worker", lying.uid)
        return ""


def here_by_its_number(lying: Lying, at: Place) -> str:
    """Note one more place of a mail that is on record, without fetching it."""
    mail = ReceivedMail.known(lying.message_key, "") if lying.message_key else None
    if mail is None:
        return ""
    db.session.add(MailPlace(mail_id=mail.id, **vars(at)))
    return f"known {mail.order.ref}" if mail.order else "known"
