"""The shared tablets as an administrator sees them: confirm a tablet's code, say where it
stands, take it back.
"""

from app.blueprints.people.pairing import desk
from app.flow.departments import DEPARTMENTS
from app.flow.texts.lazy_text import _l
from app.forms.people.tablet import StationForm
from app.models.people.station import Station

blueprint = desk(
    "stations", Station, StationForm, "people/tablets", _l("Shared tablets"), known=DEPARTMENTS
)
