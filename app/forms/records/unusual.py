"""What goes with an action's own form where figures are unusual: why they are right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField

from app.flow.texts.lazy_text import _l
from app.forms.fields.reasons import Listed, OwnWords, missing
from app.forms.records.action import Prose
from app.forms.records.form import Form

WHY = _l("Why this is right all the same")


class UnusualForm(Form):
    """The reason. ``sentences`` say what is unusual; ``unusual_seen`` tells of which of it the
    sender was warned. A figure that is corrected needs none, so that it may stay empty."""

    sentences: tuple[Any, ...] = ()
    unusual_listed = Listed(WHY, demanded=False, autofocus=True)
    unusual = Prose(
        WHY,
        [OwnWords(demanded=False)],
        description=_l("Goes on record. Or correct the figure below."),
        render_kw={"rows": 2, "wide": True, "autofocus": True},
    )
    unusual_seen = HiddenField()

    def ask(self, sentences: Iterable[Any], fingerprint: str) -> None:
        """Say what is unusual; where that was said before, what is missing is the reason."""
        if self.unusual_seen.data == fingerprint:
            missing(self, "unusual")
        self.sentences, self.unusual_seen.data = tuple(sentences), fingerprint
