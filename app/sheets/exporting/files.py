"""What there is of a kind as a file that an import reads again."""

from __future__ import annotations

from app.sheets.kinds import Kind
from app.web.sheets import Sheet, written


def sheet_of(kind: Kind, *, plain: bool = False) -> Sheet:
    """The rows of a kind; its heads in the reader's words, or ``plain`` as the demo's files have
    them.
    """
    heads = [column.key if plain else column.label for column in kind.own_columns]
    return (kind.key, heads, kind.exported())


def content_of(kind: Kind, ending: str, *, plain: bool = False) -> bytes:
    """The file of an ending of ``app.web.sheets.TYPES``."""
    return written(ending, [sheet_of(kind, plain=plain)])
