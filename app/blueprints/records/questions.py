"""The questions beside an action's own form: why over a limit, why unusual figures are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from app.blueprints.records.over_limit import all_valid, asked_again, over_limit, reason_in
from app.flow.grammar import Action, Flow
from app.flow.texts.lazy_text import Text, _l
from app.forms.fields import reasons
from app.forms.records.action import ActionForm
from app.forms.records.over_limit import OverLimitForm
from app.forms.records.unusual import UnusualForm
from app.models.records.errors import Refused
from app.models.records.rules.bounding import Explained, OddFigures, OutOfBounds, Unusual
from app.models.records.rules.wip_limits import Full
from app.required import required
from app.screens.forms.choices import reasons_beside

# What an action raises that its form can be asked about.
ASKING = (Full, OddFigures)
CORRECT = _l("Please correct the figures.")


@dataclass
class Beside:
    """``over``, ``odd``: the questions, None where they are not asked; ``action`` is the one
    they are asked of.
    """

    over: OverLimitForm | None = None
    odd: UnusualForm | None = None
    action: Action | None = None

    def valid(self, form: ActionForm) -> bool:
        return all([all_valid(form, self.over), self.odd is None or self.odd.validate()])

    @property
    def given(self) -> dict[str, Any]:
        """The answers, as ``perform`` takes them."""
        explained = (
            Explained(reasons.reason_given(self.odd, "unusual"), self.odd.unusual_seen.data)
            if self.odd
            else None
        )
        return {"over_limit": reason_in(self.over), "unusual": explained}

    def take(self, no: Refused, form: ActionForm) -> None:
        """Put what was refused where the person can answer it. Raises it where nobody is asked."""
        if isinstance(no, Full):
            if not no.may_exceed:
                raise no
            self.over = asked_again(required(self.action), no)
        elif isinstance(no, Unusual):
            self.odd = self.odd or unusual(required(self.action))
            self.odd.ask((odd.sentence for _, odd in no.found), no.fingerprint)
        elif isinstance(no, OutOfBounds):
            for path, odd in no.found:
                mark(form, path, odd.row, odd.sentence)


def beside(flow: Flow, action: Action, source: str | None) -> Beside:
    """The questions that are asked of this action now, or were when the person was asked."""
    odd = unusual(action) if "unusual" in request.form else None
    return Beside(over_limit(flow, action, source), odd, action)


def unusual(action: Action) -> UnusualForm:
    """The question about figures, with the reasons that the department keeps for it."""
    form = UnusualForm()
    reasons.offer(form, reasons_beside("unusual", action), "unusual")
    return form


def mark(form: ActionForm, path: str, row: int | None, sentence: Text) -> None:
    """Make a sentence an error of the field that a path names; of the form where it has none."""
    name, _, cell = path.partition(".")
    field = form[name] if name in form else None  # noqa: SIM401 (a form has no get)
    if field is not None and cell and row is not None and row < len(field.entries):
        entry = field.entries[row].form[cell]
        field.errors = [str(CORRECT)]
        field = entry
    if field is None:
        form.form_errors.append(str(sentence))
    else:
        field.errors = [*field.errors, str(sentence)]
