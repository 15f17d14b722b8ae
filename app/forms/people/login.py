"""Logging in, and one's own password."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from app.flow.texts.lazy_text import _l
from app.forms.records.form import NEEDED, Form
from app.security.passwords import LONGEST
from app.security.pins import LENGTH


class LoginForm(Form):
    login = StringField(
        _l("Login"),
        [InputRequired(NEEDED), Length(max=80)],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(NEEDED), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ResumeForm(Form):
    """The way in beside a form that was sent when the login had ended; its fields are named
    apart from that form's.
    """

    login = StringField(
        _l("Login"),
        name="resume_login",
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
    password = PasswordField(
        _l("Password"), name="resume_password", render_kw={"autocomplete": "current-password"}
    )


def six_digits(label: Any, **kwargs: Any) -> PasswordField:
    """Six digits, on the keyboard that has nothing else."""
    return PasswordField(
        label,
        [InputRequired(NEEDED)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": LENGTH},
        **kwargs,
    )


class PinForm(Form):
    """Coming in at a shared tablet."""

    next = HiddenField()
    pin = six_digits(_l("PIN"))


class OwnSecretForm(Form):
    """A new secret of one's own, typed twice, against the password of now."""

    secret = ""  # the name of the field that holds the new one
    key = HiddenField()
    current = PasswordField(
        _l("Current password"),
        [InputRequired(NEEDED), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self[self.secret].data:
            raise ValidationError(_l("The two are not the same."))


class OwnPinForm(OwnSecretForm):
    secret = "pin"
    pin = six_digits(
        _l("New PIN"),
        description=_l(
            "Six digits, for the shared tablets: not a row, not a pattern, not one digit again and "
            "again."
        ),
    )
    again = six_digits(_l("New PIN again"))


class NewPassword(Form):
    """A password that somebody chooses, typed twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(NEEDED), Length(max=LONGEST)],
        description=_l(
            "At least 8 characters. A short sentence is easy to keep and hard to guess."
        ),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [InputRequired(NEEDED)],
        render_kw={"autocomplete": "new-password"},
    )


class OwnPasswordForm(OwnSecretForm, NewPassword):
    secret = "password"


class FirstPasswordForm(NewPassword):
    """The first password of somebody who came by their link."""

    def validate_again(self, field: Any) -> None:
        if field.data != self.password.data:
            raise ValidationError(str(_l("The two are not the same.")))
