"""The wall displays as an administrator sees them: confirm a screen's code, say what it shows, take it back."""

from app import walls
from app.flow.words import _l
from app.forms.display import DisplayForm
from app.models.display import Display

from .pairing import desk

blueprint = desk("displays", Display, DisplayForm, "display", _l("Wall displays"), layouts=walls.LAYOUTS)
