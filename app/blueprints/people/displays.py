"""The wall displays as an administrator sees them: confirm a screen's code, say what it shows,
take it back.
"""

from app.blueprints.people.pairing import desk
from app.flow.texts.lazy_text import _l
from app.forms.people.display import DisplayForm
from app.models.people.display import Display
from app.screens.wall import page_cache

blueprint = desk(
    "displays",
    Display,
    DisplayForm,
    "people/displays",
    _l("Wall displays"),
    layouts=page_cache.LAYOUTS,
)
