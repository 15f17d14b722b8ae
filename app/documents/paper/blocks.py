"""A printed document as plain data: what stands on it and in which order.

How it looks is the template's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from app.flow.texts.lazy_text import Both

SIGN_OFF = Both("签署", "Sign-off")


@dataclass(frozen=True)
class Joined:
    """Several values one after the other; what is the same in both languages is printed once."""

    parts: tuple[Value, ...]
    by: str = " / "


@dataclass(frozen=True)
class Scan:
    """A code to scan that stands in a cell: what it leads to."""

    scan: str


# What a cell or a field shows: text as it is, a term in both languages, several of them, or a code.
Value = str | Both | Joined | Scan | None


@dataclass(frozen=True)
class Field:
    """A label and its value; ``wide`` takes a whole row."""

    label: Both
    value: Value
    wide: bool = False


@dataclass(frozen=True)
class Fields:
    """Labels and values in rows of ``columns`` pairs."""

    block: ClassVar[str] = "fields"
    items: tuple[Field, ...]
    title: Value = None
    columns: int = 2

    @property
    def rows(self) -> Iterator[list[Field]]:
        """The fields row by row; a row that is not full is ended by a wide field."""
        row: list[Field] = []
        for item in self.items:
            if item.wide and row:
                yield row
                row = []
            row.append(item)
            if item.wide or len(row) == self.columns:
                yield row
                row = []
        if row:
            yield row


@dataclass(frozen=True)
class Column:
    """A column of a table: its label, its width in percent (0: what is left), ``number`` aligns
    to the right.
    """

    label: Both
    width: int = 0
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under repeated heads.

    Long ones are set in pieces: the layout's time grows faster than a table's length.
    """

    block: ClassVar[str] = "table"
    longest: ClassVar[int] = 120
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    title: Value = None
    small: bool = False
    breaks: bool = False  # rows may be longer than a page, so they may go over one

    @property
    def pieces(self) -> list[tuple[tuple[Value, ...], ...]]:
        return [
            self.rows[n : n + self.longest] for n in range(0, len(self.rows), self.longest)
        ] or [()]


@dataclass(frozen=True)
class SignOff:
    """Who signed in which role, what it means, when.

    Without a name it is a box to sign in by hand.
    """

    label: Both
    name: str = ""
    role: Value = None
    meaning: Value = None
    when: str = ""


@dataclass(frozen=True)
class SignOffs:
    """Boxes side by side."""

    block: ClassVar[str] = "signoffs"
    items: tuple[SignOff, ...]
    title: Both = SIGN_OFF


@dataclass(frozen=True)
class Passage:
    """Running text, its line breaks kept."""

    block: ClassVar[str] = "passage"
    title: Value
    text: Value
    quoted: bool = False


@dataclass(frozen=True)
class Codes:
    """Codes to scan side by side, each as what is read beside it and what it leads to."""

    block: ClassVar[str] = "codes"
    items: tuple[tuple[str, str], ...]
    title: Value = None


@dataclass(frozen=True)
class Entry:
    """What is to be written by hand: on a line, into a ``tall`` box, as one or more of the
    ``boxes`` to tick, or into empty rows under the heads of ``columns``. ``mark`` stands behind
    the label: the unit, a star where it must not stay empty.
    """

    label: Both
    mark: str = ""
    tall: bool = False
    boxes: tuple[Value, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def wide(self) -> bool:
        """Whether it takes a row of its own."""
        return self.tall or bool(self.columns) or len(self.boxes) > 2


@dataclass(frozen=True)
class BlankForm:
    """A form to fill in by hand, by its title; ``notes`` say who may, when, and what of it."""

    block: ClassVar[str] = "blank"
    anchor: str
    title: Value
    clause: str
    notes: tuple[Field, ...]
    entries: tuple[Entry, ...]
    signatures: tuple[Both, ...]

    @property
    def rows(self) -> Iterator[list[Entry]]:
        """Its entries, two in a row where they are short."""
        row: list[Entry] = []
        for entry in self.entries:
            if row and (entry.wide or len(row) == 2):
                yield row
                row = []
            row.append(entry)
            if entry.wide:
                yield row
                row = []
        if row:
            yield row


@dataclass(frozen=True)
class Contents:
    """The titles of forms with what is said of each, and the page on which it stands."""

    block: ClassVar[str] = "contents"
    items: tuple[tuple[str, Value, Value], ...]
    title: Value = None


Block = Fields | Table | SignOffs | Passage | Codes | BlankForm | Contents


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF; ``relationship`` is what it is to the document
    (AFRelationship, ISO 19005-3:2012, 6.8).
    """

    name: str
    description: str
    text: str
    at: datetime
    relationship: str = "Data"


@dataclass(frozen=True)
class Copy:
    """A filed document that a dossier repeats: its title and number, its PDF, and for each of
    its pages whether it is landscape.
    """

    title: Both
    number: str
    pdf: bytes
    landscape: tuple[bool, ...]


@dataclass(frozen=True)
class Company:
    """Whose paper it is; ``address`` may be empty, and so may be ``logo``, the address of a
    picture that carries its own content.
    """

    name: Both
    address: Both
    logo: str = ""


@dataclass(frozen=True)
class Paper:
    """One document: its head, its blocks, and the ``copies`` of documents that follow it."""

    template: ClassVar[str] = "paper.html"
    title: Both
    number: str
    revision: int
    refs: tuple[Field, ...]
    issued: datetime
    code: str
    company: Company
    clause: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    copies: tuple[Copy, ...] = ()
    notice: Value = None  # what has to stand on every page
    attachments: tuple[Attachment, ...] = field(default=())


@dataclass(frozen=True)
class PartedNote(Paper):
    """A note in several parts: on A4 a page or more for each, on ``continuous`` paper one that goes
    through all of them, set ``left`` and ``top`` mm from its edge.
    """

    template: ClassVar[str] = "three_part_note.html"
    parts: tuple[Both, ...] = ()
    continuous: bool = False
    left: int = 0
    top: int = 0
