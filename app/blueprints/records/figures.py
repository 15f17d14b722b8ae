"""What is said of a figure while somebody types it: by the field, as once it is sent."""

from typing import Any

from flask import Blueprint, abort, request
from markupsafe import escape

from app.forms.fields import figures
from app.security import PUBLIC, policy

blueprint = Blueprint("figures", __name__, url_prefix="/figures")


@blueprint.get("/<kind>")
@policy(PUBLIC)
def told(kind: str) -> Any:
    """The sentence against what is typed into a field of this kind; nothing where it stands.

    It tells nothing of the plant: where a login has ended meanwhile, no form is taken away for it.
    """
    try:
        return str(escape(figures.told(kind, request.args)))
    except (KeyError, ValueError):
        abort(404)
