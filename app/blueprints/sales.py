"""What only Sales has: the customers found while somebody says who he is, and what is known of
them.
"""

from typing import Any

from flask import Blueprint, render_template, request

from app.flow.departments import DEPARTMENTS
from app.flow.roles import SALES
from app.screens.forms.customer_choices import CustomerChoices
from app.screens.forms.known_caller import KnownCaller
from app.screens.record.fact import receiving
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


@blueprint.get("/known")
@policy(SALES)
def known() -> Any:
    """What there is of the customer whose address is chosen, beside the form of an order."""
    caller = KnownCaller.at(request.args.get("address_id", type=int))
    receives = receiving(caller.address) if caller else ""
    return render_template(
        "forms/_known.html", known=caller, receives=receives, department=DEPARTMENTS["sales"]
    )
