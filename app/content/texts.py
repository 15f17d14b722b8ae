"""What is told by reading: plain text in the encodings that people here use, e-mails, and the
frame of a PDF.
"""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from email.policy import compat32

from app.flow.texts.lazy_text import Text, _l

# Anything below a blank that no text holds.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
FIELD = re.compile(rb"\A(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+(?:\r?\n|\Z)")
HEAD = 64 * 1024
# What may stand before the first field: a mark of UTF-8, blank lines, the line by which a mailbox
# file divides its mails.
BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:>?From [^\r\n]*\r?\n)?")
SENDER = {"from", "sender", "return-path"}
ENVELOPE = {
    "date",
    "message-id",
    "received",
    "delivered-to",
    "mime-version",
    "subject",
    "to",
    "cc",
    "reply-to",
}


def is_text(content: bytes) -> bool:
    """Whether it reads as UTF-8 or GB 18030, without control characters."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False


def is_mail(content: bytes) -> bool:
    """Whether it begins with header fields, the sender and something else of an envelope among
    them: what came by a bad gateway lacks its date or number, or has names in raw UTF-8.
    """
    found = FIELD.match(BEFORE.sub(b"", content[:HEAD]))
    if not found:
        return False
    fields = {name.lower() for name in BytesHeaderParser(policy=compat32).parsebytes(found[0])}
    return bool(fields & SENDER) and bool(fields & ENVELOPE)


def mail_fault(content: bytes) -> Text | None:
    return _l("the e-mail is damaged.") if b"\x00" in content else None


def pdf_fault(content: bytes) -> Text | None:
    """A PDF ends with its mark; what is cut off does not."""
    return None if b"%%EOF" in content[-2048:] else _l("the PDF is damaged or not complete.")
