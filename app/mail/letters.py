"""A raw mail as what it says: sender, subject, text, tables, files. No database.

Whatever is broken in it, the rest is read: an unknown charset by what its bytes look like, a date
that is none as no date. HTML is never shown as such: only its words and tables come out of it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from app.content.tables.encodings import Unreadable, decode
from app.content.texts import BEFORE, CONTROL, is_mail
from app.mail.pages import Page
from app.plant import reading

MOST_TEXT = 18_000  # what an order's message holds, with room for the subject
LONGEST_KEY = 300
MARK = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*")
IDS = re.compile(r"<[^<>\s]{1,290}>")
BULK = frozenset(("bulk", "junk", "list", "auto_reply"))


class NoMail(ValueError):
    """Bytes that are no mail; the message is a short sentence in English."""


@dataclass
class Letter:
    """``key`` is the Message-ID, or the hash of the raw message; ``tables`` are those of its HTML,
    ``files`` pairs of name and content.
    """

    key: str
    sha256: str
    name: str
    address: str
    subject: str
    told_at: datetime | None
    answers: list[str]
    automatic: bool
    text: str = ""
    tables: list[list[list[str]]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """Name and address, as a person reads them."""
        both = f"{self.name} <{self.address}>" if self.name and self.address else ""
        return (both or self.address or self.name or "?")[:200]

    @property
    def own_text(self) -> str:
        """What its sender wrote, without what he answers to."""
        return "\n".join(
            line for line in self.text.splitlines() if not line.lstrip().startswith((">", "＞"))
        )


def read(raw: bytes) -> Letter:
    """Read a mail, told by its content. Raises NoMail."""
    if not is_mail(raw):
        raise NoMail("it is no e-mail" if raw.strip() else "it is empty")
    if b"\x00" in raw:
        raise NoMail("it holds bytes that no e-mail has")
    sha256 = hashlib.sha256(raw).hexdigest()
    try:
        message = message_from_bytes(BEFORE.sub(b"", raw, count=1), policy=policy.compat32)
        letter = headed(message, sha256)
        put_in_parts(letter, message)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise NoMail(f"it cannot be taken apart ({type(error).__name__})") from error
    return letter


def headed(message: Message, sha256: str) -> Letter:
    """What the head of a mail says."""
    name, address = parseaddr(header(message, "From") or header(message, "Sender"))
    answers = IDS.findall(header(message, "In-Reply-To") + " " + header(message, "References"))
    return Letter(
        key_of(message, sha256),
        sha256,
        reading.line(name)[:80],
        reading.code(address).lower()[:110],
        reading.line(header(message, "Subject"))[:300],
        told(header(message, "Date")),
        list(dict.fromkeys(answers))[-50:],
        is_automatic(message),
    )


def key_of(message: Message, sha256: str) -> str:
    """The Message-ID, or what stands for it where it is missing or longer than any is."""
    said = "".join(header(message, "Message-ID").split())
    return said if 2 < len(said) <= LONGEST_KEY else f"sha256:{sha256}"


def header(message: Message, name: str) -> str:
    """A header's words, decoded as far as they can be."""
    parts = []
    said = next((str(v) for n, v in message.raw_items() if n.lower() == name.lower()), "")
    try:
        found = decode_header(said)
    except Exception:  # what the library makes of broken words has many names
        found = [(said, None)]
    for part, charset in found:
        parts.append(part if isinstance(part, str) else words(part, charset))
    raw = "".join(parts)
    if any("\udc80" <= sign <= "\udcff" for sign in raw):  # raw bytes where letters should be
        raw = of_bytes(raw.encode("utf-8", "surrogateescape"))
    return CONTROL.sub("", re.sub(r"\s*[\r\n]+\s*", " ", raw)).strip()


def of_bytes(content: bytes) -> str:
    """A header that was written as it is: too short to tell more than these two apart."""
    for charset in ("utf-8", "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def words(content: bytes, charset: str | None) -> str:
    """A text in the charset that it names; where it does not fit, by what it looks like."""
    wider = {"gb2312": "gb18030", "gbk": "gb18030", "us-ascii": "", "unknown-8bit": ""}
    named = wider.get((charset or "").lower(), charset or "")
    for wished in dict.fromkeys((named, "")):
        try:
            return decode(content, wished)[0]
        except (Unreadable, LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def told(date: str) -> datetime | None:
    """The moment that a mail says it is of; None where it says none that can be."""
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if 2000 <= moment.year < 2100 else None


def is_automatic(message: Message) -> bool:
    """Whether a machine sent it: such a mail is never answered, and never an order."""
    submitted = header(message, "Auto-Submitted").lower()
    return (
        (submitted not in ("", "no"))
        or header(message, "Precedence").lower() in BULK
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or header(message, "Return-Path") == "<>"
        or message.get_content_type() == "multipart/report"
    )


def put_in_parts(letter: Letter, message: Message) -> None:
    """Take its parts: the first plain text, the words and tables of HTML, files."""
    plain, html = [], []
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        filename = named(part)
        if filename or part.get_content_disposition() == "attachment":
            letter.files.append((filename or "file", content))
        elif part.get_content_type() == "text/html":
            html.append(Page.of(words(content, part.get_content_charset())))
        elif part.get_content_maintype() == "text":
            plain.append(words(content, part.get_content_charset()))
    letter.tables = [table for page in html for table in page.tables]
    texts = [reading.words(text) for text in plain if text.strip()]
    if letter.tables or not texts:
        texts += [reading.words(page.text) for page in html]
    letter.text = "\n\n".join(filter(None, texts))[:MOST_TEXT]


def named(part: Message) -> str:
    """What an attached file is called."""
    try:
        said = part.get_filename()
    except (ValueError, LookupError, TypeError):
        said = None
    if not said:
        return ""
    try:
        pieces = decode_header(said)
    except Exception:
        pieces = [(said, None)]
    return "".join(each if isinstance(each, str) else words(each, how) for each, how in pieces)
