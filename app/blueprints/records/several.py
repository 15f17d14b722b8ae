"""One action for several records: an event for each, and a sentence for each that was refused."""

from __future__ import annotations

from collections.abc import Iterable

from flask_login import current_user

from app.extensions import db
from app.flow.texts.lazy_text import Text, _l
from app.models.records.errors import Refused
from app.models.records.kinds import record_of


def do_to_each(action: str, seen: Iterable[str]) -> tuple[list[str], list[Text]]:
    """Do an action to every record that stood in view, each named by ``ref version``.

    Returns the refs of those it was done to, and the sentences of those that were refused: of these
    nothing has changed.
    """
    done, refused = [], []
    for each in dict.fromkeys(seen):
        ref, _, version = each.rpartition(" ")
        if sentence := refusal(action, ref, version):
            refused.append(_l("%(what)s: %(value)s", what=ref, value=sentence))
        else:
            done.append(ref)
    return done, refused


def refusal(action: str, ref: str, version: str) -> Text | None:
    """Do the action to one record as it was seen; the sentence against it where it cannot be."""
    record = record_of(ref)
    declared = record.flow.action_or_none(action) if record else None
    if record is None or declared is None or declared.driven or not version.isdecimal():
        return _l("It is not there any more.")
    try:
        with db.session.begin_nested():
            record.perform(action, by=current_user, version=int(version[:9]))
    except Refused as said:
        return said.sentence
    return None
