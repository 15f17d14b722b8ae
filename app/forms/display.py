"""A wall display: what it shows, and how large."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.flow.departments import WITH_BOARD
from app.flow.words import _l
from app.languages import LANGUAGES

from .base import Between, needed, offered, stripped

LAYOUTS = (("plant", _l("The lines")), ("flow", _l("The six phases")), ("notices", _l("Notices")),
           *((department.key, department.label) for department in WITH_BOARD))  # fmt: skip


def squeezed(value: str | None) -> str:
    """A code as it is read out: small letters, blanks and hyphens do not matter."""
    return (value or "").replace(" ", "").replace("-", "").upper()


class DisplayForm(FlaskForm):
    """``code`` is asked for once, when a screen is confirmed; ``version`` is what the form was drawn from."""

    key = HiddenField()
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    code = StringField(_l("Code on the screen"), [DataRequired(), Regexp("[A-Z2-9]{6}$", message=_l("Six letters and digits, as the screen shows them."))],
                       [squeezed], render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})  # fmt: skip
    name = StringField(_l("Name"), [DataRequired(), Length(max=80)], [stripped], description=_l("Where it hangs."))
    layouts = SelectMultipleField(_l("Shows in turn"), [InputRequired(_l("Choose at least one."))], choices=offered(LAYOUTS), default=["plant", "flow"],
                                  widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), render_kw={"wide": True})  # fmt: skip
    seconds = IntegerField(_l("Seconds a page"), [needed(), Between(5, 600, _l("Between 5 and 600."))], default=20)
    distance = IntegerField(_l("Read from (m)"), [needed(), Between(1, 30, _l("Between 1 and 30."))], default=6)
    diagonal = IntegerField(_l("Size of the screen (inches)"), [needed(), Between(10, 150, _l("Between 10 and 150."))], default=55)
    language = SelectField(_l("Language"), choices=offered(LANGUAGES))
    theme = SelectField(_l("Brightness"), choices=offered((("dark", _l("Dark")), ("light", _l("Light")))))

    @property
    def values(self) -> dict[str, object]:
        """The settings of the display, by name."""
        return {name: self[name].data for name in ("name", "layouts", "seconds", "distance", "diagonal", "language", "theme")}
