"""A shared tablet: where it stands."""

from __future__ import annotations

from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.flow.departments import WITH_BOARD
from app.flow.words import _l
from app.plant import reading

from .base import offered
from .form import NEEDED
from .pairing import PairingForm


class StationForm(PairingForm):
    name = StringField(_l("Name"), [DataRequired(NEEDED), Length(max=80)], [reading.line], description=_l("Where it stands; it goes on record with what is done there."))
    departments = SelectMultipleField(_l("Departments whose work is done there"), [InputRequired(_l("Choose at least one."))],
                                      choices=offered((department.key, department.label) for department in WITH_BOARD),
                                      widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), render_kw={"wide": True})  # fmt: skip

    @property
    def values(self) -> dict[str, object]:
        """The settings of the tablet, by name."""
        return {name: self[name].data for name in ("name", "departments")}
