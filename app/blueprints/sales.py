"""What only Sales has: the customers found while somebody says who he is."""

from typing import Any

from flask import Blueprint, render_template, request

from app.flow.roles import SALES
from app.screens.forms.customer_choices import CustomerChoices
from app.security import policy

blueprint = Blueprint("sales", __name__, url_prefix="/sales")
LONGEST = 160


@blueprint.get("/customers")
@policy(SALES)
def customers() -> Any:
    """The customers' addresses that hold what somebody is typing, for the list under the field."""
    q = " ".join(request.args.get("q", "")[:LONGEST].split())
    found = CustomerChoices().addresses_like(q)
    return render_template("forms/_suggested.html", q=q, found=found)
