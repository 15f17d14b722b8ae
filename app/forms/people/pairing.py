"""A device to be paired: the code it shows."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Regexp

from app.flow.texts.lazy_text import _l
from app.forms.records.form import NEEDED, Form, Version
from app.plant import reading


def squeezed(value: str | None) -> str:
    """A code as it is read out: small letters, blanks and hyphens do not matter."""
    return reading.code(value).replace(" ", "").replace("-", "").upper()


class PairingForm(Form):
    """``code`` is asked for once, when a device is confirmed; ``version`` is what the form was
    drawn from.
    """

    key = HiddenField()
    version = Version()
    code = StringField(
        _l("Code on the screen"),
        [
            DataRequired(NEEDED),
            Regexp("[A-Z2-9]{6}$", message=_l("Six letters and digits, as the screen shows them.")),
        ],
        [squeezed],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
