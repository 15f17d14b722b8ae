"""What goes with an action's own form where it brings one more into a full stage: why."""

from __future__ import annotations

from typing import Any

from app.flow.texts.lazy_text import _l
from app.forms.fields.reasons import Listed, OwnWords
from app.forms.records.action import Prose
from app.forms.records.form import SIGNATURES, Form

WHY = _l("Reason for going over the limit")


class OverLimitForm(Form):
    """The reason; ``sentence`` says which stage is full."""

    sentence: Any = None
    beside = SIGNATURES
    over_limit_listed = Listed(WHY)
    over_limit = Prose(WHY, [OwnWords()], description=_l("Goes on record."))
