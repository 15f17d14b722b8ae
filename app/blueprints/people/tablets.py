"""The shared tablets as an administrator sees them: confirm a tablet's code, say where it
stands, take it back.
"""

from app.blueprints.people.pairing import desk
from app.flow.departments import DEPARTMENTS
from app.flow.texts.lazy_text import _l, listed
from app.forms.people.tablet import StationForm
from app.models.people.station import Station
from app.web.languages import NAMES

blueprint = desk(
    "stations",
    Station,
    StationForm,
    "people/tablets",
    _l("Shared tablets"),
    {
        _l("Departments"): lambda each: listed(DEPARTMENTS[key].label for key in each.departments),
        _l("Language"): lambda each: NAMES.get(each.language, _l("As its browser asks")),
    },
    known=DEPARTMENTS,
)
