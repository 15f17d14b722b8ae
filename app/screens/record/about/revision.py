"""What the page of a controlled document's revision tells: whose it is, from when it is in force,
and what differs from the one before, side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.extensions import db
from app.flow.grammar import Action
from app.flow.master.revisions import APPROVE, CONFIRM, REVISE, TAKE_OVER
from app.flow.rules.tags import IN_FORCE
from app.flow.texts.lazy_text import Text, _l, as_signed
from app.models.controlled.contents import Change, differing, joined, line_changes, names_of
from app.models.controlled.revision import of_document
from app.models.master.dictionary.controlled import Layout, plain
from app.models.master.dictionary.fields import Field
from app.models.master.dictionary.wording import value_in_words
from app.screens.record.fact import Fact, Mark

if TYPE_CHECKING:
    from app.models.controlled.revision import Revision
    from app.models.people.user import User


@dataclass(frozen=True)
class Cell:
    """One value, and whether it differs from the one on the other side."""

    label: Text
    words: str
    differs: bool


@dataclass(frozen=True)
class Pair:
    """A line, or the head, as it was and as it is; a side that is not there has no cells."""

    name: str
    old: list[Cell]
    new: list[Cell]

    @property
    def differs(self) -> bool:
        return not (self.old and self.new) or any(cell.differs for cell in self.new)


# What says what a line is about, beside its number.
ABOUT = ("name_zh", "name_en", "text_zh", "text_en")


class AboutRevision:
    """The revision as its author and its reader look at it."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision

    marks: Sequence[Mark] = ()

    @property
    def layout(self) -> Layout:
        return self.revision.home.layout

    @property
    def timing(self) -> list[Fact]:
        return [Fact(_l("Effective from"), self.revision.effective_on)]

    @cached_property
    def approval(self) -> Any:
        """The event by which it was signed."""
        return next((e for e in self.revision.deeds if e.action == APPROVE.key), None)

    @property
    def facts(self) -> list[Fact]:
        revision = self.revision
        signed = self.approval
        return [
            Fact(_l("Document"), f"{revision.code} {revision.title}"),
            Fact(_l("Kind of document"), revision.document.label),
            Fact(_l("Revision"), revision.edition),
            Fact(_l("Takes the place of"), revision.former_edition),
            Fact(_l("Author"), "" if revision.paper_list else revision.party),
            Fact(_l("Reason for the change"), as_signed(revision.reason)),
            Fact(_l("From the file"), revision.source),
            Fact(_l("Written on paper by"), revision.paper_author),
            Fact(_l("Approved on paper by"), revision.paper_approver),
            Fact(_l("Taken over by"), self.who(TAKE_OVER)),
            Fact(_l("Confirmed by"), self.who(CONFIRM)),
            Fact(_l("Approved by"), signed.who if signed else ""),
            Fact(_l("Approved at"), signed.at if signed else None),
            Fact(_l("Effective from"), revision.effective_on),
            Fact(_l("Took effect at"), revision.took_effect_at),
        ]

    def who(self, action: Action) -> str:
        """Who did it, nothing where nobody has."""
        return next((e.who for e in self.revision.deeds if e.action == action.key), "")

    begun_by = REVISE.key

    def may_be_revised(self, user: User) -> bool:
        """Whether it is in force, and this person writes what follows it."""
        in_force = self.revision.current_stage.has(IN_FORCE)
        return in_force and user.has_role(self.revision.roles_to_write())

    @property
    def total(self) -> str:
        """What the shares of a formula add up to; of other documents nothing."""
        shares = [f for f in self.layout.line_fields if f.name == "percent"]
        if not shares:
            return ""
        lines = self.revision.content["lines"]
        total = sum((plain(shares[0], line["percent"]) or Decimal(0) for line in lines), Decimal(0))
        return f"{total.normalize():f}"

    @property
    def line_fields(self) -> tuple[Field, ...]:
        return self.layout.line_fields

    @cached_property
    def head(self) -> Pair:
        old, new = self.revision.former["head"], self.revision.content["head"]
        changed, fields = differing(old, new), self.layout.head_fields
        return Pair("", self.cells(fields, old, changed), self.cells(fields, new, changed))

    @cached_property
    def lines(self) -> list[Pair]:
        changes = line_changes(self.layout, self.revision.former, self.revision.content)
        return [self.pair(change) for change in changes]

    def pair(self, change: Change) -> Pair:
        """A line's fields; of one that changes those that do, and what it is about."""
        fields = [f for f in self.layout.line_fields if f.name not in self.layout.naming]
        if change.fields:
            fields = [f for f in fields if f.name in (*change.fields, *ABOUT) or f.refers]
        return Pair(
            joined(change.name),
            self.cells(fields, change.old, change.fields),
            self.cells(fields, change.new, change.fields),
        )

    @cached_property
    def names(self) -> dict[tuple[str, str], Any]:
        """What is referred to by code is called, by the field that refers."""
        return names_of(self.layout, self.revision.former, self.revision.content)

    def cells(
        self, fields: Any, values: dict[str, Any] | None, changed: Sequence[str]
    ) -> list[Cell]:
        """The values that say something, in words, and those that differ even where they are
        empty.
        """
        if not values:
            return []
        said = [Cell(f.label, self.words(f, values.get(f.name)), f.name in changed) for f in fields]
        return [cell for cell in said if cell.words or cell.differs]

    def words(self, field: Field, value: Any) -> str:
        name = self.names.get((field.name, value), "") if isinstance(value, str) else ""
        return f"{value_in_words(field, plain(field, value), field.unit)} {name}".strip()

    @property
    def changed(self) -> list[Pair]:
        return [pair for pair in self.lines if pair.differs]

    @property
    def unchanged(self) -> list[Pair]:
        return [pair for pair in self.lines if not pair.differs]

    @property
    def others(self) -> list[Revision]:
        """The document's other revisions, the latest first."""
        rows = db.session.scalars(of_document(self.revision.kind, self.revision.code).limit(30))
        return [row for row in rows if row is not self.revision]
