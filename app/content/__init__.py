"""What a file that somebody uploads really is, told by its content and never by its name.

No database, no request.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.content import pictures, sheets, texts
from app.flow.texts.lazy_text import Text, _l

LONGEST_NAME = 120
BREAKS = "\u2028\u2029"  # ends of lines to some readers, and no controls to Unicode
ALLOWED = _l("PDF, PNG, JPEG, WebP, plain text, CSV, XLSX or an e-mail (EML)")


class NotTaken(Exception):
    """A file that is not accepted; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


@dataclass(frozen=True)
class Kind:
    """``begins`` looks at the first bytes; ``fault`` says what is wrong with the whole, if
    anything.
    """

    content_type: str
    endings: tuple[str, ...]
    begins: Callable[[bytes], bool]
    fault: Callable[[bytes], Text | None]


KINDS = (
    Kind("application/pdf", (".pdf",), lambda c: c.startswith(b"%PDF-"), texts.pdf_fault),
    Kind("image/png", (".png",), lambda c: c.startswith(b"\x89PNG\r\n\x1a\n"), pictures.fault),
    Kind("image/jpeg", (".jpg", ".jpeg"), lambda c: c.startswith(b"\xff\xd8\xff"), pictures.fault),
    Kind(
        "image/webp", (".webp",), lambda c: c[:4] == b"RIFF" and c[8:12] == b"WEBP", pictures.fault
    ),
    Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (".xlsx",),
        lambda c: c.startswith(b"PK\x03\x04"),
        sheets.fault,
    ),
    Kind("message/rfc822", (".eml",), texts.is_mail, texts.mail_fault),
    Kind("text/plain", (".txt", ".csv", ".log", ".md"), texts.is_text, lambda _content: None),
)


@dataclass(frozen=True)
class Upload:
    """A file that is accepted: what it is called, what it is, what is in it."""

    filename: str
    content_type: str
    content: bytes


def recognise(name: str, content: bytes) -> Upload:
    """Return an uploaded file under a name that is safe to show and to save.

    Raises NotTaken with the reason.
    """
    name = clean(name)
    if not content:
        raise NotTaken(_l("%(name)s is empty.", name=name))
    kind = next((kind for kind in KINDS if kind.begins(content)), None)
    if kind is None:
        raise NotTaken(
            _l(
                "%(name)s is none of the files that are accepted: %(kinds)s.",
                name=name,
                kinds=ALLOWED,
            )
        )
    if fault := kind.fault(content):
        raise NotTaken(_l("%(name)s is not accepted: %(fault)s", name=name, fault=fault))
    # What a name promises must be what the content is: a page of HTML is saved as the plain text it
    # was taken for.
    ending = PurePosixPath(name).suffix.lower()
    content_type = "text/csv" if ending == ".csv" else kind.content_type
    return Upload(name if ending in kind.endings else name + kind.endings[0], content_type, content)


def clean(name: str) -> str:
    """The last part of a path, without what is invisible or turns the writing round; never
    empty, never too long.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in BREAKS).strip(
        " ."
    )
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending}"
    return seen[:LONGEST_NAME] or "file"
