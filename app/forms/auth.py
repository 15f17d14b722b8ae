"""Logging in, and one's own password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from app.flow.words import _l
from app.security.passwords import LONGEST


class LoginForm(FlaskForm):
    login = StringField(_l("Login"), [InputRequired(), Length(max=80)],
                        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false",
                                   "autofocus": True})  # fmt: skip
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=LONGEST)],
                             render_kw={"autocomplete": "current-password"})  # fmt: skip
    next = HiddenField()


class OwnPasswordForm(FlaskForm):
    key = HiddenField()
    current = PasswordField(_l("Current password"), [InputRequired(), Length(max=LONGEST)],
                            render_kw={"autocomplete": "current-password"})  # fmt: skip
    password = PasswordField(_l("New password"), [InputRequired(), Length(max=LONGEST)],
                             description=_l("At least 8 characters. A short sentence is easy to keep and hard to guess."),
                             render_kw={"autocomplete": "new-password"})  # fmt: skip
    again = PasswordField(_l("New password again"), [InputRequired()], render_kw={"autocomplete": "new-password"})

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(_l("The two are not the same."))
