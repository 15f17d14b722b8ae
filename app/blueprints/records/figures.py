"""What is said of a figure while somebody types it: by the field, as once it is sent."""

from typing import Any

from flask import Blueprint, abort, request
from markupsafe import escape

from app.forms.fields import figures, sums
from app.security import PUBLIC, policy

blueprint = Blueprint("figures", __name__, url_prefix="/figures")


@blueprint.get("/<kind>")
@policy(PUBLIC)
def told(kind: str) -> Any:
    """The sentence against what is typed into a field of this kind; nothing where it stands. Of
    ``sum`` what the figures of a column add up to.

    It tells nothing of the plant: where a login has ended meanwhile, no form is taken away for it.
    """
    if kind == sums.KIND:
        return str(escape(sums.told(request.args.items(multi=True))))
    try:
        return str(escape(figures.told(kind, request.args)))
    except (KeyError, ValueError):
        abort(404)
