"""The mailbox that orders come to (MAIL_IN_URL): reached, looked through, emptied. Nothing of the
database; what a server says is trusted no further than its letters are.
"""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

TAKEN = "Washline"  # the folder that what was taken in is moved to
INBOX = "INBOX"
PATIENCE = 20.0
LARGEST = 25 * 1024 * 1024
TOGETHER = 50

log = logging.getLogger(__name__)


class NotReached(Exception):
    """The mailbox cannot be looked into; the message is one sentence in English."""


@dataclass(frozen=True)
class Address:
    """Where a mailbox is, as its setting says it; ``account`` names it in the records."""

    secure: bool
    host: str
    port: int
    user: str
    folder: str

    @classmethod
    def of(cls, url: str) -> Address:
        parts = urlsplit(url)
        secure = parts.scheme == "imaps"
        folder = unquote(parts.path.strip("/")) or INBOX
        host, port = parts.hostname or "", parts.port or (993 if secure else 143)
        return cls(secure, host, port, unquote(parts.username or ""), folder)

    @property
    def account(self) -> str:
        return f"{self.user}@{self.host}"[:200]


@dataclass(frozen=True)
class Lying:
    """A mail as the server tells it before it is fetched."""

    uid: int
    size: int
    message_key: str


class Opened:
    """A mailbox that is logged in to, its folder open."""

    def __init__(self, box: BaseMailBox, address: Address) -> None:
        self.box, self.address = box, address
        status = box.folder.status(address.folder, ["UIDVALIDITY"])
        self.uidvalidity = int(status["UIDVALIDITY"])
        self.numbers = sorted(int(uid) for uid in box.uids("ALL"))

    def lying(self, numbers: list[int]) -> Iterator[Lying]:
        """The heads of some mails; their marks of having been read stay."""
        for begin in range(0, len(numbers), TOGETHER):
            some = [str(number) for number in numbers[begin : begin + TOGETHER]]
            heads = self.box.fetch(AND(uid=some), headers_only=True, mark_seen=False, bulk=TOGETHER)
            for head in heads:
                key = "".join("".join(head.headers.get("message-id", ())).split())
                yield Lying(int(head.uid or 0), head.size_rfc822, key)

    def fetch(self, uid: int) -> bytes | None:
        """A mail as it lies there, byte by byte; None where it is gone meanwhile."""
        _, found = self.box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)

    def put_away(self, numbers: list[int]) -> None:
        """Move what is on record; where the server cannot, it stays and is known by its number."""
        if not numbers:
            return
        try:
            _, said = self.box.client.capability()
            if b"MOVE" not in bytes(said[0]).upper().split():
                return
            if not self.box.folder.exists(TAKEN):
                self.box.folder.create(TAKEN)
            for begin in range(0, len(numbers), TOGETHER):
                some = ",".join(map(str, numbers[begin : begin + TOGETHER]))
                self.box.client.uid("MOVE", some, TAKEN)
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as fault:
            log.warning("mails that were taken in could not be moved: %s", fault)


@contextmanager
def opened(config: Any) -> Iterator[Opened]:
    """The mailbox of the settings. Raises NotReached."""
    address, password = Address.of(config["MAIL_IN"]), password_of(config)
    try:
        box: BaseMailBox = (
            MailBox(address.host, address.port, PATIENCE, ssl_context=ssl.create_default_context())
            if address.secure
            else MailBoxUnencrypted(address.host, address.port, PATIENCE)
        )
        with box.login(address.user, password, initial_folder=address.folder):
            yield Opened(box, address)
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as fault:
        said = " ".join(str(fault).replace(password, "…").split())[:200]
        raise NotReached(f"the mailbox {address.account} cannot be looked into: {said}") from None


def password_of(config: Any) -> str:
    """What the file of MAIL_IN_PASSWORD_FILE holds. Raises NotReached."""
    path = config["MAIL_IN_PASSWORD_FILE"]
    if not path:
        raise NotReached("MAIL_IN_PASSWORD_FILE names no file")
    try:
        password = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is no text"
        raise NotReached(f"MAIL_IN_PASSWORD_FILE, {path}, cannot be read: {reason}") from None
    if not password:
        raise NotReached(f"MAIL_IN_PASSWORD_FILE, {path}, is empty")
    return password
