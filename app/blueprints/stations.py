"""The shared tablets as an administrator sees them: confirm a tablet's code, say where it
stands, take it back.
"""

from app.blueprints.pairing import desk
from app.flow.departments import DEPARTMENTS
from app.flow.words import _l
from app.forms.station import StationForm
from app.models.people.station import Station

blueprint = desk(
    "stations", Station, StationForm, "station", _l("Shared tablets"), known=DEPARTMENTS
)
