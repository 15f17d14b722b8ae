"""The wall displays as an administrator sees them: confirm a screen's code, say what it shows,
take it back.
"""

from app.blueprints.pairing import desk
from app.flow.words import _l
from app.forms.display import DisplayForm
from app.models.people.display import Display
from app.screens.wall import page_cache

blueprint = desk(
    "displays", Display, DisplayForm, "display", _l("Wall displays"), layouts=page_cache.LAYOUTS
)
