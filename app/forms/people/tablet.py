"""A shared tablet: where it stands."""

from __future__ import annotations

from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.flow.departments import WITH_BOARD
from app.flow.texts.lazy_text import _l
from app.forms.fields.language import Language
from app.forms.people.pairing import PairingForm
from app.forms.records.action import offered
from app.forms.records.form import NEEDED
from app.plant import reading


class StationForm(PairingForm):
    name = StringField(
        _l("Name"),
        [DataRequired(NEEDED), Length(max=80)],
        [reading.line],
        description=_l("Where it stands; it goes on record with what is done there."),
    )
    departments = SelectMultipleField(
        _l("Departments whose work is done there"),
        [InputRequired(_l("Choose at least one."))],
        choices=offered((department.key, department.label) for department in WITH_BOARD),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
    )

    language = Language(
        _l("Language"),
        [Optional()],
        unset=_l("As its browser asks"),
        filters=[lambda value: value or None],
        description=_l("The tablet’s own: it stays, whoever stands there."),
    )

    @property
    def values(self) -> dict[str, object]:
        """The settings of the tablet, by name."""
        return {name: self[name].data for name in ("name", "departments", "language")}
