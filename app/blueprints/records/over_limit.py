"""The question that a form carries where its action brings one more into a full stage: why this
person goes over the limit.
"""

from __future__ import annotations

from flask import request
from flask_login import current_user

from app.flow.grammar import Action, Flow
from app.flow.texts.lazy_text import Text
from app.forms.fields import reasons
from app.forms.records.action import ActionForm
from app.forms.records.over_limit import OverLimitForm
from app.models.records.errors import Blocked
from app.models.records.rules import wip_limits
from app.models.records.rules.wip_limits import Full
from app.screens.forms.choices import reasons_beside


def over_limit(flow: Flow, action: Action, source: str | None) -> OverLimitForm | None:
    """The question, where the stage ahead is full or was when the person was asked.

    Raises Blocked where one may not begin at all.
    """
    check = limit_check(flow, action, source)
    if check.refusal and source is None:  # of a record that there is, its offers say so
        raise Blocked(check.refusal)
    if not check.asks and "over_limit" not in request.form:
        return None
    return question(action, check.asks)


def limit_check(flow: Flow, action: Action, source: str | None) -> wip_limits.LimitCheck:
    """What the limits mean for this person's action at this moment."""
    return wip_limits.check_limits(flow, action, source, current_user, wip_limits.full_stages())


def question(action: Action, sentence: Text | None) -> OverLimitForm:
    """The question as the person reads it, with the reasons that the department keeps for it."""
    form = OverLimitForm()
    form.sentence = sentence
    reasons.offer(form, reasons_beside("over_limit", action), "over_limit")
    return form


def asked_again(action: Action, full: Full) -> OverLimitForm:
    """The question to somebody whose action turned out to need a reason: its field is what is
    missing.
    """
    form = question(action, full.sentence)
    reasons.missing(form, "over_limit")
    return form


def all_valid(form: ActionForm, over: OverLimitForm | None) -> bool:
    """Whether everything is filled in as it must be; what is wrong is told at once."""
    return all([form.validate(), over is None or over.validate()])


def reason_in(over: OverLimitForm | None) -> str | None:
    return reasons.reason_given(over, "over_limit") if over else None
