"""Users and their roles: an explicit list of fields each."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.flow.roles import ROLES
from app.flow.texts.lazy_text import _l
from app.forms.fields.language import Language
from app.forms.people.login import six_digits
from app.forms.records.action import offered
from app.forms.records.form import NEEDED, Form, Version
from app.plant import reading
from app.security.passwords import LOGIN, LONGEST


def login_typed(value: str | None) -> str:
    return reading.code(value).lower()


class UserForm(Form):
    """A person. ``version`` is what the form was drawn from."""

    key = HiddenField()
    version = Version()
    login = StringField(
        _l("Login"),
        [DataRequired(NEEDED), Regexp(rf"^(?:{LOGIN.pattern})\Z")],
        [login_typed],
        description=_l("Lower-case letters, digits, dot, hyphen."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        _l("Name"),
        [DataRequired(NEEDED), Length(max=80)],
        [reading.line],
        render_kw={"autocomplete": "off"},
    )
    title = StringField(_l("Job title"), [Length(max=120)], [reading.line])
    language = Language(_l("Language"), unset=_l("As the browser asks"))
    roles = SelectMultipleField(
        _l("Roles"),
        choices=offered((r.key, r.label) for r in ROLES.values()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
    )
    active = BooleanField(_l("May log in"), default=True)

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the person, by name."""
        return {
            "login": self.login.data,
            "name": self.name.data,
            "title": self.title.data or "",
            "language": self.language.data or None,
            "roles": self.roles.data,
            "active": self.active.data,
        }


class NewUserForm(UserForm):
    password = PasswordField(
        _l("First password"),
        [InputRequired(NEEDED), Length(max=LONGEST)],
        description=_l("At least 8 characters. The person changes it under “My account”."),
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(Form):
    key = HiddenField()
    version = Version()
    password = PasswordField(
        _l("New password"),
        [InputRequired(NEEDED), Length(max=LONGEST)],
        description=_l("At least 8 characters. Every login of this person ends."),
        render_kw={"autocomplete": "new-password"},
    )


class PersonsPinForm(Form):
    key = HiddenField()
    version = Version()
    pin = six_digits(
        _l("New PIN"), description=_l("Six digits. The person changes it under “My account”.")
    )
