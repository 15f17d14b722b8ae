"""The wall displays as an administrator sees them: confirm a screen's code, say what it shows,
take it back.
"""

from app.blueprints.people.pairing import desk
from app.flow.texts.lazy_text import _l, listed
from app.forms.people.display import DisplayForm
from app.models.people.display import Display
from app.screens.wall import page_cache

blueprint = desk(
    "displays",
    Display,
    DisplayForm,
    "people/displays",
    _l("Wall displays"),
    {
        _l("Shows in turn"): lambda each: listed(page_cache.LAYOUTS[key] for key in each.layouts),
        _l("Read from"): lambda each: f"{each.distance} m · {each.diagonal}″",
    },
    layouts=page_cache.LAYOUTS,
)
