"""What is told by reading: plain text in the encodings that people here use, e-mails, and the frame of a PDF."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from email.policy import compat32

from app.flow.words import Text, _l

# Anything below a blank that no text holds.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
FIELD = re.compile(rb"\A(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+(?:\r?\n|\Z)")
HEAD = 64 * 1024


def is_text(content: bytes) -> bool:
    """Whether it reads as UTF-8 or GB 18030, without control characters."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False


def is_mail(content: bytes) -> bool:
    """Whether it begins with header fields, the sender and a date or a number among them."""
    found = FIELD.match(content[:HEAD])
    if not found:
        return False
    fields = {name.lower() for name in BytesHeaderParser(policy=compat32).parsebytes(found[0]).keys()}
    return "from" in fields and bool(fields & {"date", "message-id", "received"})


def mail_fault(content: bytes) -> Text | None:
    return _l("the e-mail is damaged.") if b"\x00" in content else None


def pdf_fault(content: bytes) -> Text | None:
    """A PDF ends with its mark; what is cut off does not."""
    return None if b"%%EOF" in content[-2048:] else _l("the PDF is damaged or not complete.")
