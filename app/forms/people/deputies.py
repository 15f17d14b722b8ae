"""Handing a role over from a moment to a moment, and ending that: signed with the password."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField

from app.flow.texts.lazy_text import _l
from app.forms.records.action import Chosen, PlantTime, Prose, needed, not_past, offered, signature
from app.forms.records.form import Form, Version


class HandOverForm(Form):
    """``what`` is the person's id and the role, ``7.production_head``."""

    key = HiddenField()
    what = SelectField(_l("Role, and who is away"), [needed()], render_kw={"wide": True})
    deputy_id = Chosen(_l("Who stands in"), render_kw={"wide": True})
    since = PlantTime(_l("Begins"), [needed(), not_past])
    until = PlantTime(_l("Ends"), [needed(), not_past])
    reason = Prose(
        _l("Reason"),
        description=_l(
            "Goes on record. Whoever hands over another person’s role gives it; "
            "for one’s own role it may stay empty."
        ),
    )
    password = signature()

    def offer(self, roles: list[tuple[str, Any]], people: list[tuple[int, Any]]) -> None:
        """Take the roles that may be handed over, and who may take one, as the choices."""
        self.what.choices = offered(
            roles if len(roles) == 1 else [("", _l("Please choose")), *roles]
        )
        self.deputy_id.offer(people)

    @property
    def answers(self) -> dict[str, Any]:
        person, role = self.what.data.split(".")
        return {
            "principal_id": int(person),
            "role": role,
            "deputy_id": self.deputy_id.data,
            "since": self.since.data,
            "until": self.until.data,
            "reason": self.reason.data,
        }


class EndForm(Form):
    """``version`` is what the form was drawn from."""

    key = HiddenField()
    version = Version()
    reason = Prose(
        _l("Reason"),
        description=_l(
            "Goes on record. An administrator gives it; "
            "whoever handed their own role over may leave it empty."
        ),
    )
    password = signature()
