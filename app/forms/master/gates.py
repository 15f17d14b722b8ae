"""How a gate is to stand: proposed by an administrator or the quality head with a reason,
decided by the other; both sign.
"""

from __future__ import annotations

from wtforms import HiddenField, SelectField

from app.flow.rules.gates import MODES
from app.flow.texts.lazy_text import Text, _l
from app.forms.records.action import Prose, needed, offered, signature
from app.forms.records.form import Form, Version


class DecideForm(Form):
    """``do`` says whether the proposal is confirmed or dropped; ``version`` is what the form was
    drawn from.
    """

    key = HiddenField()
    version = Version()
    do = HiddenField(default="confirm")
    password = signature()


class ProposeForm(Form):
    key = HiddenField()
    version = Version()
    mode = SelectField(_l("How it is to stand"))
    reason = Prose(_l("Reason"), [needed()], description=_l("Goes on record."))
    password = signature()

    def offer(self, otherwise: Text) -> None:
        """Take the ways in which it can stand as the choices; ``otherwise`` is how it stands
        where nothing is decided.
        """
        self.mode.choices = offered(
            [("", _l("As otherwise: %(mode)s", mode=otherwise)), *MODES.items()]
        )

    @property
    def wanted(self) -> str | None:
        return self.mode.data or None
