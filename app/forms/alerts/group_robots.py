"""A group robot: its webhook address and secret are typed once and never shown again."""

from __future__ import annotations

from typing import Any

from flask import current_app
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.flow.roles import ROLES
from app.flow.texts.lazy_text import _l
from app.forms.fields.language import Language
from app.forms.records.action import offered
from app.forms.records.form import NEEDED, Form, Version
from app.jobs.alerts.outgoing import Unreachable, place_of
from app.jobs.alerts.robots import KINDS
from app.plant import reading

TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class RobotForm(Form):
    """``version`` is what the form was drawn from."""

    key = HiddenField()
    version = Version()
    name = StringField(
        _l("Name"),
        [DataRequired(NEEDED), Length(max=60)],
        [reading.line],
        description=_l("What the group is called."),
        render_kw={"autocomplete": "off"},
    )
    kind = SelectField(_l("Product"), choices=offered(KINDS.items()))
    address_secret = StringField(
        _l("Webhook address"),
        [Optional(), Length(max=500)],
        [reading.line],
        render_kw=TYPED | {"wide": True},
        description=_l(
            "As the product shows it when a robot is added to a group. It is not shown again."
        ),
    )
    signing_secret = StringField(
        _l("Signing secret"),
        [Optional(), Length(max=200)],
        [reading.line],
        render_kw=TYPED,
        description=_l("DingTalk and Feishu, where signing is switched on."),
    )
    language = Language(_l("Language"))
    roles = SelectMultipleField(
        _l("Serves"),
        [InputRequired(_l("Choose at least one."))],
        choices=offered((r.key, r.label) for r in ROLES.values()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
    )
    active = BooleanField(_l("Switched on"), default=True)
    has_address = False

    def validate_address_secret(self, field: StringField) -> None:
        if field.data:
            try:
                place_of(field.data, current_app.config["ROBOT_HOSTS"])
            except Unreachable as wrong:
                raise ValidationError(str(wrong.sentence)) from None

    def complete(self) -> bool:
        """Whether there is an address: typed now, or kept."""
        if self.address_secret.data or self.has_address:
            return True
        self.address_secret.errors = [str(NEEDED)]
        return False

    @property
    def values(self) -> dict[str, Any]:
        """The settings of the robot, by name."""
        names = ("name", "kind", "language", "roles", "active")
        return {
            **{name: self[name].data for name in names},
            "address_secret": self.address_secret.data or "",
            "signing_secret": self.signing_secret.data or "",
        }
