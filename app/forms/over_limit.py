"""What goes with an action's own form where it brings one more into a full stage: why."""

from __future__ import annotations

from typing import Any

from app.flow.words import _l
from app.forms.base import Prose
from app.forms.form import SIGNATURES, Form
from app.forms.reasons import Listed, OwnWords

WHY = _l("Reason for going over the limit")


class OverLimitForm(Form):
    """The reason; ``sentence`` says which stage is full."""

    sentence: Any = None
    beside = SIGNATURES
    over_limit_listed = Listed(WHY)
    over_limit = Prose(WHY, [OwnWords()], description=_l("Goes on record."))
