"""A wall display: what it shows, and how large."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.flow.departments import WITH_BOARD
from app.flow.texts.lazy_text import _l
from app.forms.fields.language import Language
from app.forms.people.pairing import PairingForm
from app.forms.records.action import Between, Whole, needed, offered
from app.forms.records.form import NEEDED
from app.plant import reading
from app.plant.wall.letter_size import least_diagonal

LAYOUTS = (
    ("plant", _l("The lines")),
    ("flow", _l("The six phases")),
    ("notices", _l("Notices")),
    *((department.key, department.label) for department in WITH_BOARD),
)


class DisplayForm(PairingForm):
    name = StringField(
        _l("Name"),
        [DataRequired(NEEDED), Length(max=80)],
        [reading.line],
        description=_l("Where it hangs."),
    )
    layouts = SelectMultipleField(
        _l("Shows in turn"),
        [InputRequired(_l("Choose at least one."))],
        choices=offered(LAYOUTS),
        default=["plant", "flow"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        render_kw={"wide": True},
    )
    seconds = Whole(
        _l("Seconds a page"), [needed(), Between(5, 600, _l("Between 5 and 600."))], default=20
    )
    distance = Whole(
        _l("Read from (m)"), [needed(), Between(1, 30, _l("Between 1 and 30."))], default=6
    )
    diagonal = Whole(
        _l("Size of the screen (inches)"),
        [needed(), Between(10, 150, _l("Between 10 and 150."))],
        default=55,
    )
    language = Language(_l("Language"))
    theme = SelectField(
        _l("Brightness"), choices=offered((("dark", _l("Dark")), ("light", _l("Light"))))
    )

    def validate_diagonal(self, field: Whole) -> None:
        """What could not be read from there is not hung up."""
        if (
            self.distance.data
            and field.data
            and field.data < (least := least_diagonal(self.distance.data))
        ):
            raise ValidationError(
                str(
                    _l(
                        "To be read from %(distance)s m, this needs a screen of %(least)s inches "
                        "or more.",
                        distance=self.distance.data,
                        least=least,
                    )
                )
            )

    @property
    def values(self) -> dict[str, object]:
        """The settings of the display, by name."""
        return {
            name: self[name].data
            for name in ("name", "layouts", "seconds", "distance", "diagonal", "language", "theme")
        }
