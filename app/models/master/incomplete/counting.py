"""How many rows are incomplete, and which lack what: one statement for a table, however long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.master.base import Master
from app.models.master.incomplete.gaps import GAPS, Gap, is_incomplete

ANY = "1"
INCOMPLETE = _l("Incomplete only")


@dataclass(frozen=True)
class Missing:
    """What a table lacks: ``incomplete`` of its ``rows`` in use, and how many for each gap."""

    rows: int
    incomplete: int
    gaps: tuple[tuple[Gap, int], ...]

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """What a list may be narrowed to: all that is incomplete, or what lacks one thing."""
        return [(ANY, INCOMPLETE), *((gap.key, gap.sentence) for gap, _ in self.gaps)]


def missing_in(key: str, model: type[Master]) -> Missing | None:
    """What the rows in use of a table lack; None where a table has nothing to lack."""
    if key not in GAPS:
        return None
    # Each condition is looked at once a row; rows that lack the same things are counted together.
    flags = [gap.condition.label(f"lacks_{gap.key}") for gap in GAPS[key]]
    query = select(func.count(model.id), *flags).where(model.active)
    kinds = db.session.execute(query.group_by(*(flag.name for flag in flags))).all()
    each = [sum(n for n, *lacks in kinds if lacks[place]) for place in range(len(flags))]
    return Missing(
        sum(n for n, *_ in kinds),
        sum(n for n, *lacks in kinds if any(lacks)),
        tuple((gap, n) for gap, n in zip(GAPS[key], each, strict=True) if n),
    )


def number_incomplete(models: dict[str, type[Master]]) -> dict[str, int]:
    """How many rows in use are incomplete, by the table’s key, in one statement."""
    counts = [
        select(func.count(model.id))
        .where(model.active, is_incomplete(key))
        .scalar_subquery()
        .label(key)
        for key, model in models.items()
        if key in GAPS
    ]
    return dict(db.session.execute(select(*counts)).one()._mapping) if counts else {}


def lacking(key: str, rows: Iterable[Master]) -> dict[int, list[Gap]]:
    """The gaps of some rows of a table, by their ids; a complete one is not among them."""
    found = [row for row in rows if row.active]
    if key not in GAPS or not found:
        return {}
    model = type(found[0])
    answers = db.session.execute(
        select(model.id, *(gap.condition for gap in GAPS[key])).where(
            model.id.in_([row.id for row in found]), is_incomplete(key)
        )
    )
    return {
        number: [gap for gap, lacks in zip(GAPS[key], each, strict=True) if lacks]
        for number, *each in answers
    }


def missing_of(key: str, rows: Iterable[Master]) -> dict[int, list[Text]]:
    """What each of some rows of a table lacks, in words, by its id."""
    return {number: [gap.sentence for gap in gaps] for number, gaps in lacking(key, rows).items()}
