"""The questions beside an action's own form: why over a limit, why unusual figures are right, and
when and by whom it was done where that was on paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user

from app.blueprints.records.over_limit import all_valid, asked_again, over_limit, reason_in
from app.extensions import db
from app.flow.grammar import Action, Flow
from app.flow.texts.lazy_text import Text, _l
from app.forms.fields import reasons
from app.forms.records.action import ActionForm
from app.forms.records.from_paper import FromPaperForm
from app.forms.records.over_limit import OverLimitForm
from app.forms.records.unusual import UnusualForm
from app.models.people.user import User
from app.models.records.errors import Refused
from app.models.records.record import Record
from app.models.records.rules.bounding import Explained, OddFigures, OutOfBounds, Unusual
from app.models.records.rules.paper_entries import down_times_for
from app.models.records.rules.wip_limits import Full
from app.models.records.sealing.from_paper import FromPaper
from app.required import required
from app.screens.forms.choices import reasons_beside
from app.screens.forms.doers import doers

# What an action raises that its form can be asked about.
ASKING = (Full, OddFigures)
CORRECT = _l("Please correct the figures.")


@dataclass
class Beside:
    """``over``, ``odd``, ``paper``: the questions, None where they are not asked; ``action`` is
    the one they are asked of.
    """

    over: OverLimitForm | None = None
    odd: UnusualForm | None = None
    action: Action | None = None
    paper: FromPaperForm | None = None

    def valid(self, form: ActionForm) -> bool:
        others = [each.validate() for each in (self.odd, self.paper) if each is not None]
        return all([all_valid(form, self.over), *others])

    @property
    def given(self) -> dict[str, Any]:
        """The answers, as ``perform`` takes them."""
        explained = (
            Explained(reasons.reason_given(self.odd, "unusual"), self.odd.unusual_seen.data)
            if self.odd
            else None
        )
        given = {"over_limit": reason_in(self.over), "unusual": explained}
        return given | (from_paper(self.paper) if self.paper else {})

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


def beside(flow: Flow, action: Action, record: Record | None) -> Beside:
    """The questions that are asked of this action now, or were when the person was asked."""
    odd = unusual(action) if "unusual" in request.form else None
    over = over_limit(flow, action, record.stage if record else None)
    return Beside(over, odd, action, paper_question(action, record))


def paper_question(action: Action, record: Record | None) -> FromPaperForm | None:
    """The fold-out for what was done on paper, where the person may enter that now. What was
    filled in is read in any case: it is refused rather than recorded as done now.
    """
    sent = "paper_at" in request.form
    if not sent and (request.method == "POST" or not down_times_for(current_user)):
        return None
    form = FromPaperForm()
    form.offer(doers(action, record))
    return form


def from_paper(form: FromPaperForm) -> dict[str, Any]:
    """Who did it, and the entry, as ``perform`` takes them; nothing for what is done now."""
    if not form.is_used:
        return {}
    enterer = current_user._get_current_object()
    entry = FromPaper(enterer, required(form.paper_at.data), form.paper_sheet.data or "")
    return {"by": db.session.get_one(User, required(form.paper_by.data)), "paper": entry}


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
