"""What is told of an action that was done, on a board, a page and a shared tablet."""

from __future__ import annotations

from app.flow.grammar import Action
from app.flow.texts.lazy_text import Text, _l
from app.models.records.record import Record

DONE = _l("%(ref)s: %(stage)s.")
STAYED = _l("%(ref)s: “%(action)s” is done. %(stage)s.")
TAKEN_BACK = _l("%(ref)s: taken back, it stands in “%(stage)s” again.")


def confirmation_of(action: Action) -> Text:
    """Where the record went, or of an action that leaves it where it is, what was done."""
    return (
        TAKEN_BACK
        if action.undoes
        else DONE
        if action.moves
        else Text(STAYED.msgid, action=action.label)
    )


def still_wanted(record: Record) -> Text | None:
    """What keeps a record that stayed where it was from the next step."""
    known = record.known
    primary = (a.key for a in record.flow.actions_from(record.stage) if a.primary)
    return next((first.sentence for key in primary if (first := known.first(key))), None)
